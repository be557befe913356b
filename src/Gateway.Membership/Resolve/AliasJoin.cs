using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Resolve;

/// <summary>Joins what aliases declare to be one person, the one effective first going first.</summary>
internal static class AliasJoin
{
    /// <summary>One that would join two numbers of a third source is an issue and has no effect.</summary>
    public static void Apply(Numbers numbers, List<FacetOutline> facets, List<Issue> issues)
    {
        List<(EventRef Event, FacetOutline Facet, AliasLink Link)>? links = null;
        foreach (var facet in facets)
            foreach (var (link, by) in facet.Aliases) (links ??= []).Add((by, facet, link));
        if (links is null) return;

        links.Sort((x, y) =>
        {
            var order = x.Event.EffectiveAt.CompareTo(y.Event.EffectiveAt);
            if (order == 0) order = x.Event.OccurredAt.CompareTo(y.Event.OccurredAt);
            if (order == 0) order = Ordinal.Compare(x.Facet.Source, y.Facet.Source);
            return order != 0 ? order : Ordinal.Compare(x.Event.Id, y.Event.Id);
        });
        foreach (var (alias, facet, link) in links)
        {
            var (here, there) = (numbers.Of(facet.Source, facet.EmployeeId), numbers.Of(link.Source, link.EmployeeId));
            if (numbers.Root(here) == numbers.Root(there)) continue;
            if (numbers.ThirdDoubled(here, there) is not { } third)
            {
                numbers.Join(here, there);
                continue;
            }

            issues.Add(new Issue(IssueCodes.IdentityAmbiguous, SubjectKind.Member, numbers.Wire(here), LeftOut: false,
                $"The alias with {numbers.Wire(there)} has no effect: it would make one person of two numbers in {third}. "
                + "Retract it, or have that source declare its own two numbers to be one person first.")
            {
                Source = facet.Source,
                EventId = alias.Id,
            });
        }
    }
}
