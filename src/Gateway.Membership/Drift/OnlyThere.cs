using Gateway.Membership.Adoption;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;

namespace Gateway.Membership.Drift;

/// <summary>What an account has that no company had or will have: a run takes it away, though no difference of companies shows it. A storage format.</summary>
/// <param name="People">E-mails, A to Z in lower case, ordinal.</param>
/// <param name="Teams">Names, ordinal.</param>
public sealed record OnlyThere(IReadOnlyList<string> People, IReadOnlyList<string> Teams)
{
    public static OnlyThere Nothing { get; } = new([], []);

    public bool IsNothing() => People.Count + Teams.Count == 0;

    /// <summary>As changes that a person can approve, and reject.</summary>
    public IReadOnlyList<Change> Changes() => [.. People.Select(Person), .. Teams.Select(Team)];

    public static Change Person(string email) => new(ChangeKind.OnlyThere, email, "person", Change.There, null);

    public static Change Team(string name) => new(ChangeKind.OnlyThere, name, "team", Change.There, null);

    /// <param name="accepted">What the account accepted last.</param>
    /// <param name="next">What would be sent.</param>
    /// <param name="account">As it was read.</param>
    /// <param name="gone">E-mails, as in <see cref="AccountDrift.Between"/>.</param>
    public static OnlyThere Of(Snapshot accepted, Snapshot next, AccountContent account, IReadOnlySet<string> gone)
    {
        var people = Emails(accepted, next);
        var teams = accepted.Groups.Concat(next.Groups).Select(g => ReadingBack.LastOfPath(g.Name)).ToHashSet();
        return new(
            [.. account.People.Where(p => !p.IsAdmin && !people.Contains(p.Email) && !gone.Contains(p.Email)).Select(p => AsciiCaseInsensitive.Lower(p.Email)).Distinct().Order(Ordinal.Comparer)],
            [.. account.Teams.Where(t => !t.RuleBased).Select(t => ReadingBack.LastOfPath(t.Name)).Where(n => !teams.Contains(n)).Distinct().Order(Ordinal.Comparer)]);
    }

    /// <summary>E-mails of people who are listed and in neither: those that were sent once may be among them.</summary>
    public static IReadOnlyList<string> Strangers(Snapshot accepted, Snapshot next, AccountContent account)
    {
        var people = Emails(accepted, next);
        return [.. account.People.Select(p => p.Email).Where(e => !people.Contains(e)).Select(AsciiCaseInsensitive.Lower).Distinct()];
    }

    private static HashSet<string> Emails(Snapshot accepted, Snapshot next) =>
        accepted.Users.Concat(ReferenceEquals(accepted, next) ? [] : next.Users).Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
}
