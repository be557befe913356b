using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>
/// A source gave a team another id, and somebody said so: the team goes on under the id that Officevibe knows, or its history would end with the old one. As with people's numbers, what is joined is
/// decided when the company is read, so that a word that comes late, or is taken back, counts for all that came before it.
/// </summary>
public static class TeamAliases
{
    /// <param name="company">As assembled.</param>
    /// <param name="aliases">The id of today, and the one that Officevibe knows.</param>
    public static Snapshot Apply(Snapshot company, IReadOnlyDictionary<string, string> aliases)
    {
        if (aliases.Count == 0) return company;
        var there = company.Groups.Select(g => g.Id).ToHashSet();
        // Both exist: they are two teams now, whatever was said.
        var ids = aliases.Where(a => there.Contains(a.Key) && !there.Contains(a.Value)).ToDictionary(a => a.Key, a => a.Value);
        foreach (var twice in ids.GroupBy(i => i.Value).Where(g => g.Count() > 1).SelectMany(g => g.OrderBy(i => i.Key, Ordinal.Comparer).Skip(1)).ToList()) ids.Remove(twice.Key);
        if (ids.Count == 0) return company;

        var rows = company.Mappings.Select(m => m with { GroupId = Id(m.GroupId), OtherId = m.Kind == MappingKind.SubGroup ? Id(m.OtherId) : m.OtherId }).ToList();
        rows.Sort(CanonicalOrder.Compare);
        return company with
        {
            Groups = [.. company.Groups.Select(g => g with { Id = Id(g.Id) }).OrderBy(g => g.Id, Ordinal.Comparer)],
            Mappings = rows,
        };

        string Id(string id) => ids.GetValueOrDefault(id, id);
    }
}
