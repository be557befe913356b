using System.Text.Json;
using System.Threading.RateLimiting;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Intake;
using Gateway.Sources.Webhooks.Signatures;
using Microsoft.Extensions.Options;

namespace Gateway.Sources.Webhooks;

/// <summary>What the door says to a delivery.</summary>
internal abstract record DoorAnswer
{
    private DoorAnswer() { }

    public sealed record Stored(long Sequence, bool Repeated) : DoorAnswer;

    /// <summary>The vendor only wanted to know whether somebody is there.</summary>
    public sealed record Greeted : DoorAnswer;

    public sealed record Refused(Problem Problem) : DoorAnswer;
}

/// <summary>Takes deliveries: verified on their raw bytes, stored as they came, answered when they are on disk. What they mean is looked at later.</summary>
internal sealed class DeliveryDoor(WebhookSources sources, DeliveryKeeper keeper, HandshakeBook handshakes, IOptions<LimitsOptions> limits, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan StorageRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UsualRepetition = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, TokenBucketRateLimiter> _rates = sources.ByName.Values.Where(s => s.Rate > 0).ToDictionary(s => s.Name, Bucket, StringComparer.Ordinal);

    public async Task<DoorAnswer> TakeAsync(WebhookSource source, HttpContext context, CancellationToken cancellationToken)
    {
        if (!source.Allows(context.Connection.RemoteIpAddress))
            return Refused(source, "network", new Problem(ProblemKind.NetworkRefused, "This source listens to the networks of its AllowFrom only."));
        if (_rates.TryGetValue(source.Name, out var rate))
        {
            using var lease = rate.AttemptAcquire();
            if (!lease.IsAcquired) return Refused(source, "rate", new Problem(ProblemKind.Unavailable, "Too many deliveries of this source at once. Send it again.") { RetryAfter = TimeSpan.FromSeconds(1) });
        }

        using var body = await ReadAsync(context.Request, cancellationToken);
        if (body is null) return Refused(source, "too-large", new Problem(ProblemKind.TooLarge, $"A delivery has at most {limits.Value.Webhook} bytes (Gateway:Limits:Webhook)."));
        if (await GreetAsync(source, body.Bytes, cancellationToken) is { } greeting) return greeting;

        var (now, request) = (time.GetUtcNow(), context.Request);
        var verdict = source.Verifier?.Verify(request.Method, request.Headers, body.Bytes.Span, now);
        if (verdict is Verdict.Wrong wrong)
            return Refused(source, ReasonOf(wrong.Fault), new Problem(ProblemKind.SignatureInvalid, "It is missing, of another form, or made with another secret."));
        var stale = verdict as Verdict.Stale;
        if (stale is not null) Telemetry.DeliveriesStale.Add(1, Tag(source));

        var bytes = body.Bytes.ToArray();
        var delivery = new NewDelivery(source.Name, DeliveryIds.Find(source.DeliveryId, request.Headers, bytes), bytes)
        {
            ContentType = KeptHeaders.ContentType(request),
            Headers = KeptHeaders.Json(request.Headers, source.Verifier?.Scheme),
            ReceivedAt = Micros.Cut(now),
            Trusted = source.Trusted,
            RepetitionWithin = source.SaysNoMoreThanWho ? TimeSpan.Zero : UsualRepetition,
            Reason = stale is null ? null : ParkedFor.Stale,
            ReasonText = stale is null ? null : Staleness(stale.Timestamp, now),
        };
        return await KeepAsync(source, delivery, cancellationToken);
    }

    /// <summary>Null: it is too large, whether it said so or not.</summary>
    private async Task<Body?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await Body.ReadAsync(request, (int)limits.Value.Webhook, cancellationToken);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private async Task<DoorAnswer> KeepAsync(WebhookSource source, NewDelivery delivery, CancellationToken cancellationToken)
    {
        Kept kept;
        try
        {
            kept = await keeper.KeepAsync(delivery, cancellationToken);
        }
        catch (LogUnavailableException)
        {
            return Unavailable(source);
        }

        if (kept.Sequence == 0) return Unavailable(source);
        if (kept.Repeated) Telemetry.DeliveriesRepeated.Add(1, Tag(source));
        else Telemetry.DeliveriesReceived.Add(1, Tag(source));
        return new DoorAnswer.Stored(kept.Sequence, kept.Repeated);
    }

    private async Task<DoorAnswer?> GreetAsync(WebhookSource source, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        switch (source.Handshake)
        {
            case Handshake.Hibob when Greetings.IsPing(body):
                return new DoorAnswer.Greeted();
            case Handshake.Gusto when Greetings.VerificationToken(body) is { } token:
                if (await handshakes.KeepAsync(source.Name, token, cancellationToken)) return new DoorAnswer.Greeted();
                return Refused(source, "rate", new Problem(ProblemKind.Unavailable, "One registration a second. Send it again.") { RetryAfter = TimeSpan.FromSeconds(1) });
            default:
                return null;
        }
    }

    private static DoorAnswer.Refused Unavailable(WebhookSource source) =>
        Refused(source, "unavailable", new Problem(ProblemKind.StorageUnavailable, "The delivery cannot be stored now. Send it again.") { RetryAfter = StorageRetry });

    private static DoorAnswer.Refused Refused(WebhookSource source, string reason, Problem problem)
    {
        Telemetry.DeliveriesRefused.Add(1, Tag(source), new KeyValuePair<string, object?>("reason", reason));
        return new DoorAnswer.Refused(problem);
    }

    private static string ReasonOf(SignatureFault fault) => fault switch
    {
        SignatureFault.Header => "header",
        SignatureFault.Timestamp => "timestamp",
        _ => "signature",
    };

    private static string Staleness(DateTimeOffset stamp, DateTimeOffset now) => stamp < now
        ? $"Signed {now - stamp:d\\.hh\\:mm\\:ss} before it came. Its sender was away for that long, somebody sends it again, or a clock is wrong."
        : $"Signed {stamp - now:d\\.hh\\:mm\\:ss} after it came: a clock is wrong, there or here.";

    private static KeyValuePair<string, object?> Tag(WebhookSource source) => new("source", source.Name);

    private static TokenBucketRateLimiter Bucket(WebhookSource source) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = source.Rate,
        TokensPerPeriod = source.Rate >= 100 ? source.Rate / 10 : source.Rate,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(source.Rate >= 100 ? 100 : 1000),
        QueueLimit = 0,
        AutoReplenishment = true,
    });

    public void Dispose()
    {
        foreach (var rate in _rates.Values) rate.Dispose();
    }
}

/// <summary>What vendors post to see whether somebody is there.</summary>
internal static class Greetings
{
    private const int Longest = 4096;

    /// <summary><c>"Ping test"</c>, or <c>{"text":"Ping test"}</c>.</summary>
    public static bool IsPing(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        return json?.RootElement is { ValueKind: JsonValueKind.String } text ? text.ValueEquals("Ping test")
            : json?.RootElement is { ValueKind: JsonValueKind.Object } o && o.EnumerateObject().Count() == 1
                && o.TryGetProperty("text", out var named) && named.ValueKind == JsonValueKind.String && named.ValueEquals("Ping test");
    }

    /// <summary>The token of <c>{"verification_token": …}</c>; null: this is something else.</summary>
    public static string? VerificationToken(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        return json?.RootElement is { ValueKind: JsonValueKind.Object } o && !o.TryGetProperty("event_type", out _)
            && o.TryGetProperty("verification_token", out var token) && DeliveryIds.Text(token) is { Length: > 0 and <= 200 } text ? text : null;
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Length > Longest) return null;
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
