namespace Gateway.OfficevibeSimulator.Account;

/// <summary>Puts people and teams into the account by hand, all or nothing.</summary>
internal static class SeedAccount
{
    /// <summary>What stands in the way, one sentence each; empty when <see cref="Add"/> will succeed.</summary>
    public static List<string> Problems(AccountState account, IReadOnlyList<SeedMember> members, IReadOnlyList<SeedTeam> teams)
    {
        var problems = new List<string>();
        var emails = new HashSet<string>(account.MembersByEmail.Keys, StringComparer.OrdinalIgnoreCase);
        var ids = new HashSet<string>(account.MembersByExternalId.Keys, StringComparer.Ordinal);
        for (var i = 0; i < members.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(members[i].Email) || !emails.Add(members[i].Email))
            {
                problems.Add($"members[{i}].email is empty or already in the account.");
            }

            if (members[i].ExternalId is { } id && !ids.Add(id))
            {
                problems.Add($"members[{i}].externalId is already in the account.");
            }
        }

        var names = account.Teams.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var teamIds = account.Teams.Select(t => t.ExternalId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < teams.Count; i++)
        {
            if (teams[i].Parent is { } parent && !names.Contains(parent))
            {
                problems.Add($"teams[{i}].parent names no team that is there or stands before it.");
            }

            if (string.IsNullOrWhiteSpace(teams[i].Name) || !names.Add(teams[i].Name))
            {
                problems.Add($"teams[{i}].name is empty or already in the account.");
            }

            if (teams[i].ExternalId is { } id && !teamIds.Add(id))
            {
                problems.Add($"teams[{i}].externalId is already in the account.");
            }

            if (!teams[i].Members.Concat(teams[i].Managers).All(emails.Contains))
            {
                problems.Add($"teams[{i}] has a member or a manager whose e-mail is not in the account.");
            }
        }

        return problems;
    }

    public static void Add(AccountState account, IReadOnlyList<SeedMember> members, IReadOnlyList<SeedTeam> teams)
    {
        foreach (var seed in members)
        {
            var member = account.NewMember(seed.Email, seed.Role);
            member.ExternalId = seed.ExternalId;
            member.FirstName = seed.FirstName;
            member.LastName = seed.LastName;
            member.JobTitle = seed.JobTitle;
            member.Status = seed.Status;
            member.StatusBeforeDeactivation = seed.Status == MemberStatus.Deactivated ? MemberStatus.Active : seed.Status;
            member.Invitations = seed.Status == MemberStatus.Created ? 0 : 1;
            foreach (var (name, value) in seed.Properties)
            {
                member.Properties[name] = value;
            }
        }

        account.Reindex();
        foreach (var seed in teams)
        {
            var team = account.NewTeam(seed.Name, seed.Rule);
            team.ExternalId = seed.ExternalId;
            team.History = seed.History;
            team.Parent = seed.Parent is null ? null : account.Teams.Find(t => t.Name == seed.Parent);
            team.Members.UnionWith(seed.Members.Select(email => account.MembersByEmail[email]));
            team.Managers.UnionWith(seed.Managers.Select(email => account.MembersByEmail[email]));
        }

        account.FillRuleBasedTeams();
    }
}
