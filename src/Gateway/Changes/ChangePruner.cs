using Gateway.Aggregation;
using Gateway.Bus;
using Gateway.Edge;
using Gateway.EventLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Changes;

/// <summary>
/// Takes away changes that are older than they are kept for, a batch at a time, from the first on: so that one number says what is gone.
/// What the broker has not confirmed stays.
/// </summary>
internal sealed partial class ChangePruner(
    IDbContextFactory<ProjectionDb> contexts, IProjectionStore projection, PublishedPosition published, BusAddress bus, TimeProvider time, IOptions<ChangesOptions> options,
    ILogger<ChangePruner> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Rows taken away at once: others wait meanwhile.</summary>
    internal int Batch { get; set; } = 2000;

    /// <summary>Returns how many were taken away.</summary>
    public async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        for (var pruned = 0; ;)
        {
            var taken = await PruneBatchAsync(cancellationToken);
            pruned += taken;
            if (taken < Batch) return pruned;
        }
    }

    private async Task<int> PruneBatchAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var before = Micros.Of(time.GetUtcNow() - options.Value.Retention);
        var generation = await db.Position.Select(p => p.Generation).SingleAsync(cancellationToken);
        var most = bus.Broker is null ? long.MaxValue : await published.FindAsync(cancellationToken) is { } position && position.Generation == generation ? position.Number : 0;
        var first = await db.Changes.Where(c => c.Id <= most).OrderBy(c => c.Id).Take(Batch).Select(c => new { c.Id, c.At }).ToListAsync(cancellationToken);
        var old = first.TakeWhile(c => c.At < before).ToList();
        if (old.Count == 0) return 0;

        var through = old[^1].Id;
        await projection.WriteGate.WaitAsync(cancellationToken);
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await db.Position.Where(p => p.PrunedThrough < through).ExecuteUpdateAsync(p => p.SetProperty(r => r.PrunedThrough, through), cancellationToken);
            await db.Changes.Where(c => c.Id <= through).ExecuteDeleteAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        finally
        {
            projection.WriteGate.Release();
        }

        return old.Count;
    }

    // What is kept a little longer harms nobody.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(Interval, time, PruneAsync, e => Log.NotPruned(logger, e), stoppingToken, atOnce: false);

    private static partial class Log
    {
        [LoggerMessage(EventId = 6020, Level = LogLevel.Warning, Message = "Old changes could not be taken away; tried again in a while")]
        public static partial void NotPruned(ILogger logger, Exception exception);
    }
}
