using Gateway.Membership.Snapshots;

namespace Gateway.Sync.Views;

/// <summary>How many of each kind a difference has. A storage format.</summary>
public sealed record DiffCounts(
    int UsersAdded, int UsersRemoved, int UsersChanged, int GroupsAdded, int GroupsRemoved, int GroupsChanged, int MappingsAdded, int MappingsRemoved)
{
    public static DiffCounts Of(SnapshotDiff d) => new(
        d.UsersAdded.Count, d.UsersRemoved.Count, d.UsersChanged.Count, d.GroupsAdded.Count, d.GroupsRemoved.Count, d.GroupsChanged.Count,
        d.MappingsAdded.Count, d.MappingsRemoved.Count);
}

/// <summary>A difference as it is shown: complete counts, and lists of at most 1,000 each.</summary>
/// <param name="Counts">Of the whole difference.</param>
/// <param name="Truncated">A list is longer than what is shown.</param>
public sealed record DiffView(
    DiffCounts Counts, bool Truncated, IReadOnlyList<SnapshotUser> UsersAdded, IReadOnlyList<SnapshotUser> UsersRemoved, IReadOnlyList<UserChange> UsersChanged,
    IReadOnlyList<SnapshotGroup> GroupsAdded, IReadOnlyList<SnapshotGroup> GroupsRemoved, IReadOnlyList<GroupChange> GroupsChanged,
    IReadOnlyList<MappingView> MappingsAdded, IReadOnlyList<MappingView> MappingsRemoved)
{
    public const int Most = 1000;

    public static DiffView Of(SnapshotDiff d)
    {
        var counts = DiffCounts.Of(d);
        var longest = new[]
        {
            counts.UsersAdded, counts.UsersRemoved, counts.UsersChanged, counts.GroupsAdded, counts.GroupsRemoved, counts.GroupsChanged,
            counts.MappingsAdded, counts.MappingsRemoved,
        }.Max();
        return new(
            counts, longest > Most, [.. d.UsersAdded.Take(Most)], [.. d.UsersRemoved.Take(Most)], [.. d.UsersChanged.Take(Most)],
            [.. d.GroupsAdded.Take(Most)], [.. d.GroupsRemoved.Take(Most)], [.. d.GroupsChanged.Take(Most)],
            [.. d.MappingsAdded.Take(Most).Select(MappingView.Of)], [.. d.MappingsRemoved.Take(Most).Select(MappingView.Of)]);
    }
}

/// <summary>A row: <c>kind</c> is <c>subGroup</c>, <c>manager</c> or <c>member</c>; the other id is a team's or a user's.</summary>
public sealed record MappingView(string Kind, string GroupId, string? UserId, string? SubGroupId)
{
    public static MappingView Of(SnapshotMapping m) => m.Kind == MappingKind.SubGroup
        ? new("subGroup", m.GroupId, null, m.OtherId)
        : new(m.Kind == MappingKind.Manager ? "manager" : "member", m.GroupId, m.OtherId, null);
}
