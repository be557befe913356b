namespace Gateway.Membership.Snapshots;

/// <summary>The people of one company, for whoever goes through those of another in the same order: most are what they were, and then one object is enough for both.</summary>
/// <param name="before">Null: nobody.</param>
public sealed class UsersBefore(Snapshot? before)
{
    private readonly IReadOnlyList<SnapshotUser> users = before?.Users ?? [];
    private int next;

    /// <summary>The person of this id; null: was not there.</summary>
    /// <param name="id">Not before the one asked about last, in the order of ids.</param>
    public SnapshotUser? Find(string id)
    {
        while (next < users.Count && Ordinal.Compare(users[next].Id, id) < 0) next++;
        return next < users.Count && users[next].Id == id ? users[next] : null;
    }

    /// <summary>The same person; where nothing differs, as the object that was there before.</summary>
    /// <param name="user">Not before the one asked about last, in the order of ids.</param>
    public SnapshotUser Shared(SnapshotUser user) => Same(Find(user.Id), user);

    internal static SnapshotUser Same(SnapshotUser? before, SnapshotUser user) =>
        before is not null && UserFields.Differences(before, user).Count == 0 ? before : user;
}
