namespace Gateway.OfficevibeSimulator.Account;

/// <summary>Everybody and every team, with the look-ups that keep a sync of 100,000 people linear. Not safe for concurrent use.</summary>
internal sealed class AccountState
{
    private int _lastMember;
    private int _lastTeam;

    public List<Member> Members { get; } = [];

    public List<Team> Teams { get; } = [];

    public List<RemovedTeam> RemovedTeams { get; } = [];

    public Dictionary<string, PropertyDefinition> Properties { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Member> MembersByExternalId { get; } = new(StringComparer.Ordinal);

    /// <summary>E-mail addresses are compared without regard to case.</summary>
    public Dictionary<string, Member> MembersByEmail { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Member NewMember(string email, MemberRole role = MemberRole.Member)
    {
        var member = new Member($"member-{++_lastMember}", email) { Role = role };
        Members.Add(member);
        return member;
    }

    public Team NewTeam(string name, TeamRule? rule = null)
    {
        var team = new Team($"team-{++_lastTeam}", name) { Rule = rule };
        Teams.Add(team);
        return team;
    }

    /// <summary>To be called after ids or e-mail addresses changed.</summary>
    public void Reindex()
    {
        MembersByExternalId.Clear();
        MembersByEmail.Clear();
        foreach (var member in Members)
        {
            MembersByEmail.Add(member.Email, member);
            if (member.ExternalId is not null)
            {
                MembersByExternalId.Add(member.ExternalId, member);
            }
        }
    }

    /// <summary>Members of rule-based teams follow from properties, so every change of a property moves them.</summary>
    public void FillRuleBasedTeams()
    {
        foreach (var team in Teams)
        {
            if (team.Rule is { } rule)
            {
                team.Members.Clear();
                team.Members.UnionWith(Members.Where(m =>
                    m.Status != MemberStatus.Deactivated && m.Properties.TryGetValue(rule.Property, out var value) && value == rule.Value));
            }
        }
    }
}
