using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>An e-mail that Officevibe accepted once, and the id it was accepted under last.</summary>
public sealed record KnownEmail(string Email, string MemberId);

/// <summary>
/// Who comes with an e-mail that Officevibe knows under another id. The last accepted snapshot tells of those who go now; this tells of
/// those who went before it, so that a rehire under a new number after months is seen too.
/// </summary>
public static class KnownEmails
{
    /// <summary>The issues that the assembly, which sees only the last accepted snapshot, could not find.</summary>
    /// <param name="next">The snapshot.</param>
    /// <param name="difference">From the last accepted one.</param>
    /// <param name="known">By e-mail; at least those of everybody who joins or changes theirs.</param>
    /// <param name="found">Issues found already.</param>
    public static IReadOnlyList<Issue> Find(Snapshot next, SnapshotDiff difference, IReadOnlyCollection<KnownEmail> known, IReadOnlyList<Issue> found)
    {
        if (known.Count == 0) return [];
        var here = next.Users.Select(u => u.Id).ToHashSet();
        var told = found.Where(i => i.Code == IssueCodes.MemberEmailKnownByOtherId).Select(i => i.Subject).ToHashSet();
        var byEmail = new Dictionary<string, string>(AsciiCaseInsensitive.Comparer);
        foreach (var k in known) byEmail[k.Email] = k.MemberId;

        return
        [
            .. Coming(difference)
                .Where(c => byEmail.TryGetValue(c.Email, out var other) && other != c.Id && !here.Contains(other) && !told.Contains(c.Id))
                .Select(c => new Issue(IssueCodes.MemberEmailKnownByOtherId, SubjectKind.Member, c.Id, LeftOut: false,
                    $"Officevibe has this e-mail under the id {byEmail[c.Email]}, who is not here any more. If it is the same person, send an alias; else approve.")),
        ];
    }

    /// <summary>Everybody who has an e-mail that they did not have in the last accepted snapshot.</summary>
    public static IEnumerable<(string Id, string Email)> Coming(SnapshotDiff difference) =>
        difference.UsersAdded.Select(u => (u.Id, u.Email))
            .Concat(difference.UsersChanged.SelectMany(u => u.Fields.Where(f => f.Field == UserFields.Email).Select(f => (u.Id, f.After!))));
}
