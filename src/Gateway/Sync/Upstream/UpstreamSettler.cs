using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync.Upstream;

/// <summary>Finds out what became of runs that Workleap took, and says how long others wait for that.</summary>
public sealed partial class UpstreamSettler(
    IDbContextFactory<GatewayDb> contexts, SenderTurn turn, OfficevibeClient officevibe, IOptions<OfficevibeOptions> wire, TimeProvider time, ILogger<UpstreamSettler> logger)
{
    internal static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);
    internal static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private bool IsWorkleap => wire.Value.Dialect == OfficevibeDialect.Workleap;

    /// <summary>A run is open there: nothing is sent by itself meanwhile.</summary>
    public Task<bool> IsOpenAsync(GatewayDb db, CancellationToken cancellationToken) => Open(db).AnyAsync(cancellationToken);

    /// <summary>The newest of them; null: none is.</summary>
    public Task<RunRow?> OpenAsync(GatewayDb db, CancellationToken cancellationToken) =>
        Open(db).AsNoTracking().OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Whom a run deactivated the next one deletes: until then none is made by itself, so that a wrong leave can be undone. Null: no such bound.</summary>
    public async Task<DateTimeOffset?> NotBeforeAsync(GatewayDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (delay, above) = (wire.Value.Workleap.DeletionDelay, wire.Value.Workleap.DeletionDelayAbove);
        if (!IsWorkleap || delay == TimeSpan.Zero) return null;
        var since = now - delay;
        var runs = await db.Set<RunRow>().AsNoTracking()
            .Where(r => (r.AcceptedAt > since || r.SendingAt > since) && (r.AcceptedAt != null || r.State == RunState.Unknown || r.State == RunState.Processing))
            .Select(r => new { At = r.AcceptedAt ?? r.SendingAt, r.DifferenceCounts }).ToListAsync(cancellationToken);
        return runs.Where(r => StoredContent.Parse<DiffCounts>(r.DifferenceCounts) is { } counts && counts.UsersRemoved > above).Max(r => r.At) + delay;
    }

    /// <summary>Looks whether the account shows the newest open run. True: there was one to look at.</summary>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        if (!IsWorkleap) return false;

        // Load
        RunRow? run;
        SnapshotDiff difference;
        IReadOnlyList<Deletion> deletions;
        IReadOnlyList<string> names;
        HashSet<string> earlier;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var now = time.GetUtcNow();
            run = await Open(db).AsNoTracking().Where(r => r.SendUntil == null || r.SendUntil <= now).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
            if (run is null || run.RetryAt > now || (run.RetryAt is null && run.State == RunState.AwaitingUpstreamApproval)) return false;
            difference = await db.RunPartAsync<SnapshotDiff>(run.Id, RunPart.Difference, cancellationToken);
            deletions = await db.RunPartOrNullAsync<List<Deletion>>(run.Id, RunPart.Deletions, cancellationToken) ?? [];
            var emails = UpstreamSigns.Emails(difference).Select(AcceptedEmail.KeyOf).Distinct().ToList();
            earlier = (await db.Set<AcceptedEmail>().Where(e => emails.Contains(e.Email)).Select(e => e.Email).ToListAsync(cancellationToken)).ToHashSet(AsciiCaseInsensitive.Comparer);
            var anyName = difference.GroupsAdded.Count + difference.GroupsChanged.Count > 0;
            names = anyName ? UpstreamSigns.Teams(difference, run.BaseRunId is { } id ? await db.RunPartOrNullAsync<Snapshot>(id, RunPart.Sections, cancellationToken) : null) : [];
        }

        // Decide
        var verdict = !wire.Value.Workleap.ReadBack ? UpstreamVerdict.NoSigns
            : UpstreamSigns.Judge(
                difference, deletions, (await officevibe.ReadStandingsAsync(UpstreamSigns.Emails(difference), cancellationToken)).Known,
                earlier, names, await officevibe.FindTeamsAsync(names, cancellationToken));

        // Record
        await using var write = await turn.WriteAsync(cancellationToken);
        var settled = await write.Db.Set<RunRow>().SingleAsync(r => r.Id == run.Id, cancellationToken);
        // Its answer came, or a person's word.
        if (settled.State != run.State) return true;
        await SettleAsync(write.Db, settled, verdict, cancellationToken);
        await write.CommitAsync(cancellationToken);
        Log.Looked(logger, run.Id, verdict, settled.State);
        return true;
    }

    private async Task SettleAsync(GatewayDb db, RunRow run, UpstreamVerdict verdict, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var late = now >= run.SendingAt + wire.Value.Workleap.ProcessingFor;
        switch (run.State, verdict)
        {
            // Before a first sync the account may have had everybody: that they are there does not tell that it was approved, or arrived.
            case (RunState.Processing, UpstreamVerdict.Applied):
            case (_, UpstreamVerdict.Applied) when run.BaseRunId is not null:
                await run.AcceptAsync(db, RunState.Accepted, "Read back, Workleap has the people as they were sent.", now, cancellationToken);
                return;
            case (RunState.Processing, UpstreamVerdict.NoSigns):
                await run.AcceptAsync(db, RunState.Accepted, "Workleap took it; nothing that it changes can be read back.", now, cancellationToken);
                return;
            case (RunState.Processing, UpstreamVerdict.NotApplied or UpstreamVerdict.Unread) when late:
                run.AwaitUpstream(db, verdict == UpstreamVerdict.Unread
                    ? "Workleap took it, and what became of it could not be read."
                    : "Workleap took it, and nothing of it shows: it is probably paused there for approval, or it failed.", now);
                return;
            case (RunState.Unknown, UpstreamVerdict.NotApplied) when late:
                run.ReadBackAt = now;
                run.End(RunState.Failed, now, "There was no answer; read back, Workleap has nothing of what was sent.");
                await run.RetryLaterAsync(db, null, now, cancellationToken);
                db.TellFailed(run, FailureCodes.NotApplied, httpStatus: null, now);
                return;
            case (RunState.Processing or RunState.Unknown, _) when late || verdict == UpstreamVerdict.NoSigns:
                run.ReadBackAt = now;
                run.End(RunState.Unknown, now, verdict == UpstreamVerdict.Partly
                    ? "Read back, Workleap has a part of what was sent: it may have failed half-way. The next run settles it."
                    : "There was no answer, and read back, Workleap does not tell whether it arrived; the next run settles it.");
                await run.RetryLaterAsync(db, null, now, cancellationToken);
                db.NotifyUnknown(run, now);
                return;
            default:
                run.Attempt++;
                var wait = FirstLook * Math.Pow(2, Math.Min(run.Attempt, 6));
                run.RetryAt = now + (wait < LongestWait ? wait : LongestWait);
                return;
        }
    }

    /// <summary>Sent, and neither settled nor overtaken. One without an answer is open until it has been read back.</summary>
    private IQueryable<RunRow> Open(GatewayDb db) => db.Set<RunRow>().Where(r => r.SupersededByRunId == null
        && (r.State == RunState.Processing || r.State == RunState.AwaitingUpstreamApproval || (IsWorkleap && r.State == RunState.Unknown && r.ReadBackAt == null)));

    private static partial class Log
    {
        [LoggerMessage(4050, LogLevel.Information, "Run {Run} was looked for in Workleap: {Verdict}; it is {State} now")]
        public static partial void Looked(ILogger logger, long run, UpstreamVerdict verdict, RunState state);
    }
}
