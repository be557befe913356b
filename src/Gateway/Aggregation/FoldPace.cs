using Gateway.EventLog;

namespace Gateway.Aggregation;

/// <summary>
/// Accepting comes first. One folds at a time, messages and sweeper alike, and gives way to the doors afterwards. What it misses meanwhile is
/// merged into fewer, larger messages or found by the sweeper, so that it lags and is not lost.
/// </summary>
public sealed class FoldPace(GivingWay doors, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Folds when it is this one's turn.</summary>
    public async Task<int> InTurnAsync(Func<Task<int>> fold, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var started = time.GetTimestamp();
            var written = await fold();
            await doors.PauseAsync(time.GetElapsedTime(started), cancellationToken);
            return written;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
