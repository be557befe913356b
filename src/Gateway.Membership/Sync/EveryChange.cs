using System.Collections;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary><see cref="Change.AllOf"/> as a list that is made while it is read: of a first sync it is three changes for each person, and the difference holds them all.</summary>
public sealed class EveryChange(SnapshotDiff difference) : IReadOnlyList<Change>
{
    public int Count { get; } =
        (2 * difference.UsersAdded.Count) + difference.UsersRemoved.Count + difference.UsersChanged.Sum(u => u.Fields.Count)
        + (2 * difference.GroupsAdded.Count) + difference.GroupsRemoved.Count + difference.GroupsChanged.Count
        + difference.MappingsAdded.Count + difference.MappingsRemoved.Count;

    /// <summary>Linear in the index.</summary>
    public Change this[int index] => Change.AllOf(difference).ElementAt(index);

    public IEnumerator<Change> GetEnumerator() => Change.AllOf(difference).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
