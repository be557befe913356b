namespace Gateway.Intake;

/// <summary>
/// The JSON of an event, for the published contract: which fields there are. The gateway reads it by hand, so that every error has its place;
/// fields that do not belong to the type are refused.
/// </summary>
public sealed record EventDocument
{
    /// <summary>Unique within the source; 1 to 200 characters. May come from <c>ce-id</c>, <c>webhook-id</c> or <c>Idempotency-Key</c> instead.</summary>
    public string? Id { get; init; }

    /// <summary>hire, update, move, assign, unassign, leave, absence, return, alias, team, team-close, retract.</summary>
    public required string Type { get; init; }

    /// <summary>When the source recorded it: RFC 3339 with a zone. Default: when it arrived.</summary>
    public string? OccurredAt { get; init; }

    /// <summary>When it becomes true: RFC 3339 with a zone, or a date in the source's time zone. Default: occurredAt.</summary>
    public string? EffectiveAt { get; init; }

    /// <summary>The id of an event of the same person or team that this one stands in for.</summary>
    public string? Replaces { get; init; }

    /// <summary>The source's number of the person.</summary>
    public string? EmployeeId { get; init; }

    /// <summary>hire, update: profile fields. A field that is absent stays, null clears it.</summary>
    public EventMember? Member { get; init; }

    /// <summary>hire, move: assignments become exactly these.</summary>
    public IReadOnlyList<EventAssignment>? Teams { get; init; }

    /// <summary>move: the assignment that ends; absent: every one of that role.</summary>
    public string? From { get; init; }

    /// <summary>move: the assignment that begins.</summary>
    public string? To { get; init; }

    /// <summary>move, assign, unassign: member (default) or manager.</summary>
    public string? Role { get; init; }

    /// <summary>leave: the last day there, inclusive, in the source's time zone; instead of effectiveAt.</summary>
    public string? LastDay { get; init; }

    /// <summary>leave: kept, never exported or logged.</summary>
    public string? Reason { get; init; }

    /// <summary>absence: the instant or day of return.</summary>
    public string? Until { get; init; }

    /// <summary>alias: the other number of the same person.</summary>
    public EventSameAs? SameAs { get; init; }

    /// <summary>assign, unassign, team, team-close.</summary>
    public string? TeamId { get; init; }

    /// <summary>team: its displayed name.</summary>
    public string? Name { get; init; }

    /// <summary>team: absent leaves it, null is the top level.</summary>
    public string? ParentId { get; init; }

    /// <summary>retract: the source's own event that never happened.</summary>
    public string? EventId { get; init; }
}

/// <summary>Profile fields of a person.</summary>
public sealed record EventMember
{
    public string? Email { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? JobTitle { get; init; }
    public string? ImageUrl { get; init; }
    public string? Language { get; init; }

    /// <summary>Officevibe's properties, by exact name. Merged; null clears one.</summary>
    public IReadOnlyDictionary<string, string?>? Attributes { get; init; }
}

/// <summary>A place in a team; the role is member (default) or manager.</summary>
public sealed record EventAssignment(string TeamId, string? Role);

/// <summary>Another number of the same person.</summary>
public sealed record EventSameAs(string Source, string EmployeeId);
