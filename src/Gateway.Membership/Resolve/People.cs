using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Resolve;

/// <summary>Makes a person of each set of joined numbers, and gives each the id on the wire.</summary>
internal sealed class People(Numbers numbers, Precedence precedence, MemberFacets all, Snapshot? lastAccepted)
{
    private readonly Comparison<FacetOutline> order = Employment.Order(precedence);
    private readonly List<FacetOutline> facets = [];

    /// <param name="left">Those who joined nobody, and why.</param>
    /// <param name="issues">Where those among them go who make no user.</param>
    /// <returns>By id (ordinal).</returns>
    public List<Person> Make(Dictionary<int, Identity> left, List<Issue> issues)
    {
        var people = new List<Person>(numbers.Count);
        for (var root = 0; root < numbers.Count; root++)
        {
            if (!numbers.IsRoot(root)) continue;
            numbers.CopyFacets(root, facets);
            if (facets.Count == 0) continue;
            if (facets.Count > 1) facets.Sort(order);
            if (numbers.IsAlone(root) && Numbers.IsCompany(numbers.SpaceOf(root)))
            {
                var id = facets[0].EmployeeId;
                people.Add(Of(id, IsAccepted(id) ? Chosen.ByLastAccepted : Chosen.ByHighestPriority, Identity.Company, []));
                continue;
            }

            people.Add(left.TryGetValue(root, out var why) ? Outsider(root, why, issues) : Joined(root));
        }

        people.Sort((x, y) => Ordinal.Compare(x.Id, y.Id) is var byId && byId != 0 ? byId : x.Identity.CompareTo(y.Identity));
        return people;
    }

    private Person Joined(int root)
    {
        var ids = Ids(root);
        var (id, rule) = ids.Find(IsAccepted) is { } known
            ? (known, Chosen.ByLastAccepted)
            : (facets.Find(f => precedence.IsCompanyNumber(f.Source))!.EmployeeId, Chosen.ByHighestPriority);
        return Of(id, rule, Identity.Company, ids.FindAll(other => other != id));
    }

    private Person Outsider(int root, Identity why, List<Issue> issues)
    {
        var ids = Ids(root);
        var first = facets[0];
        var own = $"{first.Source}:{first.EmployeeId}";
        var isOwn = why != Identity.Eclipsed && ids.Contains(own)
            && facets.Exists(f => precedence.Rules.Sources[f.Source].Unmatched == UnmatchedPeople.OwnMember);
        if ((why == Identity.Unmatched && !isOwn) || why == Identity.Ambiguous)
            issues.Add(Issue(why, own, all[first.Index], isOwn));

        if (!isOwn) return Of(own, Chosen.ByOwnMember, why, ids.FindAll(other => other != own));
        var id = ids.Find(IsAccepted) ?? own;
        return Of(id, id == own ? Chosen.ByOwnMember : Chosen.ByLastAccepted, Identity.OwnMember, ids.FindAll(other => other != id));
    }

    private Person Of(string id, string rule, Identity identity, IReadOnlyList<string> otherIds)
    {
        var more = facets.Count == 1 ? [] : new int[facets.Count - 1];
        for (var i = 0; i < more.Length; i++) more[i] = facets[i + 1].Index;
        return new Person(id, rule, identity, otherIds, facets[0].Index, more);
    }

    /// <summary>The last accepted snapshot has somebody of this id; it is in the order of ids.</summary>
    private bool IsAccepted(string id)
    {
        var users = lastAccepted?.Users ?? [];
        var (from, to) = (0, users.Count - 1);
        while (from <= to)
        {
            var middle = (from + to) / 2;
            var order = Ordinal.Compare(users[middle].Id, id);
            if (order == 0) return true;
            (from, to) = order < 0 ? (middle + 1, to) : (from, middle - 1);
        }

        return false;
    }

    private static Issue Issue(Identity why, string own, MemberFacet first, bool isOwn) =>
        new(why == Identity.Unmatched ? IssueCodes.IdentityUnmatched : IssueCodes.IdentityAmbiguous, SubjectKind.Member, own, LeftOut: !isOwn,
            why == Identity.Unmatched
                ? $"Nobody in the company's numbers has this person's e-mail, and no alias names one. Send an alias, or set Unmatched: own-member for {first.Source}."
                : $"This person's e-mail fits several members, or several people of {first.Source} fit one member. Send an alias that says who is who.")
        {
            Source = first.Source,
            EventId = first.Email is { } email ? first.By[email.By].Id : first.By.Count > 0 ? first.By[^1].Id : null,
        };

    /// <summary>
    /// The forms that the joined numbers take on the wire, in their order; numbers that nobody speaks of any more come last. One that
    /// reads like a number of the company's is not among them: it would be somebody else.
    /// </summary>
    private List<string> Ids(int root)
    {
        var ids = new List<string>();
        foreach (var facet in facets) Add(ids, numbers.Of(facet.Source, facet.EmployeeId));
        foreach (var id in numbers.Together(root).OrderByDescending(numbers.Wire, Ordinal.Comparer)) Add(ids, id);
        return ids;
    }

    private void Add(List<string> ids, int number)
    {
        var id = numbers.Wire(number);
        if (!ids.Contains(id) && (Numbers.IsCompany(numbers.SpaceOf(number)) || !numbers.IsCompanyNumber(id))) ids.Add(id);
    }
}
