using Gateway.Membership.Events;

namespace Gateway.Membership.Snapshots;

/// <summary>What is sent and deserves a look all the same.</summary>
internal static class TeamWarnings
{
    private const int NamedAtMost = 5;

    public static void Find(Structure structure, List<SnapshotUser> users, List<SnapshotMapping> mappings, IssueList issues)
    {
        // Both kinds of rows are in the order of the groups, then of the ids: one walk side by side finds who is in both.
        var member = mappings.FindIndex(m => m.Kind == MappingKind.Member);
        var manager = mappings.FindIndex(m => m.Kind == MappingKind.Manager);
        var managing = new HashSet<string>();
        var parents = new HashSet<int>(structure.Parents);
        for (var group = 0; group < structure.Groups.Count; group++)
        {
            var id = structure.Groups[group].Id;
            var managers = Take(mappings, MappingKind.Manager, id, ref manager);
            var members = Take(mappings, MappingKind.Member, id, ref member);
            foreach (var row in managers) managing.Add(row.OtherId);

            if (managers.Length == 0) Warn(issues, IssueCodes.TeamNoManager, id, "This team has no manager. Assign one.");
            if (members.Length == 0 && !parents.Contains(group))
                Warn(issues, IssueCodes.TeamEmpty, id, "This team has neither members nor sub-teams. Assign someone, or close it.");
            if (Both(managers, members) is { Count: > 0 } both)
            {
                Warn(issues, IssueCodes.TeamManagerIsMember, id,
                    $"{both.Count} managing this team also belong to it ({string.Join(", ", both.Take(NamedAtMost))}{(both.Count > NamedAtMost ? ", …" : "")}): two rows each. See that Officevibe keeps both roles.");
            }
        }

        Names(structure.Groups, users, managing, issues);
    }

    private static ReadOnlySpan<SnapshotMapping> Take(List<SnapshotMapping> mappings, MappingKind kind, string group, ref int next)
    {
        var from = next;
        if (from < 0) return [];
        while (next < mappings.Count && mappings[next].Kind == kind && mappings[next].GroupId == group) next++;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(mappings)[from..next];
    }

    private static List<string>? Both(ReadOnlySpan<SnapshotMapping> managers, ReadOnlySpan<SnapshotMapping> members)
    {
        List<string>? both = null;
        for (int i = 0, j = 0; i < managers.Length && j < members.Length;)
        {
            var order = Ordinal.Compare(managers[i].OtherId, members[j].OtherId);
            if (order == 0) (both ??= []).Add(managers[i].OtherId);
            if (order <= 0) i++;
            if (order >= 0) j++;
        }

        return both;
    }

    private static void Names(List<SnapshotGroup> groups, List<SnapshotUser> users, HashSet<string> managing, IssueList issues)
    {
        var named = new Dictionary<string, int>(AsciiCaseInsensitive.Comparer);
        foreach (var group in groups) named[group.Name] = named.GetValueOrDefault(group.Name) + 1;
        var managerNames = new HashSet<string>(AsciiCaseInsensitive.Comparer);
        foreach (var user in users)
        {
            if (!managing.Contains(user.Id)) continue;
            managerNames.Add(user.Email);
            managerNames.Add($"{user.FirstName} {user.LastName}".Trim());
        }

        foreach (var (id, name) in groups)
        {
            if (named[name] > 1) Warn(issues, IssueCodes.TeamNameDuplicate, id, "Another team has the same name. Officevibe matches by name at first adoption: rename one.");
            if (AsciiCaseInsensitive.Same(id, name))
                Warn(issues, IssueCodes.TeamNameIsId, id, "This team's id is its name: a later rename would look like a new team and lose history. Use a lasting id.");
            else if (managerNames.Contains(id))
                Warn(issues, IssueCodes.TeamNameIsId, id, "This team's id is the name or e-mail of a manager: the next manager would look like a new team. Use a lasting id.");
        }
    }

    private static void Warn(IssueList issues, string code, string team, string message) =>
        issues.Add(new Issue(code, SubjectKind.Team, team, LeftOut: false, message));
}
