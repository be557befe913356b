using System.Text.Json.Serialization;
using Gateway.Aggregation;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync.Composing;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Approvals;

/// <summary>Asks for everybody else to be sent.</summary>
/// <param name="Reason">Why; 1 to 2,000 characters, kept in the audit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SendRestOfRun(string? Reason);

/// <summary>Sends everybody whom a hold is not about, and leaves the held as they were accepted last. Who is held stays so: the next run asks about them again.</summary>
internal static class SendRestEndpoint
{
    public static void MapSendRest(this RouteGroupBuilder runs) =>
        runs.MapPost("/{id}/send-rest", SendAsync).RequireAuthorization(Scopes.Approve).WithName("sendRestOfSync")
            .WithSummary("Sends everybody else now, and keeps the held people and teams as they were accepted last.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);

    private static async Task<Results<Accepted<RunView>, Problem>> SendAsync(
        string id, SendRestOfRun request, HttpContext context, IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, CompanyComposer company, GuardSettings guard, SyncSignal signal,
        TimeProvider time, CancellationToken cancellationToken)
    {
        if (Reasons.Check(request.Reason) is { } invalid) return invalid;
        if (RunView.ParseId(id) is not { } runId) return SyncEndpoints.NoRun(id);

        // Load
        await using var read = await contexts.CreateDbContextAsync(cancellationToken);
        if (await read.Set<RunRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) is not { } held) return SyncEndpoints.NoRun(id);
        var history = await SyncHistory.LoadAsync(read, guard, time.GetUtcNow(), cancellationToken);
        if (!SendRest.IsOpen(held, history)) return NotHeld(held);

        // Decide
        var back = await SendRest.HeldAsync(read, runId, history, cancellationToken);
        if (back.NotAboutAnybody.Count > 0 || history.Accepted is not { } accepted)
            return NotPartable(back.NotAboutAnybody, $"It is held for {string.Join(", ", back.NotAboutAnybody)}, which is not about some people or teams that could stay as they were.");
        try
        {
            var today = await company.ComposeAsync(new(null, null, accepted) { ForARun = true }, cancellationToken);
            if (SnapshotDiff.Between(accepted, Rest.Of(accepted, today.Snapshot, back.Subjects).Snapshot).IsEmpty())
                return NotPartable([], "Without those who are held, nothing is different from what was accepted last: there is no rest to be sent.");
        }
        catch (CutFailedException)
        {
            return new Problem(ProblemKind.Unavailable, "Today's company cannot be read: a record cannot be worked out. See the gateway's log.");
        }

        // Record
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (db, now, actor) = (write.Db, time.GetUtcNow(), SyncEndpoints.Actor(context));
        if (await RunSteps.IsPausedAsync(db, now, cancellationToken)) return new Problem(ProblemKind.Conflict, "Syncs are paused. Resume them first.");
        var current = await db.Set<RunRow>().AsNoTracking().SingleAsync(r => r.Id == runId, cancellationToken);
        if (current.State != held.State) return NotHeld(current);
        var run = new RunRow { State = RunState.Queued, Trigger = RunTrigger.SendRest, RequestedBy = actor, CreatedAt = now, RestOfRunId = runId };
        db.Add(run);
        await db.SaveChangesAsync(cancellationToken);
        db.Audit.Add(new AuditEntry
        {
            At = now, Actor = actor, Action = "sync.send_rest", Subject = RunView.IdOf(runId), Reason = request.Reason!.Trim(),
            Detail = StoredContent.Text(new { run = RunView.IdOf(run.Id), members = back.Subjects.Members.Count, teams = back.Subjects.Teams.Count }),
        });
        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return TypedResults.Accepted($"/v1/syncs/{RunView.IdOf(run.Id)}", RunView.Of(run));
    }

    private static Problem NotHeld(RunRow run) =>
        new(ProblemKind.Conflict, $"The run is {RunView.NameOf(run.State)}; there is a rest to be sent only while it is held, or its rejection stands.");

    private static Problem NotPartable(IReadOnlyList<string> rules, string detail) =>
        new(ProblemKind.NotPartable, detail) { More = new Dictionary<string, object?>(StringComparer.Ordinal) { ["rules"] = rules } };
}

/// <summary>Reasons that are needed.</summary>
internal static class Reasons
{
    public static Problem? Check(string? reason) => string.IsNullOrWhiteSpace(reason) ? Problem.Invalid("reason", "Say why: it is kept in the audit.") : Optional(reason);

    public static Problem? Optional(string? reason) => reason?.Length > 2000 ? Problem.Invalid("reason", "At most 2,000 characters.") : null;
}
