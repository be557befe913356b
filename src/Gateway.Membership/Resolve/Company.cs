using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Resolve;

/// <summary>Everyone and every team at one instant, across all sources.</summary>
/// <param name="Members">By id (ordinal); see <see cref="Resolver"/> for those of packed facets. Those without <see cref="Member.MakesUser"/> are here to be explained, and never on the wire.</param>
/// <param name="Teams">By id (ordinal), closed ones included.</param>
/// <param name="Issues">Of identity; the others are found when the snapshot is assembled.</param>
public sealed record Company(IReadOnlyList<Member> Members, IReadOnlyList<Team> Teams, IReadOnlyList<Issue> Issues)
{
    public static Company Nobody { get; } = new([], [], []);
}

/// <summary>The names of the rules that choose a value among sources.</summary>
public static class Chosen
{
    public const string ByOwner = "owner";
    public const string ByHighestPriority = "highest-priority";

    /// <summary>Employed: any source that says so.</summary>
    public const string ByAny = "any";

    /// <summary>Assignments: those of all sources together.</summary>
    public const string ByUnion = "union";

    /// <summary>The id on the wire: the one that the last accepted snapshot has.</summary>
    public const string ByLastAccepted = "last-accepted";

    /// <summary>The id on the wire: <c>source:number</c>, of a person who joins nobody.</summary>
    public const string ByOwnMember = "own-member";
}

/// <summary>A value, where it is from, and the rule that chose it.</summary>
/// <param name="Value">Null: none.</param>
/// <param name="Facet">The facet that says so; null: nobody says anything.</param>
/// <param name="By">Index into the facet's <c>By</c>; negative: no event.</param>
/// <param name="Rule">One of <see cref="Chosen"/>.</param>
public readonly record struct Resolved(string? Value, Facet? Facet, int By, string Rule)
{
    public string? Source => Facet?.Source;

    public EventRef? Event => Facet is not null && By >= 0 ? Facet.By[By] : null;

    public string? EventId => Event?.Id;
}

/// <summary>A place in a team, where it is from, and the rule that chose it.</summary>
public readonly record struct MemberAssignment(string TeamId, AssignmentRole Role, MemberFacet Facet, int By, string Rule)
{
    public string Source => Facet.Source;

    public string EventId => Facet.By[By].Id;
}
