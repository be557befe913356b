using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Baselines;

/// <summary>
/// The whole membership as one source sees it at an instant. A section that is null says nothing; an empty one says that there is
/// nobody. Each id stands once, each row once, and a team has one parent at most.
/// </summary>
public sealed record Baseline
{
    /// <summary>Everybody who is employed.</summary>
    public IReadOnlyList<BaselineUser>? Users { get; init; }

    /// <summary>Every team that exists.</summary>
    public IReadOnlyList<BaselineGroup>? Groups { get; init; }

    /// <summary>Every place of a person and every parent of a team. With <see cref="Users"/>, a person named here stands there too.</summary>
    public IReadOnlyList<SnapshotMapping>? Mappings { get; init; }
}

/// <summary>An employed person. A field that is not given says nothing, null says that there is no value.</summary>
public sealed record BaselineUser(string EmployeeId, ProfilePatch Profile);

/// <summary>A team that exists.</summary>
public sealed record BaselineGroup(string TeamId, string Name);

/// <summary>What the events that a baseline makes have in common.</summary>
/// <param name="Id">Its events are <c>baseline:{Id}:{n}</c>, n from 1.</param>
/// <param name="Source">Who says it.</param>
/// <param name="AsOf">When it holds: the events are effective then.</param>
/// <param name="RecordedAt">When it came; one microsecond later for each next event. Later than what the source said before, so that it is the last word.</param>
public sealed record BaselineUnit(string Id, string Source, DateTimeOffset AsOf, DateTimeOffset RecordedAt)
{
    /// <summary>The id of the n-th event.</summary>
    public string EventId(int n) => FormattableString.Invariant($"baseline:{Id}:{n}");
}
