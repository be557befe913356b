using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>The event behind a value: what <see cref="Said.By"/> points to.</summary>
public sealed record EventRef(string Id, DateTimeOffset EffectiveAt, DateTimeOffset OccurredAt);

/// <summary>A value and, as an index into the facet's <c>By</c>, the event that gave it. A null value was cleared explicitly.</summary>
public readonly record struct Said(string? Value, int By);

/// <summary>A place in a team and, as an index into the facet's <c>By</c>, the event that gave it.</summary>
public readonly record struct FacetAssignment(string TeamId, AssignmentRole Role, int By);

/// <summary>Another number that this one was declared to be the same person as.</summary>
public sealed record AliasLink(string Source, string EmployeeId, int By);

/// <summary>
/// What one event of a facet came to. Listed only where it was not simply applied on its own date: an
/// <see cref="EventState.Applied"/> one here took effect on another.
/// </summary>
/// <param name="EventId">Within the facet's source.</param>
/// <param name="State">Never <see cref="EventState.Accepted"/> or <see cref="EventState.Waiting"/>.</param>
/// <param name="EffectiveAt">The instant that counts for an applied or scheduled one; its own for the others.</param>
/// <param name="By">The id of the event that retracted, replaced or superseded it, or gave it another date.</param>
public sealed record EventOutcome(string EventId, EventState State, DateTimeOffset? EffectiveAt = null, string? By = null);

/// <summary>The state of an accepted event. <c>Accepted</c> and <c>Waiting</c> are told by the reader, which sees more than one facet.</summary>
public enum EventState
{
    Accepted = 0,
    Applied = 1,
    Scheduled = 2,
    Waiting = 3,
    Superseded = 4,
    Replaced = 5,
    Retracted = 6,
}

/// <summary>What one source says of one subject at one instant, folded from that source's events alone. A storage format.</summary>
public abstract record Facet
{
    public required string Source { get; init; }

    public abstract FacetKey Key { get; }

    /// <summary>The events that the values below point to, and no others, in the order in which they were applied.</summary>
    public IReadOnlyList<EventRef> By { get; init; } = [];

    /// <summary>The next instant after the one folded for, at which this facet changes without any new event; null: never.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Events that are not simply applied, by id (ordinal).</summary>
    public IReadOnlyList<EventOutcome> Outcomes { get; init; } = [];
}

/// <summary>One source's view of a person.</summary>
public sealed record MemberFacet : Facet, IEmployment
{
    public required string EmployeeId { get; init; }

    public override FacetKey Key => new(SubjectKind.Member, Source, EmployeeId);

    /// <summary>An event has taken effect. False: at this instant the source has not said anything of this person, and the facet counts for nothing.</summary>
    public bool Stated { get; init; }

    /// <summary>A hire has taken effect at some time.</summary>
    public bool EverHired { get; init; }

    public bool Employed { get; init; }

    public bool Absent { get; init; }

    /// <summary>When the first hire took effect.</summary>
    public DateTimeOffset? FirstHiredAt { get; init; }

    /// <summary>When the latest employment began: the latest hire that took effect while not employed.</summary>
    public DateTimeOffset? LastHiredAt { get; init; }

    /// <summary>The last hire or leave that took effect; null: neither did.</summary>
    public int? EmployedBy { get; init; }

    /// <summary>The event that made the person absent, or ended that; null: never absent.</summary>
    public int? AbsentBy { get; init; }

    // Null: never said. A Said with a null value: cleared.
    public Said? Email { get; init; }
    public Said? FirstName { get; init; }
    public Said? LastName { get; init; }
    public Said? JobTitle { get; init; }
    public Said? ImageUrl { get; init; }
    public Said? Language { get; init; }

    /// <summary>Enumerated by name (ordinal). Null: none was ever given.</summary>
    public IReadOnlyDictionary<string, Said>? Attributes { get; init; }

    /// <summary>This source has stated an assignment of this person, an empty list included.</summary>
    public bool TeamsStated { get; init; }

    /// <summary>Ordered by team id (ordinal), then role.</summary>
    public IReadOnlyList<FacetAssignment> Assignments { get; init; } = [];

    /// <summary>Every e-mail this facet has had up to the instant, the present one included, in the order they came, each once.</summary>
    public IReadOnlyList<string> Emails { get; init; } = [];

    /// <summary>In the order in which they took effect, each number once.</summary>
    public IReadOnlyList<AliasLink> Aliases { get; init; } = [];
}

/// <summary>One source's view of a team.</summary>
public sealed record TeamFacet : Facet
{
    public required string TeamId { get; init; }

    public override FacetKey Key => new(SubjectKind.Team, Source, TeamId);

    /// <summary>The source has named this team (defined or closed) at or before the instant.</summary>
    public bool Named { get; init; }

    public bool Exists { get; init; }

    public int? ExistsBy { get; init; }

    public Said? Name { get; init; }

    /// <summary>Null: never given. <c>By</c> is the event that last <em>changed</em> it.</summary>
    public Said? ParentId { get; init; }
}
