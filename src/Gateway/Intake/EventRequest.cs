using Gateway.Membership.Events;

namespace Gateway.Intake;

/// <summary>An event as it came: shape read, strings trimmed, meaning not yet judged. Null: absent (or a null that means absent).</summary>
public sealed record EventRequest
{
    /// <summary>The zone in which its source's dates are read.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public string? Id { get; init; }
    public string? Type { get; init; }
    public DateTimeOffset? OccurredAt { get; init; }
    public EffectiveDate? EffectiveAt { get; init; }
    public EffectiveDate? LastDay { get; init; }
    public EffectiveDate? Until { get; init; }
    public string? Replaces { get; init; }
    public string? EmployeeId { get; init; }
    public string? TeamId { get; init; }
    public string? EventId { get; init; }
    public string? Name { get; init; }
    public Patch ParentId { get; init; }
    public ProfilePatch? Member { get; init; }
    public IReadOnlyList<Assignment>? Teams { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public AssignmentRole? Role { get; init; }
    public string? Reason { get; init; }
    public string? SameAsSource { get; init; }
    public string? SameAsEmployeeId { get; init; }
}
