using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>
/// A team or a member that disappears while a new id appears with the same name, the same e-mail: history would be lost, and an
/// alias is probably missing. Compared with the last accepted content and with that of the window's start, so that two runs cannot
/// do what one may not; an e-mail that was accepted under another id longer ago is told by an issue.
/// </summary>
internal static class IdChange
{
    public static IEnumerable<HoldReason> Find(GuardInput input)
    {
        var members = Gone(input, s => s.Users, u => u.Id).Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var known = input.Issues.Where(i => i.Code == IssueCodes.MemberEmailKnownByOtherId).Select(i => i.Subject).ToHashSet();
        var joining = input.Difference.UsersAdded.Where(u => members.Contains(u.Email) || known.Contains(u.Id)).ToList();

        // A person who is there already and takes over the e-mail of one who goes is the same question.
        var taking = input.Difference.UsersChanged
            .SelectMany(u => u.Fields.Where(f => f.Field == UserFields.Email && known.Contains(u.Id)).Select(f => Change.Of(u.Id, f)));

        var names = Gone(input, s => s.Groups, g => g.Id).Select(g => g.Name).ToHashSet();
        var opening = input.Difference.GroupsAdded.Where(g => names.Contains(g.Name)).ToList();

        var emails = joining.Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var reused = opening.Select(g => g.Name).ToHashSet();
        List<Change> changes =
        [
            .. joining.SelectMany(Change.Joining),
            .. taking,
            .. input.Difference.UsersRemoved.Where(u => emails.Contains(u.Email)).Select(Change.Removed),
            .. opening.SelectMany(Change.Opening),
            .. input.Difference.GroupsRemoved.Where(g => reused.Contains(g.Name)).Select(Change.Removed),
        ];
        if (changes.Count > 0) yield return new HoldReason(GuardRules.IdChange, joining.Count + taking.Count() + opening.Count, 0, changes);
    }

    private static IEnumerable<T> Gone<T>(GuardInput input, Func<Snapshot, IReadOnlyList<T>> section, Func<T, string> id)
    {
        var here = section(input.Next).Select(id).ToHashSet();
        var before = section(input.Accepted ?? Snapshot.Empty).AsEnumerable();
        if (input.Window.Before is { } start) before = before.Concat(section(start));
        return before.Where(x => !here.Contains(id(x)));
    }
}
