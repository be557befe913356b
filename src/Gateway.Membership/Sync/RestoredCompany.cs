using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>An earlier company beside today's.</summary>
public static class RestoredCompany
{
    /// <summary>
    /// The teams of an earlier company, how they lay in each other, and who was in those that are gone; the people, and who is in the others, are today's. Teams that are new since stay: to remove
    /// one is what cannot be undone.
    /// </summary>
    public static Snapshot Structure(Snapshot earlier, Snapshot today)
    {
        var was = earlier.Groups.Select(g => g.Id).ToHashSet();
        var still = today.Groups.Select(g => g.Id).ToHashSet();
        var here = today.Users.Select(u => u.Id).ToHashSet();
        var rows = today.Mappings.Where(m => m.Kind != MappingKind.SubGroup || !was.Contains(m.OtherId))
            .Concat(earlier.Mappings.Where(m => m.Kind == MappingKind.SubGroup || (!still.Contains(m.GroupId) && here.Contains(m.OtherId))))
            .Distinct().ToList();
        rows.Sort(CanonicalOrder.Compare);
        return new Snapshot
        {
            Users = today.Users,
            Groups = [.. earlier.Groups.Concat(today.Groups.Where(g => !was.Contains(g.Id))).OrderBy(g => g.Id, Ordinal.Comparer)],
            Mappings = rows,
        };
    }
}
