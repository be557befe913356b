using Gateway.Membership.Events;
using Gateway.Membership.Resolve;

namespace Gateway.Membership.Snapshots;

/// <summary>The rows: who is in which team, and which team in which.</summary>
internal static class Placement
{
    /// <summary>Sub-group rows, manager rows, member rows, each by group, then the other id (ordinal).</summary>
    /// <param name="users">Those who are sent, by id.</param>
    /// <param name="structure">The teams that are sent.</param>
    /// <param name="issues">Where rows go that have no team to go to.</param>
    public static List<SnapshotMapping> Of(List<Candidate> users, Structure structure, IssueList issues)
    {
        var groups = structure.Groups;
        var children = new List<string>?[groups.Count];
        for (var child = 0; child < groups.Count; child++)
            if (structure.Parents[child] is >= 0 and var parent) (children[parent] ??= []).Add(groups[child].Id);

        // Users come by id, so that each team's rows are in order as they are found.
        var managers = new List<string>?[groups.Count];
        var members = new List<string>?[groups.Count];
        var assignments = new List<MemberAssignment>();
        foreach (var user in users)
        {
            var placed = false;
            user.Member.CopyAssignments(assignments);
            foreach (var assignment in assignments)
            {
                var (group, trouble) = structure.Find(assignment.TeamId);
                if (trouble is not null)
                {
                    issues.Add(LeftOut(trouble, user.Member, assignment));
                    continue;
                }

                placed = true;
                ((assignment.Role == AssignmentRole.Manager ? managers : members)[group] ??= []).Add(user.Member.Id);
            }

            if (!placed)
                issues.Add(new Issue(IssueCodes.MemberNoTeam, SubjectKind.Member, user.Member.Id, LeftOut: false, "This person is sent, but is in no team. Send an assignment."));
        }

        var rows = new List<SnapshotMapping>(groups.Count + users.Count);
        Add(rows, MappingKind.SubGroup, groups, children);
        Add(rows, MappingKind.Manager, groups, managers);
        Add(rows, MappingKind.Member, groups, members);
        return rows;
    }

    private static void Add(List<SnapshotMapping> rows, MappingKind kind, List<SnapshotGroup> groups, List<string>?[] others)
    {
        for (var group = 0; group < groups.Count; group++)
            foreach (var other in others[group] ?? []) rows.Add(new SnapshotMapping(kind, groups[group].Id, other));
    }

    private static Issue LeftOut(string code, Member member, in MemberAssignment assignment) =>
        new(code, SubjectKind.Member, member.Id, LeftOut: true, code switch
        {
            IssueCodes.TeamNameMissing => $"The team {assignment.TeamId} has no name and is not sent; nor is this row.",
            IssueCodes.AssignmentTeamClosed => $"The team {assignment.TeamId} is closed. Move the person, or send a team event to reopen it.",
            _ => $"The team {assignment.TeamId} does not exist. Send a team event for it, or move the person.",
        })
        {
            TeamId = assignment.TeamId,
            Source = assignment.Source,
            EventId = assignment.EventId,
        };
}
