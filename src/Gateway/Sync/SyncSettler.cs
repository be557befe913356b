using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync;

/// <summary>Brings to rest what time, a crash or a missing answer left open.</summary>
public sealed partial class SyncSettler(
    IDbContextFactory<GatewayDb> contexts, SenderTurn turn, OfficevibeClient officevibe, IOptions<SyncOptions> options, IOptions<OfficevibeOptions> wire, TimeProvider time, ILogger<SyncSettler> logger)
{
    /// <summary>
    /// With a new turn, before anything else: runs that the last sender left behind. One that was being made is made anew; one that was
    /// being sent may have arrived, or may still, until its time is over.
    /// </summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        await using var write = await turn.WriteAsync(cancellationToken);
        var now = time.GetUtcNow();
        foreach (var run in await write.Db.Set<RunRow>().Where(r => r.State == RunState.Assembling || r.State == RunState.Sending).ToListAsync(cancellationToken))
        {
            if (run.State == RunState.Sending)
            {
                run.End(RunState.Unknown, now, "The gateway that sent it stopped meanwhile, or lost its turn.");
                write.Db.NotifyUnknown(run, now);
            }
            else
            {
                run.End(RunState.Failed, now, "The gateway that made it stopped meanwhile, or lost its turn.");
                if (!run.DryRun) run.RetryAt = now;
                write.Db.TellFailed(run, FailureCodes.Stopped, httpStatus: null, now);
            }

            Log.Recovered(logger, run.Id, run.State);
        }

        await write.CommitAsync(cancellationToken);
    }

    /// <summary>Ends a hold that stood for longer than it may; the next schedule asks anew. True: one ended.</summary>
    public async Task<bool> ExpireAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = now - options.Value.Guard.HoldFor;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            if (!await db.Set<RunRow>().AnyAsync(r => r.State == RunState.Held && r.HeldAt <= since, cancellationToken)) return false;

        await using var write = await turn.WriteAsync(cancellationToken);
        foreach (var run in await write.Db.Set<RunRow>().Where(r => r.State == RunState.Held && r.HeldAt <= since).ToListAsync(cancellationToken))
        {
            run.End(RunState.Expired, now, "Nobody decided on it in time.");
            write.Db.Audit.Add(new AuditEntry { At = now, Actor = "system", Action = "sync.expire", Subject = RunView.IdOf(run.Id) });
        }

        // What the schedule would have made meanwhile is not made up: it was this hold.
        var state = await write.Db.Set<SyncState>().SingleAsync(cancellationToken);
        state.ScheduleHandledAt = now;
        await write.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Reads an account back for a run that got no answer, once its fence has fallen. True: there was one to look at.</summary>
    public async Task<bool> ReadBackAsync(CancellationToken cancellationToken)
    {
        // What was sent there may still be waiting its turn: that nothing of it shows yet says nothing.
        if (wire.Value.Dialect == OfficevibeDialect.Workleap) return false;

        // Load
        RunRow? run;
        Snapshot sent;
        Snapshot? before;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var now = time.GetUtcNow();
            run = await db.Set<RunRow>().AsNoTracking()
                .Where(r => r.State == RunState.Unknown && r.SupersededByRunId == null && r.ReadBackAt == null && (r.SendUntil == null || r.SendUntil <= now))
                .OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
            if (run is null) return false;
            sent = await db.RunPartAsync<Snapshot>(run.Id, RunPart.Sections, cancellationToken);
            before = run.BaseRunId is { } id ? await db.RunPartAsync<Snapshot>(id, RunPart.Sections, cancellationToken) : null;
        }

        // Decide
        var verdict = await officevibe.ReadAccountAsync(cancellationToken) is AccountReading.Read account
            ? ReadingBack.Judge(before, sent, new([.. account.Users.Select(u => u.Email)], [.. account.Groups.Select(g => g.Name)]))
            : ReadBack.Unclear;

        // Record
        await using var write = await turn.WriteAsync(cancellationToken);
        var settled = await write.Db.Set<RunRow>().SingleAsync(r => r.Id == run.Id, cancellationToken);
        // Its answer came after all.
        if (settled.State != RunState.Unknown) return true;
        settled.ReadBackAt = time.GetUtcNow();
        await SettleAsync(write.Db, settled, verdict, cancellationToken);
        await write.CommitAsync(cancellationToken);
        Log.ReadBack(logger, run.Id, verdict, settled.State);
        return true;
    }

    private async Task SettleAsync(GatewayDb db, RunRow run, ReadBack verdict, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        switch (verdict)
        {
            case ReadBack.Applied:
                await run.AcceptAsync(db, RunState.Accepted, "There was no answer; read back, the account has what was sent.", now, cancellationToken);
                break;
            case ReadBack.NotApplied:
                run.End(RunState.Failed, now, "There was no answer; read back, the account has nothing of what was sent.");
                await run.RetryLaterAsync(db, null, now, cancellationToken);
                db.TellFailed(run, FailureCodes.NotApplied, httpStatus: null, now);
                break;
            default:
                // The next run settles it: what it sends is the whole company again.
                run.Reason += " Read back, the account does not tell whether it arrived; the next run settles it.";
                await run.RetryLaterAsync(db, null, now, cancellationToken);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4020, LogLevel.Warning, "Run {Run} was left behind by whoever had the turn before; it is {State} now")]
        public static partial void Recovered(ILogger logger, long run, RunState state);

        [LoggerMessage(4021, LogLevel.Information, "Run {Run} was read back: {Verdict}; it is {State} now")]
        public static partial void ReadBack(ILogger logger, long run, ReadBack verdict, RunState state);
    }
}
