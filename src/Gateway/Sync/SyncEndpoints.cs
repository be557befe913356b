using Gateway.Aggregation;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Sync;
using Gateway.Sync.Adoption;
using Gateway.Sync.Approvals;
using Gateway.Sync.Readings;
using Gateway.Sync.Restoring;
using Gateway.Sync.Todo;
using Gateway.Sync.Upstream;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync;

/// <summary>Runs, over HTTP (http-contract, section 4): starting, pausing and deciding.</summary>
public static class SyncEndpoints
{
    public static void MapSync(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/v1/syncs").WithTags("Syncs");
        runs.MapPost("", StartAsync).RequireAuthorization(Scopes.Operate).WithName("startSync")
            .WithSummary("Makes a snapshot now and, if the guard lets it, sends it.").ProducesProblem(400).ProducesProblem(409);
        runs.MapPost("/{id}/approve", ApproveAsync).RequireAuthorization(Scopes.Approve).WithName("approveSync")
            .WithSummary("Approves a held run: exactly this content is sent.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
        runs.MapPost("/{id}/reject", RejectAsync).RequireAuthorization(Scopes.Approve).WithName("rejectSync")
            .WithSummary("Rejects a held run: nothing that has one of its held changes is sent.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        runs.MapRestore();
        runs.MapSendRest();
        runs.MapUpstream();
        runs.MapRunReading();

        var pause = app.MapGroup("/v1/sync").RequireAuthorization(Scopes.Operate).WithTags("Syncs");
        pause.MapPost("/pause", PauseAsync).WithName("pauseSyncs").WithSummary("Nothing is sent until somebody resumes, or until an instant.").ProducesProblem(400);
        pause.MapPost("/resume", ResumeAsync).WithName("resumeSyncs").WithSummary("Ends a pause.").ProducesProblem(400);
        app.MapAdoption();
        app.MapTeamAliases();
        app.MapPlannedChanges();
        app.MapAccount();
        app.MapTodo();
    }

    private static async Task<Results<Accepted<RunView>, Problem>> StartAsync(
        StartSync? request, HttpContext context, LedgerWriter ledger, SyncSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        var dryRun = request?.DryRun ?? false;
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (db, now) = (write.Db, time.GetUtcNow());
        if (!dryRun && await RunSteps.IsPausedAsync(db, now, cancellationToken))
            return new Problem(ProblemKind.Conflict, "Syncs are paused. Resume them first, or ask for a dry run.");

        // Somebody asked already, and it has not begun: it will see what this one would.
        var run = await db.Set<RunRow>().FirstOrDefaultAsync(r => r.State == RunState.Queued && r.DryRun == dryRun, cancellationToken);
        if (run is null)
        {
            run = new RunRow { State = RunState.Queued, Trigger = RunTrigger.Request, DryRun = dryRun, RequestedBy = Actor(context), CreatedAt = now };
            db.Add(run);
            await db.SaveChangesAsync(cancellationToken);
            db.Audit.Add(new AuditEntry { At = now, Actor = Actor(context), Action = dryRun ? "sync.dry_run" : "sync.start", Subject = RunView.IdOf(run.Id) });
        }

        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return TypedResults.Accepted($"/v1/syncs/{RunView.IdOf(run.Id)}", RunView.Of(run));
    }

    private static async Task<Results<Ok<RunView>, Accepted<RunView>, Problem>> ApproveAsync(
        string id, ApproveRun request, HttpContext context, HoldDecisions holds, CancellationToken cancellationToken)
    {
        if (request.Check() is { } invalid) return invalid;
        if (RunView.ParseId(id) is not { } runId) return NoRun(id);
        HoldOutcome outcome;
        try
        {
            outcome = await holds.ApproveAsync(
                runId, new ApprovalRequest(request.ContentHash!.Trim(), request.BaseHash?.Trim(), request.FirstSync), Voice.Of(context), request.Reason?.Trim(), request.WithoutReading, cancellationToken);
        }
        catch (CutFailedException)
        {
            return new Problem(ProblemKind.Unavailable, "Today's company cannot be read, so the held one cannot be compared with it: a record cannot be worked out. See the gateway's log.");
        }

        return outcome switch
        {
            HoldOutcome.Decided decided => TypedResults.Ok(RunView.Of(decided.Run)),
            HoldOutcome.OneMore first => TypedResults.Accepted($"/v1/syncs/{id}", RunView.Of(first.Run)),
            HoldOutcome.SameKey => new Problem(ProblemKind.AnotherKeyNeeded, "This key has approved it already. One more approval is needed, by another key."),
            HoldOutcome.Moved moved => Moved(moved),
            HoldOutcome.NotYet notYet => NotYet(notYet),
            HoldOutcome.NotAdopted notAdopted => NotAdopted(notAdopted.State),
            HoldOutcome.NotHeld other => NotHeld(other),
            _ => NoRun(id),
        };
    }

    private static async Task<Results<Ok<RunView>, Problem>> RejectAsync(
        string id, RejectRun? request, HttpContext context, HoldDecisions holds, CancellationToken cancellationToken)
    {
        if (request?.Check() is { } invalid) return invalid;
        if (RunView.ParseId(id) is not { } runId) return NoRun(id);
        return await holds.RejectAsync(runId, Actor(context), request?.Reason?.Trim(), cancellationToken) switch
        {
            HoldOutcome.Decided decided => TypedResults.Ok(RunView.Of(decided.Run)),
            HoldOutcome.NotHeld other => NotHeld(other),
            _ => NoRun(id),
        };
    }

    private static async Task<Results<Ok<PauseView>, Problem>> PauseAsync(
        PauseSyncs request, HttpContext context, SyncPause pause, TimeProvider time, CancellationToken cancellationToken) =>
        request.Check(time.GetUtcNow()) is { } invalid
            ? invalid
            : TypedResults.Ok(View(await pause.PauseAsync(request.Reason!.Trim(), request.Until?.ToUniversalTime(), Actor(context), cancellationToken)));

    private static async Task<Results<Ok<PauseView>, Problem>> ResumeAsync(ResumeSyncs? request, HttpContext context, SyncPause pause, CancellationToken cancellationToken) =>
        Reasons.Optional(request?.Reason) is { } invalid ? invalid : TypedResults.Ok(View(await pause.ResumeAsync(Actor(context), request?.Reason?.Trim(), cancellationToken)));

    private static PauseView View(SyncState s) => new(s.PausedAt is not null, s.PauseReason, s.PausedUntil, s.PausedBy, s.PausedAt);

    internal static string Actor(HttpContext context) => context.User.Actor ?? "unknown";

    internal static Problem NoRun(string id) => Problem.NotFound($"There is no run {(id.Length > 40 ? "of this id" : id)}.");

    private static Problem NotHeld(HoldOutcome.NotHeld other) =>
        new(ProblemKind.Conflict, $"The run is {RunView.NameOf(other.State)}; only a held one can be decided. Ask for a new run (POST /v1/syncs) and decide on that.");

    private static Problem NotYet(HoldOutcome.NotYet notYet)
    {
        var wants = new List<string>(2);
        if (notYet.Sources.Count > 0) wants.Add($"the required baseline of {string.Join(", ", notYet.Sources)} has not come since");
        if (notYet.Account is { } problem) wants.Add($"the account could not be read ({problem.TrimEnd('.')}; \"withoutReading\": true goes without)");
        return new(ProblemKind.Conflict, $"The gateway was put back from a backup, and {string.Join("; ", wants)}. When it has, ask for a new run (POST /v1/syncs) and decide on that.");
    }

    private static Problem NotAdopted(AdoptionState state) => state.Problem is { } problem
        ? new(ProblemKind.Conflict, $"The account could not be read ({problem.TrimEnd('.')}), so nobody knows what the first sync would lose there. Try again, or waive the adoption (POST /v1/adoption/waive).")
        : new(ProblemKind.Conflict, $"The account has {state.Open} teams or people that the first sync would lose, and nobody has decided about them. See GET /v1/adoption, decide (POST /v1/adoption/decisions), and ask for a new run.");

    private static Problem Moved(HoldOutcome.Moved moved)
    {
        var more = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (moved.NewRun is { } run) more["newRun"] = RunView.IdOf(run);
        if (moved.Check is ApprovalCheck.WouldTakeAway takes) (more["members"], more["teams"]) = (takes.Members, takes.Teams);
        return moved.Check is ApprovalCheck.FirstSyncNotNamed
            ? Problem.Invalid("firstSync", "This is the first snapshot ever sent: it takes the account over. Look at what the account has that is not in it, and send \"firstSync\": true.")
            : new Problem(ProblemKind.RunMoved, moved.Check switch
            {
                ApprovalCheck.OtherContent => "The contentHash is not that of this run: look at its page again.",
                ApprovalCheck.BaseMoved => "Officevibe accepted another content since this run was held, so that what was shown is not what would happen. Decide on the new run.",
                ApprovalCheck.Expired => "It was held for longer than it may be. Ask for a new run (POST /v1/syncs).",
                _ => "It would take away members or teams that are part of the company today (see members, teams). Decide on the new run.",
            }) { More = more };
    }
}
