namespace Gateway.Edge;

/// <summary>What a worker does again and again.</summary>
public static class Rounds
{
    /// <summary>A round, a pause, a round. One that fails is told of, and tried again at the next turn.</summary>
    /// <param name="pause">From the beginning of a round to that of the next.</param>
    /// <param name="time">Measures it.</param>
    /// <param name="round">The work.</param>
    /// <param name="failed">Gets what a round threw.</param>
    /// <param name="stopping">Ends it, by an <see cref="OperationCanceledException"/>.</param>
    /// <param name="atOnce">Whether the first round comes before the first pause. Default true.</param>
    public static async Task RunAsync(TimeSpan pause, TimeProvider time, Func<CancellationToken, Task> round, Action<Exception> failed, CancellationToken stopping, bool atOnce = true)
    {
        using var timer = new PeriodicTimer(pause, time);
        while (atOnce || await timer.WaitForNextTickAsync(stopping))
        {
            atOnce = false;
            try
            {
                await round(stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                failed(e);
            }
        }
    }
}
