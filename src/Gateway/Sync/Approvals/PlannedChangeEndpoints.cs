using System.Globalization;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Sync;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync.Approvals;

/// <summary>Approving beforehand: Monday's reorganisation on Friday.</summary>
internal static class PlannedChangeEndpoints
{
    /// <summary>That wait or are open at once: more would be nobody's plan.</summary>
    private const int MostOpen = 100;

    public static void MapPlannedChanges(this IEndpointRouteBuilder app)
    {
        var plans = app.MapGroup("/v1/planned-changes").WithTags("Syncs");
        plans.MapPost("", MakeAsync).RequireAuthorization(Scopes.Approve).WithName("planChange")
            .WithSummary("Approves one content, or limits for a window, beforehand.").ProducesProblem(400).ProducesProblem(409);
        plans.MapPost("/{id}/approve", ApproveAsync).RequireAuthorization(Scopes.Approve).WithName("approvePlannedChange")
            .WithSummary("The second key's word, where two are needed.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        plans.MapDelete("/{id}", CancelAsync).RequireAuthorization(Scopes.Approve).WithName("cancelPlannedChange")
            .WithSummary("Cancels it; what it let through stays.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        plans.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("listPlannedChanges").WithSummary("What was approved beforehand, newest first.").ProducesProblem(400);
        plans.MapGet("/{id}", GetAsync).RequireAuthorization(Scopes.Read).WithName("getPlannedChange").WithSummary("One of them: how much is used, and the runs that it let through.").ProducesProblem(404);
    }

    private static async Task<Results<Created<PlannedChangeView>, Accepted<PlannedChangeView>, Problem>> MakeAsync(
        PlanChange request, HttpContext context, LedgerWriter ledger, IOptions<SyncOptions> options, SyncSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (request.Check(now) is { } invalid) return invalid;
        var (voice, two) = (Voice.Of(context), options.Value.Guard.Approvals == 2);
        var row = new PlannedChangeRow
        {
            From = (request.From ?? now).ToUniversalTime(), Until = request.Until!.Value.ToUniversalTime(), Reason = request.Reason!.Trim(), MadeAt = now, MadeBy = voice.Actor, MadeVoice = voice.Key,
            ContentHash = request.ContentHash, Limits = request.LimitsByRule is { } limits ? StoredContent.Text(limits) : null, Also = request.AlsoRules is { } also ? StoredContent.Text(also) : null,
            ApprovedAt = two ? null : now,
        };
        await using var write = await ledger.BeginAsync(cancellationToken);
        var open = await write.Db.Set<PlannedChangeRow>().AsNoTracking().Where(p => p.CancelledAt == null && p.Until > now).ToListAsync(cancellationToken);
        if (open.Count >= MostOpen) return new Problem(ProblemKind.Conflict, $"There are {MostOpen} already that wait or are open. Cancel some.");
        // Two windows with limits at once, and nobody could say which of them is used up.
        if (row.Limits is not null && open.FirstOrDefault(p => p.Limits is not null && p.From < row.Until && row.From < p.Until) is { } other)
            return new Problem(ProblemKind.Conflict, $"{PlannedChangeBook.IdOf(other.Id)} has limits for some of these days. Cancel it, or choose other days.");

        write.Db.Add(row);
        await write.Db.SaveChangesAsync(cancellationToken);
        Note(write, row, "plan.make", row.MadeBy, row.Reason, now);
        await write.CommitAsync(cancellationToken);
        signal.Wake();
        var (path, view) = ($"/v1/planned-changes/{PlannedChangeBook.IdOf(row.Id)}", PlannedChangeView.Of(row, now, contentAccepted: false));
        return two ? TypedResults.Accepted(path, view) : TypedResults.Created(path, view);
    }

    private static async Task<Results<Ok<PlannedChangeView>, Problem>> ApproveAsync(
        string id, ApprovePlan? request, HttpContext context, LedgerWriter ledger, SyncSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Reasons.Optional(request?.Reason) is { } invalid) return invalid;
        var voice = Voice.Of(context);
        await using var write = await ledger.BeginAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (await FindAsync(write.Db, id, cancellationToken) is not { } row) return NoPlan();
        if (row.CancelledAt is not null || row.Until <= now) return new Problem(ProblemKind.Conflict, "It is cancelled, or its window is over. Make a new one.");
        if (row.ApprovedAt is not null) return new Problem(ProblemKind.Conflict, "It is approved already.");
        if (row.MadeVoice == voice.Key) return new Problem(ProblemKind.AnotherKeyNeeded, "This key has made it. One more approval is needed, by another key.");

        (row.ApprovedAt, row.ApprovedBy, row.ApprovalReason) = (now, voice.Actor, request?.Reason?.Trim());
        Note(write, row, "plan.approve", voice.Actor, row.ApprovalReason, now);
        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return TypedResults.Ok(PlannedChangeView.Of(row, now, contentAccepted: false));
    }

    private static async Task<Results<NoContent, Problem>> CancelAsync(
        string id, string? reason, HttpContext context, LedgerWriter ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Reasons.Optional(reason) is { } invalid) return invalid;
        await using var write = await ledger.BeginAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (await FindAsync(write.Db, id, cancellationToken) is not { } row) return NoPlan();
        if (row.CancelledAt is not null || row.Until <= now) return new Problem(ProblemKind.Conflict, "It is cancelled, or its window is over.");
        (row.CancelledAt, row.CancelledBy, row.CancelReason) = (now, SyncEndpoints.Actor(context), reason?.Trim());
        Note(write, row, "plan.cancel", row.CancelledBy, row.CancelReason, now);
        await write.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Page<PlannedChangeView>>, Problem>> ListAsync(
        int? limit, string? after, IDbContextFactory<GatewayDb> contexts, TimeProvider time, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        var before = long.MaxValue;
        if (page.After is not null && !long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out before)) return PageRequest.BadCursor();

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<PlannedChangeRow>().AsNoTracking().Where(p => p.Id < before).OrderByDescending(p => p.Id).Take(page.Limit + 1)
            .Select(p => new { Row = p, Accepted = db.Set<RunRow>().Any(r => r.PlanId == p.Id && r.AcceptedAt != null) }).ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        return TypedResults.Ok(new Page<PlannedChangeView>(
            [.. rows.Take(page.Limit).Select(r => PlannedChangeView.Of(r.Row, now, r.Accepted))],
            rows.Count > page.Limit ? Cursor.Of(rows[page.Limit - 1].Row.Id.ToString(CultureInfo.InvariantCulture)) : null));
    }

    private static async Task<Results<Ok<PlannedChangeView>, Problem>> GetAsync(
        string id, IDbContextFactory<GatewayDb> contexts, GuardSettings guard, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(db, id, cancellationToken) is not { } row) return NoPlan();
        var now = time.GetUtcNow();
        var runs = await db.Set<RunRow>().AsNoTracking().Where(r => r.PlanId == row.Id && !r.DryRun).OrderByDescending(r => r.Id).Take(100)
            .Select(r => new { r.Id, Accepted = r.AcceptedAt != null }).ToListAsync(cancellationToken);
        var open = row is { Limits: not null, ApprovedAt: not null, CancelledAt: null } && row.From <= now && row.Until > now;
        return TypedResults.Ok(PlannedChangeView.Of(
            row, now, runs.Any(r => r.Accepted), open ? await UsedAsync(db, row, guard, now, cancellationToken) : null, [.. runs.Select(r => RunView.IdOf(r.Id))]));
    }

    private static async Task<IReadOnlyDictionary<string, int>?> UsedAsync(GatewayDb db, PlannedChangeRow row, GuardSettings guard, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var history = await SyncHistory.LoadAsync(db, guard, now, cancellationToken);
        return history.Accepted is { } accepted ? PlannedChanges.Used(await PlannedChangeBook.LimitsAsync(db, row, accepted, cancellationToken), accepted, guard) : null;
    }

    private static Task<PlannedChangeRow?> FindAsync(GatewayDb db, string id, CancellationToken cancellationToken) =>
        PlannedChangeBook.ParseId(id) is { } number
            ? db.Set<PlannedChangeRow>().SingleOrDefaultAsync(p => p.Id == number, cancellationToken)
            : Task.FromResult<PlannedChangeRow?>(null);

    private static void Note(LedgerWrite write, PlannedChangeRow row, string action, string actor, string? reason, DateTimeOffset now) => write.Db.Audit.Add(new AuditEntry
    {
        At = now, Actor = actor, Action = action, Subject = PlannedChangeBook.IdOf(row.Id), Reason = reason,
        Detail = StoredContent.Text(new { row.From, row.Until, row.ContentHash, limits = row.Limits is null ? null : PlannedChangeBook.LimitsOf(row), also = row.Also is null ? null : PlannedChangeBook.AlsoOf(row) }),
    });

    private static Problem NoPlan() => Problem.NotFound("There is no planned change of this id.");
}
