using Microsoft.EntityFrameworkCore;

namespace Gateway.EventLog.Ledger;

/// <summary>
/// What a ledger says once it was put back: what was decided, sent and accepted since the backup is not in it. So nothing that waits in it goes on,
/// nothing is sent until somebody resumes, and then only what a person has seen beside the account (<see cref="SyncState.RestoredAt"/>).
/// </summary>
public static class Restoration
{
    /// <summary>Writes it to the context; the caller saves.</summary>
    /// <param name="db">In the transaction of the restore.</param>
    /// <param name="now">By the store's clock.</param>
    /// <param name="reason">Where it comes from, for the audit and whoever wonders why nothing is sent.</param>
    /// <param name="detail">JSON, for the audit.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public static async Task MarkAsync(GatewayDb db, DateTimeOffset now, string reason, string? detail, CancellationToken cancellationToken)
    {
        await PauseAsync(db, now, $"{reason} What was sent since is not known here: resume, look at the run that is then held, and at what it says of the account.", cancellationToken);
        var state = await StateAsync(db, now, cancellationToken);
        state.RestoredAt = now;
        // Whoever still believes that it is the one who sends writes no more.
        state.SenderNumber++;
        db.Audit.Add(new AuditEntry { At = now, Actor = "system", Action = "store.restore", Reason = reason, Detail = detail });
        // What was approved beforehand may have been cancelled, or used, since.
        foreach (var plan in await db.Set<PlannedChangeRow>().Where(p => p.CancelledAt == null && p.Until > now).ToListAsync(cancellationToken))
            (plan.CancelledAt, plan.CancelledBy, plan.CancelReason) = (now, "system", reason);

        var open = await db.Set<RunRow>().Where(r => r.State == RunState.Queued || r.State == RunState.Assembling || r.State == RunState.Sending
            || r.State == RunState.Held || r.State == RunState.Approved
            || ((r.State == RunState.Unknown || r.State == RunState.Processing || r.State == RunState.AwaitingUpstreamApproval) && r.SupersededByRunId == null) || (r.State == RunState.Failed && r.RetryAt != null)).ToListAsync(cancellationToken);
        foreach (var run in open)
        {
            run.RetryAt = null;
            switch (run.State)
            {
                case RunState.Queued or RunState.Assembling:
                    (run.State, run.FinishedAt, run.Reason) = (RunState.Failed, now, "The gateway was restored from a backup before it was made.");
                    break;
                case RunState.Held or RunState.Approved:
                    // What a person saw and said was about another state of the account than the one there is now.
                    (run.State, run.FinishedAt, run.Reason) = (RunState.Superseded, now, "The gateway was restored from a backup since. Ask for a new run.");
                    await db.Set<RunContent>().Where(c => c.RunId == run.Id && (c.Part == RunPart.Body || c.Part == RunPart.Sections)).ExecuteDeleteAsync(cancellationToken);
                    break;
                case RunState.Sending or RunState.Unknown or RunState.Processing or RunState.AwaitingUpstreamApproval:
                    // Not read back for: the account has had other runs since, and would not tell of this one.
                    run.ReadBackAt ??= now;
                    run.FinishedAt ??= now;
                    if (run.State == RunState.Sending) run.Reason = "It was being sent when the backup was taken; what became of it is not known here.";
                    run.State = RunState.Unknown;
                    break;
            }
        }
    }

    /// <summary>Nothing is sent until somebody resumes.</summary>
    public static async Task PauseAsync(GatewayDb db, DateTimeOffset now, string reason, CancellationToken cancellationToken)
    {
        var state = await StateAsync(db, now, cancellationToken);
        (state.PausedAt, state.PausedUntil, state.PauseReason, state.PausedBy) = (now, null, reason, "system");
    }

    /// <summary>A backup may be older than the first sync. What the schedule would have made meanwhile is not made up.</summary>
    private static async Task<SyncState> StateAsync(GatewayDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (db.ChangeTracker.Entries<SyncState>().FirstOrDefault()?.Entity is { } here) return here;
        if (await db.Set<SyncState>().SingleOrDefaultAsync(cancellationToken) is not { } state) db.Add(state = new SyncState { ScheduleHandledAt = now });
        state.ScheduleHandledAt = now;
        return state;
    }
}
