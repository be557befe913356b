using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Upstream;

/// <summary>A person's word on what became of a run in Workleap, which has no call that tells: they looked at its sync history.</summary>
internal static class UpstreamDecisions
{
    private const string Applied = "applied";
    private const string Rejected = "rejected";
    private const string NotApplied = "not_applied";

    public static void MapUpstream(this RouteGroupBuilder runs) =>
        runs.MapPost("/{id}/settle", SettleAsync).RequireAuthorization(Scopes.Approve).WithName("settleSync")
            .WithSummary("Says what became of a run in Workleap: applied, rejected (and with it what it would take away), or not applied.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);

    private static async Task<Results<Ok<RunView>, Problem>> SettleAsync(
        string id, SettleRun request, HttpContext context, LedgerWriter ledger, SyncSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.Check() is { } invalid) return invalid;
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (db, now, actor) = (write.Db, time.GetUtcNow(), context.User.Actor ?? "unknown");
        if (RunView.ParseId(id) is not { } runId || await db.Set<RunRow>().SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) is not { } run) return SyncEndpoints.NoRun(id);
        if (run is not { State: RunState.Processing or RunState.AwaitingUpstreamApproval or RunState.Unknown, SupersededByRunId: null } || run.SendUntil > now)
            return new Problem(ProblemKind.Conflict, $"The run is {RunView.NameOf(run.State)}; only one that is open in Workleap can be settled.");

        (run.WhatToDo, run.DecidedBy, run.DecisionReason) = (null, actor, request.Reason?.Trim());
        switch (request.Outcome)
        {
            case Applied:
                await run.AcceptAsync(db, RunState.Accepted, "A person saw that Workleap applied it.", now, cancellationToken);
                break;
            case Rejected:
                run.End(RunState.Rejected, now, "It was rejected in Workleap.");
                (run.RejectedAt, run.RetryAt) = (now, null);
                break;
            default:
                run.End(RunState.Failed, now, "A person saw that Workleap did not apply it.");
                run.RetryAt = now;
                break;
        }

        db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "sync.settle", Subject = RunView.IdOf(runId), Reason = run.DecisionReason, Detail = StoredContent.Text(new { request.Outcome, run.ContentHash }) });
        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return TypedResults.Ok(RunView.Of(run));
    }

    /// <summary>It waits for an administrator there, and is looked at now and then.</summary>
    public static void AwaitUpstream(this RunRow run, GatewayDb db, string reason, DateTimeOffset now)
    {
        run.End(RunState.AwaitingUpstreamApproval, now, reason);
        run.WhatToDo = "Look at it in Workleap (Settings, Provisioning, Sync history), and approve or reject it there. If it is rejected, or does not settle here by itself, say so: POST /v1/syncs/{id}/settle.";
        run.RetryAt = now + UpstreamSettler.LongestWait;
        db.NotifyAwaiting(run, now);
    }

    internal static Problem? CheckOutcome(string? outcome) =>
        outcome is Applied or Rejected or NotApplied ? null : Problem.Invalid("outcome", $"One of {Applied}, {Rejected}, {NotApplied}: as Workleap's sync history shows it.");
}
