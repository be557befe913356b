using Gateway.Edge;
using System.Threading.Channels;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>
/// Maps deliveries that were stored, and those that are due again. One gateway of a store does so at a time; each source has a loop of its own,
/// so that a vendor's API that is away holds up nobody else.
/// </summary>
internal sealed partial class DeliveryWorker(
    ILogStore store, WebhookSources sources, DeliveryMapper mapper, DeliveryCommitter committer, DeliveryPruner pruner, StaleWatch stale, DeliveryKeeper keeper, GivingWay doors,
    IDbContextFactory<GatewayDb> contexts, IOptions<WebhooksOptions> options, TimeProvider time, ILogger<DeliveryWorker> logger) : BackgroundService
{
    private const int MostAtOnce = 500;
    private const long MostBytesAtOnce = 16 * 1024 * 1024;
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(20);

    /// <summary>For tests: the loops stand still, so that <see cref="WorkOnceAsync(CancellationToken)"/> is all that happens.</summary>
    internal bool Paused { get; set; }

    /// <summary>Everything of every source that is due now. Returns how many were decided on.</summary>
    public async Task<int> WorkOnceAsync(CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var source in sources.ByName.Keys)
            for (int some; (some = await WorkOnceAsync(source, cancellationToken)) > 0;) done += some;
        return done;
    }

    /// <summary>The next few of a source.</summary>
    private async Task<int> WorkOnceAsync(string source, CancellationToken cancellationToken)
    {
        var due = await DueAsync(source, cancellationToken);
        if (due.Count == 0) return 0;
        var decided = Channel.CreateUnbounded<Decided>(new UnboundedChannelOptions { SingleReader = true });
        var mapping = MapAsync(due, decided.Writer, cancellationToken);
        var (group, done) = (new List<Decided>(), 0);
        while (await decided.Reader.WaitToReadAsync(cancellationToken))
        {
            // While one group is written the next one gathers.
            while (group.Count < MostAtOnce && decided.Reader.TryRead(out var one)) group.Add(one);
            done += await committer.CommitAsync(group, cancellationToken);
            group.Clear();
        }

        await mapping;
        return done;
    }

    private async Task MapAsync(List<DeliveryRow> due, ChannelWriter<Decided> decided, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = cancellationToken },
                async (row, token) => decided.TryWrite(new Decided(row, await mapper.DecideAsync(row, token))));
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            decided.Complete(failure);
        }
    }

    private async Task<List<DeliveryRow>> DueAsync(string source, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ours = db.Deliveries.AsNoTracking().Where(d => d.Source == source);
        var waiting = await ours.Where(d => d.State == DeliveryState.Waiting && d.NextAt <= now).OrderBy(d => d.Sequence).Take(MostAtOnce).Select(d => new { d.Sequence, d.Bytes }).ToListAsync(cancellationToken);
        var received = await ours.Where(d => d.State == DeliveryState.Received).OrderBy(d => d.Sequence).Take(MostAtOnce).Select(d => new { d.Sequence, d.Bytes }).ToListAsync(cancellationToken);
        var (bytes, sequences) = (0L, new List<long>());
        foreach (var next in received.Concat(waiting).Take(MostAtOnce))
        {
            if ((bytes += next.Bytes) > MostBytesAtOnce && sequences.Count > 0) break;
            sequences.Add(next.Sequence);
        }

        var rows = new List<DeliveryRow>(sequences.Count);
        foreach (var some in sequences.Chunk(100)) rows.AddRange(await db.Deliveries.AsNoTracking().Where(d => some.Contains(d.Sequence)).OrderBy(d => d.Sequence).ToListAsync(cancellationToken));
        return rows;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (sources.ByName.Count == 0) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var lease = await store.TryLeaseAsync(LeaseOf.Deliveries, stoppingToken);
                if (lease is not null)
                {
                    using var mine = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lease.Lost);
                    await Task.WhenAll([.. sources.ByName.Keys.Select(s => LoopAsync(s, mine.Token)), EveryAsync(PruneEvery, pruner.PruneAsync, mine.Token), EveryAsync(WatchEvery, stale.LookAsync, mine.Token)]);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Interrupted(logger, e);
            }

            await Task.Delay(options.Value.PollInterval, time, stoppingToken);
        }
    }

    private async Task LoopAsync(string source, CancellationToken cancellationToken)
    {
        while (true)
        {
            var news = keeper.News;
            var done = 0;
            try
            {
                var started = time.GetTimestamp();
                if (!Paused) done = await WorkOnceAsync(source, cancellationToken);
                if (done > 0) await doors.PauseAsync(time.GetElapsedTime(started), cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // What was not written is found again.
                Log.Failed(logger, source, e);
                await Task.Delay(options.Value.PollInterval, time, cancellationToken);
            }

            if (done > 0) continue;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(news, Task.Delay(options.Value.PollInterval, time, either.Token));
            await either.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>At once, then again and again. What fails is done at the next turn.</summary>
    private Task EveryAsync(TimeSpan pause, Func<CancellationToken, Task> work, CancellationToken cancellationToken) =>
        Rounds.RunAsync(pause, time, token => Paused ? Task.CompletedTask : work(token), e => Log.NotLookedAfter(logger, e), cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(4203, LogLevel.Warning, "Mapping deliveries was interrupted; it begins again")]
        public static partial void Interrupted(ILogger logger, Exception exception);

        [LoggerMessage(4204, LogLevel.Warning, "The deliveries of {Source} could not be worked on; tried again")]
        public static partial void Failed(ILogger logger, string source, Exception exception);

        [LoggerMessage(4205, LogLevel.Warning, "Old deliveries could not be cleared, or stale ones not be told of; tried again later")]
        public static partial void NotLookedAfter(ILogger logger, Exception exception);
    }
}
