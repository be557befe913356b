using Gateway.Membership.Fold;

namespace Gateway.Membership.Resolve;

/// <summary>Whose word counts on employment. Facets are in a member's order; those of one source lie side by side, the employed first.</summary>
internal static class Employment
{
    /// <summary>The index is that of the facet that decides; -1: never hired.</summary>
    public static (bool Employed, int Deciding, string Rule) Decide<T>(ReadOnlySpan<T> facets, EmployedRule rule) where T : IEmployment
    {
        var name = rule == EmployedRule.Any ? Chosen.ByAny : Chosen.ByHighestPriority;
        if (rule == EmployedRule.Any)
        {
            for (var i = 0; i < facets.Length; i++)
                if (facets[i].Employed) return (true, i, name);
        }

        for (var i = 0; i < facets.Length; i++)
            if (facets[i].EverHired) return (facets[i].Employed, i, name);
        return (false, -1, name);
    }

    /// <summary>Who has several contracts in the deciding source is absent when absent from all of them.</summary>
    public static bool IsAbsent(ReadOnlySpan<MemberFacet> facets, int deciding)
    {
        if (deciding < 0 || !facets[deciding].Employed) return false;
        for (var i = deciding; i < facets.Length && facets[i].Source == facets[deciding].Source; i++)
            if (facets[i].Employed && !facets[i].Absent) return false;
        return true;
    }

    /// <summary>The order of joined facets.</summary>
    public static Comparison<FacetOutline> Order(Precedence precedence) => (x, y) =>
    {
        var order = x.Source == y.Source ? 0 : precedence.RankOf(x.Source).CompareTo(precedence.RankOf(y.Source));
        if (order == 0) order = y.Employed.CompareTo(x.Employed);
        if (order == 0) order = y.LastHiredAt.CompareTo(x.LastHiredAt);
        return order != 0 ? order : Ordinal.Compare(y.EmployeeId, x.EmployeeId);
    };
}
