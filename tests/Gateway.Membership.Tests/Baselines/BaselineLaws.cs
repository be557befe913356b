using CsCheck;
using Gateway.Membership.Baselines;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Snapshots;
using Xunit;

namespace Gateway.Membership.Tests.Baselines;

/// <summary>What must hold for every history and every baseline.</summary>
public sealed class BaselineLaws
{
    private static readonly string[] People = ["E1", "E2", "𠮷3"];
    private static readonly string[] Teams = ["T1", "T2", "T3"];
    private static readonly DateTimeOffset Now = Given.At("2026-06-01T12:00:00Z");

    [Fact]
    public void Folded_on_top_a_baseline_is_exactly_what_holds_and_taking_it_again_finds_no_difference() => Cases.Sample(
        @case =>
        {
            var difference = Take(@case, @case.History, "b1", Now);
            var after = @case.History.Concat(difference.Events).ToList();
            AssertHolds(@case, after);
            Assert.Empty(Take(@case, after, "b2", Now.AddHours(1)).Events);
        }, iter: 5000);

    [Fact]
    public void Taken_back_as_a_unit_a_baseline_leaves_no_trace() => Cases.Sample(
        @case =>
        {
            var events = Take(@case, @case.History, "b1", Now).Events;
            var reverted = @case.History.Concat(events).Concat(events.Select((e, i) => (MembershipEvent)new Retract
            {
                Source = "hris", Id = $"back:{i}", OccurredAt = Now.AddHours(2), EventId = e.Id,
            })).ToList();
            foreach (var at in (DateTimeOffset[])[@case.AsOf, Now, Now.AddDays(400)])
                Assert.Equal(Show(@case.History, at), Show(reverted, at));
        }, iter: 2000);

    [Fact]
    public void The_guard_counts_what_the_events_do() => Cases.Sample(
        @case =>
        {
            var difference = Take(@case, @case.History, "b1", Now);
            var (before, after) = (Members(@case.History, @case.AsOf), Members([.. @case.History, .. difference.Events], @case.AsOf));
            Assert.Equal(before.Where(m => m.Value.Employed && !after[m.Key].Employed).Select(m => m.Key).Order(Ordinal.Comparer), difference.Left);
            Assert.Equal(after.Where(m => m.Value.Employed && !before[m.Key].Employed).Select(m => m.Key).Order(Ordinal.Comparer), difference.Hired);
            Assert.Equal(
                before.Where(m => m.Value.Employed && after[m.Key].Employed && m.Value.Email?.Value is { } email && after[m.Key].Email?.Value != email).Select(m => m.Key).Order(Ordinal.Comparer),
                difference.EmailsChanged);
        }, iter: 2000);

    private static void AssertHolds(Case @case, List<MembershipEvent> events)
    {
        var (members, teams) = (Members(events, @case.AsOf), TeamsOf(events, @case.AsOf));
        if (@case.Baseline.Users is { } users)
        {
            Assert.Equal(users.Select(u => u.EmployeeId).ToHashSet(), members.Values.Where(m => m.Employed).Select(m => m.EmployeeId).ToHashSet());
            foreach (var user in users)
            {
                var facet = members[user.EmployeeId];
                if (user.Profile.Email.Given) Assert.Equal(user.Profile.Email.Value, facet.Email?.Value);
                if (user.Profile.JobTitle.Given) Assert.Equal(user.Profile.JobTitle.Value, facet.JobTitle?.Value);
                foreach (var (name, value) in user.Profile.Attributes) Assert.Equal(value, facet.Attributes?.GetValueOrDefault(name).Value);
            }
        }

        if (@case.Baseline.Groups is { } groups)
            Assert.Equal(groups.Select(g => (g.TeamId, (string?)g.Name)).ToHashSet(), teams.Values.Where(t => t.Exists).Select(t => (t.TeamId, t.Name?.Value)).ToHashSet());

        if (@case.Baseline.Mappings is not { } rows) return;
        var places = members.Values.Where(m => m.Employed || @case.Baseline.Users is null).SelectMany(m => m.Assignments.Select(a =>
            new SnapshotMapping(a.Role == AssignmentRole.Manager ? MappingKind.Manager : MappingKind.Member, a.TeamId, m.EmployeeId)));
        var parents = teams.Values.Where(t => t.Exists && t.ParentId?.Value is not null).Select(t => new SnapshotMapping(MappingKind.SubGroup, t.ParentId!.Value.Value!, t.TeamId));
        Assert.Equal(rows.ToHashSet(), places.Concat(parents).ToHashSet());
        Assert.All(members.Values.Where(m => m.Employed), m => Assert.True(m.TeamsStated));
    }

    private static BaselineDifference Take(Case @case, List<MembershipEvent> events, string id, DateTimeOffset recorded) => BaselineDiff.Between(
        new BaselineUnit(id, "hris", @case.AsOf, recorded), Members(events, @case.AsOf).Values.Where(m => Known(m, events)), TeamsOf(events, @case.AsOf).Values.Where(t => Known(t, events)), @case.Baseline, _ => events, TimeZoneInfo.Utc);

    /// <summary>A facet without any event is not there.</summary>
    private static bool Known(Facet facet, List<MembershipEvent> events) =>
        events.Any(e => e.Facet is { } key && key.Subject == ((facet as MemberFacet)?.EmployeeId ?? ((TeamFacet)facet).TeamId) && key.Kind == (facet is MemberFacet ? SubjectKind.Member : SubjectKind.Team));

    private static Dictionary<string, MemberFacet> Members(IReadOnlyList<MembershipEvent> events, DateTimeOffset at) =>
        People.ToDictionary(p => p, p => MemberFold.Fold(new FacetKey(SubjectKind.Member, "hris", p), events, at, TimeZoneInfo.Utc));

    private static Dictionary<string, TeamFacet> TeamsOf(IReadOnlyList<MembershipEvent> events, DateTimeOffset at) =>
        Teams.ToDictionary(t => t, t => TeamFold.Fold(new FacetKey(SubjectKind.Team, "hris", t), events, at, TimeZoneInfo.Utc));

    private static string Show(List<MembershipEvent> events, DateTimeOffset at) => System.Text.Json.JsonSerializer.Serialize(new
    {
        Members = Members(events, at).Values.Select(m => m with { Outcomes = [] }),
        Teams = TeamsOf(events, at).Values.Select(t => t with { Outcomes = [] }),
    });

    private sealed record Case(List<MembershipEvent> History, DateTimeOffset AsOf, Baseline Baseline)
    {
        public override string ToString() => $"as of {AsOf:MM-dd}:\n{string.Join('\n', History.Select(Line))}\n  users {Line(Baseline.Users)}\n  groups {Line(Baseline.Groups)}\n  mappings {Line(Baseline.Mappings)}";

        private static string Line(object? o) => System.Text.Json.JsonSerializer.Serialize(o);
    }

    // Few values, so that events meet: on one day, on the day of the baseline, recorded in any order, always before the baseline came.
    private static readonly Gen<string> Person = Gen.Int[0, 2].Select(i => People[i]);
    private static readonly Gen<string> Team = Gen.Int[0, 2].Select(i => Teams[i]);
    private static readonly Gen<string?> Value = Gen.Int[0, 3].Select(i => i == 0 ? null : $"v{i}");
    private static readonly Gen<DateTimeOffset> Date = Gen.Int[0, 6].Select(i => Given.At("2026-05-29").AddDays(i));
    private static readonly Gen<DateTimeOffset> Recorded = Gen.Int[0, 60].Select(i => Given.At("2026-05-28").AddHours(i));
    private static readonly Gen<Patch> Field = Gen.Select(Gen.Bool, Value, (given, value) => given ? Patch.To(value) : Patch.Absent);
    private static readonly Gen<Assignment> Place = Gen.Select(Team, Gen.Enum<AssignmentRole>(), (t, r) => new Assignment(t, r));

    private static readonly Gen<ProfilePatch> Profile = Gen.Select(Field, Field, Gen.Dictionary(Gen.Int[0, 1].Select(i => $"a{i}"), Value)[0, 2], (email, title, attributes) =>
        new ProfilePatch { Email = email, JobTitle = title, Attributes = attributes });

    private static readonly Gen<MembershipEvent> Event = Gen.Select(
        Gen.Select(Gen.Int[0, 9], Person, Team, Recorded), Gen.Select(Gen.Bool, Date), Profile, Place.List[0, 2], Gen.Bool, Gen.Int[0, 9],
        (what, when, profile, places, flag, other) =>
        {
            var (kind, person, team, recorded) = what;
            var effective = when.Item1 || kind == 0 ? new EffectiveDate.Instant(when.Item2) : null;
            MembershipEvent made = kind switch
            {
                0 or 1 or 2 => new Hire { Source = "hris", Id = "?", OccurredAt = recorded, EffectiveAt = effective, EmployeeId = person, Member = profile, Teams = flag ? places : null },
                3 => new Update { Source = "hris", Id = "?", OccurredAt = recorded, EffectiveAt = effective, EmployeeId = person, Member = profile },
                4 or 5 => new Leave { Source = "hris", Id = "?", OccurredAt = recorded, EffectiveAt = effective, EmployeeId = person },
                6 => new Assign { Source = "hris", Id = "?", OccurredAt = recorded, EffectiveAt = effective, EmployeeId = person, TeamId = team, Role = (AssignmentRole)(other % 2) },
                7 => new Move { Source = "hris", Id = "?", OccurredAt = recorded, EffectiveAt = effective, EmployeeId = person, To = team },
                8 => new TeamDefined { Source = "hris", Id = "?", OccurredAt = recorded, EffectiveAt = effective, TeamId = team, Name = $"N{other % 2}", ParentId = flag ? Patch.To(other % 3 == 0 ? null : Teams[other % 3]) : Patch.Absent },
                _ => new TeamClosed { Source = "hris", Id = "?", OccurredAt = recorded, EffectiveAt = effective, TeamId = team },
            };
            return made;
        });

    private static readonly Gen<Baseline> Baselines = Gen.Select(
        Gen.Select(Person, Profile).List[0, 3], Gen.Select(Team, Value).List[0, 3], Gen.Select(Gen.Enum<MappingKind>(), Team, Team, Person).List[0, 5], Gen.Int[0, 7],
        (users, groups, rows, sections) =>
        {
            var (withUsers, withGroups, withMappings) = ((sections & 1) == 0, (sections & 2) == 0, (sections & 4) == 0);
            var (known, teams) = (users.Select(u => u.Item1).ToHashSet(), groups.Select(g => g.Item1).ToHashSet());
            return new Baseline
            {
                Users = withUsers ? [.. users.DistinctBy(u => u.Item1).Select(u => new BaselineUser(u.Item1, u.Item2))] : null,
                Groups = withGroups ? [.. groups.DistinctBy(g => g.Item1).Select(g => new BaselineGroup(g.Item1, g.Item2 ?? "N"))] : null,
                Mappings = withMappings
                    ? [.. rows.Select(r => new SnapshotMapping(r.Item1, r.Item2, r.Item1 == MappingKind.SubGroup ? r.Item3 : r.Item4)).Distinct()
                        .Where(r => r.Kind == MappingKind.SubGroup ? !withGroups || teams.Contains(r.OtherId) : !withUsers || known.Contains(r.OtherId))
                        .GroupBy(r => r.Kind == MappingKind.SubGroup ? r.OtherId : $"{r}").Select(g => g.First())]
                    : null,
            };
        });

    private static readonly Gen<Case> Cases = Gen.Select(Event.List[0, 12], Date, Baselines, (events, asOf, baseline) =>
        new Case([.. events.Select((e, i) => With(e, $"e{i:D2}"))], asOf, baseline));

    private static MembershipEvent With(MembershipEvent e, string id) => e with { Id = id };
}
