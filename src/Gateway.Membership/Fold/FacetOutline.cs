namespace Gateway.Membership.Fold;

/// <summary>What a source says of somebody's employment.</summary>
internal interface IEmployment
{
    string Source { get; }

    /// <summary>A hire has taken effect at some time.</summary>
    bool EverHired { get; }

    bool Employed { get; }
}

/// <summary>
/// As much of a person's facet as it takes to find out who is who: kept of everybody at once, while the rest is read when a person's turn comes.
/// </summary>
public sealed class FacetOutline : IEmployment
{
    internal FacetOutline(MemberFacet facet, int index)
    {
        (Index, Source, EmployeeId) = (index, facet.Source, facet.EmployeeId);
        (Stated, EverHired, Employed, LastHiredAt) = (facet.Stated, facet.EverHired, facet.Employed, facet.LastHiredAt?.UtcTicks ?? long.MinValue);
        Email = facet.Email?.Value;
        if (facet.Emails.Count > 1 || (facet.Emails is [var only] && only != Email)) EarlierEmails = [.. facet.Emails.Where(e => e != Email)];
        if (facet.Aliases.Count > 0) Aliases = [.. facet.Aliases.Select(a => (a, facet.By[a.By]))];
    }

    /// <summary>Where the whole facet is found.</summary>
    public int Index { get; }

    public string Source { get; }

    public string EmployeeId { get; }

    public bool Stated { get; }

    public bool EverHired { get; }

    public bool Employed { get; }

    /// <summary>In ticks, for comparing; the least of all numbers: never hired.</summary>
    internal long LastHiredAt { get; }

    /// <summary>At the instant; null: none.</summary>
    public string? Email { get; }

    /// <summary>Those it has had before, the present one not included.</summary>
    public IReadOnlyList<string> EarlierEmails { get; } = [];

    /// <summary>The numbers it was declared to be the same person as, and the events that said so.</summary>
    public IReadOnlyList<(AliasLink Link, EventRef By)> Aliases { get; } = [];
}
