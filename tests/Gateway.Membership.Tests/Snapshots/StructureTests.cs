using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Xunit;

namespace Gateway.Membership.Tests.Snapshots;

/// <summary>semantics.md, section 5: teams, rows, and what is wrong with them.</summary>
public sealed class StructureTests
{
    private static readonly MembershipRules Rules = Pipeline.Rules(Pipeline.Source("hris"));
    private static readonly From Hris = new();

    private static TeamDefined Team(string id, string? name = "-", Patch parent = default, string recorded = "2026-01-01") =>
        Hris.Team($"t-{id}-{recorded}", recorded, id, name == "-" ? $"Name of {id}" : name, parent);

    private static Hire Hire(string number, params Assignment[] teams) =>
        new From(number: number).Hire($"h{number}", "2026-01-01", teams: teams, member: new ProfilePatch { Email = $"{number}@x.test", FirstName = "Ada", LastName = number });

    private static (string Rows, string Issues) Assemble(params MembershipEvent[] events)
    {
        var (snapshot, issues) = Pipeline.Assemble(events, Rules, Given.At("2026-06-01"));
        return (string.Join(" ", snapshot.Mappings.Select(m => $"{m.GroupId}{m.Kind switch { MappingKind.SubGroup => ">", MappingKind.Manager => "*", _ => "." }}{m.OtherId}")),
            string.Join(" ", issues.Where(i => i.Code is not IssueCodes.TeamNoManager and not IssueCodes.TeamEmpty)
                .Select(i => $"{i.Code}:{i.Subject}{(i.TeamId is null ? "" : "/" + i.TeamId)}{(i.LeftOut ? "!" : "")}")));
    }

    [Fact]
    public void Rows_come_by_kind_then_group_then_id_and_a_manager_who_is_a_member_has_two()
    {
        Assert.Equal(("A>C B>A B*E2 A.E1 B.E1 B.E2", "team.manager_is_member:B"),
            Assemble(Team("C", parent: "A"), Team("A", parent: "B"), Team("B"), Hire("E2", Given.In("B"), Given.Managing("B")), Hire("E1", Given.In("B"), Given.In("A"))));
    }

    [Fact]
    public void Groups_and_users_are_in_the_order_of_code_points()
    {
        var (snapshot, _) = Pipeline.Assemble([Team("😀"), Team("\uFF5E"), Hire("😀"), Hire("\uFF5E")], Rules, Given.At("2026-06-01"));
        Assert.Equal(["\uFF5E", "😀"], snapshot.Groups.Select(g => g.Id));
        Assert.Equal(["\uFF5E", "😀"], snapshot.Users.Select(u => u.Id));
    }

    [Fact]
    public void A_team_without_a_name_is_left_out_and_its_rows_with_it() =>
        Assert.Equal(("", "team.name_missing:E1/N! team.name_missing:A/N! team.name_missing:N! team.name_missing:N/B! member.no_team:E1"),
            Assemble(Team("N", null, "B"), Team("A", parent: "N"), Team("B"), Hire("E1", Given.In("N"))));

    [Fact]
    public void A_parent_that_does_not_exist_is_left_out()
    {
        Assert.Equal(("", "team.parent_unknown:A/X!"), Assemble(Team("A", parent: "X")));
        Assert.Equal(("", "team.parent_unknown:A/X!"), Assemble(Team("A", parent: "X"), Team("X"), Hris.Close("c", "2026-02-01", "X")));
    }

    [Fact]
    public void Of_a_cycle_the_row_whose_parent_was_changed_last_is_left_out()
    {
        Assert.Equal(("B>A C>B", "team.cycle:C/A!"),
            Assemble(Team("A", parent: "B"), Team("B", parent: "C", recorded: "2026-01-02"), Team("C", parent: "A", recorded: "2026-01-03"), Team("A", parent: "B", recorded: "2026-01-04")));
        Assert.Equal(("C>B", "team.parent_unknown:C/X! team.cycle:A/A!"),
            Assemble(Team("A", parent: "A"), Team("B", parent: "C"), Team("C", parent: "X")));
    }

    [Fact]
    public void Every_cycle_loses_one_row_and_what_hangs_on_it_stays() =>
        Assert.Equal(("A>B A>Z C>D", "team.cycle:A/B! team.cycle:C/D!"), Assemble(
            Team("A", parent: "B", recorded: "2026-01-05"), Team("B", parent: "A"), Team("C", parent: "D", recorded: "2026-01-05"), Team("D", parent: "C"), Team("Z", parent: "A")));

    [Fact]
    public void A_row_to_a_team_that_is_unknown_or_closed_is_left_out()
    {
        Assert.Equal(("A.E1", "assignment.team_unknown:E1/X! assignment.team_closed:E1/C!"),
            Assemble(Team("A"), Team("C"), Hris.Close("c", "2026-02-01", "C"), Hire("E1", Given.In("A"), Given.In("C"), Given.In("X"))));
    }

    [Fact]
    public void A_person_in_no_team_is_sent_with_a_warning_and_a_manager_is_in_one() =>
        Assert.Equal(("A*E2", "member.no_team:E1"), Assemble(Team("A"), Hire("E1"), Hire("E2", Given.Managing("A"))));

    [Fact]
    public void Teams_without_a_manager_or_without_anyone_are_warnings()
    {
        var (_, issues) = Pipeline.Assemble([Team("P"), Team("A", parent: "P"), Team("B", parent: "P"), Hire("E1", Given.In("A"), Given.Managing("A"))], Rules, Given.At("2026-06-01"));
        Assert.Equal(["B", "P"], issues.Where(i => i.Code == IssueCodes.TeamNoManager).Select(i => i.Subject));
        Assert.Equal(["B"], issues.Where(i => i.Code == IssueCodes.TeamEmpty).Select(i => i.Subject));
        Assert.All(issues, i => Assert.False(i.LeftOut));
    }

    [Fact]
    public void Teams_that_share_a_name_and_ids_that_are_names_are_warnings()
    {
        Assert.Equal("team.name_duplicate:A team.name_duplicate:B", Assemble(Team("A", "Same"), Team("B", "sAME")).Issues);
        Assert.Equal("team.name_is_id:a", Assemble(Team("a", "A")).Issues);
        Assert.Equal("team.name_is_id:ada e1", Assemble(Team("ada e1"), Team("B"), Hire("E1", Given.Managing("B"))).Issues);
        Assert.Equal("team.name_is_id:E1@X.test", Assemble(Team("E1@X.test"), Team("B"), Hire("E1", Given.Managing("B"))).Issues);
        Assert.Equal("", Assemble(Team("Ada E1"), Hire("E1", Given.In("Ada E1"))).Issues);
    }

    [Fact]
    public void Issues_come_in_the_order_of_the_table_with_those_of_the_log_at_their_place()
    {
        var late = Hris.Title("x", "2026-06-01", "Dev") with { Replaces = "o" };
        Issue[] log =
        [
            LogIssues.OfReplacement(late, new From(number: "E2").Title("o", "2026-01-01", "Dev"))!, LogIssues.OfClock(late, Given.At("2026-05-31T23:49:59Z"))!,
        ];
        var rules = Rules with { Properties = new Dictionary<string, DeclaredProperty>() };
        var person = Hire("E1") with { Member = new ProfilePatch { Email = "a@x.test", Attributes = new Dictionary<string, string?> { ["Dept"] = "R&D" } } };
        var (_, issues) = Pipeline.Assemble([Team("A", "Same"), Team("B", "Same"), person], rules, Given.At("2026-06-01"), logIssues: log);
        Assert.Equal(
            [
                "member.no_team", "team.no_manager", "team.no_manager", "team.empty", "team.empty", "team.name_duplicate", "team.name_duplicate", "source.clock_ahead",
                "event.replaces_other", "attribute.undeclared",
            ],
            issues.Select(i => i.Code));
    }

    [Fact]
    public void A_clock_is_ahead_by_more_than_ten_minutes()
    {
        Assert.False(ClockAhead.Of(Given.At("2026-01-01T00:10:00Z"), Given.At("2026-01-01")));
        Assert.True(ClockAhead.Of(Given.At("2026-01-01T00:10:00.000001Z"), Given.At("2026-01-01")));
        Assert.Null(LogIssues.OfClock(Hris.Retract("r", "2026-01-01", "x"), Given.At("2026-01-01")));
    }

    [Fact]
    public void Only_a_replacement_of_another_facets_event_is_an_issue()
    {
        var e = Hris.Title("x", "2026-06-01", "Dev") with { Replaces = "o" };
        Assert.Null(LogIssues.OfReplacement(e, null));
        Assert.Null(LogIssues.OfReplacement(e, Hris.Title("o", "2026-01-01", "Dev")));
        Assert.Null(LogIssues.OfReplacement(e, Hris.Retract("o", "2026-01-01", "y")));
        Assert.Null(LogIssues.OfReplacement(e with { Replaces = "x" }, e));
        Assert.Equal(("E1", "x"), LogIssues.OfReplacement(e, Hris.Team("o", "2026-01-01", "E1")) is { } issue ? (issue.Subject, issue.EventId) : default);
    }
}
