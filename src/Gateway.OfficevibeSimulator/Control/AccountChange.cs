using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Control;

/// <summary>What somebody does in the app, in one go: all of it or, with a 400, none. What is absent stays as it is.</summary>
internal sealed class AccountChange
{
    /// <summary>Replaces every valid key.</summary>
    public string? Key { get; set; }

    public bool? IntegrationActive { get; set; }

    public bool? PlanIncludesApi { get; set; }

    public AuthenticationFailure? AuthenticationFailure { get; set; }

    public int? FailureStatus { get; set; }

    public bool? ListSkippedRows { get; set; }

    public bool? LaterMappingReplaces { get; set; }

    public bool? ListDeactivated { get; set; }

    public bool? TeamNamesAsPaths { get; set; }

    /// <summary>What is switched on the successor's side.</summary>
    public WorkleapChange? Workleap { get; set; }

    /// <summary>Replaces the whole catalogue; values that members have under other names stay.</summary>
    public List<PropertyDefinition>? Properties { get; set; }

    public List<SeedMember> Members { get; set; } = [];

    public List<SeedTeam> Teams { get; set; } = [];

    /// <summary>What is changed about people and teams that are there.</summary>
    public AccountEdit? Edit { get; set; }

    /// <summary>What members write to the managers of their teams, added to what is there.</summary>
    public List<SeedFeedback> Feedback { get; set; } = [];

    /// <summary>What members thank others for, added to what is there.</summary>
    public List<SeedGoodVibe> GoodVibes { get; set; } = [];

    /// <summary>E-mail addresses of created members whom the app now invites.</summary>
    public List<string> Invite { get; set; } = [];

    /// <summary>E-mail addresses of invited members who now take up the invitation.</summary>
    public List<string> Activate { get; set; } = [];

    /// <summary>Number of invitations that went out, by e-mail address.</summary>
    public Dictionary<string, int> Invitations { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>See <see cref="WorkleapOptions"/> for each. A threshold below 0 takes it away.</summary>
internal sealed class WorkleapChange
{
    /// <summary>Replaces every key that may write.</summary>
    public string? Key { get; set; }

    public bool? AutomaticInvite { get; set; }

    public int? UsersThreshold { get; set; }

    public int? TeamsThreshold { get; set; }

    public bool? WorkOnRequest { get; set; }

    public bool? AnswerSaysPaused { get; set; }

    public WorkleapSettings Switch(WorkleapSettings s) => new(
        Key is null ? s.Keys : [Key], s.ReadOnlyKeys, AutomaticInvite ?? s.AutomaticInvite, Threshold(UsersThreshold, s.UsersThreshold),
        Threshold(TeamsThreshold, s.TeamsThreshold), WorkOnRequest ?? s.WorkOnRequest, AnswerSaysPaused ?? s.AnswerSaysPaused);

    private static int? Threshold(int? wanted, int? current) => wanted switch { null => current, < 0 => null, _ => wanted };
}

/// <summary>Carries out an <see cref="AccountChange"/>.</summary>
internal static class ChangeAccount
{
    /// <returns>What stood in the way; empty: done.</returns>
    public static List<string> Apply(SimulatedAccount account, AccountChange change) =>
        account.Change<List<string>>((state, settings) =>
        {
            var problems = Problems(state, change);
            if (problems.Count > 0)
            {
                return (settings, problems);
            }

            SeedAccount.Add(state, change.Members, change.Teams);
            change.Edit?.Apply(state);
            state.Feedback.AddRange(change.Feedback);
            state.GoodVibes.AddRange(change.GoodVibes);
            foreach (var email in change.Invite)
            {
                var member = state.MembersByEmail[email];
                member.Status = MemberStatus.Invited;
                member.Invitations++;
            }

            foreach (var email in change.Activate)
            {
                state.MembersByEmail[email].Status = MemberStatus.Active;
            }

            foreach (var (email, count) in change.Invitations)
            {
                state.MembersByEmail[email].Invitations = count;
            }

            if (change.Properties is { } properties)
            {
                state.Properties.Clear();
                properties.ForEach(p => state.Properties.Add(p.Name, p));
            }

            return (Switched(settings, change), problems);
        });

    private static List<string> Problems(AccountState state, AccountChange change)
    {
        var problems = SeedAccount.Problems(state, change.Members, change.Teams);
        problems.AddRange(change.Edit?.Problems(state) ?? []);
        if (change.Key?.Length == 0 || change.Workleap?.Key?.Length == 0)
        {
            problems.Add("key must not be empty.");
        }

        if (change.FailureStatus is < 200 or > 599)
        {
            problems.Add("failureStatus must be between 200 and 599.");
        }

        if (change.Properties is { } properties && (properties.Exists(p => p.Name.Length == 0) || properties.DistinctBy(p => p.Name).Count() < properties.Count))
        {
            problems.Add("properties must have names, each its own.");
        }

        if (!change.Feedback.TrueForAll(f => f.Message.Length > 0 && (state.Teams.Exists(t => t.Name == f.Team) || change.Teams.Exists(t => t.Name == f.Team))))
        {
            problems.Add("feedback needs a message, and a team that is in the account.");
        }

        if (!change.GoodVibes.TrueForAll(v => v.Message.Length > 0 && v.To.Count > 0 && v.To.Append(v.From).All(IsThere)))
        {
            problems.Add("goodVibes need a message, and people who are in the account.");
        }

        if (!change.Invite.TrueForAll(email => Has(email, MemberStatus.Created)))
        {
            problems.Add("invite names somebody who is not in the account as created.");
        }

        if (!change.Activate.TrueForAll(email => Has(email, MemberStatus.Invited)))
        {
            problems.Add("activate names somebody who is not in the account as invited.");
        }

        if (!change.Invitations.All(i => i.Value >= 0 && state.MembersByEmail.ContainsKey(i.Key)))
        {
            problems.Add("invitations names somebody who is not in the account, or a negative number.");
        }

        return problems;

        bool IsThere(string email) => state.MembersByEmail.ContainsKey(email) || change.Members.Exists(m => m.Email.Equals(email, StringComparison.OrdinalIgnoreCase));

        bool Has(string email, MemberStatus status) => state.MembersByEmail.TryGetValue(email, out var member) && member.Status == status;
    }

    private static AccountSettings Switched(AccountSettings settings, AccountChange change) => new(
        change.Key is null ? settings.Keys : [change.Key],
        change.IntegrationActive ?? settings.IntegrationActive,
        change.PlanIncludesApi ?? settings.PlanIncludesApi,
        change.AuthenticationFailure ?? settings.AuthenticationFailure,
        change.FailureStatus ?? settings.FailureStatus,
        change.ListSkippedRows ?? settings.ListSkippedRows,
        change.LaterMappingReplaces ?? settings.LaterMappingReplaces,
        change.ListDeactivated ?? settings.ListDeactivated,
        change.TeamNamesAsPaths ?? settings.TeamNamesAsPaths,
        change.Workleap?.Switch(settings.Workleap) ?? settings.Workleap);
}
