using Gateway.Edge;
using Gateway.Membership.Resolve;

namespace Gateway.Operations.Reading;

/// <summary>How many people there are of each kind.</summary>
/// <param name="Alone">With one number, and nothing to explain.</param>
/// <param name="Joined">Whose numbers found each other.</param>
/// <param name="Unmatched">In nobody's numbers but a source's own, whom no e-mail and no alias joins: no user.</param>
/// <param name="Ambiguous">Who could be several: no user.</param>
/// <param name="OwnMember">Who joined nobody and is a user all the same, because the source says so.</param>
/// <param name="Eclipsed">Whose place was taken by the employed one of two numbers of a source.</param>
public sealed record IdentityCounts(int Alone, int Joined, int Unmatched, int Ambiguous, int OwnMember, int Eclipsed)
{
    public static IdentityCounts Of(IReadOnlyCollection<Member> members) => new(
        members.Count(Identities.IsPlain), members.Count(m => m.Identity == Identity.Company && !Identities.IsPlain(m)), Count(members, Identity.Unmatched),
        Count(members, Identity.Ambiguous), Count(members, Identity.OwnMember), Count(members, Identity.Eclipsed));

    private static int Count(IEnumerable<Member> members, Identity identity) => members.Count(m => m.Identity == identity);
}

/// <summary>Who is who: people whose numbers joined, or did not.</summary>
/// <param name="At">The instant.</param>
/// <param name="Known">The position of the log.</param>
/// <param name="Counts">Of everyone, whatever was asked for.</param>
/// <param name="Items">By id.</param>
/// <param name="Next">Pass it as <c>after</c>; null: this was the last page.</param>
public sealed record IdentityReport(DateTimeOffset At, long Known, IdentityCounts Counts, IReadOnlyList<IdentityView> Items, string? Next);

/// <summary>One person's numbers.</summary>
/// <param name="Id">As on the wire; <c>source:number</c> for a person who makes no user.</param>
/// <param name="State"><c>joined</c>, <c>alone</c>, <c>unmatched</c>, <c>ambiguous</c>, <c>own-member</c> or <c>eclipsed</c>.</param>
/// <param name="InSnapshot">The person is in the snapshot.</param>
/// <param name="Numbers">All of them, and what joined each.</param>
/// <param name="Candidates">Who it may be, where nobody was joined; with the alias that would say so.</param>
public sealed record IdentityView(string Id, string State, bool InSnapshot, IReadOnlyList<IdentityNumberView> Numbers, IReadOnlyList<CandidateView> Candidates)
{
    public static readonly string[] States = ["joined", "alone", "unmatched", "ambiguous", "own-member", "eclipsed"];

    public static IdentityView Of(PersonIdentity person, CompanyIndex company) => new(
        person.Member.Id, StateOf(person.Member), company.UserOf(person.Member) is not null,
        [.. person.Numbers.Select(IdentityNumberView.Of)],
        [.. person.Candidates.Select(c => CandidateView.Of(c, person.Member))]);

    public static string StateOf(Member member) => member.Identity switch
    {
        Identity.Company => Identities.IsPlain(member) ? "alone" : "joined",
        Identity.OwnMember => "own-member",
        Identity.Unmatched => "unmatched",
        Identity.Ambiguous => "ambiguous",
        Identity.Eclipsed => "eclipsed",
        _ => throw new ArgumentOutOfRangeException(nameof(member), member.Identity, "A closed family has no other case."),
    };
}

/// <summary>A number of a person.</summary>
/// <param name="Source">Whose.</param>
/// <param name="EmployeeId">The number.</param>
/// <param name="Employed">By this source's word.</param>
/// <param name="JoinedBy"><c>first</c>, <c>number</c>, <c>email</c>, <c>past-email</c> or <c>alias</c>.</param>
/// <param name="EventId">The alias; null: none was needed.</param>
public sealed record IdentityNumberView(string Source, string EmployeeId, bool Employed, string JoinedBy, string? EventId)
{
    public static IdentityNumberView Of(JoinedNumber number) =>
        new(number.Facet.Source, number.Facet.EmployeeId, number.Facet.Employed, Name(number.By), number.Event?.Id);

    private static string Name(JoinedBy by) => by switch
    {
        Membership.Resolve.JoinedBy.First => "first",
        Membership.Resolve.JoinedBy.Number => "number",
        Membership.Resolve.JoinedBy.Email => "email",
        Membership.Resolve.JoinedBy.PastEmail => "past-email",
        Membership.Resolve.JoinedBy.Alias => "alias",
        _ => throw new ArgumentOutOfRangeException(nameof(by), by, "A closed family has no other case."),
    };
}

/// <summary>Somebody who may be the same person.</summary>
/// <param name="Id">On the wire.</param>
/// <param name="Employed">Whether this person is employed.</param>
/// <param name="Because"><c>email</c>, <c>past-email</c> or <c>name</c>; a name never joins by itself.</param>
/// <param name="Alias">What an event of type <c>alias</c> would say; see what it would change with <c>POST /v1/identities/preview</c>.</param>
public sealed record CandidateView(string Id, bool Employed, string Because, AliasView Alias)
{
    public static CandidateView Of(IdentityCandidate candidate, Member outsider)
    {
        var (here, there) = (outsider.Facets[0], candidate.Member.Facets[0]);
        var because = candidate.By switch
        {
            CandidateBy.Email => "email",
            CandidateBy.PastEmail => "past-email",
            CandidateBy.Name => "name",
            _ => throw new ArgumentOutOfRangeException(nameof(candidate), candidate.By, "A closed family has no other case."),
        };
        return new(candidate.Member.Id, candidate.Member.Employed, because, new AliasView(here.Source, here.EmployeeId, new NumberView(there.Source, there.EmployeeId)));
    }
}

/// <summary>Two numbers that are one person.</summary>
/// <param name="Source">The source that says so, by an event of type <c>alias</c>.</param>
/// <param name="EmployeeId">Its number.</param>
/// <param name="SameAs">The other one.</param>
public sealed record AliasView(string Source, string EmployeeId, NumberView SameAs);

/// <summary>What the company would be with an alias.</summary>
/// <param name="At">The instant.</param>
/// <param name="Known">The position of the log.</param>
/// <param name="Joins">The two numbers would be one person. False: the alias has no effect; the issues say why.</param>
/// <param name="Person">Whoever then has the number.</param>
/// <param name="Diff">What the next snapshot would lose, gain and change by it.</param>
/// <param name="Issues">About this person, then.</param>
public sealed record AliasPreview(DateTimeOffset At, long Known, bool Joins, IdentityView Person, Sync.Views.DiffView Diff, IReadOnlyList<IssueView> Issues);
