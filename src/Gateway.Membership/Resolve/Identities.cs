using Gateway.Membership.Fold;

namespace Gateway.Membership.Resolve;

/// <summary>What joined a number with the person it belongs to.</summary>
public enum JoinedBy
{
    /// <summary>The person's own: the first number, in the order of sources.</summary>
    First = 0,

    /// <summary>It is the same number of the company's.</summary>
    Number = 1,

    /// <summary>The same e-mail, at this instant.</summary>
    Email = 2,

    /// <summary>An e-mail that both have had, not at the same time.</summary>
    PastEmail = 3,

    /// <summary>An alias says so.</summary>
    Alias = 4,
}

/// <summary>Why somebody may be the person that a number belongs to.</summary>
public enum CandidateBy
{
    Email = 0,
    PastEmail = 1,

    /// <summary>First and last name are the same, whatever the case: a hint, never a join.</summary>
    Name = 2,
}

/// <summary>One number of a person, and what joined it.</summary>
/// <param name="Event">The alias; null: none was needed.</param>
public sealed record JoinedNumber(MemberFacet Facet, JoinedBy By, EventRef? Event);

/// <summary>Somebody who may be the same person.</summary>
public sealed record IdentityCandidate(Member Member, CandidateBy By);

/// <summary>A person's numbers and, where they joined nobody, who it may be.</summary>
public sealed record PersonIdentity(Member Member, IReadOnlyList<JoinedNumber> Numbers, IReadOnlyList<IdentityCandidate> Candidates);

/// <summary>
/// Explains a resolved company's joins: told from what was resolved, so that it says of every number what holds it where it is. An alias goes
/// first, since it would hold it without the e-mail.
/// </summary>
public sealed class Identities
{
    private readonly Company company;
    private readonly MembershipRules rules;
    private readonly Lazy<(Dictionary<string, List<Member>> Now, Dictionary<string, List<Member>> Ever, Dictionary<string, List<Member>> Names)> index;

    /// <param name="company">At one instant.</param>
    /// <param name="rules">Under which it was resolved.</param>
    public Identities(Company company, MembershipRules rules)
    {
        (this.company, this.rules) = (company, rules);
        index = new(Index);
    }

    /// <summary>A person of one number who joined nobody and need not: nothing to explain.</summary>
    public static bool IsPlain(Member member) => member.Identity == Identity.Company && member.Facets.Count == 1;

    public PersonIdentity Of(Member member) =>
        new(member, Numbers(member), member.Identity is Identity.Company or Identity.Eclipsed ? [] : Candidates(member));

    private List<JoinedNumber> Numbers(Member member)
    {
        var first = member.Facets.FirstOrDefault(IsCompany) ?? member.Facets[0];
        var numbers = new List<JoinedNumber>(member.Facets.Count) { new(first, JoinedBy.First, null) };
        foreach (var facet in member.Facets)
        {
            if (ReferenceEquals(facet, first)) continue;
            if (IsCompany(facet) && facet.EmployeeId == first.EmployeeId) numbers.Add(new(facet, JoinedBy.Number, null));
            else if (AliasOf(member, facet) is { } alias) numbers.Add(new(facet, JoinedBy.Alias, alias));
            else numbers.Add(new(facet, SharesEmail(member, facet) ? JoinedBy.Email : JoinedBy.PastEmail, null));
        }

        return numbers;
    }

    /// <summary>The first that links it with another of the person's numbers, whichever of the two it was declared on.</summary>
    private EventRef? AliasOf(Member member, MemberFacet facet)
    {
        EventRef? found = null;
        foreach (var from in member.Facets)
        {
            foreach (var link in from.Aliases)
            {
                var names = from == facet || (link.Source == facet.Source && link.EmployeeId == facet.EmployeeId)
                    || (IsCompany(facet) && link.EmployeeId == facet.EmployeeId && IsCompany(link.Source));
                if (names && (found is null || from.By[link.By].EffectiveAt < found.EffectiveAt)) found = from.By[link.By];
            }
        }

        return found;
    }

    private bool SharesEmail(Member member, MemberFacet facet) => facet.Email?.Value is { } email
        && member.Facets.Any(other => other != facet && IsCompany(other) && AsciiCaseInsensitive.Same(other.Email?.Value, email));

    private List<IdentityCandidate> Candidates(Member member)
    {
        var (now, ever, names) = index.Value;
        var found = new List<IdentityCandidate>();
        foreach (var facet in member.Facets)
            if (facet.Email?.Value is { } email) Add(now, email, CandidateBy.Email);
        foreach (var facet in member.Facets)
            foreach (var email in facet.Emails) Add(ever, email, CandidateBy.PastEmail);
        if (NameOf(member) is { } name) Add(names, name, CandidateBy.Name);
        return found;

        void Add(Dictionary<string, List<Member>> where, string key, CandidateBy by)
        {
            foreach (var other in where.GetValueOrDefault(key) ?? [])
                if (other != member && !found.Exists(c => c.Member == other)) found.Add(new(other, by));
        }
    }

    private (Dictionary<string, List<Member>>, Dictionary<string, List<Member>>, Dictionary<string, List<Member>>) Index()
    {
        var (now, ever, names) = (New(), New(), New());
        foreach (var member in company.Members)
        {
            if (member.Identity != Identity.Company) continue;
            foreach (var facet in member.Facets.Where(IsCompany))
            {
                if (facet.Email?.Value is { } email) Add(now, email, member);
                foreach (var past in facet.Emails) Add(ever, past, member);
            }

            if (NameOf(member) is { } name) Add(names, name, member);
        }

        return (now, ever, names);

        static Dictionary<string, List<Member>> New() => new(AsciiCaseInsensitive.Comparer);

        static void Add(Dictionary<string, List<Member>> into, string key, Member member)
        {
            if (!into.TryGetValue(key, out var list)) into.Add(key, list = new List<Member>(1));
            if (!list.Contains(member)) list.Add(member);
        }
    }

    /// <summary>Null: one of the two is not known.</summary>
    private static string? NameOf(Member member) =>
        member is { FirstName.Value: { } first, LastName.Value: { } last } ? $"{first}\n{last}" : null;

    private bool IsCompany(MemberFacet facet) => IsCompany(facet.Source);

    private bool IsCompany(string source) => rules.Sources.GetValueOrDefault(source)?.MatchBy == MatchBy.Id;
}
