using Gateway.Membership.Events;
using Gateway.Membership.Resolve;

namespace Gateway.Membership.Snapshots;

/// <summary>The teams that are sent, and which of them lies in which.</summary>
internal sealed class Structure
{
    private readonly Dictionary<string, Team> teams = [];
    private readonly Dictionary<string, int> indexes = [];

    private Structure() { }

    /// <summary>By id (ordinal).</summary>
    public List<SnapshotGroup> Groups { get; } = [];

    /// <summary>For each group the index of its parent; -1: top level.</summary>
    public List<int> Parents { get; } = [];

    public static Structure Of(IReadOnlyList<Team> teams, IssueList issues)
    {
        var structure = new Structure();
        var sent = new List<Team>();
        foreach (var team in teams)
        {
            structure.teams.Add(team.Id, team);
            if (!team.Exists) continue;
            if (team.Name.Value is { } name)
            {
                structure.indexes.Add(team.Id, sent.Count);
                structure.Groups.Add(new SnapshotGroup(team.Id, name));
                sent.Add(team);
                continue;
            }

            issues.Add(Row(IssueCodes.TeamNameMissing, team.Id, null, team.ExistsBy, "No source gives this team a name. Send a team event with one."));
            if (team.Parent is { Value: { } parentId } parent)
                issues.Add(Row(IssueCodes.TeamNameMissing, team.Id, parentId, parent, "This row is left out with the team, which has no name."));
        }

        foreach (var team in sent) structure.Parents.Add(structure.ParentOf(team, issues));
        structure.CutCycles(sent, issues);
        return structure;
    }

    /// <summary>The group to put someone into; else the code of the issue.</summary>
    public (int Group, string? Trouble) Find(string teamId)
    {
        if (indexes.TryGetValue(teamId, out var index)) return (index, null);
        return (-1, !teams.TryGetValue(teamId, out var team) ? IssueCodes.AssignmentTeamUnknown
            : team.Exists ? IssueCodes.TeamNameMissing
            : IssueCodes.AssignmentTeamClosed);
    }

    private int ParentOf(Team team, IssueList issues)
    {
        if (team.Parent is not { Value: { } parentId } parent) return -1;
        var (index, trouble) = Find(parentId);
        if (trouble == IssueCodes.TeamNameMissing)
            issues.Add(Row(trouble, team.Id, parentId, parent, $"The parent {parentId} has no name and is not sent: this team is sent at the top."));
        else if (trouble is not null)
            issues.Add(Row(IssueCodes.TeamParentUnknown, team.Id, parentId, parent, $"The parent {parentId} does not exist: this team is sent at the top. Send a team event for it, or another parent."));
        return index;
    }

    /// <summary>Every team has one parent at most, so that a walk upward meets at most one cycle.</summary>
    private void CutCycles(List<Team> sent, IssueList issues)
    {
        var walks = new int[sent.Count];
        for (var from = 0; from < sent.Count; from++)
        {
            var at = from;
            while (at >= 0 && walks[at] == 0) (walks[at], at) = (from + 1, Parents[at]);
            if (at < 0 || walks[at] != from + 1) continue;

            var last = at;
            for (var team = Parents[at]; team != at; team = Parents[team])
                if (ChangedAfter(sent[team].Parent, sent[last].Parent)) last = team;
            var parent = sent[last].Parent;
            issues.Add(Row(IssueCodes.TeamCycle, sent[last].Id, parent.Value, parent,
                "This team would be its own ancestor: it is sent at the top. Its parent was the last to be changed; send another one."));
            Parents[last] = -1;
        }
    }

    private static bool ChangedAfter(in Resolved x, in Resolved y)
    {
        var order = x.Event!.EffectiveAt.CompareTo(y.Event!.EffectiveAt);
        if (order == 0) order = x.Event.OccurredAt.CompareTo(y.Event.OccurredAt);
        if (order == 0) order = Ordinal.Compare(x.Source, y.Source);
        return (order != 0 ? order : Ordinal.Compare(x.EventId, y.EventId)) > 0;
    }

    private static Issue Row(string code, string team, string? other, in Resolved by, string message) =>
        new(code, SubjectKind.Team, team, LeftOut: true, message) { TeamId = other, Source = by.Source, EventId = by.EventId };
}
