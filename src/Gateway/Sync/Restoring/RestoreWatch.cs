using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Sync.Composing;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Restoring;

/// <summary>After an earlier company was sent again, syncs are paused: today's would undo it. They go on once the log gives that company.</summary>
public sealed partial class RestoreWatch(IDbContextFactory<GatewayDb> contexts, SenderTurn turn, CompanyComposer company, TimeProvider time, ILogger<RestoreWatch> logger)
{
    /// <summary>How far the log was at the last look, and when the company changes next without an event. Null: not looked yet.</summary>
    private (long Head, DateTimeOffset? Again)? _looked;

    /// <summary>Looks where something has changed since the last look. True: syncs go on.</summary>
    public async Task<bool> ResumeAsync(CancellationToken cancellationToken)
    {
        // Load
        Snapshot? accepted;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var state = await db.Set<SyncState>().AsNoTracking().SingleAsync(cancellationToken);
            if (state.RestoreRunId is null)
            {
                _looked = null;
                return false;
            }

            if (_looked is { } looked && looked.Head == await db.HeadAsync(cancellationToken) && !(looked.Again <= time.GetUtcNow())) return false;
            var last = await SyncHistory.LastAcceptedAsync(db, cancellationToken);
            accepted = last is null ? null : await db.RunPartAsync<Snapshot>(last.Id, RunPart.Sections, cancellationToken);
        }

        // Decide
        ComposedCompany today;
        try
        {
            today = await company.ComposeAsync(new(null, null, accepted) { ForARun = true }, cancellationToken);
        }
        catch (CutFailedException)
        {
            // /v1/status says so; nothing goes on meanwhile.
            return false;
        }

        var same = accepted is not null && SnapshotDiff.Between(accepted, today.Snapshot).IsEmpty();

        if (!same)
        {
            _looked = (today.Head, today.NextDue);
            return false;
        }

        // Record
        await using var write = await turn.WriteAsync(cancellationToken);
        var paused = await write.Db.Set<SyncState>().SingleAsync(cancellationToken);
        if (paused.RestoreRunId is not { } run) return false;
        paused.Resume();
        write.Db.Audit.Add(new AuditEntry { At = time.GetUtcNow(), Actor = "system", Action = "sync.resume", Subject = RunView.IdOf(run), Reason = "The log gives the company that was sent again." });
        await write.CommitAsync(cancellationToken);
        Log.Resumed(logger, run);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(4046, LogLevel.Information, "The log gives the company that run {Run} sent again: syncs go on")]
        public static partial void Resumed(ILogger logger, long run);
    }
}
