namespace Gateway.OfficevibeSimulator.Account;

/// <summary>Everybody and every team, with the look-ups that keep a sync of 100,000 people linear. Not safe for concurrent use.</summary>
internal sealed class AccountState
{
    private int _lastMember;
    private int _lastTeam;

    public List<Member> Members { get; } = [];

    public List<Team> Teams { get; } = [];

    public List<RemovedTeam> RemovedTeams { get; } = [];

    /// <summary>Whom a sync of the successor deleted. There is no way back.</summary>
    public List<DeletedMember> DeletedMembers { get; } = [];

    /// <summary>A sync of the successor was applied before: from the second one on it carries e-mail addresses.</summary>
    public bool ProvisionedByWorkleap { get; set; }

    /// <summary>What members wrote to the managers of their teams.</summary>
    public List<SeedFeedback> Feedback { get; } = [];

    /// <summary>What members thanked others for.</summary>
    public List<SeedGoodVibe> GoodVibes { get; } = [];

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

    /// <summary>The same account apart from this one, to try a sync on.</summary>
    public AccountState Copy()
    {
        var copy = new AccountState { _lastMember = _lastMember, _lastTeam = _lastTeam, ProvisionedByWorkleap = ProvisionedByWorkleap };
        var members = Members.ToDictionary(m => m, m => m.Copy());
        var teams = Teams.ToDictionary(t => t, t => t.Copy(members));
        foreach (var team in Teams)
        {
            teams[team].Parent = team.Parent is null ? null : teams[team.Parent];
        }

        copy.Members.AddRange(members.Values);
        copy.Teams.AddRange(teams.Values);
        copy.RemovedTeams.AddRange(RemovedTeams);
        copy.DeletedMembers.AddRange(DeletedMembers);
        copy.Feedback.AddRange(Feedback);
        copy.GoodVibes.AddRange(GoodVibes);
        foreach (var (name, property) in Properties)
        {
            copy.Properties.Add(name, property);
        }

        copy.Reindex();
        return copy;
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
