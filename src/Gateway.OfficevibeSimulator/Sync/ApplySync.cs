using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>Where the two APIs differ in what a payload does.</summary>
/// <param name="Invite">Who is created is invited.</param>
/// <param name="LaterMappingReplaces">See <see cref="SimulatorOptions.LaterMappingReplaces"/>.</param>
/// <param name="DeletesNonActive">Who is absent and not active is deleted.</param>
/// <param name="KeepsEmails">No address of a member who is there is changed.</param>
internal sealed record SyncRules(bool Invite, bool LaterMappingReplaces, bool DeletesNonActive = false, bool KeepsEmails = false);

/// <summary>The payload is the truth: what it says is set, what it leaves out is deactivated, deleted or removed.</summary>
internal static class ApplySync
{
    /// <summary>Applies a payload and returns what it left out. Cannot fail half-way: everything that could be refused was refused before.</summary>
    /// <param name="account">Changed in place.</param>
    /// <param name="payload">A payload with three non-empty sections.</param>
    /// <param name="syncNumber">Noted on the teams that this sync removes.</param>
    /// <param name="rules">Those of the API that it came by.</param>
    /// <param name="effect">Is told what was done.</param>
    public static List<SkippedRow> To(AccountState account, SyncPayload payload, int syncNumber, SyncRules rules, SyncEffect effect)
    {
        var skipped = new List<SkippedRow>(payload.Malformed);
        var users = ApplyUsers.To(account, payload, syncNumber, rules, effect, skipped);
        var groups = ApplyGroups.To(account, payload, syncNumber, effect, skipped);
        ApplyMappings.To(account, payload, users, groups, rules.LaterMappingReplaces, skipped);
        account.FillRuleBasedTeams();
        return skipped;
    }

    /// <summary>What a sync that breaks half-way leaves: people as the payload has them, teams as they were (assumed).</summary>
    public static List<SkippedRow> HalfTo(AccountState account, SyncPayload payload, int syncNumber, SyncRules rules, SyncEffect effect)
    {
        var skipped = new List<SkippedRow>(payload.Malformed);
        ApplyUsers.To(account, payload, syncNumber, rules, effect, skipped);
        account.FillRuleBasedTeams();
        return skipped;
    }
}
