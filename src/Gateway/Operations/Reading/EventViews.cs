using System.Text.Json;
using Gateway.EventLog;
using Gateway.Intake;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;

namespace Gateway.Operations.Reading;

/// <summary>An accepted event and what it came to.</summary>
public sealed record EventView
{
    public required string Source { get; init; }

    public required string Id { get; init; }

    public required string Type { get; init; }

    /// <summary>Its place in the log.</summary>
    public required long Sequence { get; init; }

    /// <summary><c>member</c> or <c>team</c>; null for a retraction.</summary>
    public string? Kind { get; init; }

    /// <summary>The employee number or team id that it is about; null for a retraction.</summary>
    public string? Subject { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it becomes true, dates read in the source's zone. Null: not known here (see the event), or erased.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary><c>accepted</c>, <c>applied</c>, <c>scheduled</c>, <c>waiting</c>, <c>superseded</c>, <c>replaced</c>, <c>retracted</c>.</summary>
    public required string State { get; init; }

    /// <summary>The event that took its place or took it back; null: none.</summary>
    public string? StateBy { get; init; }

    /// <summary>What was sent, without a leave's reason; null: erased, or not asked for.</summary>
    public JsonElement? Event { get; init; }

    public static EventView Of(MembershipEvent e, long sequence, long receivedAt, EventState state, EventOutcome? outcome, TimeZoneInfo zone) => new()
    {
        Source = e.Source,
        Id = e.Id,
        Type = e.Type,
        Sequence = sequence,
        Kind = KindOf(e.Facet?.Kind),
        Subject = e.Facet?.Subject,
        OccurredAt = e.OccurredAt,
        ReceivedAt = Micros.ToInstant(receivedAt),
        // The fold may have moved it to another date.
        EffectiveAt = outcome?.EffectiveAt ?? e.EffectiveIn(zone),
        State = EventAccepted.NameOf(state),
        StateBy = outcome?.By,
        Event = JsonSerializer.Deserialize<JsonElement>(EventCodec.Write(e is Leave leave ? leave with { Reason = null } : e)),
    };

    public static string? KindOf(SubjectKind? kind) => kind switch { SubjectKind.Member => "member", SubjectKind.Team => "team", _ => null };
}
