using CsCheck;
using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Tests;

/// <summary>
/// Small worlds in which everything collides: few people, teams, dates and e-mails, several sources that match in each way, ties, rehires,
/// ids beyond the basic plane and with blanks inside, attributes with reserved names, retractions and replacements of anything.
/// </summary>
internal static class Generators
{
    public static readonly DateTimeOffset Epoch = Given.At("2026-01-01");

    public static readonly string[] SourceNames = ["hris", "orgtool", "payroll", "badge", "agency"];

    public static readonly Gen<string> Numbers = Gen.OneOf("E1", "E2", "E3", "E 1", "\uFF5E", "😀");

    public static readonly Gen<string> Teams = Gen.OneOf("T1", "T2", "T3", "T 1", "\uFF5ET", "😀T");

    public static readonly Gen<string?> Emails = Gen.OneOf<string?>("a@x.test", "A@X.test", "b@x.test", "c@x.test", "d@x.test", "no e-mail", null);

    /// <summary>Half days of three weeks: many fall on one another.</summary>
    public static readonly Gen<DateTimeOffset> Instants = Gen.Int[0, 40].Select(half => Epoch.AddHours(half * 12));

    public static readonly Gen<DateOnly> Days = Gen.Int[0, 20].Select(day => DateOnly.FromDateTime(Epoch.UtcDateTime).AddDays(day));

    public static readonly Gen<EffectiveDate?> Dates = Gen.Frequency(
        (2, Gen.Const(default(EffectiveDate))),
        (2, Days.Select(day => (EffectiveDate?)new EffectiveDate.Day(day))),
        (1, Instants.Select(at => (EffectiveDate?)new EffectiveDate.Instant(at))));

    private static readonly Gen<Assignment> Assignments = Gen.Select(Teams, Gen.Enum<AssignmentRole>(), (team, role) => new Assignment(team, role));

    private static readonly Gen<IReadOnlyList<Assignment>?> Lists =
        Gen.Frequency((1, Gen.Const(default(IReadOnlyList<Assignment>))), (2, Assignments.Array[0, 3].Select(a => (IReadOnlyList<Assignment>?)a)));

    private static readonly Gen<Patch> Texts = Gen.OneOf(Patch.Absent, Patch.Absent, Patch.To(null), Patch.To("Ada"), Patch.To("Dev"), Patch.To("ñ 😀"));

    private static readonly Gen<ProfilePatch> Profiles = Gen.Select(
        Gen.Frequency((1, Gen.Const(Patch.Absent)), (3, Emails.Select(Patch.To))), Texts, Texts,
        Gen.Dictionary(Gen.OneOf("Dept", "dept", "Site", "EMAIL", "id", "\uFF5E", "😀"), Gen.OneOf<string?>("x", "y", "2026-03-02", null))[0, 3],
        (email, name, title, attributes) => new ProfilePatch { Email = email, FirstName = name, JobTitle = title, Attributes = attributes });

    /// <summary>One event with an id to be replaced: kinds by how often they matter.</summary>
    private static Gen<MembershipEvent> Event(Gen<string> sources, Gen<string> numbers)
    {
        var common = Gen.Select(sources, numbers, Instants, Dates);
        return Gen.Frequency<MembershipEvent>(
            (5, Gen.Select(common, Profiles, Lists, (c, profile, teams) =>
                (MembershipEvent)new Hire { Id = "", Source = c.Item1, EmployeeId = c.Item2, OccurredAt = c.Item3, EffectiveAt = c.Item4, Member = profile, Teams = teams })),
            (2, Gen.Select(common, Profiles, (c, profile) =>
                (MembershipEvent)new Update { Id = "", Source = c.Item1, EmployeeId = c.Item2, OccurredAt = c.Item3, EffectiveAt = c.Item4, Member = profile })),
            (2, Gen.Select(common, Gen.Null(Teams), Teams, Gen.Enum<AssignmentRole>(), Lists, (c, from, to, role, teams) => (MembershipEvent)new Move
            {
                Id = "", Source = c.Item1, EmployeeId = c.Item2, OccurredAt = c.Item3, EffectiveAt = c.Item4, Teams = teams, From = teams is null ? from : null,
                To = teams is null ? to : null, Role = teams is null && from is not null ? role : AssignmentRole.Member,
            })),
            (1, Gen.Select(common, Assignments, (c, a) =>
                (MembershipEvent)new Assign { Id = "", Source = c.Item1, EmployeeId = c.Item2, OccurredAt = c.Item3, EffectiveAt = c.Item4, TeamId = a.TeamId, Role = a.Role })),
            (1, Gen.Select(common, Assignments, (c, a) =>
                (MembershipEvent)new Unassign { Id = "", Source = c.Item1, EmployeeId = c.Item2, OccurredAt = c.Item3, EffectiveAt = c.Item4, TeamId = a.TeamId, Role = a.Role })),
            (4, Gen.Select(common, Gen.Bool, (c, last) => (MembershipEvent)new Leave
            {
                Id = "", Source = c.Item1, EmployeeId = c.Item2, OccurredAt = c.Item3, Reason = last ? "retired" : null,
                EffectiveAt = last && c.Item4 is EffectiveDate.Day day ? new EffectiveDate.LastDay(day.Date) : c.Item4,
            })),
            (1, Gen.Select(common, Dates, (c, until) =>
                (MembershipEvent)new Absence { Id = "", Source = c.Item1, EmployeeId = c.Item2, OccurredAt = c.Item3, EffectiveAt = c.Item4, Until = until })),
            (1, common.Select(c => (MembershipEvent)new Return { Id = "", Source = c.Item1, EmployeeId = c.Item2, OccurredAt = c.Item3, EffectiveAt = c.Item4 })),
            (2, Gen.Select(common, sources, numbers, (c, source, number) => (MembershipEvent)new Alias
            {
                Id = "", Source = c.Item1, EmployeeId = c.Item2, OccurredAt = c.Item3, EffectiveAt = c.Item4, SameAsSource = source, SameAsEmployeeId = number,
            })),
            (3, Gen.Select(common, Teams, Gen.OneOf(null, "Platform", "PLATFORM", "T1", "Data"), Gen.Frequency((1, Gen.Const(Patch.Absent)), (1, Gen.Const(Patch.To(null))), (3, Teams.Select(t => Patch.To(t)))),
                (c, team, name, parent) => (MembershipEvent)new TeamDefined
                {
                    Id = "", Source = c.Item1, TeamId = team, OccurredAt = c.Item3, EffectiveAt = c.Item4, Name = name, ParentId = parent,
                })),
            (1, Gen.Select(common, Teams, (c, team) => (MembershipEvent)new TeamClosed { Id = "", Source = c.Item1, TeamId = team, OccurredAt = c.Item3, EffectiveAt = c.Item4 })),
            (1, common.Select(c => (MembershipEvent)new Retract { Id = "", Source = c.Item1, OccurredAt = c.Item3, EventId = "" })));
    }

    /// <summary>Gives each event an id of its own, in no relation to its place, and lets some name others (or themselves, or nothing known).</summary>
    private static Gen<MembershipEvent[]> Log(Gen<MembershipEvent> events, int most) =>
        Gen.Select(events.Array[0, most], Gen.Int[0, 1000].Array[most], Gen.Int[0, most].Array[most], (log, salt, names) =>
        {
            string Id(int i) => $"{(i % 7 == 0 ? "😀" : i % 5 == 0 ? "\uFF5E" : "e")}{salt[i]}-{i}";
            return log.Select((e, i) =>
            {
                var named = names[i] < log.Length ? Id(names[i]) : "unknown";
                return e is Retract r ? r with { Id = Id(i), EventId = named } : e with { Id = Id(i), Replaces = salt[i] % 8 == 0 ? named : null };
            }).ToArray();
        });

    /// <summary>Several sources, people and teams.</summary>
    public static readonly Gen<MembershipEvent[]> Logs = Log(Event(Gen.OneOf("hris", "hris", "hris", "orgtool", "orgtool", "payroll", "badge", "agency"), Numbers), 30);

    /// <summary>One person, <c>E1</c> of <c>hris</c>, with retractions and replacements.</summary>
    public static readonly Gen<MembershipEvent[]> Facets = Log(Event(Gen.Const("hris"), Gen.Const("E1")), 12);

    /// <summary>Hires, leaves and aliases only: who is who, at its most entangled.</summary>
    public static readonly Gen<MembershipEvent[]> Identities = Log(
        Event(Gen.OneOf("hris", "orgtool", "payroll", "badge", "agency"), Gen.OneOf("E1", "E2", "E3")).Where(e => e is Hire or Leave or Alias or Update), 16);

    /// <summary>One event of any kind.</summary>
    public static readonly Gen<MembershipEvent> Any = Log(Event(Gen.OneOf(SourceNames), Numbers), 8).Where(log => log.Length > 0).Select(log => log[0]);

    /// <summary>Instants at which something may just have happened, and others.</summary>
    public static readonly Gen<DateTimeOffset> Moments = Gen.Select(Gen.Int[-1, 90], Gen.OneOf(0, 0, 1), (quarter, more) => Epoch.AddHours(quarter * 6).AddMicroseconds(more));

    public static readonly Gen<MembershipRules> Rules = Gen.Select(Gen.Enum<EmployedRule>(), Gen.Enum<TeamsRule>(), Gen.Enum<OnAbsence>(), Gen.Bool, Gen.Int[0, 3],
        (employed, teams, absence, undeclared, owner) => Pipeline.Rules(
            Pipeline.Source("hris", 2, zone: "Europe/Paris", owns: owner == 1 ? ["email"] : []),
            Pipeline.Source("orgtool", 2, zone: "America/New_York", owns: owner == 2 ? ["teams", "attributes.Dept"] : []),
            Pipeline.Source("payroll", 1, MatchBy.Email, owns: owner == 3 ? ["jobTitle", "attributes"] : []),
            Pipeline.Source("badge", 3, MatchBy.None), Pipeline.Source("agency", 4, MatchBy.Email, UnmatchedPeople.OwnMember)) with
        {
            Employed = employed, Teams = teams, OnAbsence = absence, SendUndeclaredProperties = undeclared,
            Properties = new Dictionary<string, DeclaredProperty> { ["Dept"] = new() { Name = "Dept" }, ["id"] = new() { Name = "id" } },
        });

    /// <summary>Everything a snapshot is made of, and one accepted earlier (null: nothing was) from a part of the same log.</summary>
    public static readonly Gen<World> Worlds = Gen.Select(Gen.Frequency((2, Logs), (1, Identities)), Rules, Moments, Moments, Gen.Bool, (log, rules, at, then, any) =>
        new World(log, rules, at, any ? Pipeline.Assemble([.. log.Where((_, i) => i % 3 != 0)], rules, then).Snapshot : null));

    public static T[] Shuffle<T>(IReadOnlyCollection<T> items, int seed)
    {
        var random = new Random(seed);
        T[] shuffled = [.. items, .. items.Where(_ => random.Next(3) == 0)];
        random.Shuffle(shuffled);
        return shuffled;
    }
}

/// <summary>What a snapshot is a function of.</summary>
internal sealed record World(MembershipEvent[] Events, MembershipRules Rules, DateTimeOffset At, Snapshot? LastAccepted)
{
    public Assembly Assemble() => Pipeline.Assemble(Events, Rules, At, LastAccepted);

    public override string ToString() =>
        $"at {At:O}, {Rules.Employed}, {Rules.Teams}, {Rules.OnAbsence}, owns {string.Join(",", Rules.Sources.Values.SelectMany(s => s.Owns))}\n"
        + string.Join('\n', Events.Select(e => $"{e.Source} {System.Text.Encoding.UTF8.GetString(EventCodec.Write(e))}"))
        + (LastAccepted is null ? "" : "\nlast accepted:\n" + Pipeline.Text(LastAccepted));
}
