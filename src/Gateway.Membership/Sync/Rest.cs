using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>The people and teams that a hold is about.</summary>
public sealed record HeldSubjects(IReadOnlySet<string> Members, IReadOnlySet<string> Teams)
{
    /// <summary>Rules that are about people and teams of their own. What any other asks about is the run as a whole, and there is no rest of it.</summary>
    private static readonly string[] AboutSomebody = [.. PlannedChanges.Counted, .. PlannedChanges.Named];

    /// <summary>The rules of a hold that leave no rest to be sent, in their order; none: it can be parted.</summary>
    public static IReadOnlyList<string> NotAboutAnybody(IReadOnlyList<HoldReason> reasons) => [.. reasons.Select(r => r.Rule).Where(r => !AboutSomebody.Contains(r)).Distinct()];

    public static HeldSubjects Of(IEnumerable<Change> changes)
    {
        var (members, teams) = (new HashSet<string>(), new HashSet<string>());
        foreach (var change in changes)
        {
            if (change.Kind is ChangeKind.Team or ChangeKind.TeamName or ChangeKind.SubGroup) teams.Add(change.Subject);
            else if (change.Kind is ChangeKind.Member or ChangeKind.MemberField or ChangeKind.Manager or ChangeKind.Membership or ChangeKind.Deletion) members.Add(change.Subject);
        }

        return new(members, teams);
    }
}

/// <summary>
/// Today's company, but for some who stay as they were accepted last. Who is kept or waits is more than who is held where the one cannot be without the other.
/// </summary>
/// <param name="Snapshot">What is sent.</param>
/// <param name="KeptMembers">Ids of those who stay as they were accepted last, with their places in teams; ordinal.</param>
/// <param name="KeptTeams">Ids of teams that stay, under the name and the parent of then; ordinal.</param>
/// <param name="WaitingMembers">Ids of those who are new, and are not sent yet; ordinal.</param>
/// <param name="WaitingTeams">Likewise of teams.</param>
public sealed record Rest(
    Snapshot Snapshot, IReadOnlyList<string> KeptMembers, IReadOnlyList<string> KeptTeams, IReadOnlyList<string> WaitingMembers, IReadOnlyList<string> WaitingTeams)
{
    /// <summary>
    /// Keeps the held as they were accepted last, and with them: a team that one of them was in or under; whoever has an e-mail, or a team that has a name, that one of them keeps;
    /// whoever is in, or under, a team that is new and held; teams that would be each other's ancestors. Each step keeps more, so it ends.
    /// </summary>
    public static Rest Of(Snapshot accepted, Snapshot today, HeldSubjects held)
    {
        var (members, teams) = (held.Members.ToHashSet(), held.Teams.ToHashSet());
        Snapshot parted;
        int before;
        do
        {
            before = members.Count + teams.Count;
            parted = Part(accepted, today, members, teams);
            KeepPlaces(parted, members, teams);
            KeepEmails(parted, accepted, members);
            KeepNames(parted, accepted, teams);
            KeepOrder(parted, accepted, teams);
        }
        while (members.Count + teams.Count > before);

        // Who is today as they were accepted is held for nothing any more, and not worth naming.
        var other = HeldSubjects.Of(Change.AllOf(SnapshotDiff.Between(parted, today)));
        var (people, groups) = (accepted.Users.Select(u => u.Id).ToHashSet(), accepted.Groups.Select(g => g.Id).ToHashSet());
        return new Rest(
            parted, Sorted(other.Members.Where(people.Contains)), Sorted(other.Teams.Where(groups.Contains)),
            Sorted(other.Members.Where(id => !people.Contains(id))), Sorted(other.Teams.Where(id => !groups.Contains(id))));
    }

    /// <summary>A row is the person's whom it places, or the team's that it puts under another.</summary>
    private static Snapshot Part(Snapshot accepted, Snapshot today, HashSet<string> members, HashSet<string> teams)
    {
        bool Kept(SnapshotMapping row) => (row.Kind == MappingKind.SubGroup ? teams : members).Contains(row.OtherId);
        var rows = today.Mappings.Where(r => !Kept(r)).Concat(accepted.Mappings.Where(Kept)).ToList();
        rows.Sort(CanonicalOrder.Compare);
        return new Snapshot
        {
            Users = [.. today.Users.Where(u => !members.Contains(u.Id)).Concat(accepted.Users.Where(u => members.Contains(u.Id))).OrderBy(u => u.Id, Ordinal.Comparer)],
            Groups = [.. today.Groups.Where(g => !teams.Contains(g.Id)).Concat(accepted.Groups.Where(g => teams.Contains(g.Id))).OrderBy(g => g.Id, Ordinal.Comparer)],
            Mappings = rows,
        };
    }

    /// <summary>A row to a team that is not there: the team stays if the row is one that is kept, else whoever has the row waits with the team.</summary>
    private static void KeepPlaces(Snapshot parted, HashSet<string> members, HashSet<string> teams)
    {
        var there = parted.Groups.Select(g => g.Id).ToHashSet();
        foreach (var row in parted.Mappings.Where(r => !there.Contains(r.GroupId)))
        {
            var whose = row.Kind == MappingKind.SubGroup ? teams : members;
            if (!whose.Add(row.OtherId)) teams.Add(row.GroupId);
        }
    }

    private static void KeepEmails(Snapshot parted, Snapshot accepted, HashSet<string> members)
    {
        var emails = parted.Users.Where(u => members.Contains(u.Id)).Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        if (emails.Count == 0) return;
        var had = accepted.Users.ToDictionary(u => u.Id, u => u.Email);
        foreach (var other in parted.Users.Where(u => !members.Contains(u.Id) && emails.Contains(u.Email)).ToList())
            if (!had.TryGetValue(other.Id, out var email) || !AsciiCaseInsensitive.Same(email, other.Email)) members.Add(other.Id);
    }

    /// <summary>Officevibe takes a team of an id that it does not know for the one that has its name.</summary>
    private static void KeepNames(Snapshot parted, Snapshot accepted, HashSet<string> teams)
    {
        var names = parted.Groups.Where(g => teams.Contains(g.Id)).Select(g => g.Name).ToHashSet();
        if (names.Count == 0) return;
        var had = accepted.Groups.ToHashSet();
        foreach (var other in parted.Groups.Where(g => !teams.Contains(g.Id) && names.Contains(g.Name) && !had.Contains(g)).ToList()) teams.Add(other.Id);
    }

    private static void KeepOrder(Snapshot parted, Snapshot accepted, HashSet<string> teams)
    {
        var rows = parted.Mappings.Where(r => r.Kind == MappingKind.SubGroup).ToList();
        for (var count = -1; count != rows.Count;)
        {
            count = rows.Count;
            var (over, under) = (rows.Select(r => r.GroupId).ToHashSet(), rows.Select(r => r.OtherId).ToHashSet());
            rows.RemoveAll(r => !under.Contains(r.GroupId) || !over.Contains(r.OtherId));
        }

        // What is left goes round in circles. Neither company does by itself, so somebody in it is kept and somebody else is not.
        if (!rows.Any(r => teams.Contains(r.OtherId))) return;
        var had = accepted.Groups.Select(g => g.Id).ToHashSet();
        teams.UnionWith(rows.Select(r => r.OtherId).Where(had.Contains));
    }

    private static List<string> Sorted(IEnumerable<string> ids) => [.. ids.Order(Ordinal.Comparer)];
}
