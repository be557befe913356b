using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>Why somebody would be deleted rather than deactivated.</summary>
public enum DeletionCause
{
    /// <summary>Absent from a run that was sent before, which deactivated them.</summary>
    AbsentBefore = 0,

    /// <summary>Absent for the first time, and seen as not active: only created, invited, or deactivated by hand.</summary>
    NotActive = 1,

    /// <summary>Absent for the first time, and it could not be seen whether they are active.</summary>
    Unseen = 2,
}

/// <summary>Somebody whom a run would delete for good. A storage format.</summary>
public readonly record struct Deletion(string MemberId, DeletionCause Cause);

/// <summary>Whether an account has somebody.</summary>
public enum Standing
{
    /// <summary>The account does not list them.</summary>
    Absent = 0,

    /// <summary>Listed, and not active.</summary>
    Inactive = 1,

    Active = 2,
}

/// <summary>
/// Whom Workleap would delete: it deactivates whoever is absent from a run and active, and deletes whoever is absent and anything else. So the first
/// run without somebody deactivates them, and the next one, whatever it is about, deletes them.
/// </summary>
public static class Deletions
{
    /// <param name="next">The content that would be sent.</param>
    /// <param name="difference">From the last accepted content.</param>
    /// <param name="absentBefore">Ids of people whom a run that was sent was without.</param>
    /// <param name="standing">What the account says of those whom this run is the first to be without, by id; null: it was not asked, and they count as active.</param>
    /// <returns>By id (ordinal).</returns>
    public static IReadOnlyList<Deletion> Find(
        Snapshot next, SnapshotDiff difference, IEnumerable<string> absentBefore, IReadOnlyDictionary<string, Standing>? standing)
    {
        var here = next.Users.Select(u => u.Id).ToHashSet();
        var before = absentBefore.Where(id => !here.Contains(id)).ToHashSet();
        IEnumerable<Deletion> first = standing is null ? [] :
            from user in difference.UsersRemoved
            where !before.Contains(user.Id)
            let known = standing.TryGetValue(user.Id, out var its) ? its : default(Standing?)
            where known is null or Standing.Inactive
            select new Deletion(user.Id, known is null ? DeletionCause.Unseen : DeletionCause.NotActive);
        return [.. before.Select(id => new Deletion(id, DeletionCause.AbsentBefore)).Concat(first).OrderBy(d => d.MemberId, Ordinal.Comparer)];
    }

    /// <summary>A person would be deleted.</summary>
    public static Change Change(string memberId) => new(ChangeKind.Deletion, memberId, null, Sync.Change.There, null);
}
