namespace Gateway.Membership.Events;

/// <summary>What a facet is about.</summary>
public enum SubjectKind
{
    Member = 0,
    Team = 1,
}

/// <summary>One source's view of one subject: the unit of folding. <c>Subject</c> is an employeeId or a teamId.</summary>
public readonly record struct FacetKey(SubjectKind Kind, string Source, string Subject);

/// <summary>A member's part in a team. One person can hold both in one team.</summary>
public enum AssignmentRole
{
    Member = 0,
    Manager = 1,
}

/// <summary>A place in a team.</summary>
public readonly record struct Assignment(string TeamId, AssignmentRole Role);

/// <summary>
/// One fact reported by one source; immutable once accepted. A storage format: fields may be added, never renamed.
/// Every string is trimmed and not empty; every instant is UTC in whole microseconds.
/// </summary>
public abstract record MembershipEvent
{
    public required string Source { get; init; }

    /// <summary>Unique within its source.</summary>
    public required string Id { get; init; }

    /// <summary>When the source recorded it.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When it becomes true, as it was sent; null: with <see cref="OccurredAt"/>.</summary>
    public EffectiveDate? EffectiveAt { get; init; }

    /// <summary>The id of an event of the same facet that this one stands in for.</summary>
    public string? Replaces { get; init; }

    /// <summary>The name of the type on the wire and in storage.</summary>
    public abstract string Type { get; }

    /// <summary>The facet it belongs to; null for a retraction, which names an event and no subject.</summary>
    public abstract FacetKey? Facet { get; }

    /// <summary>The instant from which it holds, with dates read in the source's time zone.</summary>
    public DateTimeOffset EffectiveIn(TimeZoneInfo zone) => EffectiveAt?.In(zone) ?? OccurredAt;
}

/// <summary>A fact about a person.</summary>
public abstract record MemberEvent : MembershipEvent
{
    public required string EmployeeId { get; init; }

    public override FacetKey? Facet => new FacetKey(SubjectKind.Member, Source, EmployeeId);
}

/// <summary>A fact about a team.</summary>
public abstract record TeamEvent : MembershipEvent
{
    public required string TeamId { get; init; }

    public override FacetKey? Facet => new FacetKey(SubjectKind.Team, Source, TeamId);
}

/// <summary>Employed from now on. <c>Teams</c> null: not given; otherwise assignments become exactly these.</summary>
public sealed record Hire : MemberEvent
{
    public ProfilePatch Member { get; init; } = ProfilePatch.Nothing;
    public IReadOnlyList<Assignment>? Teams { get; init; }
    public override string Type => "hire";
}

/// <summary>Changes the profile: what is given replaces, an explicit null clears.</summary>
public sealed record Update : MemberEvent
{
    public required ProfilePatch Member { get; init; }
    public override string Type => "update";
}

/// <summary>Either <c>Teams</c> (assignments become exactly these), or <c>To</c> and/or <c>From</c> with <c>Role</c>.</summary>
public sealed record Move : MemberEvent
{
    public string? From { get; init; }
    public string? To { get; init; }
    public AssignmentRole Role { get; init; }
    public IReadOnlyList<Assignment>? Teams { get; init; }
    public override string Type => "move";
}

/// <summary>This one assignment begins.</summary>
public sealed record Assign : MemberEvent
{
    public required string TeamId { get; init; }
    public AssignmentRole Role { get; init; }
    public override string Type => "assign";
}

/// <summary>This one assignment ends.</summary>
public sealed record Unassign : MemberEvent
{
    public required string TeamId { get; init; }
    public AssignmentRole Role { get; init; }
    public override string Type => "unassign";
}

/// <summary>Not employed from now on; the profile is kept for a rehire. The reason is stored and never shown to a log or an export.</summary>
public sealed record Leave : MemberEvent
{
    public string? Reason { get; init; }
    public override string Type => "leave";
}

/// <summary>Absent (parental, sick, sabbatical) while still employed; ends at <c>Until</c>, the instant or day of return.</summary>
public sealed record Absence : MemberEvent
{
    public EffectiveDate? Until { get; init; }
    public override string Type => "absence";
}

/// <summary>No longer absent.</summary>
public sealed record Return : MemberEvent
{
    public override string Type => "return";
}

/// <summary>This number and another source's (or the same source's other) number are one person.</summary>
public sealed record Alias : MemberEvent
{
    public required string SameAsSource { get; init; }
    public required string SameAsEmployeeId { get; init; }
    public override string Type => "alias";
}

/// <summary>The team exists, or exists again.</summary>
public sealed record TeamDefined : TeamEvent
{
    public string? Name { get; init; }

    /// <summary>Absent: unchanged; null: top level.</summary>
    public Patch ParentId { get; init; }

    public override string Type => "team";
}

/// <summary>The team no longer exists; name and parent are kept for a reopening.</summary>
public sealed record TeamClosed : TeamEvent
{
    public override string Type => "team-close";
}

/// <summary>The source's own event <c>EventId</c> never happened, whichever of the two arrives first. Holds for every instant.</summary>
public sealed record Retract : MembershipEvent
{
    public required string EventId { get; init; }
    public override string Type => "retract";
    public override FacetKey? Facet => null;
}
