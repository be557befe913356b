namespace Gateway.OfficevibeSimulator.Account;

/// <summary>A team in the account. Changed only under the lock of <see cref="SimulatedAccount"/>.</summary>
internal sealed class Team(string internalId, string name)
{
    /// <summary>Officevibe's own id: what scores and history hang on.</summary>
    public string InternalId { get; } = internalId;

    /// <summary>The caller's id; null until a sync attaches one.</summary>
    public string? ExternalId { get; set; }

    public string Name { get; set; } = name;

    /// <summary>Syncs that this very team has lived through since it was made. A team made anew starts at 0: its history is gone.</summary>
    public int History { get; set; }

    /// <summary>Null for an ordinary team.</summary>
    public TeamRule? Rule { get; init; }

    public Team? Parent { get; set; }

    public HashSet<Member> Members { get; } = [];

    public HashSet<Member> Managers { get; } = [];

    /// <summary>With the copies of its people; the parent is left to whoever copies.</summary>
    public Team Copy(Dictionary<Member, Member> copies)
    {
        var copy = new Team(InternalId, Name) { ExternalId = ExternalId, History = History, Rule = Rule };
        copy.Members.UnionWith(Members.Select(m => copies[m]));
        copy.Managers.UnionWith(Managers.Select(m => copies[m]));
        return copy;
    }
}

/// <summary>Members of a rule-based team are those whose property has this value.</summary>
/// <param name="Property">Name of the property, exact case.</param>
/// <param name="Value">The value, exact case.</param>
public sealed record TeamRule(string Property, string Value);

/// <summary>A team that a sync removed, with what hung on it. There is no way back.</summary>
internal sealed record RemovedTeam(Team Team, int RemovedBySync);
