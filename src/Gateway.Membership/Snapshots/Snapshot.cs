namespace Gateway.Membership.Snapshots;

/// <summary>
/// The whole company as Officevibe is to see it, free of dialect. Users, groups and rows are in canonical order, so that equal
/// content is equal bytes. A storage format.
/// </summary>
public sealed record Snapshot
{
    /// <summary>By id (ordinal).</summary>
    public required IReadOnlyList<SnapshotUser> Users { get; init; }

    /// <summary>By id (ordinal).</summary>
    public required IReadOnlyList<SnapshotGroup> Groups { get; init; }

    /// <summary>By kind (sub-groups, managers, members), then group id, then the other id (ordinal).</summary>
    public required IReadOnlyList<SnapshotMapping> Mappings { get; init; }

    public static Snapshot Empty { get; } = new() { Users = [], Groups = [], Mappings = [] };
}

/// <summary>A person on the wire. Null: no value.</summary>
public sealed record SnapshotUser
{
    public required string Id { get; init; }
    public required string Email { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? JobTitle { get; init; }
    public string? ImageUrl { get; init; }
    public string? Language { get; init; }

    /// <summary>By name (ordinal); only those with a value, and empty ones that take a value away, where the property is configured so.</summary>
    public IReadOnlyList<SnapshotAttribute> Attributes { get; init; } = [];
}

public readonly record struct SnapshotAttribute(string Name, string Value);

public sealed record SnapshotGroup(string Id, string Name);

public enum MappingKind
{
    SubGroup = 0,
    Manager = 1,
    Member = 2,
}

/// <summary><c>OtherId</c> is a team for <see cref="MappingKind.SubGroup"/> (the child of <c>GroupId</c>), else a user.</summary>
public readonly record struct SnapshotMapping(MappingKind Kind, string GroupId, string OtherId);
