namespace Gateway.Membership.Snapshots;

/// <summary>The people of an earlier company, for whoever goes through those of another in the same order.</summary>
/// <param name="before">Null: nobody.</param>
internal sealed class UsersBefore(Snapshot? before)
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

    /// <summary>Most people are what they were: then one object is enough for both companies.</summary>
    public static SnapshotUser Same(SnapshotUser? before, SnapshotUser user) =>
        before is not null && UserFields.Differences(before, user).Count == 0 ? before : user;
}
