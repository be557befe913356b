using Gateway.Membership.Fold;

namespace Gateway.Membership.Resolve;

/// <summary>A team across all sources.</summary>
public sealed class Team
{
    private readonly TeamFacet[] facets;

    internal Team(TeamFacet[] facets) => this.facets = facets;

    public string Id => facets[0].TeamId;

    /// <summary>By priority of the source.</summary>
    public IReadOnlyList<TeamFacet> Facets => facets;

    /// <summary>By the highest-priority source that ever named it.</summary>
    public bool Exists => facets[0].Exists;

    public Resolved ExistsBy => new(null, facets[0], facets[0].ExistsBy ?? -1, Chosen.ByHighestPriority);

    /// <summary>Of the highest-priority source with one.</summary>
    public Resolved Name
    {
        get
        {
            foreach (var facet in facets)
                if (facet.Name is { Value: not null } name) return new Resolved(name.Value, facet, name.By, Chosen.ByHighestPriority);
            return new Resolved(null, null, -1, Chosen.ByHighestPriority);
        }
    }

    /// <summary>Of the highest-priority source that ever gave one, null (top level) included. The event is the one that changed it.</summary>
    public Resolved Parent
    {
        get
        {
            foreach (var facet in facets)
                if (facet.ParentId is { } parent) return new Resolved(parent.Value, facet, parent.By, Chosen.ByHighestPriority);
            return new Resolved(null, null, -1, Chosen.ByHighestPriority);
        }
    }
}
