using System.Globalization;
using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Intake;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>What webhooks delivered and what came of it, for whoever looks after the sources.</summary>
public static class DeliveryEndpoints
{
    public static void MapDeliveries(this IEndpointRouteBuilder app)
    {
        var deliveries = app.MapGroup("/v1/deliveries").WithTags("Deliveries");
        deliveries.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("listDeliveries")
            .WithSummary("Deliveries of webhooks, the latest first, without what they say.").ProducesProblem(400);
        deliveries.MapGet("/{id}", GetAsync).RequireAuthorization(Scopes.Read).WithName("getDelivery")
            .WithSummary("One of them: why it is parked, what is wrong with it, and the events that came of it.").ProducesProblem(404);
        deliveries.MapGet("/{id}/body", BodyAsync).RequireAuthorization(Scopes.Operate).WithName("getDeliveryBody")
            .WithSummary("Exactly what was delivered. Noted in the audit.").Produces(200, contentType: "application/octet-stream").ProducesProblem(404);
        deliveries.MapPost("/{id}/replay", ReplayOneAsync).RequireAuthorization(Scopes.Operate).WithName("replayDelivery")
            .WithSummary("Has it mapped again by today's script and settings; one that was stale too.")
            .Produces<DeliveryDetail>(202).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
        deliveries.MapPost("/replay", ReplayAsync).RequireAuthorization(Scopes.Operate).WithName("replayDeliveries")
            .WithSummary("Has several mapped again; what still cannot be is parked again.").ProducesProblem(400).ProducesProblem(503)
            .WithRequestTimeout(LimitsExtensions.LongTimeout);
    }

    /// <param name="source">Only of this source.</param>
    /// <param name="state">received, waiting, parked or mapped.</param>
    /// <param name="reason">Only those that are parked or wait for this.</param>
    /// <param name="limit">1 to 500; default 50.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    private static async Task<Results<Ok<Page<DeliveryView>>, Problem>> ListAsync(
        string? source, string? state, string? reason, int? limit, string? after, IDbContextFactory<GatewayDb> contexts, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        var before = long.MaxValue;
        if (page.After is not null && !long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out before)) return PageRequest.BadCursor();
        var wanted = state is null ? null : DeliveryView.StateOf(state);
        if (state is not null && wanted is null) return NoState();

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await Chosen(db, source, wanted, reason).Where(d => d.Sequence < before).OrderByDescending(d => d.Sequence).Take(page.Limit + 1)
            .Select(WithoutContent).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<DeliveryView>([.. rows.Take(page.Limit).Select(DeliveryView.Of)], rows.Count > page.Limit ? Cursor.Of(DeliveryIds.Of(rows[page.Limit - 1].Sequence)) : null));
    }

    private static async Task<Results<Ok<DeliveryDetail>, Problem>> GetAsync(string id, IDbContextFactory<GatewayDb> contexts, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await FindAsync(db, id, cancellationToken) is { } row ? TypedResults.Ok(await DetailAsync(db, row, cancellationToken)) : NoDelivery();
    }

    private static async Task<IResult> BodyAsync(HttpContext context, string id, LedgerWriter ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        if (await FindAsync(write.Db, id, cancellationToken) is not { } row) return NoDelivery();
        if (row.Body is null) return Problem.NotFound("Its body is no longer kept (Gateway:Webhooks:Retention).");
        Audit(write, context, "delivery.read", row, time);
        await write.CommitAsync(cancellationToken);
        // Whatever it says it is, no browser is to run it here.
        context.Response.Headers[HeaderNames.ContentSecurityPolicy] = "sandbox";
        return TypedResults.Bytes(row.Body, "application/octet-stream", $"delivery-{row.Sequence}");
    }

    private static async Task<IResult> ReplayOneAsync(HttpContext context, string id, LedgerWriter ledger, DeliveryKeeper keeper, TimeProvider time, CancellationToken cancellationToken)
    {
        await using (var write = await ledger.BeginAsync(cancellationToken))
        {
            if (DeliveryIds.Read(id) is not { } sequence || await write.Db.Deliveries.SingleOrDefaultAsync(d => d.Sequence == sequence, cancellationToken) is not { } row) return NoDelivery();
            if (row.Body is null) return new Problem(ProblemKind.Conflict, "Its body is no longer kept (Gateway:Webhooks:Retention), so that there is nothing to map.");
            Audit(write, context, "delivery.replay", row, time);
            Release(row, time.GetUtcNow());
            var detail = await DetailAsync(write.Db, row, cancellationToken);
            await write.CommitAsync(cancellationToken);
            keeper.Tell();
            return TypedResults.Accepted($"/v1/deliveries/{id}", detail);
        }
    }

    private static async Task<Results<Ok<ReplayAnswer>, Problem>> ReplayAsync(
        ReplayDeliveries request, HttpContext context, LedgerWriter ledger, IDbContextFactory<GatewayDb> contexts, DeliveryMapper mapper, DeliveryKeeper keeper, TimeProvider time, CancellationToken cancellationToken)
    {
        var state = request.State is null ? DeliveryState.Parked : DeliveryView.StateOf(request.State);
        if (Wrong(request, state) is { } wrong) return wrong;
        if (request.DryRun)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var (found, missing) = await ChooseAsync(db.Deliveries.AsNoTracking(), request, state!.Value, cancellationToken);
            var tried = new List<ReplayResult>();
            foreach (var row in found) tried.Add(row.Body is null ? Pruned(row) : Tried(row, await mapper.DecideAsync(row, cancellationToken)));
            return TypedResults.Ok(new ReplayAnswer(true, [.. tried, .. missing]));
        }

        await using var write = await ledger.BeginAsync(cancellationToken);
        var (chosen, unknown) = await ChooseAsync(write.Db.Deliveries, request, state!.Value, cancellationToken);
        var results = new List<ReplayResult>();
        foreach (var row in chosen)
        {
            if (row.Body is not null)
            {
                Audit(write, context, "delivery.replay", row, time);
                Release(row, time.GetUtcNow());
            }

            results.Add(row.Body is null ? Pruned(row) : new ReplayResult(DeliveryIds.Of(row.Sequence), "replayed"));
        }

        await write.CommitAsync(cancellationToken);
        keeper.Tell();
        return TypedResults.Ok(new ReplayAnswer(false, [.. results, .. unknown]));
    }

    private static Problem? Wrong(ReplayDeliveries request, DeliveryState? state)
    {
        var errors = new Errors();
        if (state is null or DeliveryState.Received) errors.Add("state", "One of parked, waiting, mapped.");
        if (request.Limit is < 1 or > PageRequest.Most) errors.Add("limit", $"Between 1 and {PageRequest.Most}.");
        if (request.Ids is { Count: 0 or > PageRequest.Most }) errors.Add("ids", $"Between 1 and {PageRequest.Most} ids.");
        if (request.Ids is not null && (request.Source ?? request.State ?? request.Reason) is not null) errors.Add("ids", "Give either ids, or source, state and reason.");
        return errors.Any ? Problem.Invalid(errors.ToDictionary()) : null;
    }

    private static async Task<(List<DeliveryRow> Found, IEnumerable<ReplayResult> Missing)> ChooseAsync(
        IQueryable<DeliveryRow> deliveries, ReplayDeliveries request, DeliveryState state, CancellationToken cancellationToken)
    {
        if (request.Ids is null)
        {
            return (await deliveries.Where(d => (request.Source == null || d.Source == request.Source) && d.State == state && (request.Reason == null || d.Reason == request.Reason))
                .OrderBy(d => d.Sequence).Take(request.Limit ?? 100).ToListAsync(cancellationToken), []);
        }

        var ids = request.Ids.Select(i => i is null ? null : DeliveryIds.Read(i)).OfType<long>().Distinct().ToList();
        var found = await deliveries.Where(d => ids.Contains(d.Sequence)).OrderBy(d => d.Sequence).ToListAsync(cancellationToken);
        var there = found.Select(d => DeliveryIds.Of(d.Sequence)).ToHashSet(StringComparer.Ordinal);
        return (found, request.Ids.Where(i => i is not null && !there.Contains(i)).Distinct(StringComparer.Ordinal).Select(i => new ReplayResult(Errors.Cut(i), "notFound")));
    }

    private static ReplayResult Tried(DeliveryRow row, Decision decision) => decision switch
    {
        Decision.Mapped mapped => new ReplayResult(DeliveryIds.Of(row.Sequence), "mapped", mapped.Events.Count),
        Decision.Parked parked => new ReplayResult(DeliveryIds.Of(row.Sequence), "parked", Reason: parked.Code),
        Decision.Later later => new ReplayResult(DeliveryIds.Of(row.Sequence), "waiting", Reason: later.Code),
        _ => throw new InvalidOperationException("A closed family has no other case."),
    };

    private static ReplayResult Pruned(DeliveryRow row) => new(DeliveryIds.Of(row.Sequence), "pruned");

    /// <summary>As if it had just come, but for when it did.</summary>
    private static void Release(DeliveryRow row, DateTimeOffset now)
    {
        (row.State, row.Attempts, row.TriedSince, row.NextAt) = (DeliveryState.Received, 0, Micros.Cut(now), null);
        (row.Reason, row.ReasonText, row.Errors) = (null, null, null);
        row.Revision++;
    }

    private static void Audit(LedgerWrite write, HttpContext context, string action, DeliveryRow row, TimeProvider time) => write.Db.Audit.Add(new AuditEntry
    {
        At = time.GetUtcNow(), Actor = context.User.Actor!, Action = action, Subject = DeliveryIds.Of(row.Sequence),
        Detail = JsonSerializer.Serialize(new { source = row.Source, state = DeliveryView.NameOf(row.State), reason = row.Reason }),
    });

    private static IQueryable<DeliveryRow> Chosen(GatewayDb db, string? source, DeliveryState? state, string? reason) => db.Deliveries.AsNoTracking()
        .Where(d => (source == null || d.Source == source) && (state == null || d.State == state) && (reason == null || d.Reason == reason));

    private static System.Linq.Expressions.Expression<Func<DeliveryRow, DeliveryRow>> WithoutContent => d => new DeliveryRow
    {
        Sequence = d.Sequence, Source = d.Source, VendorId = d.VendorId, State = d.State, ReceivedAt = d.ReceivedAt, ContentType = d.ContentType, Headers = "{}", Bytes = d.Bytes, Trusted = d.Trusted,
        Reason = d.Reason, Attempts = d.Attempts, TriedSince = d.TriedSince, NextAt = d.NextAt, DecidedAt = d.DecidedAt,
    };

    private static async Task<DeliveryRow?> FindAsync(GatewayDb db, string id, CancellationToken cancellationToken) =>
        DeliveryIds.Read(id) is { } sequence ? await db.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Sequence == sequence, cancellationToken) : null;

    private static async Task<DeliveryDetail> DetailAsync(GatewayDb db, DeliveryRow row, CancellationToken cancellationToken) => DeliveryDetail.Of(
        row, await db.DeliveryEvents.AsNoTracking().Where(e => e.Delivery == row.Sequence && e.EventId != null).OrderBy(e => e.Number).Select(e => e.EventId!).ToListAsync(cancellationToken));

    private static Problem NoDelivery() => Problem.NotFound("There is no delivery of this id. GET /v1/deliveries lists them.");

    private static Problem NoState() => Problem.Invalid("state", "One of received, waiting, parked, mapped.");
}
