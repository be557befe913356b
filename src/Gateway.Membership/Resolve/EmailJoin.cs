using Gateway.Membership.Fold;

namespace Gateway.Membership.Resolve;

/// <summary>
/// Joins the people of sources that match by e-mail to the members who have the same one: at the instant, else in their histories.
/// What facets say is compared, never what was resolved. Only A to Z are compared case-insensitively.
/// </summary>
internal sealed class EmailJoin(Numbers numbers, Precedence precedence)
{
    private readonly Dictionary<string, List<int>> now = new(AsciiCaseInsensitive.Comparer);
    private readonly Dictionary<string, List<int>> ever = new(AsciiCaseInsensitive.Comparer);
    private readonly List<FacetOutline> facets = [];

    /// <param name="members">Roots of those with a company's number that some source speaks of.</param>
    /// <param name="people">Roots of the others.</param>
    /// <returns>What became of those who did not join.</returns>
    public Dictionary<int, Identity> Apply(List<int> members, List<int> people)
    {
        var left = new Dictionary<int, Identity>();
        var wanted = new Dictionary<int, List<int>>();
        Index(members);
        foreach (var person in people)
        {
            switch (MemberOf(person))
            {
                case (null, var why): left.Add(person, why); break;
                case ({ } member, _):
                    if (!wanted.TryGetValue(member, out var suitors)) wanted.Add(member, suitors = []);
                    suitors.Add(person);
                    break;
            }
        }

        foreach (var (member, suitors) in wanted)
        {
            // All are judged before any joins.
            var verdicts = suitors.ConvertAll(person => Verdict(person, member, suitors));
            for (var i = 0; i < suitors.Count; i++)
            {
                if (verdicts[i] == Identity.Company) numbers.Join(member, suitors[i]);
                else left.Add(suitors[i], verdicts[i]);
            }
        }

        return left;
    }

    private void Index(List<int> members)
    {
        foreach (var member in members)
        {
            numbers.CopyFacets(member, facets);
            foreach (var facet in facets)
            {
                if (!precedence.IsCompanyNumber(facet.Source)) continue;
                if (facet.Email is { } email)
                {
                    Add(now, email, member);
                    Add(ever, email, member);
                }

                foreach (var earlier in facet.EarlierEmails) Add(ever, earlier, member);
            }
        }
    }

    private static void Add(Dictionary<string, List<int>> index, string email, int member)
    {
        if (!index.TryGetValue(email, out var list)) index.Add(email, list = new List<int>(1));
        if (!list.Contains(member)) list.Add(member);
    }

    /// <summary>The one member, or the only employed one of several.</summary>
    private (int? Member, Identity Why) MemberOf(int person)
    {
        numbers.CopyFacets(person, facets);
        var mine = facets.FindAll(f => precedence.MatchOf(f.Source) == MatchBy.Email);
        var found = new HashSet<int>();
        foreach (var facet in mine)
            if (facet.Email is { } email && now.TryGetValue(email, out var list)) found.UnionWith(list);
        if (found.Count == 0)
        {
            foreach (var email in mine.SelectMany(f => f.Email is { } present ? f.EarlierEmails.Append(present) : f.EarlierEmails))
                if (ever.TryGetValue(email, out var list)) found.UnionWith(list);
        }

        if (found.Count == 0) return (null, Identity.Unmatched);
        if (found.Count > 1) found.RemoveWhere(member => !IsEmployed(member));
        return found.Count == 1 ? (found.Single(), Identity.Company) : (null, Identity.Ambiguous);
    }

    /// <summary>By what is joined without e-mails.</summary>
    private bool IsEmployed(int member)
    {
        numbers.CopyFacets(member, facets);
        facets.Sort(Employment.Order(precedence));
        return Employment.Decide<FacetOutline>(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(facets), precedence.Rules.Employed).Employed;
    }

    /// <summary>Several people of one source for one member: the only employed one joins.</summary>
    private Identity Verdict(int person, int member, List<int> suitors)
    {
        var verdict = Identity.Company;
        foreach (var source in SourcesOf(person))
        {
            var rivals = suitors.FindAll(other => other != person && SourcesOf(other).Contains(source));
            if (SourcesOf(member).Contains(source)) rivals.Add(member);
            if (rivals.Count == 0) continue;

            var employedRivals = rivals.Count(rival => IsEmployedIn(rival, source));
            if (IsEmployedIn(person, source) ? employedRivals > 0 : employedRivals != 1) return Identity.Ambiguous;
            if (!IsEmployedIn(person, source)) verdict = Identity.Eclipsed;
        }

        return verdict;
    }

    private HashSet<string> SourcesOf(int root)
    {
        numbers.CopyFacets(root, facets);
        var sources = new HashSet<string>();
        foreach (var facet in facets)
            if (!precedence.IsCompanyNumber(facet.Source)) sources.Add(facet.Source);
        return sources;
    }

    private bool IsEmployedIn(int root, string source)
    {
        numbers.CopyFacets(root, facets);
        return facets.Exists(f => f.Source == source && f.Employed);
    }
}
