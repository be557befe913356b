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
        var e = sync.Effect;
        var parts = ((string Verb, Affected What)[])
            [
                ("created", e.Created), ("of them invited", e.Invited), ("reactivated", e.Reactivated), ("updated", e.Updated), ("deactivated", e.Deactivated),
                ("deleted for good", e.Deleted), ("teams created", e.TeamsCreated), ("teams renamed", e.TeamsRenamed), ("teams removed", e.TeamsRemoved),
                ("of them with their history", e.HistoryLost),
            ];
        var said = parts.Where(p => p.What.Count > 0).Select(p => Part(p.Verb, p.What)).ToList();
        return sync.Status switch
        {
            SyncStatus.Refused or SyncStatus.Rejected => "nothing",
            SyncStatus.Pending => "nothing yet",
            SyncStatus.Paused => $"nothing yet; would: {Joined(said)}",
            SyncStatus.Failed => $"broke; {Joined(said)}",
            _ => Joined(said),
        };
    }

    private static string Joined(List<string> said) => said.Count == 0 ? "no visible change" : string.Join("; ", said);

    private static string Part(string verb, Affected what)
    {
        var more = what.Count > Named ? string.Create(CultureInfo.InvariantCulture, $" and {what.Count - Named} more") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{verb} {what.Count}: {string.Join(", ", what.First.Take(Named))}{more}");
    }
}
