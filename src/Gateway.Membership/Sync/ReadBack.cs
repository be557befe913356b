using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>What can be read back of an account: no external ids, no status, no properties.</summary>
/// <param name="Emails">Of everyone listed, deactivated people possibly among them.</param>
/// <param name="TeamNames">As displayed; a team below another may be listed as a path with <c>&gt;</c>.</param>
public sealed record AccountView(IReadOnlyCollection<string> Emails, IReadOnlyCollection<string> TeamNames);

/// <summary>Did bytes that were sent without an answer arrive?</summary>
public enum ReadBack
{
    /// <summary>The account cannot tell; the next run settles it.</summary>
    Unclear = 0,

    Applied = 1,

    NotApplied = 2,
}

/// <summary>Compares an account with what was sent, in the only two things that it shows of both: e-mails and names of teams.</summary>
public static class ReadingBack
{
    /// <param name="before">What was accepted last; null: nothing ever.</param>
    /// <param name="sent">What was sent without an answer.</param>
    /// <param name="account">What the account shows now.</param>
    public static ReadBack Judge(Snapshot? before, Snapshot sent, AccountView account)
    {
        var emails = account.Emails.ToHashSet(AsciiCaseInsensitive.Comparer);
        var names = account.TeamNames.Select(LastOfPath).ToHashSet();
        var was = before ?? Snapshot.Empty;

        // Signs that can only be there, or be missing, if the bytes were applied. Who left may still be listed as deactivated and is no sign.
        var wasEmails = was.Users.Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var wasNames = was.Groups.Select(g => g.Name.Trim()).ToHashSet();
        var sentNames = sent.Groups.Select(g => g.Name.Trim()).ToHashSet();
        bool[] signs =
        [
            .. sent.Users.Select(u => u.Email).Where(e => !wasEmails.Contains(e)).Select(emails.Contains),
            .. sentNames.Where(n => !wasNames.Contains(n)).Select(names.Contains),
            .. wasNames.Where(n => !sentNames.Contains(n)).Select(n => !names.Contains(n)),
        ];

        // A first sync may find people and teams that were there before it: only what is missing tells then.
        if (signs.Length == 0 || (before is null && signs.All(s => s))) return ReadBack.Unclear;
        return signs.All(s => s) ? ReadBack.Applied : signs.Any(s => s) ? ReadBack.Unclear : ReadBack.NotApplied;
    }

    /// <summary>A team below another may be listed as a path: its own name is the last part.</summary>
    public static string LastOfPath(string name) => name[(name.LastIndexOf('>') + 1)..].Trim();
}
