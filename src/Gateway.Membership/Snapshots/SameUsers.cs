namespace Gateway.Membership.Snapshots;

/// <summary>Most people are what they were: then one object is enough for both companies.</summary>
/// <param name="before">Null: nobody.</param>
internal sealed class SameUsers(Snapshot? before)
{
    private readonly IReadOnlyList<SnapshotUser> users = before?.Users ?? [];
    private int next;

    /// <summary>The person as they were where nothing differs.</summary>
    /// <param name="user">Later in the order of ids than the one asked about before.</param>
    public SnapshotUser Or(SnapshotUser user)
    {
        while (next < users.Count && Ordinal.Compare(users[next].Id, user.Id) < 0) next++;
        return next < users.Count && users[next].Id == user.Id && UserFields.Differences(users[next], user).Count == 0 ? users[next] : user;
    }
}
