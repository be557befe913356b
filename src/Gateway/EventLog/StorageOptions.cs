namespace Gateway.EventLog;

/// <summary>Where the log, the ledger and the projection are kept (<c>Gateway:Storage</c>, <c>ConnectionStrings:Gateway</c>).</summary>
public sealed class StorageOptions
{
    public const string Section = "Gateway:Storage";

    /// <summary><c>sqlite</c> or <c>postgres</c>. Default <c>sqlite</c>.</summary>
    public string Provider { get; set; } = "sqlite";

    /// <summary>In PostgreSQL rather than in a file.</summary>
    internal bool IsPostgres => Provider == "postgres";

    /// <summary>How long a request may wait for its place in a commit before it is answered 503. Default 10 s.</summary>
    public TimeSpan AppendDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most events in one group commit; a single larger request is still one commit. Default 4,096.</summary>
    public int MaxGroupSize { get; set; } = 4096;

    /// <summary>The most events that wait for a commit; beyond, callers get 503 at once. Default 65,536.</summary>
    public int MaxWaiting { get; set; } = 65_536;
}
