namespace Gateway.Changes;

/// <summary><c>Gateway:Changes</c>: the stream of what changed, over HTTP and AMQP.</summary>
public sealed class ChangesOptions
{
    public const string Section = "Gateway:Changes";

    /// <summary>How often a process looks for what is new, once for all its listeners. Default 0.5 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>After this long without a change a listener is sent a comment, so that nobody on the way takes the line for dead. Default 15 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The most listeners of a process; beyond, 503. Default 100.</summary>
    public int MaxListeners { get; set; } = 100;

    /// <summary>A listener is asked to come back after this long, which clients do by themselves: its key is looked at again. Default 1 h.</summary>
    public TimeSpan ListenFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long changes are kept for those who come back. What is not published to the broker yet is kept longer. Default 30 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);
}
