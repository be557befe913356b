using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Baselines;

/// <summary>Which teams exist, what they are called and where they belong.</summary>
internal sealed class TeamDiff(BaselineEvents events, IReadOnlyDictionary<string, TeamFacet> facets, Baseline baseline)
{
    public List<string> Opened { get; } = [];
    public List<string> Closed { get; } = [];
    public List<string> Renamed { get; } = [];
    public List<string> Reparented { get; } = [];

    public void Run()
    {
        var parents = baseline.Mappings?.Where(m => m.Kind == MappingKind.SubGroup).ToDictionary(m => m.OtherId, m => m.GroupId);
        if (baseline.Groups is { } groups)
        {
            var listed = new HashSet<string>();
            foreach (var group in groups.OrderBy(g => g.TeamId, Ordinal.Comparer))
            {
                listed.Add(group.TeamId);
                Define(group.TeamId, group.Name, parents is null ? Patch.Absent : Patch.To(parents.GetValueOrDefault(group.TeamId)));
            }

            foreach (var gone in facets.Values.Where(t => t.Exists && !listed.Contains(t.TeamId)).Select(t => t.TeamId).Order(Ordinal.Comparer))
            {
                Closed.Add(gone);
                events.Add(c => new TeamClosed { Source = c.Source, Id = c.Id, OccurredAt = c.OccurredAt, EffectiveAt = c.EffectiveAt, TeamId = gone });
            }
        }
        else if (parents is not null)
        {
            // Who says where a team belongs says that it exists.
            var spokenOf = facets.Values.Where(t => t.Exists).Select(t => t.TeamId).Union(parents.Keys);
            foreach (var team in spokenOf.Order(Ordinal.Comparer)) Define(team, null, Patch.To(parents.GetValueOrDefault(team)));
        }
    }

    private void Define(string teamId, string? name, Patch parent)
    {
        var facet = facets.GetValueOrDefault(teamId);
        var exists = facet is { Exists: true };
        var renamed = name is not null && name != facet?.Name?.Value;
        // A parent that was never given is not the top level: another source's word would count.
        var reparented = parent.Given && (facet?.ParentId is not { } said || said.Value != parent.Value);
        if (exists && !renamed && !reparented) return;

        if (!exists) Opened.Add(teamId);
        if (exists && renamed && facet!.Name?.Value is not null) Renamed.Add(teamId);
        if (exists && facet!.ParentId?.Value != parent.Value && parent.Given) Reparented.Add(teamId);
        events.Add(c => new TeamDefined
        {
            Source = c.Source,
            Id = c.Id,
            OccurredAt = c.OccurredAt,
            EffectiveAt = c.EffectiveAt,
            TeamId = teamId,
            Name = renamed || !exists ? name : null,
            ParentId = reparented || !exists ? parent : Patch.Absent,
        });
    }
}
