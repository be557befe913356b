using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>What has become of a run that Workleap took.</summary>
public enum UpstreamVerdict
{
    /// <summary>The account could not be read.</summary>
    Unread = 0,

    /// <summary>Nothing that it changed can be seen in the account.</summary>
    NoSigns = 1,

    Applied = 2,

    NotApplied = 3,

    /// <summary>Some of it.</summary>
    Partly = 4,
}

/// <summary>
/// Does an account show what a run changed? People are looked for by e-mail, which is what Workleap's search is known to be used for: who joins is listed,
/// who leaves is not active any more, who would be deleted is not listed. New names of teams are looked for too, where that works.
/// </summary>
public static class UpstreamSigns
{
    /// <summary>Of each kind this many are looked for.</summary>
    private const int Most = 20;

    /// <summary>The addresses to look for.</summary>
    public static IReadOnlyList<string> Emails(SnapshotDiff difference) => [.. Joining(difference), .. Leaving(difference).Select(u => u.Email)];

    /// <summary>The names of teams to look for: those that no team had before.</summary>
    /// <param name="before">What was accepted last; null: nothing ever.</param>
    public static IReadOnlyList<string> Teams(SnapshotDiff difference, Snapshot? before)
    {
        var had = (before?.Groups ?? []).Select(g => g.Name.Trim()).ToHashSet();
        return [.. difference.GroupsAdded.Select(g => g.Name).Concat(difference.GroupsChanged.Select(g => g.After)).Select(n => n.Trim()).Where(n => !had.Contains(n)).Distinct().Take(Most)];
    }

    /// <param name="difference">What the run changed.</param>
    /// <param name="deletions">Whom it would delete.</param>
    /// <param name="standing">By e-mail, compared A to Z case-insensitively; who is not in it could not be seen.</param>
    /// <param name="earlier">Addresses that were accepted at any time before: their owners may still be there, deactivated.</param>
    /// <param name="named">The names of teams that were looked for.</param>
    /// <param name="teams">Which of them there are; null: it could not be seen, and tells nothing.</param>
    public static UpstreamVerdict Judge(
        SnapshotDiff difference, IReadOnlyList<Deletion> deletions, IReadOnlyDictionary<string, Standing> standing, IReadOnlySet<string> earlier, IReadOnlyList<string> named, IReadOnlySet<string>? teams)
    {
        var deleted = deletions.Select(d => d.MemberId).ToHashSet();
        var (joined, left, silent) = (new List<bool>(), new List<bool>(), 0);
        foreach (var email in Joining(difference))
        {
            if (!standing.TryGetValue(email, out var its)) continue;
            if (its == Standing.Inactive && earlier.Contains(email)) silent++;
            else joined.Add(its != Standing.Absent);
        }

        foreach (var user in Leaving(difference))
            if (standing.TryGetValue(user.Email, out var its)) left.Add(its == Standing.Absent || (its == Standing.Inactive && !deleted.Contains(user.Id)));

        var expected = Emails(difference).Count;
        if (joined.Count + left.Count + silent < expected) return UpstreamVerdict.Unread;
        if (teams is not null) joined.AddRange(named.Select(teams.Contains));
        if (joined.Count + left.Count == 0) return UpstreamVerdict.NoSigns;
        // An administrator who left is never deactivated: that they are active still tells something only where nothing else does.
        if (joined.Contains(false)) return joined.Contains(true) || left.Contains(true) ? UpstreamVerdict.Partly : UpstreamVerdict.NotApplied;
        return joined.Count > 0 || left.Contains(true) ? UpstreamVerdict.Applied : UpstreamVerdict.NotApplied;
    }

    /// <summary>An address that somebody had before, and gives up with this run, is there whether it was applied or not.</summary>
    private static IEnumerable<string> Joining(SnapshotDiff difference)
    {
        var addresses = difference.UsersChanged.SelectMany(u => u.Fields).Where(f => f.Field == UserFields.Email).ToList();
        var had = difference.UsersRemoved.Select(u => u.Email).Concat(addresses.Select(f => f.Before!)).ToHashSet(AsciiCaseInsensitive.Comparer);
        return difference.UsersAdded.Select(u => u.Email).Where(e => !had.Contains(e)).Take(Most)
            .Concat(addresses.Select(f => f.After!).Where(e => !had.Contains(e)).Take(Most));
    }

    /// <summary>Whose address somebody else takes over tells nothing.</summary>
    private static IEnumerable<SnapshotUser> Leaving(SnapshotDiff difference)
    {
        var taken = KnownEmails.Coming(difference).Select(c => c.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        return difference.UsersRemoved.Where(u => !taken.Contains(u.Email)).Take(Most);
    }
}
