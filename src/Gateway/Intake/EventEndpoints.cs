using System.Net.Mime;
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
        HttpContext context, string? source, EventAppender log, LogFile file, RulesInForce rules, IOptions<LimitsOptions> limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var (speaker, received, refusal) = await ReceiveAsync(context, source, rules, limits.Value, time, cancellationToken);
        if (refusal is not null) return refusal;
        if (received is Received.Invalid invalid) return Problem.Invalid(invalid.Errors.ToDictionary());

        var @event = ((Received.Valid)received!).Event;
        Appended appended;
        try
        {
            appended = (await log.AppendAsync([@event], cancellationToken))[0];
        }
        catch (LogUnavailableException)
        {
            return Unavailable();
        }

        return Answer(context, speaker!, @event, appended, file, rules, time);
    }

    private static IResult Answer(HttpContext context, string source, NewEvent @event, Appended appended, LogFile file, RulesInForce rules, TimeProvider time)
    {
        var id = @event.Event.Id;
        context.Response.Headers.Location = $"/v1/events/{Uri.EscapeDataString(source)}/{Uri.EscapeDataString(id)}";
        switch (appended.Outcome)
        {
            case AppendOutcome.Appended:
                Telemetry.EventsAccepted.Add(1, new KeyValuePair<string, object?>("source", source));
                return Json(new EventAccepted(source, id, appended.Sequence, EventAccepted.NameOf(EventState.Accepted), false), StatusCodes.Status202Accepted);
            case AppendOutcome.Duplicate:
                var state = EventStates.Of(@event.Event, file, rules, time.GetUtcNow());
                return Json(new EventAccepted(source, id, appended.Sequence, EventAccepted.NameOf(state), true), StatusCodes.Status200OK);
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
        var errors = new Errors();
        var binary = CloudEvents.IsBinary(context.Request.Headers, errors);
        if (errors.Any) return (source, new Received.Invalid(errors), null);
        return (source, mediaType == CloudEvents.Structured
            ? Enveloped(source!, body.Bytes, time.GetUtcNow(), limits.Depth)
            : EventIntake.Receive(source!, body.Bytes, IdOf(context.Request.Headers, binary), time.GetUtcNow(), limits.Depth), null);
    }

    private static Received Enveloped(string source, ReadOnlyMemory<byte> utf8, DateTimeOffset receivedAt, int depth)
    {
        var errors = new Errors();
        using var envelope = EventIntake.Parse(utf8, errors, depth);
        if (envelope is null || CloudEvents.Open(envelope.RootElement, errors) is not var (owned, data, id)) return new Received.Invalid(errors);
        using (owned) return EventIntake.Receive(source, data, id, receivedAt, errors);
    }

    /// <summary>The id that a header gives, for a body that has none.</summary>
    private static string? IdOf(IHeaderDictionary headers, bool binary) =>
        (binary ? First(headers, "ce-id") : null) ?? First(headers, "webhook-id") ?? First(headers, "Idempotency-Key");

    private static string? First(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value.ToString()) ? value.ToString() : null;

    internal static Problem Unavailable() =>
        new(ProblemKind.StorageUnavailable, "Nothing was stored. Send the same request again.") { RetryAfter = TimeSpan.FromSeconds(2) };

    private static IResult Json(EventAccepted body, int status) => TypedResults.Json(body, IntakeJson.Default.EventAccepted, statusCode: status);

    private static IResult Json(EventValid body, int status) => TypedResults.Json(body, IntakeJson.Default.EventValid, statusCode: status);
}
