using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Adoption;
using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Readings;

/// <summary>What mattered of the account when it was looked at before a run; kept with it. A storage format.</summary>
/// <param name="OnlyThere">What the run takes away, though nobody was ever sent as it.</param>
/// <param name="Known">For a first sync: e-mails of it that the account had, so that it creates nobody under them.</param>
/// <param name="Administrators">E-mails of those whom the run removes and whose access it cannot take away.</param>
/// <param name="Exempt">E-mails of those whom the run removes and who are administrators by the settings alone.</param>
public sealed record SeenAccount(OnlyThere OnlyThere, IReadOnlyList<string> Known, IReadOnlyList<string> Administrators, IReadOnlyList<string> Exempt)
{
    public static SeenAccount Nothing { get; } = new(OnlyThere.Nothing, [], [], []);

    public bool IsNothing() => OnlyThere.IsNothing() && Known.Count + Administrators.Count + Exempt.Count == 0;

    /// <param name="company">What would be sent.</param>
    /// <param name="difference">From what was accepted last.</param>
    /// <param name="there">What the account has alone; null: nobody has looked.</param>
    /// <param name="account">As it was read; null: nobody has looked.</param>
    /// <param name="first">It is a first sync, so that whom the account has was not created by one.</param>
    /// <param name="exempt">Ids of administrators, as the settings have them.</param>
    public static SeenAccount Of(Snapshot company, SnapshotDiff difference, OnlyThere? there, AccountContent? account, bool first, IReadOnlySet<string> exempt)
    {
        var administrators = account?.People.Where(p => p.IsAdmin).Select(p => p.Email).ToHashSet(AsciiCaseInsensitive.Comparer) ?? [];
        HashSet<string> listed = first && account is not null ? account.People.Select(p => p.Email).ToHashSet(AsciiCaseInsensitive.Comparer) : [];
        return new(
            there ?? (first && account is not null ? OnlyThere.Of(company, company, account, new HashSet<string>()) : OnlyThere.Nothing),
            listed.Count == 0 ? [] : [.. company.Users.Where(u => listed.Contains(u.Email)).Select(u => AsciiCaseInsensitive.Lower(u.Email))],
            [.. difference.UsersRemoved.Where(u => administrators.Contains(u.Email)).Select(u => AsciiCaseInsensitive.Lower(u.Email))],
            [.. difference.UsersRemoved.Where(u => exempt.Contains(u.Id) && !administrators.Contains(u.Email)).Select(u => AsciiCaseInsensitive.Lower(u.Email))]);
    }
}

/// <summary>What looking at the account before a run came to.</summary>
public abstract record AccountSight
{
    private AccountSight() { }

    /// <summary>As it was read, or was not. Null: nobody has looked.</summary>
    public AccountReading? Reading { get; private init; }

    /// <summary>The run takes nobody away that anybody knows of, or the account is not read.</summary>
    public sealed record NotNeeded : AccountSight;

    public sealed record Seen : AccountSight
    {
        public Seen(AccountReading.Read account, OnlyThere there) => (Reading, There) = (account, there);

        public OnlyThere There { get; }
    }

    /// <summary>It could not be read: nothing that takes somebody away is sent.</summary>
    public sealed record Unread : AccountSight
    {
        public Unread(AccountReading reading) => Reading = reading;
    }
}

/// <summary>E-mails whose owners an accepted run once had, or let go: that the account lists them does not make them active.</summary>
internal static class GoneEmails
{
    public static async Task<IReadOnlySet<string>> AmongAsync(GatewayDb db, IReadOnlyList<string> emails, CancellationToken cancellationToken)
    {
        var gone = new HashSet<string>(AsciiCaseInsensitive.Comparer);
        foreach (var some in emails.Select(AcceptedEmail.KeyOf).Chunk(500))
        {
            gone.UnionWith(await db.Set<AcceptedEmail>().Where(e => some.Contains(e.Email)).Select(e => e.Email).ToListAsync(cancellationToken));
            gone.UnionWith(await db.Set<LetGoEmail>().Where(e => some.Contains(e.Email)).Select(e => e.Email).ToListAsync(cancellationToken));
        }

        return gone;
    }
}
