using System.Globalization;
using Gateway.Aggregation;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Intake;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Resolve;
using Gateway.Rules;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using EventStates = Gateway.Membership.Resolve.EventStates;

namespace Gateway.Operations.Reading;

/// <summary>Accepted events and what they came to (http-contract, section 3).</summary>
internal static class EventEndpoints
{
    /// <summary>How many events one request looks at for a state that few have.</summary>
    private const int MostLookedAt = 20_000;

    private const int Chunk = 500;

    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        var events = app.MapGroup("/v1/events").RequireAuthorization(Scopes.Read).WithTags("Reading");
        events.MapGet("", ListAsync).WithName("listEvents")
            .WithSummary("Accepted events, the latest first, without their content. With a rare state a page may be short, even empty, and yet have a next one.")
            .ProducesProblem(400).ProducesProblem(503);
        events.MapGet("/{source}/{id}", GetAsync).WithName("getEvent").WithSummary("One event with its content and state.").ProducesProblem(404).ProducesProblem(503);
    }

    /// <param name="source">Only of this source.</param>
    /// <param name="type">Only of this type, such as <c>hire</c>.</param>
    /// <param name="subject">Only about this employee number or team id.</param>
    /// <param name="state">Only in this state.</param>
    /// <param name="limit">1 to 500; default 50.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    private static async Task<Results<Ok<Page<EventView>>, Problem>> ListAsync(
        string? source, string? type, string? subject, string? state, int? limit, string? after,
        IDbContextFactory<GatewayDb> logs, IDbContextFactory<ProjectionDb> projections, CompanyReading reading, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        var before = long.MaxValue;
        if (page.After is not null && !long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out before)) return PageRequest.BadCursor();
        if (state is not null && !Enum.GetValues<EventState>().Any(s => EventAccepted.NameOf(s) == state))
            return Problem.Invalid("state", $"One of {string.Join(", ", Enum.GetValues<EventState>().Select(EventAccepted.NameOf))}.");
        if (type is not null && !EventJson.Types.Contains(type)) return Problem.Invalid("type", $"One of {string.Join(", ", EventJson.Types)}.");
        var (company, refusal) = await reading.ReadAsync(null, null, cancellationToken);
        if (company is null) return refusal!;

        await using var log = await logs.CreateDbContextAsync(cancellationToken);
        await using var projection = await projections.CreateDbContextAsync(cancellationToken);
        var found = new List<EventView>();
        var looked = 0;
        while (true)
        {
            var from = before;
            var rows = await log.Events.AsNoTracking()
                .Where(e => e.Sequence < from && (source == null || e.Source == source) && (type == null || e.Type == type))
                .Where(e => subject == null || e.Subject == subject)
                .OrderByDescending(e => e.Sequence).Take(Chunk)
                .Select(e => new Row(e.Sequence, e.Source, e.Id, e.Type, e.Kind, e.Subject, e.OccurredAt, e.ReceivedAt)).ToListAsync(cancellationToken);
            var states = await StatesAsync(log, projection, company, rows, cancellationToken);
            foreach (var row in rows)
            {
                if (state is not null && EventAccepted.NameOf(states[row.Sequence]) != state) continue;
                if (found.Count == page.Limit) return Answer(found, found[^1].Sequence);
                found.Add(View(row, states[row.Sequence]));
            }

            if (rows.Count < Chunk) return Answer(found, null);
            before = rows[^1].Sequence;
            if ((looked += rows.Count) >= MostLookedAt) return Answer(found, before);
        }
    }

    private static async Task<Results<Ok<EventView>, Problem>> GetAsync(
        string source, string id, IDbContextFactory<GatewayDb> logs, CompanyReader facets, CompanyReading reading, RulesInForce rules, CancellationToken cancellationToken)
    {
        (source, id) = (Routes.Value(source), Routes.Value(id));
        await using var log = await logs.CreateDbContextAsync(cancellationToken);
        var key = EventKey.Of(source, id);
        var row = await log.Events.AsNoTracking().SingleOrDefaultAsync(e => e.Key == key && e.Source == source && e.Id == id, cancellationToken);
        if (row is null) return Problem.NotFound("This source has no event of this id.");
        if (row.Payload is null) return TypedResults.Ok(View(new Row(row.Sequence, row.Source, row.Id, row.Type, row.Kind, row.Subject, row.OccurredAt, row.ReceivedAt), EventState.Accepted));

        var zone = rules.ZoneOf(source);
        var @event = EventCodec.Read(source, row.Payload);
        if (@event.Facet is not { } facet) return TypedResults.Ok(EventView.Of(@event, row.Sequence, row.ReceivedAt, EventState.Applied, null, zone));
        var outcome = facets.ReadFacet(facet, null, null)?.Facet.Outcomes.FirstOrDefault(o => o.EventId == id);
        if (facet.Kind == SubjectKind.Team) return TypedResults.Ok(EventView.Of(@event, row.Sequence, row.ReceivedAt, EventStates.OfTeam(outcome), outcome, zone));
        var (company, refusal) = await reading.ReadAsync(null, null, cancellationToken);
        return company is null
            ? refusal!
            : TypedResults.Ok(EventView.Of(@event, row.Sequence, row.ReceivedAt, EventStates.OfMember(outcome, company.ByNumber(source, facet.Subject)), outcome, zone));
    }

    private static Ok<Page<EventView>> Answer(List<EventView> found, long? next) =>
        TypedResults.Ok(new Page<EventView>(found, next is { } place ? Cursor.Of(place.ToString(CultureInfo.InvariantCulture)) : null));

    /// <summary>From the projection: what is not folded as far as the event is <c>accepted</c>.</summary>
    private static async Task<Dictionary<long, EventState>> StatesAsync(
        GatewayDb log, ProjectionDb projection, CompanyIndex company, List<Row> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(r => r.Id).ToList();
        var subjects = rows.Where(r => r.Subject is not null).Select(r => r.Subject!).Distinct(StringComparer.Ordinal).ToList();
        var outcomes = (await projection.Outcomes.AsNoTracking().Where(o => ids.Contains(o.EventId)).ToListAsync(cancellationToken)).ToDictionary(o => (o.Source, o.EventId), o => o.State);
        var folded = (await projection.Facets.AsNoTracking().Where(f => subjects.Contains(f.Subject)).Select(f => new { f.Kind, f.Source, f.Subject, f.FoldedThrough }).ToListAsync(cancellationToken))
            .ToDictionary(f => new FacetKey(f.Kind, f.Source, f.Subject), f => f.FoldedThrough);
        var positions = await log.PositionsAsync([.. rows.Select(r => r.Sequence)], cancellationToken);
        return rows.ToDictionary(r => r.Sequence, r =>
        {
            if (r.Kind is not { } kind) return EventState.Applied;
            if (!folded.TryGetValue(new FacetKey(kind, r.Source, r.Subject!), out var through) || through < positions[r.Sequence]) return EventState.Accepted;
            var outcome = outcomes.TryGetValue((r.Source, r.Id), out var state) ? new EventOutcome(r.Id, state) : null;
            return kind == SubjectKind.Team ? EventStates.OfTeam(outcome) : EventStates.OfMember(outcome, company.ByNumber(r.Source, r.Subject!));
        });
    }

    private static EventView View(Row r, EventState state) => new()
    {
        Source = r.Source,
        Id = r.Id,
        Type = r.Type,
        Sequence = r.Sequence,
        Kind = EventView.KindOf(r.Kind),
        Subject = r.Subject,
        OccurredAt = Micros.ToInstant(r.OccurredAt),
        ReceivedAt = Micros.ToInstant(r.ReceivedAt),
        State = EventAccepted.NameOf(state),
    };

    private sealed record Row(long Sequence, string Source, string Id, string Type, SubjectKind? Kind, string? Subject, long OccurredAt, long ReceivedAt);
}
