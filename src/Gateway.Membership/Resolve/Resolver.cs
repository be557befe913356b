using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Resolve;

/// <summary>Facets across sources become people and teams (semantics.md, section 4).</summary>
public static class Resolver
{
    /// <param name="members">Folded for the instant asked about, in any order. Where they are packed, so is the company: each member is made anew whenever asked for.</param>
    /// <param name="teams">Likewise.</param>
    /// <param name="rules">Have settings for every source among the facets.</param>
    /// <param name="lastAccepted">Keeps ids on the wire as they were; null: nothing was ever accepted.</param>
    /// <exception cref="InvalidOperationException">A source has facets but no settings.</exception>
    public static Company Resolve(
        MemberFacets members, IReadOnlyCollection<TeamFacet> teams, MembershipRules rules, Snapshot? lastAccepted)
    {
        var precedence = new Precedence(rules);
        var issues = new List<Issue>();
        var numbers = new Numbers(precedence, members.Count);
        var counting = new List<FacetOutline>(members.Count);
        foreach (var facet in members.Outlines)
        {
            _ = precedence.RankOf(facet.Source);
            if (!facet.Stated || rules.Sources[facet.Source].Retired) continue;
            counting.Add(facet);
            numbers.Add(facet);
        }

        AliasJoin.Apply(numbers, counting, issues);
        var left = JoinByEmail(numbers, precedence);
        var inTurn = new MembersInTurn(new People(numbers, precedence, members, lastAccepted).Make(left, issues), members, precedence);
        issues.Sort(IssueOrder.Compare);
        return new Company(members.IsPacked ? inTurn : [.. inTurn], Teams(teams, precedence), issues);
    }

    /// <summary>What became of those who have none of the company's numbers and joined nobody who has.</summary>
    private static Dictionary<int, Identity> JoinByEmail(Numbers numbers, Precedence precedence)
    {
        var (members, others) = (new List<int>(numbers.Count), new List<int>());
        var facets = new List<FacetOutline>();
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
