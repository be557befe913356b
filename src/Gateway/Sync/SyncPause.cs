using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Sync.Storing;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync;

/// <summary>Nothing is sent meanwhile; events are taken in as ever.</summary>
public sealed class SyncPause(LedgerWriter ledger, SyncSignal signal, TimeProvider time)
{
    /// <param name="reason">For whoever wonders.</param>
    /// <param name="until">Ends by itself then; null: until somebody resumes.</param>
    /// <param name="actor">Who pauses.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public async Task<SyncState> PauseAsync(string reason, DateTimeOffset? until, string actor, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (state, now) = (await write.Db.Set<SyncState>().SingleAsync(cancellationToken), time.GetUtcNow());
        (state.PausedAt, state.PausedUntil, state.PauseReason, state.PausedBy, state.RestoreRunId) = (now, until, reason, actor, null);
        write.Db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "sync.pause", Reason = reason, Detail = StoredContent.Text(new { until }) });
        await write.CommitAsync(cancellationToken);
        return state;
    }

    public async Task<SyncState> ResumeAsync(string actor, string? reason, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        var state = await write.Db.Set<SyncState>().SingleAsync(cancellationToken);
        if (state.PausedAt is not null)
        {
            state.Resume();
            write.Db.Audit.Add(new AuditEntry { At = time.GetUtcNow(), Actor = actor, Action = "sync.resume", Reason = reason });
        }

        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return state;
    }
}
