
namespace Gateway.Sync;

/// <summary>Wakes the worker before its next look.</summary>
public sealed class SyncSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    public void Wake()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised already: one look is enough.
        }
    }

    internal Task WaitAsync(CancellationToken cancellationToken) => _raised.WaitAsync(cancellationToken);

    public void Dispose() => _raised.Dispose();
}

/// <summary>Runs the worker for as long as the process lives: at once after a signal, else once a second.</summary>
internal sealed partial class SyncLoop(SyncWorker worker, SyncSignal signal, TimeProvider time, ILogger<SyncLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // What is still under way after the host's patience gives its turn back itself, or goes down with it.
        if (ExecuteTask is null or { IsCompleted: true }) await worker.StopAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await worker.WorkAsync(stoppingToken) is not null) continue;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A machine that is broken for now (a full disk) must not end the process that takes events in.
                Log.LookFailed(logger, e);
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(signal.WaitAsync(either.Token), Task.Delay(Look, time, either.Token));
            await either.CancelAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4031, LogLevel.Error, "The sync worker could not read or write; it looks again in a moment")]
        public static partial void LookFailed(ILogger logger, Exception exception);
    }
}
