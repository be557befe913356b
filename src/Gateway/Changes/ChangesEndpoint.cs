using System.Text.Json;
using Gateway.Edge;
using Microsoft.AspNetCore.Mvc;

namespace Gateway.Changes;

/// <summary>A change as a CloudEvent (1.0, JSON), the data of a server-sent event.</summary>
/// <param name="SpecVersion"><c>1.0</c>.</param>
/// <param name="Id">The same whenever it is told; also the id of the server-sent event, except of <c>changes.reset</c>.</param>
/// <param name="Source">The source that said so; <c>/v1/syncs</c> for what came of a run.</param>
/// <param name="Type"><c>member.hired</c>, <c>member.moved</c>, <c>member.left</c>, <c>member.updated</c>, <c>team.changed</c>, <c>sync.accepted</c>, <c>sync.held</c>, <c>sync.failed</c>, <c>changes.reset</c>.</param>
/// <param name="Subject">The employee, the team or the run.</param>
/// <param name="Time">When it was found or decided.</param>
/// <param name="DataContentType"><c>application/json</c>.</param>
/// <param name="Data">By type; ids, names of fields, numbers and codes, never a personal value. See docs/changes.md.</param>
public sealed record ChangeEvent(
    [property: System.Text.Json.Serialization.JsonPropertyName("specversion")] string SpecVersion, string Id, string Source, string Type, string? Subject, DateTimeOffset Time,
    [property: System.Text.Json.Serialization.JsonPropertyName("datacontenttype")] string DataContentType, JsonElement Data);

/// <summary>The stream over HTTP.</summary>
internal static class ChangesEndpoint
{
    private static readonly TimeSpan RetryWhenFull = TimeSpan.FromSeconds(30);

    public static void MapChanges(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/changes", ListenAsync).RequireAuthorization(Scopes.Read).WithTags("Changes").WithName("listenToChanges")
            .WithSummary("Server-sent events: what changed for whom, and what came of syncs.")
            .Produces<ChangeEvent>(StatusCodes.Status200OK, "text/event-stream").ProducesProblem(400).ProducesProblem(503)
            .DisableRequestTimeout();

    /// <remarks>
    /// Goes on after the change that <c>Last-Event-ID</c> or <c>after</c> names, on any replica; without either, from now on. An id that is not
    /// known any more is answered with one event <c>changes.reset</c>: read the company anew, what follows builds on it. At least once, in order.
    /// </remarks>
    /// <param name="context">The request.</param>
    /// <param name="after">The id of the last change that the caller had. <c>Last-Event-ID</c> counts more: a client that comes back sends it beside the address it began with.</param>
    /// <param name="types">Only these: <c>member.*,sync.accepted</c>.</param>
    /// <param name="lastEventId">As browsers and clients for server-sent events send it when they come back.</param>
    private static async Task<IResult> ListenAsync(
        HttpContext context, string? after, string? types, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, ChangeTail tail, ChangeReader reader,
        ChangeListeners listeners, ChangeListener listener)
    {
        if (TypeFilter.Parse(types) is not { } filter) return Problem.Invalid("types", $"Some of {string.Join(", ", ChangeTypes.All)}, or a family such as member.*.");
        if (string.IsNullOrEmpty(lastEventId) && after is not null && ChangeId.Parse(after) is null) return Problem.Invalid("after", "The id of a change, as it came.");

        var last = string.IsNullOrEmpty(lastEventId) ? after : lastEventId;
        var from = last is null ? new ListenFrom(tail.Current.Through, null) : From(ChangeId.Parse(last), await reader.StateAsync(context.RequestAborted), tail.Current);
        if (!listeners.TryEnter()) return new Problem(ProblemKind.Unavailable, "As many listen already as may: Gateway:Changes:MaxListeners.") { RetryAfter = RetryWhenFull };
        await listener.SendAsync(context, from, filter);
        return TypedResults.Empty;
    }

    private static ListenFrom From(ChangeId? last, StreamState stream, ChangeWindow now) => last switch
    {
        { } id when id.Generation != stream.Generation || id.Number > stream.Last => new ListenFrom(now.Through, ResetReasons.Unknown),
        { } id when id.Number < stream.PrunedThrough => new ListenFrom(now.Through, ResetReasons.Gone),
        { } id => new ListenFrom(id.Number, null),
        null => new ListenFrom(now.Through, ResetReasons.Unknown),
    };
}
