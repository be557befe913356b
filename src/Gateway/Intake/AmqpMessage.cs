using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace Gateway.Intake;

/// <summary>A message as it came off the queue, with a copy of its body.</summary>
internal sealed class AmqpMessage(ulong tag, IReadOnlyBasicProperties properties, byte[] body)
{
    private const string KeyHeader = "api-key";
    private const string ProblemHeader = "problem";
    private const string PublisherHeader = "publisher";
    private const string SourceHeader = "source";
    private const string RefusedAtHeader = "refused-at";

    /// <summary>What may not be handed on: keys, wherever somebody used to HTTP puts them, and what only the gateway says.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        KeyHeader, "x-api-key", "authorization", ProblemHeader, PublisherHeader, SourceHeader, RefusedAtHeader,
    };

    private static readonly string[] IdHeaders = ["cloudEvents:id", "cloudEvents_id"];

    public ulong Tag => tag;

    public byte[] Body => body;

    public IReadOnlyBasicProperties Properties => properties;

    /// <summary>The broker has checked that the publisher is this user; null: the publisher did not say.</summary>
    public string? User => string.IsNullOrEmpty(properties.UserId) ? null : properties.UserId;

    public string? Key => Text(KeyHeader);

    /// <summary>Stands in for an id that the body does not have.</summary>
    public string? Id => IdHeaders.Select(Text).FirstOrDefault(id => id is not null) ?? (string.IsNullOrWhiteSpace(properties.MessageId) ? null : properties.MessageId);

    /// <summary>Lower case, without parameters; null: not said.</summary>
    public string? MediaType => properties.ContentType?.Split(';')[0].Trim().ToLowerInvariant() is { Length: > 0 } type ? type : null;

    /// <summary>The rest is for a message out of the error queue, and only worth something where <see cref="User"/> is the gateway's own.</summary>
    public string? Problem => Text(ProblemHeader);

    /// <summary>The broker user that published it, as the broker had checked; null: the publisher did not say.</summary>
    public string? Publisher => Text(PublisherHeader);

    /// <summary>The source that the door made out when it refused the message; null: none.</summary>
    public string? Source => Text(SourceHeader);

    /// <summary>When it came in and was refused.</summary>
    public DateTimeOffset? RefusedAt =>
        DateTimeOffset.TryParseExact(Text(RefusedAtHeader), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;

    /// <summary>
    /// The message's properties for the error queue: persistent, with the problem and who it came from, and without a key. Under the
    /// gateway's own user, which the broker checks: nobody else can put words into its mouth. What a publisher wrote into these headers is gone.
    /// </summary>
    public BasicProperties Refused(string gateway, string problem, string? source, DateTimeOffset at)
    {
        var headers = properties.Headers?.Where(h => !Reserved.Contains(h.Key)).ToDictionary(h => h.Key, h => h.Value, StringComparer.Ordinal)
            ?? new Dictionary<string, object?>(StringComparer.Ordinal);
        headers[ProblemHeader] = problem;
        headers[RefusedAtHeader] = at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        if (User is { } user) headers[PublisherHeader] = user;
        if (source is not null) headers[SourceHeader] = source;
        return new BasicProperties
        {
            Headers = headers, ContentType = properties.ContentType, MessageId = properties.MessageId, CorrelationId = properties.CorrelationId, UserId = gateway, Persistent = true,
        };
    }

    /// <summary>A header that is text; null: it is not there, or nothing to read.</summary>
    public string? Text(string header)
    {
        object? value = null;
        if (properties.Headers?.TryGetValue(header, out value) != true) return null;
        var text = value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value as string;
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
