using Microsoft.Extensions.Options;

namespace Gateway.Edge;

/// <summary><c>Gateway:Limits</c>: what a request may weigh. Sizes in bytes.</summary>
public sealed class LimitsOptions
{
    public const string Section = "Gateway:Limits";

    /// <summary>One event, and every other body that has no limit of its own.</summary>
    public long Event { get; set; } = 64 * 1024;

    public long Batch { get; set; } = 16 * 1024 * 1024;

    public long Baseline { get; set; } = 256 * 1024 * 1024;

    public long Webhook { get; set; } = 1024 * 1024;

    /// <summary>How deep JSON may nest.</summary>
    public int Depth { get; set; } = 32;

    /// <summary>Requests per second and key, on average, with a burst of one second's worth; 0: no limit.</summary>
    public int Rate { get; set; } = 50_000;

    /// <summary>How long an answer may take. Baselines and whole snapshots have ten times as long.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Each message names its key and its range.</summary>
public sealed class LimitsOptionsValidator : IValidateOptions<LimitsOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitsOptions options)
    {
        const long MiB = 1024 * 1024;
        var errors = new List<string>();
        Within(nameof(options.Event), options.Event, 1024, 16 * MiB);
        Within(nameof(options.Batch), options.Batch, 1024, 256 * MiB);
        Within(nameof(options.Baseline), options.Baseline, 1024, 2047 * MiB);
        Within(nameof(options.Webhook), options.Webhook, 1024, 64 * MiB);
        Within(nameof(options.Depth), options.Depth, 4, 64);
        Within(nameof(options.Rate), options.Rate, 0, 10_000_000);
        if (options.RequestTimeout < TimeSpan.FromSeconds(1) || options.RequestTimeout > TimeSpan.FromHours(1))
            errors.Add($"{LimitsOptions.Section}:RequestTimeout must be between 00:00:01 and 01:00:00.");
        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;

        void Within(string key, long value, long least, long most)
        {
            if (value < least || value > most) errors.Add($"{LimitsOptions.Section}:{key} must be between {least} and {most}.");
        }
    }
}

/// <summary>Which of the limits an endpoint's bodies have.</summary>
public enum BodyLimit
{
    Event = 0,
    Batch = 1,
    Baseline = 2,
    Webhook = 3,
}

/// <summary>Endpoint metadata, read by the body guard.</summary>
public sealed record BodyLimitMetadata(BodyLimit Limit);

public static class LimitsExtensions
{
    /// <summary>The time-out policy of endpoints that carry a whole company: ten times <see cref="LimitsOptions.RequestTimeout"/>.</summary>
    public const string LongTimeout = "long";

    /// <summary>The endpoint's bodies have this limit instead of <see cref="BodyLimit.Event"/>. A body above it is a 413.</summary>
    public static TBuilder WithBodyLimit<TBuilder>(this TBuilder builder, BodyLimit limit)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyLimitMetadata(limit));

    public static long Of(this LimitsOptions limits, BodyLimit limit) => limit switch
    {
        BodyLimit.Batch => limits.Batch,
        BodyLimit.Baseline => limits.Baseline,
        BodyLimit.Webhook => limits.Webhook,
        _ => limits.Event,
    };
}
