using Gateway.EventLog;

namespace Gateway.Aggregation;

/// <summary>
/// Accepting comes first. One folds at a time, messages and sweeper alike, and while requests wait for the log, folding leaves the cores to
/// them for five times as long as it took. What it misses meanwhile is merged into fewer, larger messages or found by the sweeper, so that
/// it lags and is not lost.
/// </summary>
public sealed class FoldPace(EventAppender appender, TimeProvider time) : IDisposable
{
    private const int Share = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Folds when it is this one's turn.</summary>
    public async Task<int> InTurnAsync(Func<Task<int>> fold, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var started = time.GetTimestamp();
            var written = await fold();
            if (appender.Waiting > 0) await Task.Delay(Pause(time.GetElapsedTime(started)), time, cancellationToken);
            return written;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static TimeSpan Pause(TimeSpan took) => took * Share < Longest ? took * Share : Longest;

    public void Dispose() => _turn.Dispose();
}
