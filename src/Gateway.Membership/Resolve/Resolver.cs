using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Resolve;

/// <summary>Facets across sources become people and teams (semantics.md, section 4).</summary>
public static class Resolver
{
    /// <param name="members">Folded for the instant asked about, in any order.</param>
    /// <param name="teams">Likewise.</param>
    /// <param name="rules">Have settings for every source among the facets.</param>
    /// <param name="lastAccepted">Keeps ids on the wire as they were; null: nothing was ever accepted.</param>
    /// <exception cref="InvalidOperationException">A source has facets but no settings.</exception>
    public static Company Resolve(
        IReadOnlyCollection<MemberFacet> members, IReadOnlyCollection<TeamFacet> teams, MembershipRules rules, Snapshot? lastAccepted)
    {
        var precedence = new Precedence(rules);
        var issues = new List<Issue>();
        var numbers = new Numbers(precedence, members.Count);
        var counting = new List<MemberFacet>(members.Count);
        foreach (var facet in members)
        {
            _ = precedence.RankOf(facet.Source);
            if (!facet.Stated || rules.Sources[facet.Source].Retired) continue;
            counting.Add(facet);
            numbers.Add(facet);
        }

        AliasJoin.Apply(numbers, counting, issues);
        var left = JoinByEmail(numbers, precedence);
        var people = new People(numbers, precedence, lastAccepted).Make(left, issues);
        foreach (var member in people) Disputes(member, issues);
        issues.Sort(IssueOrder.Compare);
        return new Company(people, Teams(teams, precedence), issues);
    }

    /// <summary>What became of those who have none of the company's numbers and joined nobody who has.</summary>
    private static Dictionary<int, Identity> JoinByEmail(Numbers numbers, Precedence precedence)
    {
        var (members, others) = (new List<int>(numbers.Count), new List<int>());
        var facets = new List<MemberFacet>();
        for (var number = 0; number < numbers.Count; number++)
        {
            if (!numbers.IsRoot(number)) continue;
            numbers.CopyFacets(number, facets);
            if (facets.Count == 0) continue;
            var isMember = numbers.IsAlone(number) ? Numbers.IsCompany(numbers.SpaceOf(number)) : facets.Exists(f => precedence.IsCompanyNumber(f.Source));
            (isMember ? members : others).Add(number);
        }

        return others.Count == 0 ? [] : new EmailJoin(numbers, precedence).Apply(members, others);
    }

    private static void Disputes(Member member, List<Issue> issues)
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

    private static List<Team> Teams(IReadOnlyCollection<TeamFacet> facets, Precedence precedence)
    {
        var byId = new Dictionary<string, List<TeamFacet>>();
        foreach (var facet in facets)
        {
            _ = precedence.RankOf(facet.Source);
            if (!facet.Named || precedence.Rules.Sources[facet.Source].Retired) continue;
            if (!byId.TryGetValue(facet.TeamId, out var list)) byId.Add(facet.TeamId, list = new List<TeamFacet>(1));
            list.Add(facet);
        }

        var teams = new List<Team>(byId.Count);
        foreach (var list in byId.Values)
        {
            list.Sort((x, y) => precedence.RankOf(x.Source).CompareTo(precedence.RankOf(y.Source)));
            teams.Add(new Team([.. list]));
        }

        teams.Sort((x, y) => Ordinal.Compare(x.Id, y.Id));
        return teams;
    }
}
