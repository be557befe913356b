namespace Gateway.EventLog;

/// <summary>
/// Accepting comes first: while somebody waits for the log, whoever works on what was accepted leaves the cores to the doors for five times as
/// long as it took, a second at most. So it lags under load, and never stands still.
/// </summary>
public sealed class GivingWay(EventAppender appender, DeliveryKeeper keeper, TimeProvider time)
{
    private const int Share = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>Events or deliveries wait to be stored.</summary>
    public bool IsCrowded => appender.Waiting + keeper.Waiting > 0;

    /// <param name="took">What has just been done.</param>
    public Task PauseAsync(TimeSpan took, CancellationToken cancellationToken) =>
        IsCrowded ? Task.Delay(took * Share < Longest ? took * Share : Longest, time, cancellationToken) : Task.CompletedTask;
}
