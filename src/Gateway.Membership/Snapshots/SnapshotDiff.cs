namespace Gateway.Membership.Snapshots;

/// <summary>A value that differs. <c>Field</c> is <c>email</c>, <c>firstName</c>, …, <c>name</c>, or <c>attributes.NAME</c>; null: no value.</summary>
public readonly record struct FieldChange(string Field, string? Before, string? After);

/// <summary>A person who is in both snapshots, with at least one field that differs.</summary>
public sealed record UserChange(string Id, IReadOnlyList<FieldChange> Fields);

/// <summary>A team that is in both snapshots under another name.</summary>
public sealed record GroupChange(string Id, string Before, string After);

/// <summary>What makes one snapshot into another; each list in canonical order. A storage format.</summary>
public sealed record SnapshotDiff
{
    public IReadOnlyList<SnapshotUser> UsersAdded { get; init; } = [];
    public IReadOnlyList<SnapshotUser> UsersRemoved { get; init; } = [];
    public IReadOnlyList<UserChange> UsersChanged { get; init; } = [];
    public IReadOnlyList<SnapshotGroup> GroupsAdded { get; init; } = [];
    public IReadOnlyList<SnapshotGroup> GroupsRemoved { get; init; } = [];
    public IReadOnlyList<GroupChange> GroupsChanged { get; init; } = [];
    public IReadOnlyList<SnapshotMapping> MappingsAdded { get; init; } = [];
    public IReadOnlyList<SnapshotMapping> MappingsRemoved { get; init; } = [];

    public static SnapshotDiff None { get; } = new();

    /// <summary>True when the two snapshots hold the same content.</summary>
    public bool IsEmpty() =>
        UsersAdded.Count + UsersRemoved.Count + UsersChanged.Count
        + GroupsAdded.Count + GroupsRemoved.Count + GroupsChanged.Count
        + MappingsAdded.Count + MappingsRemoved.Count == 0;

    /// <summary>The difference of two snapshots that are in canonical order; linear in their size.</summary>
    public static SnapshotDiff Between(Snapshot before, Snapshot after)
    {
        if (ReferenceEquals(before, after)) return None;

        var (usersChanged, groupsChanged) = (new List<UserChange>(), new List<GroupChange>());
        var users = Compare(before.Users, after.Users, (a, b) => Ordinal.Compare(a.Id, b.Id), (was, now) =>
        {
            if (UserFields.Differences(was, now) is { Count: > 0 } fields) usersChanged.Add(new UserChange(was.Id, fields));
        });
        var groups = Compare(before.Groups, after.Groups, (a, b) => Ordinal.Compare(a.Id, b.Id), (was, now) =>
        {
            if (was.Name != now.Name) groupsChanged.Add(new GroupChange(was.Id, was.Name, now.Name));
        });
        var mappings = Compare(before.Mappings, after.Mappings, CanonicalOrder.Compare, both: null);
        return new SnapshotDiff
        {
            UsersAdded = users.Added,
            UsersRemoved = users.Removed,
            UsersChanged = usersChanged,
            GroupsAdded = groups.Added,
            GroupsRemoved = groups.Removed,
            GroupsChanged = groupsChanged,
            MappingsAdded = mappings.Added,
            MappingsRemoved = mappings.Removed,
        };
    }

    /// <param name="before">In order.</param>
    /// <param name="after">Likewise.</param>
    /// <param name="order">In which both are.</param>
    /// <param name="both">Is told of each that is in both.</param>
    private static (IReadOnlyList<T> Added, IReadOnlyList<T> Removed) Compare<T>(IReadOnlyList<T> before, IReadOnlyList<T> after, Comparison<T> order, Action<T, T>? both)
    {
        // From nothing everything is added, as it is at a first sync.
        if (before.Count == 0) return (after, []);
        var (added, removed) = (new List<T>(), new List<T>());
        var (i, j) = (0, 0);
        while (i < before.Count || j < after.Count)
        {
            var side = i == before.Count ? 1 : j == after.Count ? -1 : order(before[i], after[j]);
            if (side < 0) removed.Add(before[i++]);
            else if (side > 0) added.Add(after[j++]);
            else
            {
                both?.Invoke(before[i], after[j]);
                (i, j) = (i + 1, j + 1);
            }
        }

        return (added, removed);
    }
}

/// <summary>The order that makes equal content equal bytes.</summary>
public static class CanonicalOrder
{
    /// <summary>By kind (sub-groups, managers, members), then group id, then the other id.</summary>
    public static int Compare(SnapshotMapping x, SnapshotMapping y)
    {
        var order = x.Kind.CompareTo(y.Kind);
        if (order == 0) order = Ordinal.Compare(x.GroupId, y.GroupId);
        return order == 0 ? Ordinal.Compare(x.OtherId, y.OtherId) : order;
    }
}
