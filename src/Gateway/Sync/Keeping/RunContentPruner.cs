using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Sync;
using Gateway.Sync.Approvals;
using Gateway.Sync.Storing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync;

/// <summary>
/// Takes away the bytes and sections of runs that are older than they are kept for. That the runs were, their differences, verdicts and answers stay. Each gateway of a store does so:
/// what one has taken away another does not find.
/// </summary>
public sealed partial class RunContentPruner(
    IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, GuardSettings guard, IOptions<SyncOptions> options, TimeProvider time, ILogger<RunContentPruner> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Runs whose bytes go at once: everybody else who writes waits meanwhile.</summary>
    private const int Batch = 20;

    private static readonly RunState[] AtRest = [RunState.Rejected, RunState.Observed, RunState.Expired, RunState.Failed, RunState.Refused, RunState.Unknown, RunState.Processing, RunState.AwaitingUpstreamApproval];

    /// <summary>Returns how many runs' bytes were taken away.</summary>
    public async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        List<long> old;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken)) old = await OldAsync(db, cancellationToken);
        var pruned = 0;
        foreach (var batch in old.Chunk(Batch))
        {
            await using var write = await ledger.BeginAsync(cancellationToken);
            // Somebody may have asked for one of them to be sent again meanwhile.
            var needed = await NeededAsync(write.Db, cancellationToken);
            var gone = batch.Where(id => !needed.Contains(id)).ToList();
            await write.Db.Set<RunContent>().Where(c => gone.Contains(c.RunId) && (c.Part == RunPart.Body || c.Part == RunPart.Sections)).ExecuteDeleteAsync(cancellationToken);
            var now = time.GetUtcNow();
            pruned += await write.Db.Set<RunRow>().Where(r => gone.Contains(r.Id) && r.ContentGoneAt == null).ExecuteUpdateAsync(r => r.SetProperty(x => x.ContentGoneAt, now), cancellationToken);
            await write.CommitAsync(cancellationToken);
        }

        if (pruned > 0) Log.Pruned(logger, pruned);
        return pruned;
    }

    private async Task<List<long>> OldAsync(GatewayDb db, CancellationToken cancellationToken)
    {
        var (content, before) = (options.Value.Content, time.GetUtcNow() - options.Value.Content.KeepFor);
        var accepted = await Newest(db.Set<RunRow>().Where(r => r.ContentGoneAt == null)).Skip(content.AtLeast).Select(r => new { r.Id, At = r.AcceptedAt!.Value }).ToListAsync(cancellationToken);
        var others = await db.Set<RunRow>().AsNoTracking()
            .Where(r => r.AcceptedAt == null && r.ContentGoneAt == null && AtRest.Contains(r.State) && r.FinishedAt < before)
            .Where(r => db.Set<RunContent>().Any(c => c.RunId == r.Id && c.Part == RunPart.Sections))
            .OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(cancellationToken);
        return [.. accepted.Where((r, i) => i + content.AtLeast >= content.AtMost || r.At < before).Select(r => r.Id), .. others];
    }

    /// <summary>Whatever a coming run, or a decision that is open, is compared with.</summary>
    private async Task<HashSet<long>> NeededAsync(GatewayDb db, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var needed = new HashSet<long>();
        var open = await db.Set<RunRow>().AsNoTracking()
            .Where(r => r.State == RunState.Queued || r.State == RunState.Assembling || r.State == RunState.Held || r.State == RunState.Approved || r.State == RunState.Sending
                || ((r.State == RunState.Unknown || r.State == RunState.Processing || r.State == RunState.AwaitingUpstreamApproval) && r.SupersededByRunId == null)
                || (r.State == RunState.Failed && r.RetryAt != null))
            .Select(r => new { r.Id, r.BaseRunId, r.RestoreOfRunId }).ToListAsync(cancellationToken);
        foreach (var run in open) Need(run.Id, run.BaseRunId, run.RestoreOfRunId);
        if (await SyncHistory.LastAcceptedAsync(db, cancellationToken) is { } last) Need(last.Id, last.BaseRunId);

        // The guard counts from the content accepted last before its window, or a plan's, or from the first there is; and tomorrow from one that is within it today.
        var window = now - guard.Window;
        needed.UnionWith(await db.Set<RunRow>().Where(r => r.AcceptedAt > window).Select(r => r.Id).ToListAsync(cancellationToken));
        var plans = await db.Set<PlannedChangeRow>().Where(p => p.CancelledAt == null && p.Limits != null && p.Until > now && p.From <= now).Select(p => p.From).ToListAsync(cancellationToken);
        foreach (var start in plans.Select(PlannedChangeBook.Before).Append(window))
        {
            var before = await Newest(db.Set<RunRow>().Where(r => r.AcceptedAt <= start)).Select(r => (long?)r.Id).FirstOrDefaultAsync(cancellationToken);
            Need(before ?? await db.Set<RunRow>().Where(r => r.AcceptedAt != null).OrderBy(r => r.AcceptedAt).ThenBy(r => r.Id).Select(r => (long?)r.Id).FirstOrDefaultAsync(cancellationToken));
        }

        return needed;

        void Need(params long?[] ids) => needed.UnionWith(ids.OfType<long>());
    }

    private static IOrderedQueryable<RunRow> Newest(IQueryable<RunRow> runs) =>
        runs.AsNoTracking().Where(r => r.AcceptedAt != null).OrderByDescending(r => r.AcceptedAt).ThenByDescending(r => r.Id);

    // What is kept a little longer harms nobody.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(Interval, time, PruneAsync, e => Log.NotPruned(logger, e), stoppingToken, atOnce: false);

    private static partial class Log
    {
        [LoggerMessage(4056, LogLevel.Information, "The bytes of {Count} runs are older than they are kept for, and were taken away")]
        public static partial void Pruned(ILogger logger, int count);

        [LoggerMessage(4057, LogLevel.Warning, "The bytes of old runs could not be taken away; tried again in a while")]
        public static partial void NotPruned(ILogger logger, Exception exception);
    }
}
