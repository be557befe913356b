using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Drift;

/// <summary>Whom a run created in the account.</summary>
public static class Newcomers
{
    /// <param name="difference">From what was accepted before to what was accepted now.</param>
    /// <param name="acceptedBefore">For e-mails of it that were accepted at any time before: the id they were accepted under last. By e-mail, whatever the case.</param>
    /// <param name="knownThere">E-mails that the account had before anything was sent to it.</param>
    /// <param name="here">Ids of everybody in what was accepted now, as far as they are ids of <paramref name="acceptedBefore"/>.</param>
    public static IReadOnlyList<SnapshotUser> Created(
        SnapshotDiff difference, IReadOnlyDictionary<string, string> acceptedBefore, IReadOnlySet<string> knownThere, IReadOnlySet<string> here) =>
        [.. difference.UsersAdded.Where(user => acceptedBefore.TryGetValue(user.Email, out var owner)
            // The account still has the owner, under another address by now: this is somebody else. An owner who is gone is found again by the address.
            ? owner != user.Id && here.Contains(owner)
            : !knownThere.Contains(user.Email))];

    /// <summary>Ids that a person had and has, where both are of one e-mail: from, to.</summary>
    public static IReadOnlyDictionary<string, SnapshotUser> IdChanges(SnapshotDiff difference)
    {
        var left = difference.UsersRemoved.Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var added = difference.UsersAdded.Where(u => left.Contains(u.Email)).GroupBy(u => u.Email, AsciiCaseInsensitive.Comparer).ToDictionary(u => u.Key, u => u.First(), AsciiCaseInsensitive.Comparer);
        return difference.UsersRemoved.Where(u => added.ContainsKey(u.Email)).ToDictionary(u => u.Id, u => added[u.Email]);
    }
}
