using Gateway.Membership.Events;

namespace Gateway.Intake;

/// <summary>An event as it came: shape read, strings trimmed, meaning not yet judged. Null: absent (or a null that means absent).</summary>
public sealed record EventRequest
{
    /// <summary>The zone in which its source's dates are read.</summary>
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    public string? Id { get; set; }
    public string? Type { get; set; }
    public DateTimeOffset? OccurredAt { get; set; }
    public EffectiveDate? EffectiveAt { get; set; }
    public EffectiveDate? LastDay { get; set; }
    public EffectiveDate? Until { get; set; }
    public string? Replaces { get; set; }
    public string? EmployeeId { get; set; }
    public string? TeamId { get; set; }
    public string? EventId { get; set; }
    public string? Name { get; set; }
    public Patch ParentId { get; set; }
    public ProfilePatch? Member { get; set; }
    public IReadOnlyList<Assignment>? Teams { get; set; }
    public string? From { get; set; }
    public string? To { get; set; }
    public AssignmentRole? Role { get; set; }
    public string? Reason { get; set; }
    public string? SameAsSource { get; set; }
    public string? SameAsEmployeeId { get; set; }
}
