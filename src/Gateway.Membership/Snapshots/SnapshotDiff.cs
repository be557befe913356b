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

        var users = Compare(before.Users, after.Users, (a, b) => Ordinal.Compare(a.Id, b.Id));
        var groups = Compare(before.Groups, after.Groups, (a, b) => Ordinal.Compare(a.Id, b.Id));
        var mappings = Compare(before.Mappings, after.Mappings, CanonicalOrder.Compare);
        return new SnapshotDiff
        {
            UsersAdded = users.Added,
            UsersRemoved = users.Removed,
            UsersChanged = [.. users.Both
                .Select(p => new UserChange(p.Before.Id, UserFields.Differences(p.Before, p.After)))
                .Where(c => c.Fields.Count > 0)],
            GroupsAdded = groups.Added,
            GroupsRemoved = groups.Removed,
            GroupsChanged = [.. groups.Both
                .Where(p => p.Before.Name != p.After.Name)
                .Select(p => new GroupChange(p.Before.Id, p.Before.Name, p.After.Name))],
            MappingsAdded = mappings.Added,
            MappingsRemoved = mappings.Removed,
        };
    }

    private readonly record struct Compared<T>(List<T> Added, List<T> Removed, List<(T Before, T After)> Both);

    private static Compared<T> Compare<T>(IReadOnlyList<T> before, IReadOnlyList<T> after, Comparison<T> order)
    {
        var result = new Compared<T>([], [], []);
        var (i, j) = (0, 0);
        while (i < before.Count || j < after.Count)
        {
            var side = i == before.Count ? 1 : j == after.Count ? -1 : order(before[i], after[j]);
            if (side < 0) result.Removed.Add(before[i++]);
            else if (side > 0) result.Added.Add(after[j++]);
            else result.Both.Add((before[i++], after[j++]));
        }

        return result;
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
