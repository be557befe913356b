namespace Gateway.Bus;

/// <summary>
/// Queues of messages that nobody could handle: for people to look at. Bounded in length, size and age, so that they never fill the broker's
/// disk; what is beyond goes, the oldest first.
/// </summary>
public static class DeadLetterQueues
{
    /// <summary>Events that came in over AMQP and were refused.</summary>
    public const string Events = "gateway.events_error";

    /// <summary>News of facets whose folding failed for good. Named by MassTransit, after <see cref="FacetsChanged"/>.</summary>
    public const string Faults = FacetsChanged + "_error";

    /// <summary>Messages on the queue of news that are no news. Named by MassTransit.</summary>
    public const string Skipped = FacetsChanged + "_skipped";

    /// <summary>Where news of facets is read, and put back to.</summary>
    public const string FacetsChanged = "gateway.facets-changed";

    /// <summary>The most messages in one of them: a reader holds them all at once, and a channel holds at most 65,535.</summary>
    public const int MostMessages = 50_000;

    private const long MostBytes = 256L * 1024 * 1024;

    public static IReadOnlyList<string> All { get; } = [Events, Faults, Skipped];

    /// <summary>
    /// What each of them is declared with. The delivery limit is there to never be reached: looking at a message counts as a delivery, and
    /// RabbitMQ 4 drops a message after twenty of them unless told otherwise.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> Arguments { get; } = new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["x-queue-type"] = "quorum",
        ["x-max-length"] = MostMessages,
        ["x-max-length-bytes"] = MostBytes,
        ["x-message-ttl"] = (int)TimeSpan.FromDays(14).TotalMilliseconds,
        ["x-delivery-limit"] = int.MaxValue,
    };
}
