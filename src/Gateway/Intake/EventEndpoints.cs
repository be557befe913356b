using System.Net.Mime;
using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Membership.Fold;
using Gateway.Rules;
using Microsoft.Extensions.Options;

namespace Gateway.Intake;

/// <summary>Events in, one at a time (http-contract, section 2).</summary>
public static class EventEndpoints
{
    public static void MapIntake(this IEndpointRouteBuilder app)
    {
        var events = app.MapGroup("/v1/events").RequireAuthorization(Scopes.Ingest).WithTags("Events in");
        events.MapPost("", PostAsync).WithName("postEvent").WithSummary("Accepts one event.")
            .Accepts<EventDocument>(MediaTypeNames.Application.Json, CloudEvents.Structured)
            .Produces<EventAccepted>(StatusCodes.Status202Accepted).Produces<EventAccepted>()
            .ProducesProblem(400).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(503);
        events.MapPost("/validate", ValidateAsync).WithName("validateEvent").WithSummary("Checks one event and stores nothing.")
            .Accepts<EventDocument>(MediaTypeNames.Application.Json, CloudEvents.Structured)
            .Produces<EventValid>().ProducesProblem(400);
        events.MapPost("/batch", BatchEndpoint.PostAsync).WithName("postEvents").WithSummary("Accepts up to 5,000 events; each has a result of its own.")
            .Accepts<EventDocument[]>(MediaTypeNames.Application.Json, "application/x-ndjson", CloudEvents.Batched)
            .Produces<BatchAnswer>().ProducesProblem(400).ProducesProblem(413).ProducesProblem(415).ProducesProblem(503)
            .WithBodyLimit(BodyLimit.Batch);
    }

    private static async Task<IResult> PostAsync(
        HttpContext context, string? source, EventAppender log, ILogStore store, RulesInForce rules, IOptions<LimitsOptions> limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var (speaker, received, refusal) = await ReceiveAsync(context, source, rules, limits.Value, time, cancellationToken);
        if (refusal is not null) return refusal;
        if (received is Received.Invalid invalid)
        {
            Counted.Refused(speaker!, Counted.Invalid);
            return Problem.Invalid(invalid.Errors.ToDictionary());
        }

        var @event = ((Received.Valid)received!).Event;
        Appended appended;
        try
        {
            appended = (await log.AppendAsync([@event], cancellationToken))[0];
        }
        catch (LogUnavailableException)
        {
            Counted.Refused(speaker!, Counted.Unavailable);
            return Unavailable();
        }

        Counted.Outcome(speaker!, appended.Outcome);
        return AnswerTo(context, speaker!, @event, appended, store, rules, time);
    }

    private static IResult AnswerTo(HttpContext context, string source, NewEvent @event, Appended appended, ILogStore store, RulesInForce rules, TimeProvider time)
    {
        var id = @event.Event.Id;
        if (appended.Outcome != AppendOutcome.Rejected) context.Response.Headers.Location = $"/v1/events/{Uri.EscapeDataString(source)}/{Uri.EscapeDataString(id)}";
        switch (appended.Outcome)
        {
            case AppendOutcome.Appended:
                return Json(new EventAccepted(source, id, appended.Sequence, EventAccepted.NameOf(EventState.Accepted), false), StatusCodes.Status202Accepted);
            case AppendOutcome.Duplicate:
                using (var states = new EventStates(store, rules, time.GetUtcNow()))
                    return Json(new EventAccepted(source, id, appended.Sequence, EventAccepted.NameOf(states.Of(@event.Event)), true), StatusCodes.Status200OK);
            case AppendOutcome.Conflict:
                return new Problem(ProblemKind.EventConflict, "The first one stands. To correct it, send a new event with replaces, or retract it.");
            default:
                return Problem.Invalid("$", "The store cannot hold this event.");
        }
    }

    private static async Task<IResult> ValidateAsync(
        HttpContext context, string? source, RulesInForce rules, IOptions<LimitsOptions> limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var (speaker, received, refusal) = await ReceiveAsync(context, source, rules, limits.Value, time, cancellationToken);
        if (refusal is not null) return refusal;
        return received is Received.Valid valid
            ? Json(new EventValid(true, speaker!, valid.Event.Event.Id, valid.Event.Event.Type), StatusCodes.Status200OK)
            : Problem.Invalid(((Received.Invalid)received!).Errors.ToDictionary());
    }

    private static async Task<(string? Source, Received? Received, IResult? Refusal)> ReceiveAsync(
        HttpContext context, string? asked, RulesInForce rules, LimitsOptions limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var (source, refusal) = CallerSource.Of(context.User, asked, rules);
        if (refusal is not null) return (null, null, refusal);
        var mediaType = MediaType.Of(context.Request);
        if (mediaType is not (MediaTypeNames.Application.Json or CloudEvents.Structured))
            return (null, null, new Problem(ProblemKind.MediaTypeUnsupported, $"Send {MediaTypeNames.Application.Json} or {CloudEvents.Structured}."));

        using var body = await Body.ReadAsync(context.Request, (int)limits.Event, cancellationToken);
        if (body is null) return (null, null, new Problem(ProblemKind.TooLarge, $"An event has at most {limits.Event} bytes."));
        var (now, depth, zone) = (time.GetUtcNow(), limits.Depth, rules.ZoneOf(source!));
        if (mediaType == CloudEvents.Structured) return (source, Enveloped(source!, body.Bytes, now, depth, zone), null);
        var errors = new Errors();
        CloudEvents.CheckHeaders(context.Request.Headers, errors);
        return (source, errors.Any ? new Received.Invalid(errors) : EventIntake.Receive(source!, body.Bytes, IdOf(context.Request.Headers), now, depth, zone), null);
    }

    internal static Received Enveloped(string source, ReadOnlyMemory<byte> utf8, DateTimeOffset receivedAt, int depth, TimeZoneInfo zone)
    {
        var errors = new Errors();
        using var envelope = EventIntake.Parse(utf8, errors, depth + 1);
        return envelope is null ? new Received.Invalid(errors) : Enveloped(source, envelope.RootElement, receivedAt, depth, zone);
    }

    /// <summary>An event in a structured envelope. What is wrong with the event is told at its place inside the envelope.</summary>
    internal static Received Enveloped(string source, JsonElement envelope, DateTimeOffset receivedAt, int depth, TimeZoneInfo zone)
    {
        var errors = new Errors();
        if (CloudEvents.Open(envelope, depth, errors) is not var (owned, data, id)) return new Received.Invalid(errors);
        using (owned)
        {
            var received = EventIntake.Receive(source, data, id, receivedAt, zone, errors);
            return received is Received.Invalid invalid ? new Received.Invalid(invalid.Errors.Inside(owned is null ? "data" : "data_base64")) : received;
        }
    }

    /// <summary>The id that a header gives, for a body that has none.</summary>
    private static string? IdOf(IHeaderDictionary headers) =>
        First(headers, "ce-id") is { } id ? CloudEvents.Decode(id) : First(headers, "webhook-id") ?? First(headers, "Idempotency-Key");

    private static string? First(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value.ToString()) ? value.ToString() : null;

    internal static Problem Unavailable() =>
        new(ProblemKind.StorageUnavailable, "The event log cannot take it now. Send the same request again: should it be there after all, the answer says so.") { RetryAfter = TimeSpan.FromSeconds(2) };

    private static Answer<EventAccepted> Json(EventAccepted body, int status) => new(body, IntakeJson.Default.EventAccepted, status);

    private static Answer<EventValid> Json(EventValid body, int status) => new(body, IntakeJson.Default.EventValid, status);
}
