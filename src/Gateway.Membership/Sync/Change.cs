using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>What kind of fact a <see cref="Change"/> is about.</summary>
public enum ChangeKind
{
    /// <summary>A person is there; the value is null or <see cref="Change.There"/>.</summary>
    Member = 0,

    /// <summary>A person's field, named by <c>Part</c>.</summary>
    MemberField = 1,

    /// <summary>A team is there; the value is null or <see cref="Change.There"/>.</summary>
    Team = 2,

    /// <summary>A team's name.</summary>
    TeamName = 3,

    /// <summary>The subject is a team, <c>Part</c> the team it is under.</summary>
    SubGroup = 4,

    /// <summary>The subject manages the team <c>Part</c>.</summary>
    Manager = 5,

    /// <summary>The subject is a member of the team <c>Part</c>.</summary>
    Membership = 6,

    /// <summary>The subject is a source; <c>Part</c> is what is wrong with it.</summary>
    Source = 7,

    /// <summary>The content as a whole; the value is its hash.</summary>
    Content = 8,

    /// <summary>The subject, who is absent already or not active, would be deleted for good.</summary>
    Deletion = 9,

    /// <summary>The subject, a person's e-mail or a team's name as <c>Part</c> says, is in the account alone, and would be taken away.</summary>
    OnlyThere = 10,
}

/// <summary>
/// One fact that differs, with its values; null: it is not so. What an approval covers and a rejection names. A storage format.
/// </summary>
public readonly record struct Change(ChangeKind Kind, string Subject, string? Part, string? Before, string? After)
{
    /// <summary>The value of a fact that has no other: somebody or something is there.</summary>
    public const string There = "there";

    /// <summary>The same fact, whatever its values.</summary>
    public (ChangeKind Kind, string Subject, string? Part) Fact => (Kind, Subject, Part);

    public static Change Added(SnapshotUser user) => new(ChangeKind.Member, user.Id, null, null, There);

    public static Change Removed(SnapshotUser user) => new(ChangeKind.Member, user.Id, null, There, null);

    public static Change Added(SnapshotGroup group) => new(ChangeKind.Team, group.Id, null, null, There);

    public static Change Removed(SnapshotGroup group) => new(ChangeKind.Team, group.Id, null, There, null);

    public static Change Of(string userId, FieldChange field) => new(ChangeKind.MemberField, userId, field.Field, field.Before, field.After);

    public static Change Added(SnapshotMapping row) => Of(row, null, There);

    public static Change Removed(SnapshotMapping row) => Of(row, There, null);

    /// <summary>The content as a whole, by its hash.</summary>
    public static Change Whole(string contentHash) => new(ChangeKind.Content, "", null, null, contentHash);

    /// <summary>Every change of a difference. Whoever joins is there with an e-mail: both are listed, other fields are not.</summary>
    public static IEnumerable<Change> AllOf(SnapshotDiff diff)
    {
        foreach (var user in diff.UsersAdded)
        {
            yield return Added(user);
            yield return EmailOf(user);
        }

        foreach (var user in diff.UsersRemoved) yield return Removed(user);
        foreach (var user in diff.UsersChanged)
            foreach (var field in user.Fields) yield return Of(user.Id, field);
        foreach (var group in diff.GroupsAdded)
        {
            yield return Added(group);
            yield return NameOf(group);
        }

        foreach (var group in diff.GroupsRemoved) yield return Removed(group);
        foreach (var group in diff.GroupsChanged) yield return new Change(ChangeKind.TeamName, group.Id, null, group.Before, group.After);
        foreach (var row in diff.MappingsAdded) yield return Added(row);
        foreach (var row in diff.MappingsRemoved) yield return Removed(row);
    }

    /// <summary>Somebody joins, under this e-mail.</summary>
    public static IEnumerable<Change> Joining(SnapshotUser user) => [Added(user), EmailOf(user)];

    /// <summary>A team opens, under this name.</summary>
    public static IEnumerable<Change> Opening(SnapshotGroup group) => [Added(group), NameOf(group)];

    /// <summary>The part of a difference whose changes are all among these.</summary>
    public static SnapshotDiff Only(SnapshotDiff diff, IReadOnlySet<Change> changes) => new()
    {
        UsersAdded = [.. diff.UsersAdded.Where(u => Joining(u).All(changes.Contains))],
        UsersRemoved = [.. diff.UsersRemoved.Where(u => changes.Contains(Removed(u)))],
        UsersChanged = [.. diff.UsersChanged
            .Select(u => u with { Fields = [.. u.Fields.Where(f => changes.Contains(Of(u.Id, f)))] })
            .Where(u => u.Fields.Count > 0)],
        GroupsAdded = [.. diff.GroupsAdded.Where(g => Opening(g).All(changes.Contains))],
        GroupsRemoved = [.. diff.GroupsRemoved.Where(g => changes.Contains(Removed(g)))],
        GroupsChanged = [.. diff.GroupsChanged
            .Where(g => changes.Contains(new Change(ChangeKind.TeamName, g.Id, null, g.Before, g.After)))],
        MappingsAdded = [.. diff.MappingsAdded.Where(m => changes.Contains(Added(m)))],
        MappingsRemoved = [.. diff.MappingsRemoved.Where(m => changes.Contains(Removed(m)))],
    };

    private static Change EmailOf(SnapshotUser joining) => new(ChangeKind.MemberField, joining.Id, UserFields.Email, null, joining.Email);

    private static Change NameOf(SnapshotGroup opening) => new(ChangeKind.TeamName, opening.Id, null, null, opening.Name);

    private static Change Of(SnapshotMapping row, string? before, string? after) => row.Kind switch
    {
        MappingKind.SubGroup => new(ChangeKind.SubGroup, row.OtherId, row.GroupId, before, after),
        MappingKind.Manager => new(ChangeKind.Manager, row.OtherId, row.GroupId, before, after),
        MappingKind.Member => new(ChangeKind.Membership, row.OtherId, row.GroupId, before, after),
        _ => throw new InvalidOperationException("A mapping has no other kind."),
    };
}
