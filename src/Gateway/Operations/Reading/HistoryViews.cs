using Gateway.Membership.Fold;
using Gateway.Membership.Resolve;

namespace Gateway.Operations.Reading;

/// <summary>Where a value is from.</summary>
/// <param name="Source">Whose word it is; null: nobody said anything.</param>
/// <param name="EventId">The source's event that gave it.</param>
/// <param name="EffectiveAt">Since when that holds.</param>
/// <param name="Rule">Why this source's word counts: <c>owner</c>, <c>highest-priority</c>, <c>any</c>, <c>union</c>.</param>
public sealed record OriginView(string? Source, string? EventId, DateTimeOffset? EffectiveAt, string Rule)
{
    public static OriginView Of(Resolved r) => new(r.Source, r.EventId, r.Event?.EffectiveAt, r.Rule);

    public static OriginView Of(string? source, EventRef? e, string rule) => new(source, e?.Id, e?.EffectiveAt, rule);
}

/// <summary>A field and where its value is from. A value of null was cleared, or never given.</summary>
public sealed record FieldView(string Field, string? Value, OriginView From);

/// <summary>A place in a team and where it is from.</summary>
/// <param name="TeamId">The team.</param>
/// <param name="Role"><c>member</c> or <c>manager</c>.</param>
/// <param name="From">The event and the rule.</param>
/// <param name="InSnapshot">The row is sent.</param>
public sealed record PlaceView(string TeamId, string Role, OriginView From, bool InSnapshot);

/// <summary>Whether the person is in the snapshot, and why (not).</summary>
/// <param name="Included">The person is in it.</param>
/// <param name="Email">The e-mail sent: that of the last accepted snapshot, where today's cannot be used.</param>
/// <param name="Why">In a sentence.</param>
/// <param name="Issues">Everything found about the person.</param>
public sealed record InSnapshotView(bool Included, string? Email, string Why, IReadOnlyList<IssueView> Issues);

/// <summary>What one source says, event by event in the order of arrival, retractions included.</summary>
public sealed record SourceHistory(string Source, string EmployeeId, IReadOnlyList<EventView> Events);

/// <summary>Everything that made a person what they are.</summary>
public sealed record HistoryAnswer
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The position of the log.</summary>
    public required long Known { get; init; }

    /// <summary>The run whose eyes it is seen with; null: as it is now.</summary>
    public string? Run { get; init; }

    public required string Member { get; init; }

    /// <summary>Why this id: <c>last-accepted</c>, <c>highest-priority</c>, <c>own-member</c>.</summary>
    public required string IdRule { get; init; }

    /// <summary>How the person's numbers found each other: <c>company</c>, <c>own-member</c>, <c>unmatched</c>, <c>ambiguous</c>, <c>eclipsed</c>.</summary>
    public required string Identity { get; init; }

    public required bool Employed { get; init; }

    public required OriginView EmployedFrom { get; init; }

    public required bool Absent { get; init; }

    public OriginView? AbsentFrom { get; init; }

    public required IReadOnlyList<FieldView> Fields { get; init; }

    public required IReadOnlyList<PlaceView> Assignments { get; init; }

    public required InSnapshotView Snapshot { get; init; }

    public required IReadOnlyList<SourceHistory> Sources { get; init; }
}
