using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;

namespace Gateway.Membership.Adoption;

/// <summary>A person there and one here who may be the same: the same name, another address.</summary>
public sealed record NearPerson(AccountPerson There, SnapshotUser Here);

/// <summary>A team there and one here that may be the same.</summary>
/// <param name="Why">In what the names differ.</param>
public sealed record NearTeam(AccountTeam There, SnapshotGroup Here, string Why);

/// <summary>Why something of the account waits for a decision.</summary>
public enum OpenReason
{
    /// <summary>The first sync would deactivate or remove it.</summary>
    OnlyThere = 0,

    /// <summary>The first sync would remove it and create one that is perhaps the same.</summary>
    Near = 1,

    /// <summary>Several teams there have this name, and a sync takes any of them: rename all but one in Officevibe, and read again.</summary>
    SharedName = 2,
}

/// <summary>Something that a first sync would lose.</summary>
/// <param name="There">The team's name, or the person's e-mail.</param>
public sealed record OpenItem(AdoptionKind Kind, string There, OpenReason Why);

/// <summary>What a first sync would make of an account that has data.</summary>
public sealed record AdoptionReport
{
    public int PeopleMatched { get; init; }
    public IReadOnlyList<AccountPerson> PeopleOnlyThere { get; init; } = [];
    public IReadOnlyList<SnapshotUser> PeopleOnlyHere { get; init; } = [];
    public IReadOnlyList<NearPerson> PeopleNear { get; init; } = [];

    /// <summary>Only there too, but no sync deactivates them.</summary>
    public IReadOnlyList<AccountPerson> Administrators { get; init; } = [];

    public int TeamsMatched { get; init; }
    public IReadOnlyList<AccountTeam> TeamsOnlyThere { get; init; } = [];
    public IReadOnlyList<SnapshotGroup> TeamsOnlyHere { get; init; } = [];
    public IReadOnlyList<NearTeam> TeamsNear { get; init; } = [];

    /// <summary>No sync touches these.</summary>
    public IReadOnlyList<AccountTeam> RuleBased { get; init; } = [];

    /// <summary>Names that several teams there have.</summary>
    public IReadOnlyList<string> SharedNames { get; init; } = [];

    /// <summary>What nobody has decided yet. Empty: the adoption is complete.</summary>
    public IReadOnlyList<OpenItem> Open { get; init; } = [];

    /// <param name="company">As it is here.</param>
    /// <param name="account">As it was read.</param>
    /// <param name="decisions">Those made so far.</param>
    public static AdoptionReport Of(Snapshot company, AccountContent account, IReadOnlyList<AdoptionDecision> decisions)
    {
        var sent = FirstStep.Of(company, null, decisions).Snapshot;
        var letGo = decisions.Where(d => d.Action == AdoptionAction.LetGo).ToList();

        var emails = sent.Users.Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var emailsThere = account.People.Select(p => p.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var onlyThere = account.People.Where(p => !emails.Contains(p.Email)).ToList();
        var people = onlyThere.Where(p => !p.IsAdmin).ToList();
        var newcomers = sent.Users.Where(u => !emailsThere.Contains(u.Email)).ToList();
        var nearPeople = Pairs(people, p => NameOf(p.FirstName, p.LastName), newcomers, u => NameOf(u.FirstName, u.LastName))
            .Select(p => new NearPerson(p.There, p.Here)).ToList();

        var names = sent.Groups.Select(g => g.Name.Trim()).ToHashSet();
        var ordinary = account.Teams.Where(t => !t.RuleBased).ToList();
        var namesThere = ordinary.Select(t => t.Name).ToHashSet();
        var shared = ordinary.GroupBy(t => t.Name).Where(t => t.Count() > 1).Select(t => t.Key).ToList();
        var teams = ordinary.Where(t => !names.Contains(t.Name)).ToList();
        var opening = sent.Groups.Where(g => !namesThere.Contains(g.Name.Trim())).ToList();
        var nearTeams = Pairs(teams, t => t.Name, opening, g => g.Name)
            .Select(p => new NearTeam(p.There, p.Here, Likeness.Of(p.There.Name, p.Here.Name) ?? "spaces")).ToList();

        var goodbyes = letGo.Where(d => d.Kind == AdoptionKind.Person).Select(d => d.There).ToHashSet(AsciiCaseInsensitive.Comparer);
        var removals = letGo.Where(d => d.Kind == AdoptionKind.Team).Select(d => d.There).ToHashSet();
        var near = nearPeople.Select(p => p.There.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var nearNames = nearTeams.Select(t => t.There.Name).ToHashSet();
        return new AdoptionReport
        {
            PeopleMatched = account.People.Count - onlyThere.Count,
            PeopleOnlyThere = people,
            PeopleOnlyHere = newcomers,
            PeopleNear = nearPeople,
            Administrators = [.. onlyThere.Where(p => p.IsAdmin)],
            TeamsMatched = ordinary.Count - teams.Count,
            TeamsOnlyThere = teams,
            TeamsOnlyHere = opening,
            TeamsNear = nearTeams,
            RuleBased = [.. account.Teams.Where(t => t.RuleBased)],
            SharedNames = shared,
            Open =
            [
                .. shared.Where(names.Contains).Select(n => new OpenItem(AdoptionKind.Team, n, OpenReason.SharedName)),
                .. teams.Select(t => t.Name).Distinct().Where(n => !removals.Contains(n))
                    .Select(n => new OpenItem(AdoptionKind.Team, n, nearNames.Contains(n) ? OpenReason.Near : OpenReason.OnlyThere)),
                .. people.Where(p => !goodbyes.Contains(p.Email))
                    .Select(p => new OpenItem(AdoptionKind.Person, p.Email, near.Contains(p.Email) ? OpenReason.Near : OpenReason.OnlyThere)),
            ],
        };
    }

    private static string NameOf(string? first, string? last) => $"{first} {last}".Trim();

    private static IEnumerable<(TThere There, THere Here)> Pairs<TThere, THere>(
        List<TThere> there, Func<TThere, string> nameThere, List<THere> here, Func<THere, string> nameHere)
    {
        if (there.Count == 0) yield break;
        // Here is often everybody, and a name has a key for each of its letters: only those are kept that somebody there has too.
        var keysThere = there.SelectMany(t => Likeness.Keys(nameThere(t))).ToHashSet();
        var byKey = here.SelectMany(h => Likeness.Keys(nameHere(h)).Where(keysThere.Contains).Select(k => (Key: k, Here: h))).ToLookup(x => x.Key, x => x.Here);
        foreach (var t in there)
            foreach (var h in Likeness.Keys(nameThere(t)).SelectMany(k => byKey[k]).Distinct())
                if (nameThere(t) == nameHere(h) || Likeness.Of(nameThere(t), nameHere(h)) is not null) yield return (t, h);
    }
}
