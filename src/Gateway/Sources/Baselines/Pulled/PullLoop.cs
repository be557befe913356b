using Gateway.Edge;
using Gateway.EventLog;

namespace Gateway.Sources.Baselines.Pulled;

/// <summary>Fetches baselines when they are due, on one gateway of a store at a time; each source in a loop of its own, so that one that hangs holds up nobody else.</summary>
internal sealed partial class PullLoop(ILogStore store, Pulls pulls, BaselinePuller puller, TimeProvider time, ILogger<PullLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    /// <summary>For tests: nothing is fetched unasked.</summary>
    internal bool Paused { get; set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (pulls.BySource.Count == 0) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var lease = await store.TryLeaseAsync(LeaseOf.Pulls, stoppingToken);
                if (lease is not null)
                {
                    using var mine = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lease.Lost);
                    await Task.WhenAll(pulls.BySource.Keys.Select(s => LoopAsync(s, mine.Token)));
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (e is not OperationCanceledException) Log.Interrupted(logger, e);
            }

            await Task.Delay(Look, time, stoppingToken);
        }
    }

    private Task LoopAsync(string source, CancellationToken cancellationToken) => Rounds.RunAsync(
        Look, time, token => Paused ? Task.CompletedTask : puller.PullDueAsync(source, token), e => Log.Interrupted(logger, e), cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(4105, LogLevel.Error, "Fetching baselines was interrupted; it is tried again")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
