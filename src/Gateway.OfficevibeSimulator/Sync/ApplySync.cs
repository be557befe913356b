using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>The payload is the truth: what it says is set, what it leaves out is deactivated or removed.</summary>
internal static class ApplySync
{
    /// <summary>Applies a payload and returns what it left out. Cannot fail half-way: everything that could be refused was refused before.</summary>
    /// <param name="account">Changed in place.</param>
    /// <param name="payload">A payload with three non-empty sections.</param>
    /// <param name="syncNumber">Noted on the teams that this sync removes.</param>
    /// <param name="laterMappingReplaces">See <see cref="SimulatorOptions.LaterMappingReplaces"/>.</param>
    public static List<SkippedRow> To(AccountState account, SyncPayload payload, int syncNumber, bool laterMappingReplaces)
    {
        var skipped = new List<SkippedRow>(payload.Malformed);
        var users = ApplyUsers.To(account, payload, skipped);
        var groups = ApplyGroups.To(account, payload, syncNumber, skipped);
        ApplyMappings.To(account, payload, users, groups, laterMappingReplaces, skipped);
        account.FillRuleBasedTeams();
        return skipped;
    }
}
