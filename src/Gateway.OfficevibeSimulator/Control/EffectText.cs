using System.Globalization;
using Gateway.OfficevibeSimulator.Account;
using Gateway.OfficevibeSimulator.Sync;

namespace Gateway.OfficevibeSimulator.Control;

/// <summary>What a sync did, or would do, in words for a person.</summary>
internal static class EffectText
{
    private const int Named = 10;

    public static string Of(SyncView sync)
    {
        var said = Parts(sync.Effect).Where(p => p.What.Count > 0).Select(p => Part(p.Verb, p.What)).ToList();
        return sync.Status switch
        {
            SyncStatus.Refused or SyncStatus.Rejected => "nothing",
            SyncStatus.Pending => "nothing yet",
            SyncStatus.Paused => $"nothing yet; would: {Joined(said)}",
            SyncStatus.Failed => $"broke; {Joined(said)}",
            _ => Joined(said),
        };
    }

    /// <summary>In the order in which they are told; what cannot be undone is marked.</summary>
    public static IReadOnlyList<(string Verb, Affected What, bool Loses)> Parts(SyncEffect e) =>
    [
        ("created", e.Created, false), ("of them invited", e.Invited, false), ("reactivated", e.Reactivated, false), ("updated", e.Updated, false), ("deactivated", e.Deactivated, false),
        ("deleted for good", e.Deleted, true), ("teams created", e.TeamsCreated, false), ("teams renamed", e.TeamsRenamed, false), ("teams removed", e.TeamsRemoved, true),
        ("of them with their history", e.HistoryLost, true),
    ];

    private static string Joined(List<string> said) => said.Count == 0 ? "no visible change" : string.Join("; ", said);

    private static string Part(string verb, Affected what)
    {
        var more = what.Count > Named ? string.Create(CultureInfo.InvariantCulture, $" and {what.Count - Named} more") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{verb} {what.Count}: {string.Join(", ", what.First.Take(Named))}{more}");
    }
}
