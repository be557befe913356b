using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Sync.Approvals;
using Gateway.Sync.Composing;
using Gateway.Sync.Readings;
using Gateway.Sync.Restoring;
using Gateway.Sync.Upstream;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync;

/// <summary>What one look did: the run that was made, sent or settled. Null: there was nothing to do.</summary>
public sealed record SyncWork(long? RunId, string What);

/// <summary>Makes and sends runs when they are due, one at a time.</summary>
public sealed partial class SyncWorker(
    IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, SenderTurn turn, SyncRunner runner, SyncSender sender, SyncSettler settler, UpstreamSettler upstream, HoldDecisions holds, RestoreWatch restores, AccountWatch accounts, AccountReadings readings,
    IOptions<SyncOptions> options, TimeProvider time, ILogger<SyncWorker> logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Cronos.CronExpression? _schedule = options.Value.Cron();
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.Value.TimeZone);

    /// <summary>Before the first look: the one row of state. A gateway that never ran has missed no schedule.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        if (!await write.Db.Set<SyncState>().AnyAsync(cancellationToken)) write.Db.Add(new SyncState { ScheduleHandledAt = time.GetUtcNow() });
        await write.CommitAsync(cancellationToken);
    }

    /// <summary>Does the first thing that is to be done, if there is one, and if no other gateway does. Call again until there is none.</summary>
    public async Task<SyncWork?> WorkAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            switch (await turn.TakeAsync(cancellationToken))
            {
                case Turn.Elsewhere: return null;
                case Turn.Taken: await settler.RecoverAsync(cancellationToken); break;
            }

            var work = await LookAsync(cancellationToken);
            if (work is not null) await TidyAsync(cancellationToken);
            return work;
        }
        catch (TurnLostException)
        {
            Log.TurnLost(logger);
            await turn.GiveBackAsync();
            return null;
        }
        catch
        {
            // Whoever has the next turn, perhaps this gateway, brings to rest what this look left behind.
            await turn.GiveBackAsync();
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task TidyAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await LargeCompany.TidyAsync(await db.Set<RunRow>().OrderByDescending(r => r.Id).Select(r => r.Users).FirstOrDefaultAsync(cancellationToken));
    }

    /// <summary>Lets another gateway make and send runs.</summary>
    public async Task StopAsync()
    {
        await _one.WaitAsync();
        try
        {
            await turn.GiveBackAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<SyncWork?> LookAsync(CancellationToken cancellationToken)
    {
        if (await settler.ExpireAsync(cancellationToken)) return new(null, "expired a hold");
        if (await IsFencedAsync(cancellationToken)) return null;
        if (await settler.ReadBackAsync(cancellationToken)) return new(null, "read back");
        if (await restores.ResumeAsync(cancellationToken)) return new(null, "resumed");
        if (await upstream.LookAsync(cancellationToken)) return new(null, "looked at Workleap");
        if (await OpenPlansAsync(cancellationToken)) return new(null, "opened a plan");
        if (await ApprovedAsync(cancellationToken) is { } approved) return await SendApprovedAsync(approved, cancellationToken);
        if (await QueuedAsync(cancellationToken) is { } queued) return await MakeAsync(queued, cancellationToken);
        if (await QueueDueAsync(cancellationToken) is { } due) return await MakeAsync(due, cancellationToken);
        return await readings.ReadAfterAsync(cancellationToken) ? new(null, "read the account") : null;
    }

    /// <summary>When the next run is due, and why; null: none, as things stand.</summary>
    public async Task<NextRun?> NextAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return SyncClock.Next(await ClockAsync(db, cancellationToken), options.Value, _schedule, _zone);
    }

    private async Task<SyncWork> MakeAsync(long runId, CancellationToken cancellationToken)
    {
        try
        {
            if (await runner.MakeAsync(runId, cancellationToken)) return await SendAsync(runId, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or TurnLostException))
        {
            Log.RunBroke(logger, runId, e);
            await runner.FailAsync(runId, "The run broke inside the gateway; its log has the details.", cancellationToken);
        }

        return new(runId, "made");
    }

    private async Task<SyncWork> SendAsync(long runId, CancellationToken cancellationToken)
    {
        await TidyAsync(cancellationToken);
        await sender.SendAsync(runId, cancellationToken);
        return new(runId, "sent");
    }

    /// <summary>Time may have passed since a person looked: the pause ended, or the first try failed; and somebody may have been at work in the account.</summary>
    private async Task<SyncWork> SendApprovedAsync(long runId, CancellationToken cancellationToken)
    {
        var (sight, moved) = await accounts.LookAgainAsync(runId, cancellationToken);
        if (sight is AccountSight.Unread unread)
        {
            await runner.FailUnreadAsync(runId, unread.Reading!, cancellationToken);
            return new(runId, "not read");
        }

        return await holds.StillStandsAsync(runId, cancellationToken, moved) ? await SendAsync(runId, cancellationToken) : new(runId, "superseded");
    }

    /// <summary>Somebody's bytes may still be on their way: nothing is sent before their time is over.</summary>
    private async Task<bool> IsFencedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        return await db.Set<RunRow>().AnyAsync(r => (r.State == RunState.Sending || r.State == RunState.Unknown) && r.SendUntil > now, cancellationToken);
    }

    /// <summary>An approved run that is not sent yet, or that failed and is to be tried again: its bytes are what a person approved.</summary>
    private async Task<long?> ApprovedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (await RunSteps.IsPausedAsync(db, now, cancellationToken)) return null;
        return await db.Set<RunRow>()
            .Where(r => r.State == RunState.Approved || (r.State == RunState.Failed && r.ApprovedAt != null && r.RetryAt <= now))
            // Whoever approved it did not know that Workleap would pause another one since.
            .Where(r => !db.Set<RunRow>().Any(w => w.State == RunState.AwaitingUpstreamApproval && w.SupersededByRunId == null && w.FinishedAt > r.ApprovedAt))
            .OrderBy(r => r.Id).Select(r => (long?)r.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<bool> OpenPlansAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            if (!await PlannedChangeBook.InForce(db.Set<PlannedChangeRow>(), now).AnyAsync(p => p.OpenedAt == null, cancellationToken)) return false;
        await using var write = await turn.WriteAsync(cancellationToken);
        var opened = await PlannedChangeBook.OpenAsync(write.Db, now, cancellationToken);
        await write.CommitAsync(cancellationToken);
        return opened;
    }

    private async Task<long?> QueuedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var paused = await RunSteps.IsPausedAsync(db, time.GetUtcNow(), cancellationToken);
        return await db.Set<RunRow>().Where(r => r.State == RunState.Queued && (r.DryRun || !paused))
            .OrderBy(r => r.Id).Select(r => (long?)r.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<long?> QueueDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await NextAsync(cancellationToken) is not { } next || next.At > now) return null;

        await using var write = await turn.WriteAsync(cancellationToken);
        var run = new RunRow { State = RunState.Queued, Trigger = next.Trigger, RequestedBy = "system", CreatedAt = now };
        write.Db.Add(run);
        var state = await write.Db.Set<SyncState>().SingleAsync(cancellationToken);
        if (next.Trigger == RunTrigger.Schedule) state.ScheduleHandledAt = now;
        await write.CommitAsync(cancellationToken);
        return run.Id;
    }

    private async Task<ClockInput> ClockAsync(GatewayDb db, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var runs = db.Set<RunRow>().AsNoTracking().Where(r => !r.DryRun);
        var last = await runs.OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
        var looked = await runs.Where(r => r.Head != null).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
        var pending = await PendingChanges.LoadAsync(db, looked, now, cancellationToken);
        var state = await db.Set<SyncState>().AsNoTracking().SingleAsync(cancellationToken);
        var paused = state.PausedAt is not null && (state.PausedUntil is null || state.PausedUntil > now);
        return new ClockInput
        {
            Now = now,
            ScheduleHandledAt = state.ScheduleHandledAt,
            FirstChangeAt = pending.First,
            LastChangeAt = pending.Last,
            LastRunAt = last?.CreatedAt,
            // An approved run is tried again itself.
            RetryAt = last is { ApprovedAt: null, State: RunState.Failed } or { ApprovedAt: null, State: RunState.Unknown, ReadBackAt: not null } ? last.RetryAt : null,
            FollowUp = last is { Later: > 0, State: RunState.Accepted or RunState.AcceptedWithIssues },
            OnlyBySchedule = last is { State: RunState.Expired } or { State: RunState.Refused, Answer: not null },
            Held = await runs.AnyAsync(r => r.State == RunState.Held || r.State == RunState.Approved, cancellationToken)
                || await upstream.IsOpenAsync(db, cancellationToken),
            NotBefore = await upstream.NotBeforeAsync(db, now, cancellationToken),
            Paused = paused,
            PausedUntil = state.PausedUntil,
        };
    }

    public void Dispose() => _one.Dispose();

    private static partial class Log
    {
        [LoggerMessage(4030, LogLevel.Error, "Run {Run} broke")]
        public static partial void RunBroke(ILogger logger, long run, Exception exception);

        [LoggerMessage(4032, LogLevel.Warning, "Another gateway makes and sends runs by now; this one writes nothing of what it had begun")]
        public static partial void TurnLost(ILogger logger);
    }
}
