using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Membership.Fold;
using Gateway.Rules;
using Microsoft.Extensions.Options;

namespace Gateway.Intake;

/// <summary>Many events in one request: good ones are kept, each bad one fails alone.</summary>
internal static class BatchEndpoint
{
    /// <summary>The most events in a batch.</summary>
    public const int Most = 5000;

    private const string Lines = "application/x-ndjson";

    public static async Task<IResult> PostAsync(
        HttpContext context, string? source, EventAppender log, ILogStore store, RulesInForce rules, IOptions<LimitsOptions> limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var (speaker, refusal) = CallerSource.Of(context.User, source, rules);
        if (refusal is not null) return refusal;
        var mediaType = MediaType.Of(context.Request);
        if (mediaType is not (MediaTypeNames.Application.Json or Lines or CloudEvents.Batched))
            return new Problem(ProblemKind.MediaTypeUnsupported, $"Send {MediaTypeNames.Application.Json}, {Lines} or {CloudEvents.Batched}.");

        using var body = await Body.ReadAsync(context.Request, (int)limits.Value.Batch, cancellationToken);
        if (body is null) return new Problem(ProblemKind.TooLarge, $"A batch has at most {limits.Value.Batch} bytes.");

        var errors = new Errors();
        var door = new Door(speaker!, limits.Value, time.GetUtcNow(), rules.ZoneOf(speaker!));
        var received = mediaType == Lines ? door.OfLines(body.Bytes) : door.OfArray(body.Bytes, enveloped: mediaType == CloudEvents.Batched, errors);
        if (errors.Any) return Problem.Invalid(errors.ToDictionary());
        if (received is null) return new Problem(ProblemKind.TooLarge, $"A batch has at most {Most} events.");

        var valid = received.OfType<Received.Valid>().Select(v => v.Event).ToList();
        IReadOnlyList<Appended> appended;
        try
        {
            appended = await log.AppendAsync(valid, cancellationToken);
        }
        catch (LogUnavailableException)
        {
            Counted.Refused(speaker!, Counted.Unavailable, valid.Count);
            return EventEndpoints.Unavailable();
        }

        foreach (var a in appended) Counted.Outcome(speaker!, a.Outcome);
        Counted.Refused(speaker!, Counted.Invalid, received.Count - valid.Count);
        return TypedResults.Json(new BatchAnswer(Answers(speaker!, received, appended, store, rules, time.GetUtcNow())), IntakeJson.Default.BatchAnswer);
    }

    private static List<BatchItem> Answers(
        string source, List<Received> received, IReadOnlyList<Appended> appended, ILogStore store, RulesInForce rules, DateTimeOffset now)
    {
        var items = new List<BatchItem>(received.Count);
        var next = 0;
        using var states = new EventStates(store, rules, now);
        foreach (var r in received)
        {
            items.Add(r switch
            {
                Received.Valid v => Answer(source, v.Event, appended[next++], states),
                Received.Invalid i => new BatchItem { Status = 400, Title = ProblemKind.Invalid.Title, Errors = i.Errors.ToDictionary() },
                _ => throw new InvalidOperationException("A closed family has no other case."),
            });
        }

        return items;
    }

    private static BatchItem Answer(string source, NewEvent e, Appended appended, EventStates states) => appended.Outcome switch
    {
        AppendOutcome.Appended => new BatchItem
        {
            Status = 202, Source = source, Id = e.Event.Id, Sequence = appended.Sequence, State = EventAccepted.NameOf(EventState.Accepted), Duplicate = false,
        },
        AppendOutcome.Duplicate => new BatchItem
        {
            Status = 200, Source = source, Id = e.Event.Id, Sequence = appended.Sequence, State = EventAccepted.NameOf(states.Of(e.Event)), Duplicate = true,
        },
        AppendOutcome.Conflict => new BatchItem { Status = 409, Source = source, Id = e.Event.Id, Title = ProblemKind.EventConflict.Title },
        _ => new BatchItem { Status = 400, Source = source, Id = e.Event.Id, Title = "The store cannot hold this event." },
    };

    /// <summary>Reads the events of one request. The default <c>occurredAt</c> is one microsecond later for each next event.</summary>
    private sealed class Door(string source, LimitsOptions limits, DateTimeOffset receivedAt, TimeZoneInfo zone)
    {
        private long _index;

        private DateTimeOffset Next => receivedAt.AddTicks(10 * _index++);

        /// <summary>Null: more than <see cref="Most"/>.</summary>
        public List<Received>? OfLines(ReadOnlyMemory<byte> utf8)
        {
            var received = new List<Received>();
            while (!utf8.IsEmpty)
            {
                var end = utf8.Span.IndexOf((byte)'\n');
                var line = end < 0 ? utf8 : utf8[..end];
                utf8 = end < 0 ? default : utf8[(end + 1)..];
                if (line.Span.Trim(" \t\r"u8).IsEmpty) continue;
                if (received.Count == Most) return null;
                received.Add(TooLong(line.Length) ?? EventIntake.Receive(source, line, null, Next, limits.Depth, zone));
            }

            return received;
        }

        /// <summary>Null: more than <see cref="Most"/>, or no array at all, which <paramref name="errors"/> tells.</summary>
        public List<Received>? OfArray(ReadOnlyMemory<byte> utf8, bool enveloped, Errors errors)
        {
            using var document = EventIntake.Parse(utf8, errors, limits.Depth + (enveloped ? 2 : 1));
            if (document is null) return null;
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                errors.Add("$", "A batch is a JSON array of events.");
                return null;
            }

            if (document.RootElement.GetArrayLength() > Most) return null;
            var received = new List<Received>(document.RootElement.GetArrayLength());
            foreach (var item in document.RootElement.EnumerateArray())
                received.Add(TooLong(JsonSize(item)) ?? (enveloped
                    ? EventEndpoints.Enveloped(source, item, Next, limits.Depth, zone)
                    : EventIntake.Receive(source, item, null, Next, zone, new Errors())));
            return received;
        }

        private Received.Invalid? TooLong(long bytes)
        {
            if (bytes <= limits.Event) return null;
            var errors = new Errors();
            errors.Add("$", string.Create(CultureInfo.InvariantCulture, $"An event has at most {limits.Event} bytes."));
            return new Received.Invalid(errors);
        }

        private static long JsonSize(JsonElement item) => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(item).Length;
    }
}
