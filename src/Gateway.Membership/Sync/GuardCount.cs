using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>One thing counted: whose it is, what makes it the same thing again, and the changes to show for it.</summary>
internal readonly record struct Item((SubjectKind Kind, string Subject) Whose, Change Key, bool Gone, IReadOnlyList<Change> Changes);

/// <summary>A rule with a limit: what it counts in a difference, and out of how many.</summary>
internal sealed record GuardCount(string Rule, Func<GuardSettings, Limit> CompanyLimit, Func<SourceLimits, Limit?> SourceLimit)
{
    public required IReadOnlyList<Item> Run { get; init; }

    public required IReadOnlyList<Item> Earlier { get; init; }

    /// <summary>What the share is of, in the last accepted snapshot.</summary>
    public required Func<Snapshot, IEnumerable<(SubjectKind Kind, string Subject)>> Population { get; init; }

    /// <summary>The section a third of which is the most that a limit can be.</summary>
    public required Func<Snapshot, IEnumerable<(SubjectKind Kind, string Subject)>> Section { get; init; }

    /// <summary>
    /// The reason to hold, if what this run does, added to what was accepted within the window, is more than the limit. A run that
    /// does nothing of the kind itself is not held for what others did.
    /// </summary>
    public HoldReason? Against(Limit limit, string? source, GuardInput input, GuardSettings settings)
    {
        bool Counts((SubjectKind Kind, string Subject) whose) => source is null || (input.SourceOf.TryGetValue(whose, out var its) && its == source);
        var accepted = input.Accepted ?? Snapshot.Empty;
        return Against(Counts, () => limit.Of(Population(accepted).Count(Counts), Section(accepted).Count(Counts)), settings) is { } reason ? reason with { Source = source } : null;
    }

    /// <summary>The same with a number that a person set, which no share and no third of the section changes.</summary>
    public HoldReason? Against(int greatest, GuardSettings settings) => Against(_ => true, () => greatest, settings);

    /// <summary>What was accepted within the window by itself.</summary>
    public int EarlierNumber(GuardSettings settings) => Number(Earlier.Where(i => !Exempt(i, settings)));

    private HoldReason? Against(Func<(SubjectKind Kind, string Subject), bool> counts, Func<int> limit, GuardSettings settings)
    {
        bool Included(Item i) => counts(i.Whose) && !Exempt(i, settings);
        var run = Run.Where(Included).ToList();
        if (run.Count == 0) return null;

        var (own, number) = (Number(run), Number(run.Concat(Earlier.Where(Included))));
        var greatest = limit();
        return number <= greatest ? null : new HoldReason(Rule, number, greatest, [.. run.SelectMany(i => i.Changes)]) { Earlier = number - own };
    }

    private static bool Exempt(Item item, GuardSettings settings) => item.Whose.Kind == SubjectKind.Member && settings.Exempt.Contains(item.Whose.Subject);

    public static IReadOnlyList<GuardCount> All(Counted run, Counted earlier, GuardInput input)
    {
        var leftOut = input.Issues.Where(LeavesOut).Select(i => (i.Kind, i.Subject)).ToHashSet();
        var stillHere = input.Next.Users.Select(u => (SubjectKind.Member, u.Id))
            .Concat(input.Next.Groups.Select(g => (SubjectKind.Team, g.Id)));
        leftOut.ExceptWith(stillHere);

        GuardCount Of(string rule, Func<GuardSettings, Limit> company, Func<SourceLimits, Limit?> ofSource, Func<Counted, IEnumerable<Item>> count,
            Func<Snapshot, IEnumerable<(SubjectKind, string)>> population, Func<Snapshot, IEnumerable<(SubjectKind, string)>>? section = null) =>
            new(rule, company, ofSource) { Run = [.. count(run)], Earlier = [.. count(earlier)], Population = population, Section = section ?? population };

        var counts = new List<GuardCount>
        {
            Of(GuardRules.LeftOut, s => s.LeftOut, s => s.LeftOut,
                c => Items.MembersRemoved(c).Concat(Items.TeamsRemoved(c)).Where(i => leftOut.Contains(i.Whose)), s => Members(s).Concat(Teams(s))),
            Of(GuardRules.MembersRemoved, s => s.MembersRemoved, s => s.MembersRemoved, Items.MembersRemoved, Members),
            Of(GuardRules.LastTeamLost, s => s.LastTeamLost, s => s.LastTeamLost, Items.LastTeamLost, Members),
            Of(GuardRules.TeamsRemoved, s => s.TeamsRemoved, s => s.TeamsRemoved, Items.TeamsRemoved, Teams),
            Of(GuardRules.EmailsChanged, s => s.EmailsChanged, s => s.EmailsChanged, Items.EmailsChanged, Members),
            Of(GuardRules.ManagersGained, s => s.ManagersGained, s => s.ManagersGained, Items.ManagersGained, Managers, Rows),
            Of(GuardRules.MembersChanged, s => s.MembersChanged, s => s.MembersChanged, Items.MembersChanged, Members),
            Of(GuardRules.MappingsChanged, s => s.MappingsChanged, s => s.MappingsChanged, Items.MappingsChanged, Rows),
        };
        if (input.Invitations)
            counts.Add(Of(GuardRules.MembersAdded, s => s.MembersAdded, s => s.MembersAdded, Items.MembersAdded, Members));
        return counts;
    }

    /// <summary>
    /// Somebody is left out for a fault of the data. Who is out of scope or absent is left out because the company says so, and counts
    /// as removed only.
    /// </summary>
    private static bool LeavesOut(Issue issue) =>
        issue is { LeftOut: true, TeamId: null, Attribute: null, Code: not (IssueCodes.MemberOutOfScope or IssueCodes.MemberAbsent) };

    private static IEnumerable<(SubjectKind, string)> Members(Snapshot s) => s.Users.Select(u => (SubjectKind.Member, u.Id));

    private static IEnumerable<(SubjectKind, string)> Teams(Snapshot s) => s.Groups.Select(g => (SubjectKind.Team, g.Id));

    private static IEnumerable<(SubjectKind, string)> Rows(Snapshot s) => s.Mappings.Select(Items.Whose);

    private static IEnumerable<(SubjectKind, string)> Managers(Snapshot s) => s.Mappings.Where(m => m.Kind == MappingKind.Manager).Select(Items.Whose);

    /// <summary>Things that are gone and things that are new are counted apart: a row that another one replaces is one row changed.</summary>
    private static int Number(IEnumerable<Item> items)
    {
        var (gone, other) = (new HashSet<Change>(), new HashSet<Change>());
        foreach (var item in items) (item.Gone ? gone : other).Add(item.Key);
        return Math.Max(gone.Count, other.Count);
    }
}

/// <summary>What each rule counts in a difference.</summary>
internal static class Items
{
    public static (SubjectKind Kind, string Subject) Whose(SnapshotMapping row) =>
        (row.Kind == MappingKind.SubGroup ? SubjectKind.Team : SubjectKind.Member, row.OtherId);

    public static IEnumerable<Item> MembersRemoved(Counted c) => c.Diff.UsersRemoved.Select(u => Member(u.Id, [Change.Removed(u)], gone: true));

    public static IEnumerable<Item> MembersAdded(Counted c) => c.Diff.UsersAdded.Select(u => Member(u.Id, [.. Change.Joining(u)]));

    public static IEnumerable<Item> TeamsRemoved(Counted c) =>
        c.Diff.GroupsRemoved.Select(g => new Item((SubjectKind.Team, g.Id), Change.Removed(g), Gone: true, [Change.Removed(g)]));

    public static IEnumerable<Item> EmailsChanged(Counted c) => FieldsChanged(c, f => f.Field == UserFields.Email);

    public static IEnumerable<Item> MembersChanged(Counted c) => FieldsChanged(c, f => f.Field != UserFields.Email);

    public static IEnumerable<Item> ManagersGained(Counted c) => c.Diff.MappingsAdded.Where(m => m.Kind == MappingKind.Manager).Select(Added);

    public static IEnumerable<Item> MappingsChanged(Counted c) =>
        c.Diff.MappingsAdded.Select(Added)
            .Concat(c.Diff.MappingsRemoved.Select(m => new Item(Whose(m), Change.Removed(m), Gone: true, [Change.Removed(m)])));

    /// <summary>Who had a team, is still there, and has none.</summary>
    public static IEnumerable<Item> LastTeamLost(Counted c)
    {
        var lost = c.Diff.MappingsRemoved.Where(m => m.Kind != MappingKind.SubGroup).ToLookup(m => m.OtherId);
        if (lost.Count == 0) return [];

        var placed = c.After.Mappings.Where(m => m.Kind != MappingKind.SubGroup).Select(m => m.OtherId).ToHashSet();
        return c.After.Users
            .Where(u => lost.Contains(u.Id) && !placed.Contains(u.Id))
            .Select(u => Member(u.Id, [.. lost[u.Id].Select(Change.Removed)], gone: true));
    }

    private static IEnumerable<Item> FieldsChanged(Counted c, Func<FieldChange, bool> which) =>
        from user in c.Diff.UsersChanged
        let changes = user.Fields.Where(which).Select(f => Change.Of(user.Id, f)).ToList()
        where changes.Count > 0
        select Member(user.Id, changes);

    private static Item Added(SnapshotMapping row) => new(Whose(row), Change.Added(row), Gone: false, [Change.Added(row)]);

    private static Item Member(string id, IReadOnlyList<Change> changes, bool gone = false) =>
        new((SubjectKind.Member, id), new Change(ChangeKind.Member, id, null, null, null), gone, changes);
}
