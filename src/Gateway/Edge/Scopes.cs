namespace Gateway.Edge;

/// <summary>What a caller may do; also the names of the authorization policies: <c>RequireAuthorization(Scopes.Read)</c>.</summary>
public static class Scopes
{
    /// <summary>Send events and baselines, for the sources that the caller speaks for.</summary>
    public const string Ingest = "ingest";

    /// <summary>Read members, teams, events, runs, status and metrics.</summary>
    public const string Read = "read";

    /// <summary>Start and pause syncs, exclude people, insist on or take back a baseline.</summary>
    public const string Operate = "operate";

    /// <summary>Approve and reject held runs.</summary>
    public const string Approve = "approve";

    public static IReadOnlyList<string> All { get; } = [Ingest, Read, Operate, Approve];
}
