namespace Gateway.EventLog;

/// <summary>What only one gateway of a store does at a time.</summary>
public enum LeaseOf
{
    /// <summary>Making and sending runs.</summary>
    Syncs = 0,

    /// <summary>Publishing changes to the broker.</summary>
    ChangesOut = 1,

    /// <summary>Sending notifications.</summary>
    Notifications = 3,

    /// <summary>Mapping deliveries.</summary>
    Deliveries = 2,

    /// <summary>Fetching baselines.</summary>
    Pulls = 4,
}

/// <summary>The right to do something that one gateway of a store does at a time. Dispose to give it back.</summary>
/// <param name="held">Given back with it; null: nobody else could have it.</param>
/// <param name="lost">Falls when the store no longer knows of it: somebody else may have it by then.</param>
public sealed class Lease(IAsyncDisposable? held, CancellationToken lost) : IAsyncDisposable
{
    public CancellationToken Lost => lost;

    public ValueTask DisposeAsync() => held?.DisposeAsync() ?? ValueTask.CompletedTask;
}
