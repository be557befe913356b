using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Notifications;

/// <summary>Fills the queue and sends, on one gateway of a store at a time; each endpoint in a loop of its own, so that one that hangs holds up nobody else.</summary>
internal sealed partial class NotificationLoop(
    ILogStore store, NoticeQueue queue, SilenceWatch silence, NotificationSender sender, NotificationPruner pruner, NotificationEndpoints endpoints, TimeProvider time, ILogger<NotificationLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookForSilence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Prune = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var lease = await store.TryLeaseAsync(LeaseOf.Notifications, stoppingToken);
                if (lease is not null)
                {
                    using var mine = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lease.Lost);
                    await WorkAsync(mine.Token);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (e is not OperationCanceledException) Log.Interrupted(logger, e);
            }

            await Task.Delay(Look, time, stoppingToken);
        }
    }

    private Task WorkAsync(CancellationToken cancellationToken) => Task.WhenAll(
    [
        EveryAsync(Look, queue.FillAsync, cancellationToken),
        EveryAsync(LookForSilence, silence.LookAsync, cancellationToken),
        EveryAsync(Prune, pruner.PruneAsync, cancellationToken),
        .. endpoints.All.Select(e => EveryAsync(Look, token => sender.SendDueAsync(e, token), cancellationToken)),
    ]);

    /// <summary>At once, then again and again until the turn ends. A store that is away is asked again.</summary>
    private Task EveryAsync(TimeSpan pause, Func<CancellationToken, Task> work, CancellationToken cancellationToken) =>
        Rounds.RunAsync(pause, time, work, e => Log.Interrupted(logger, e), cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(8010, LogLevel.Error, "Notifications could not be looked at; they are at the next turn. Nothing of them is lost")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}

/// <summary>Takes away what was delivered or given up a month ago, stories that are over, and gives up what waits for an endpoint that is in the settings no more.</summary>
public sealed class NotificationPruner(IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, NotificationEndpoints endpoints, TimeProvider time)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(30);

    /// <summary>Returns how many rows it touched.</summary>
    public async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - KeepFor;
        var known = endpoints.All.Select(e => e.Name).ToList();
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (!await db.Set<NotificationRow>().AnyAsync(n => (n.NextAt == null && n.CreatedAt < before) || (n.NextAt != null && !known.Contains(n.Endpoint)), cancellationToken)
                && !await db.Set<NoticeStory>().AnyAsync(s => s.Waiting == 0 && s.At < before, cancellationToken)) return 0;
        }

        await using var write = await ledger.BeginAsync(cancellationToken);
        var (rows, stories) = (write.Db.Set<NotificationRow>(), write.Db.Set<NoticeStory>());
        var touched = await rows.Where(n => n.NextAt == null && n.CreatedAt < before).ExecuteDeleteAsync(cancellationToken);
        touched += await stories.Where(s => s.Waiting == 0 && s.At < before).ExecuteDeleteAsync(cancellationToken);
        touched += await rows.Where(n => n.NextAt != null && !known.Contains(n.Endpoint)).ExecuteUpdateAsync(
            n => n.SetProperty(r => r.State, NotificationState.Failed).SetProperty(r => r.NextAt, (DateTimeOffset?)null).SetProperty(r => r.LastError, "Its endpoint is in the settings no more."), cancellationToken);
        await write.CommitAsync(cancellationToken);
        return touched;
    }
}
