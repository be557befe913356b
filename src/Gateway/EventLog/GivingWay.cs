namespace Gateway.EventLog;

/// <summary>
/// Accepting comes first: while somebody waits for the log, whoever works on what was accepted leaves the cores to the doors for five times as
/// long as it took, a second at most. So it lags under load, and never stands still.
/// </summary>
/// <param name="waiting">How many events and deliveries wait to be stored.</param>
/// <param name="time">What pauses go by.</param>
public sealed class GivingWay(Func<int> waiting, TimeProvider time)
{
    private const int Share = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <param name="took">What has just been done.</param>
    public Task PauseAsync(TimeSpan took, CancellationToken cancellationToken) =>
        waiting() > 0 ? Task.Delay(took * Share < Longest ? took * Share : Longest, time, cancellationToken) : Task.CompletedTask;
}
