using Gateway.Membership.Events;
using Gateway.Membership.Resolve;

namespace Gateway.Membership.Snapshots;

/// <summary>Sources that say the opposite of the one whose word on employment counts.</summary>
internal static class Disputes
{
    public static void Find(Member member, IssueList issues)
    {
        if (!member.MakesUser || member.EmployedFrom is not { } deciding || member.Facets.Count == 1) return;
        string? judged = null;
        foreach (var facet in member.Facets)
        {
            // The first facet of a source that says anything of employment is the employed one, if it has one.
            if (facet.Source == deciding.Source || facet.Source == judged || facet.EmployedBy is not { } by) continue;
            judged = facet.Source;
            if (facet.Employed == member.Employed) continue;
            issues.Add(new Issue(IssueCodes.MemberEmploymentDisputed, SubjectKind.Member, member.Id, LeftOut: false,
                $"{facet.Source} says that this person is {(facet.Employed ? "employed" : "not employed")}; {deciding.Source} says the opposite, and counts. "
                + "Correct the one that is wrong.")
            {
                Source = facet.Source,
                EventId = facet.By[by].Id,
            });
        }
    }
}
