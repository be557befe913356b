namespace Gateway.Membership.Snapshots;

/// <summary>Applies differences, whole or in part.</summary>
public static class SnapshotDiffApply
{
    /// <summary>
    /// A snapshot after these changes. On the snapshot that the difference was taken from, this is the other one. On any other it is
    /// tolerant: what is there already is set to the new value, what is to be changed or removed and is not there is passed over.
    /// </summary>
    public static Snapshot ApplyTo(this SnapshotDiff diff, Snapshot snapshot)
    {
        if (diff.IsEmpty()) return snapshot;

        var users = snapshot.Users.ToDictionary(u => u.Id);
        foreach (var removed in diff.UsersRemoved) users.Remove(removed.Id);
        foreach (var added in diff.UsersAdded) users[added.Id] = added;
        foreach (var changed in diff.UsersChanged)
            if (users.TryGetValue(changed.Id, out var user))
                users[changed.Id] = changed.Fields.Aggregate(user, (u, f) => UserFields.With(u, f.Field, f.After));

        var groups = snapshot.Groups.ToDictionary(g => g.Id);
        foreach (var removed in diff.GroupsRemoved) groups.Remove(removed.Id);
        foreach (var added in diff.GroupsAdded) groups[added.Id] = added;
        foreach (var changed in diff.GroupsChanged)
            if (groups.ContainsKey(changed.Id)) groups[changed.Id] = new SnapshotGroup(changed.Id, changed.After);

        var mappings = snapshot.Mappings.ToHashSet();
        mappings.ExceptWith(diff.MappingsRemoved);
        mappings.UnionWith(diff.MappingsAdded);

        var rows = mappings.ToList();
        rows.Sort(CanonicalOrder.Compare);
        return new Snapshot
        {
            Users = [.. users.Values.OrderBy(u => u.Id, Ordinal.Comparer)],
            Groups = [.. groups.Values.OrderBy(g => g.Id, Ordinal.Comparer)],
            Mappings = rows,
        };
    }
}
