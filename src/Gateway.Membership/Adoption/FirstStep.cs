using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;

namespace Gateway.Membership.Adoption;

/// <summary>
/// A company as it is sent while Officevibe does not know all of its ids. It finds a team by id, else by name; a person by id, else by e-mail. So whoever is called otherwise there is
/// sent under that name or address first, which attaches the id, and under the true one in the next run.
/// </summary>
/// <param name="Snapshot">To be sent now.</param>
/// <param name="Later">What the next run changes, from what is sent now to what is true.</param>
public sealed record FirstStep(Snapshot Snapshot, IReadOnlyList<Change> Later)
{
    /// <param name="company">As it is here.</param>
    /// <param name="accepted">What Officevibe accepted last: it knows these ids. Null: none.</param>
    /// <param name="decisions">Who is who there.</param>
    public static FirstStep Of(Snapshot company, Snapshot? accepted, IReadOnlyList<AdoptionDecision> decisions)
    {
        var same = decisions.Where(d => d is { Action: AdoptionAction.Same, Here: not null }).ToList();
        if (same.Count == 0) return new(company, []);

        var known = accepted ?? Snapshot.Empty;
        var (groups, renamed) = Groups(company, known, same);
        var (users, readdressed) = Users(company, known, same);
        return renamed.Count + readdressed.Count == 0
            ? new(company, [])
            : new(company with { Groups = groups, Users = users }, [.. renamed, .. readdressed]);
    }

    /// <summary>The part of a difference that decisions foresaw: the second step, which a person has agreed to with the decision.</summary>
    public static IReadOnlySet<Change> Foreseen(SnapshotDiff difference, IReadOnlyList<AdoptionDecision> decisions)
    {
        var there = decisions.Where(d => d is { Action: AdoptionAction.Same, Here: not null }).Select(d => (d.Kind, d.Here!, d.There)).ToHashSet();
        return there.Count == 0 ? new HashSet<Change>() : Change.AllOf(difference).Where(c => c switch
        {
            { Kind: ChangeKind.TeamName, Before: { } before } => there.Contains((AdoptionKind.Team, c.Subject, before)),
            { Kind: ChangeKind.MemberField, Part: UserFields.Email, Before: { } before } => there.Any(t => t.Kind == AdoptionKind.Person && t.Item2 == c.Subject && AsciiCaseInsensitive.Same(t.There, before)),
            _ => false,
        }).ToHashSet();
    }

    private static (IReadOnlyList<SnapshotGroup>, List<Change>) Groups(Snapshot company, Snapshot known, List<AdoptionDecision> same)
    {
        var knownIds = known.Groups.Select(g => g.Id).ToHashSet();
        // A team of that name that Officevibe knows by id already is another one.
        var taken = known.Groups.Select(g => g.Name).ToHashSet();
        var names = same.Where(d => d.Kind == AdoptionKind.Team && !knownIds.Contains(d.Here!) && !taken.Contains(d.There))
            .GroupBy(d => d.Here!).ToDictionary(d => d.Key, d => d.First().There);
        if (names.Count == 0) return (company.Groups, []);

        var used = names.Where(n => company.Groups.Any(g => g.Id == n.Key)).Select(n => n.Value).ToHashSet();
        var later = new List<Change>();
        var groups = company.Groups.Select(group =>
        {
            var name = names.TryGetValue(group.Id, out var there) ? there
                // A newcomer of the very name that the other one still has there would be taken for it.
                : !knownIds.Contains(group.Id) && used.Contains(group.Name) ? $"{group.Name} ({group.Id})"
                : group.Name;
            if (name == group.Name) return group;
            later.Add(new Change(ChangeKind.TeamName, group.Id, null, name, group.Name));
            return group with { Name = name };
        }).ToList();
        return (groups, later);
    }

    private static (IReadOnlyList<SnapshotUser>, List<Change>) Users(Snapshot company, Snapshot known, List<AdoptionDecision> same)
    {
        var knownIds = known.Users.Select(u => u.Id).ToHashSet();
        var taken = company.Users.Concat(known.Users).Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var emails = same.Where(d => d.Kind == AdoptionKind.Person && !knownIds.Contains(d.Here!) && !taken.Contains(d.There))
            .GroupBy(d => d.Here!).ToDictionary(d => d.Key, d => d.First().There);
        if (emails.Count == 0) return (company.Users, []);

        var later = new List<Change>();
        var users = company.Users.Select(user =>
        {
            if (!emails.TryGetValue(user.Id, out var email)) return user;
            later.Add(new Change(ChangeKind.MemberField, user.Id, UserFields.Email, email, user.Email));
            return user with { Email = email };
        }).ToList();
        return (users, later);
    }
}
