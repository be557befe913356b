namespace Gateway.OfficevibeSimulator.Requests;

/// <summary>One request to the API, as the log shows it. The key itself is never kept.</summary>
public sealed class LoggedRequest
{
    /// <summary>From 1, in order of arrival.</summary>
    public required long Number { get; init; }

    /// <summary>Arrival.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>Path and query.</summary>
    public required string Path { get; init; }

    /// <summary><c>[redacted]</c> where a key came, else <c>none</c>.</summary>
    public required string Key { get; init; }

    /// <summary><c>open</c>, <c>answered</c>, <c>cut</c> by a fault, or <c>client-gone</c>.</summary>
    public string State { get; set; } = "open";

    /// <summary>HTTP status; null while open, and when no answer went out.</summary>
    public int? Status { get; set; }

    /// <summary>Bytes of the body that came in.</summary>
    public long BodyBytes { get; set; }

    /// <summary>SHA-256 of the body that came in, lower-case hex; null while open and where there was no body.</summary>
    public string? BodySha256 { get; set; }

    /// <summary>The fault that was played on it, if any.</summary>
    public string? Fault { get; set; }

    /// <summary>Number of the sync that it became, for <c>/_simulator/report/{n}</c>.</summary>
    public int? Sync { get; set; }

    internal LoggedRequest Copy() => (LoggedRequest)MemberwiseClone();
}
