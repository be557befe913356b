using Gateway.Membership.Adoption;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;

namespace Gateway.Membership.Drift;

/// <summary>A person of the company.</summary>
public sealed record DriftPerson(string Id, string Email);

/// <summary>A field that the account shows otherwise. <c>Field</c> is <c>name</c> (first and last in one) or <c>jobTitle</c>.</summary>
/// <param name="Here">As it was accepted.</param>
public sealed record DriftField(string Id, string Field, string Here, string? There);

/// <summary>Somebody's place in a team.</summary>
/// <param name="Role"><c>member</c> or <c>manager</c>.</param>
/// <param name="Team">Its name; null: the account tells only whether somebody manages any.</param>
public sealed record DriftRow(string Id, string Role, string? Team);

/// <summary>What an account does not tell, so that nothing is said about it.</summary>
public static class NotTold
{
    public const string Names = "names";
    public const string JobTitles = "jobTitles";

    /// <summary>Who is in which team.</summary>
    public const string Memberships = "memberships";

    public const string Administrators = "administrators";

    /// <summary>Created, invited, active or deactivated.</summary>
    public const string Status = "status";

    /// <summary>Which team is below which.</summary>
    public const string Hierarchy = "hierarchy";

    public const string Properties = "properties";

    public const string Ids = "ids";
}

/// <summary>
/// In what an account differs from the company that it accepted, as far as it tells: people by e-mail (whatever the case of A to Z), teams by name. What it does not tell is
/// named as such, and is never taken for equal or for missing. A storage format.
/// </summary>
public sealed record AccountDrift
{
    /// <summary>Accepted, and not listed.</summary>
    public IReadOnlyList<DriftPerson> PeopleMissing { get; init; } = [];

    /// <summary>Listed, never accepted, and no administrator: the next run deactivates them.</summary>
    public IReadOnlyList<AccountPerson> PeopleMore { get; init; } = [];

    /// <summary>Accepted once and not any more, and listed: deactivated, as far as anybody can tell.</summary>
    public int LeftAndListed { get; init; }

    /// <summary>Administrators who are not in the company; no sync touches them.</summary>
    public IReadOnlyList<AccountPerson> Administrators { get; init; } = [];

    public IReadOnlyList<SnapshotGroup> TeamsMissing { get; init; } = [];

    /// <summary>The next run removes them for good. One that was renamed by hand is among them, and under its true name among those missing.</summary>
    public IReadOnlyList<AccountTeam> TeamsMore { get; init; } = [];

    /// <summary>How many teams are driven by rules; no sync touches them.</summary>
    public int RuleBased { get; init; }

    public IReadOnlyList<DriftField> Fields { get; init; } = [];

    /// <summary>Accepted, and not there; in teams that both have.</summary>
    public IReadOnlyList<DriftRow> RowsMissing { get; init; } = [];

    /// <summary>There, and not accepted; in teams that both have.</summary>
    public IReadOnlyList<DriftRow> RowsMore { get; init; } = [];

    /// <summary>Of <see cref="RowsMissing"/>: one of two roles in one team. Whoever sees many should set <c>CombineRoles</c>.</summary>
    public IReadOnlyList<DriftRow> RolesLost { get; init; } = [];

    /// <summary>See <see cref="NotTold"/>.</summary>
    public IReadOnlyList<string> NotComparable { get; init; } = [];

    public bool IsNone() =>
        PeopleMissing.Count + PeopleMore.Count + TeamsMissing.Count + TeamsMore.Count + Fields.Count + RowsMissing.Count + RowsMore.Count == 0;

    /// <param name="accepted">What the account accepted last.</param>
    /// <param name="account">As it was read. A reading that failed is none.</param>
    /// <param name="gone">E-mails of people whom accepted runs had once, or let go: that they are listed does not make them active.</param>
    public static AccountDrift Between(Snapshot accepted, AccountContent account, IReadOnlySet<string> gone)
    {
        var there = new Dictionary<string, AccountPerson>(account.People.Count, AsciiCaseInsensitive.Comparer);
        foreach (var person in account.People) there.TryAdd(person.Email, person);
        var here = accepted.Users.Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var strangers = there.Values.Where(p => !here.Contains(p.Email)).ToList();
        var teams = TeamsDrift.Of(accepted, account);
        var fields = FieldsDrift.Of(accepted, there);
        var rows = RowsDrift.Of(accepted, there, account.Teams);
        return new AccountDrift
        {
            PeopleMissing = [.. accepted.Users.Where(u => !there.ContainsKey(u.Email)).Select(u => new DriftPerson(u.Id, u.Email))],
            PeopleMore = [.. strangers.Where(p => !p.IsAdmin && !gone.Contains(p.Email)).OrderBy(p => p.Email, Ordinal.Comparer)],
            LeftAndListed = strangers.Count(p => !p.IsAdmin && gone.Contains(p.Email)),
            Administrators = [.. strangers.Where(p => p.IsAdmin).OrderBy(p => p.Email, Ordinal.Comparer)],
            TeamsMissing = teams.Missing,
            TeamsMore = teams.More,
            RuleBased = account.Teams.Count(t => t.RuleBased),
            Fields = fields.Differ,
            RowsMissing = rows.Missing,
            RowsMore = rows.More,
            RolesLost = rows.RolesLost,
            NotComparable =
            [
                NotTold.Ids, NotTold.Hierarchy, NotTold.Properties,
                .. account.People.Any(p => p.IsActive is not null) ? [] : new[] { NotTold.Status },
                .. account.People.Any(p => p.AdminTold) ? [] : new[] { NotTold.Administrators },
                .. fields.NotTold,
                .. rows.Told ? [] : new[] { NotTold.Memberships },
            ],
        };
    }
}

internal static class TeamsDrift
{
    /// <summary>Two teams of one name are two.</summary>
    public static (IReadOnlyList<SnapshotGroup> Missing, IReadOnlyList<AccountTeam> More) Of(Snapshot accepted, AccountContent account)
    {
        var there = account.Teams.Where(t => !t.RuleBased).ToLookup(t => ReadingBack.LastOfPath(t.Name));
        var here = accepted.Groups.ToLookup(g => ReadingBack.LastOfPath(g.Name));
        // A rule-based team may have the name of one that was sent: then nobody can tell which of them is listed.
        var ruled = account.Teams.Where(t => t.RuleBased).Select(t => ReadingBack.LastOfPath(t.Name)).ToHashSet();
        return (
            [.. here.Where(g => !ruled.Contains(g.Key)).SelectMany(g => g.Skip(there[g.Key].Count())).OrderBy(g => g.Id, Ordinal.Comparer)],
            [.. there.SelectMany(t => t.Skip(here[t.Key].Count())).OrderBy(t => t.Name, Ordinal.Comparer)]);
    }
}

internal static class FieldsDrift
{
    /// <summary>A value that is not sent says nothing about what the account keeps; one that it shows for nobody is not told.</summary>
    public static (IReadOnlyList<DriftField> Differ, IReadOnlyList<string> NotTold) Of(Snapshot accepted, Dictionary<string, AccountPerson> there)
    {
        var names = there.Values.Any(p => NameOf(p.FirstName, p.LastName).Length > 0);
        var jobs = there.Values.Any(p => !string.IsNullOrWhiteSpace(p.JobTitle));
        var differ = new List<DriftField>();
        foreach (var user in accepted.Users)
        {
            if (!there.TryGetValue(user.Email, out var person)) continue;
            // First and last in one: one of the two APIs shows only that.
            if (names && (user.FirstName != person.FirstName || user.LastName != person.LastName)) Compare(user.Id, "name", NameOf(user.FirstName, user.LastName), NameOf(person.FirstName, person.LastName));
            if (jobs) Compare(user.Id, UserFields.JobTitle, user.JobTitle?.Trim() ?? "", person.JobTitle?.Trim() ?? "");
        }

        return (differ, [.. names ? [] : new[] { NotTold.Names }, .. jobs ? [] : new[] { NotTold.JobTitles }]);

        void Compare(string id, string field, string sent, string shown)
        {
            if (sent.Length > 0 && sent != shown) differ.Add(new DriftField(id, field, sent, shown.Length == 0 ? null : shown));
        }
    }

    private static string NameOf(string? first, string? last) => $"{first?.Trim()} {last?.Trim()}".Trim();
}
