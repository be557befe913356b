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

/// <summary>What one event of a facet came to. Listed only where it is not <see cref="EventState.Applied"/>.</summary>
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

    /// <summary>The events that the values below point to.</summary>
    public IReadOnlyList<EventRef> By { get; init; } = [];

    /// <summary>The next instant after the one folded for, at which this facet changes without any new event; null: never.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Events that are not simply applied.</summary>
    public IReadOnlyList<EventOutcome> Outcomes { get; init; } = [];
}

/// <summary>One source's view of a person.</summary>
public sealed record MemberFacet : Facet
{
    public required string EmployeeId { get; init; }

    /// <summary>A hire has taken effect at some time.</summary>
    public bool EverHired { get; init; }

    public bool Employed { get; init; }

    public bool Absent { get; init; }

    /// <summary>When the first hire took effect.</summary>
    public DateTimeOffset? FirstHiredAt { get; init; }

    /// <summary>When the latest hire took effect.</summary>
    public DateTimeOffset? LastHiredAt { get; init; }

    /// <summary>The event that made the person employed, or not.</summary>
    public int? EmployedBy { get; init; }

    public int? AbsentBy { get; init; }

    // Null: never said. A Said with a null value: cleared.
    public Said? Email { get; init; }
    public Said? FirstName { get; init; }
    public Said? LastName { get; init; }
    public Said? JobTitle { get; init; }
    public Said? ImageUrl { get; init; }
    public Said? Language { get; init; }
    public IReadOnlyDictionary<string, Said>? Attributes { get; init; }

    /// <summary>This source has stated an assignment of this person, an empty list included.</summary>
    public bool TeamsStated { get; init; }

    /// <summary>Ordered by team id (ordinal), then role.</summary>
    public IReadOnlyList<FacetAssignment> Assignments { get; init; } = [];

    /// <summary>Every e-mail this facet has had up to the instant, the present one included, in the order they came.</summary>
    public IReadOnlyList<string> Emails { get; init; } = [];

    public IReadOnlyList<AliasLink> Aliases { get; init; } = [];
}

/// <summary>One source's view of a team.</summary>
public sealed record TeamFacet : Facet
{
    public required string TeamId { get; init; }

    /// <summary>The source has named this team (defined or closed) at or before the instant.</summary>
    public bool Named { get; init; }

    public bool Exists { get; init; }

    public int? ExistsBy { get; init; }

    public Said? Name { get; init; }

    /// <summary>Null: never given. <c>By</c> is the event that last <em>changed</em> it.</summary>
    public Said? ParentId { get; init; }
}
