using Gateway.Membership.Events;
using Gateway.Membership.Resolve;

namespace Gateway.Membership.Snapshots;

/// <summary>The rows: who is in which team, and which team in which.</summary>
/// <param name="structure">The teams that are sent.</param>
internal sealed class Placement(Structure structure)
{
    // People come by id, so that each team's rows are in order as they are found.
    private readonly List<Candidate>?[] managers = new List<Candidate>?[structure.Groups.Count];
    private readonly List<Candidate>?[] members = new List<Candidate>?[structure.Groups.Count];
    private readonly List<MemberAssignment> assignments = [];

    /// <param name="candidate">After all of those whose ids come before.</param>
    /// <param name="member">The same person.</param>
    public void Place(Candidate candidate, Member member)
    {
        var placed = false;
        member.CopyAssignments(assignments);
        foreach (var assignment in assignments)
        {
            var (group, trouble) = structure.Find(assignment.TeamId);
            if (trouble is not null)
            {
                candidate.TellIfSent(LeftOut(trouble, candidate.Id, assignment));
                continue;
            }

            placed = true;
            ((assignment.Role == AssignmentRole.Manager ? managers : members)[group] ??= new List<Candidate>(1)).Add(candidate);
        }

        if (!placed)
            candidate.TellIfSent(new Issue(IssueCodes.MemberNoTeam, SubjectKind.Member, candidate.Id, LeftOut: false, "This person is sent, but is in no team. Send an assignment."));
    }

    /// <summary>Of those who are sent: sub-group rows, manager rows, member rows, each by group, then the other id (ordinal).</summary>
    public List<SnapshotMapping> Rows(int users)
    {
        var groups = structure.Groups;
        var children = new List<string>?[groups.Count];
        for (var child = 0; child < groups.Count; child++)
            if (structure.Parents[child] is >= 0 and var parent) (children[parent] ??= []).Add(groups[child].Id);

        var rows = new List<SnapshotMapping>(groups.Count + users);
        for (var group = 0; group < groups.Count; group++)
            foreach (var child in children[group] ?? []) rows.Add(new SnapshotMapping(MappingKind.SubGroup, groups[group].Id, child));
        Add(rows, MappingKind.Manager, managers);
        Add(rows, MappingKind.Member, members);
        return rows;
    }

    private void Add(List<SnapshotMapping> rows, MappingKind kind, List<Candidate>?[] placed)
    {
        for (var group = 0; group < placed.Length; group++)
            foreach (var candidate in placed[group] ?? [])
                if (candidate.Address is not null) rows.Add(new SnapshotMapping(kind, structure.Groups[group].Id, candidate.Id));
    }

    private static Issue LeftOut(string code, string member, in MemberAssignment assignment) =>
        new(code, SubjectKind.Member, member, LeftOut: true, code switch
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
