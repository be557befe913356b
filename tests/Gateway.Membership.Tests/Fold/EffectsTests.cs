using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Xunit;

namespace Gateway.Membership.Tests.Fold;

/// <summary>semantics.md, section 2, and section 3, steps 4 to 6: what each event does, and in which order.</summary>
public sealed class EffectsTests
{
    private static readonly From Hris = new();

    private static readonly Hire Hired = Hris.Hire("h", "2026-01-01", teams: [Given.In("T1"), Given.Managing("T1")], member: new ProfilePatch
    {
        Email = "a@x.test", JobTitle = "Dev", Attributes = new Dictionary<string, string?> { ["Dept"] = "R&D", ["Site"] = "Paris" },
    });

    private static IEnumerable<(string, AssignmentRole)> TeamsOf(params MembershipEvent[] events) =>
        Given.Member(events, "2027-01-01").Assignments.Select(a => (a.TeamId, a.Role));

    private static bool AbsentAt(string at, params MembershipEvent[] events) => Given.Member(events, at).Absent;

    [Fact]
    public void Absent_fields_stay_null_clears_and_attributes_merge_key_by_key()
    {
        var facet = Given.Member([Hired, Hris.Update("u", "2026-02-01", new ProfilePatch
        {
            JobTitle = Patch.To(null), Attributes = new Dictionary<string, string?> { ["Site"] = null, ["Grade"] = "7" },
        })], "2027-01-01");

        Assert.Equal("a@x.test", facet.Email?.Value);
        Assert.Equal(new Said(null, 1), facet.JobTitle);
        Assert.Equal([("Dept", new Said("R&D", 0)), ("Grade", new Said("7", 1)), ("Site", new Said(null, 1))],
            facet.Attributes!.Select(a => (a.Key, a.Value)));
        Assert.Equal(["h", "u"], facet.By.Select(b => b.Id));
    }

    [Fact]
    public void A_hire_while_employed_is_a_correction_and_keeps_assignments_it_does_not_name()
    {
        var facet = Given.Member([Hired, Hris.Hire("h2", "2026-02-01", member: new ProfilePatch { Attributes = new Dictionary<string, string?> { ["Site"] = "Lyon" } })], "2027-01-01");
        Assert.Equal(2, facet.Assignments.Count);
        Assert.Equal("R&D", facet.Attributes!["Dept"].Value);
        Assert.Equal("Lyon", facet.Attributes!["Site"].Value);
        Assert.Equal(Given.At("2026-01-01"), facet.LastHiredAt);
        Assert.Equal([], TeamsOf(Hired, Hris.Hire("h2", "2026-02-01", teams: [])));
    }

    [Fact]
    public void A_rehire_without_teams_has_none_and_keeps_the_profile()
    {
        var facet = Given.Member([Hired, Hris.Leave("l", "2026-02-01"), Hris.Hire("h2", "2026-03-01")], "2027-01-01");
        Assert.True(facet.Employed);
        Assert.Empty(facet.Assignments);
        Assert.Equal("Dev", facet.JobTitle?.Value);
    }

    [Fact]
    public void A_hire_without_teams_states_none_and_an_empty_list_does()
    {
        Assert.False(Given.Member([Hris.Hire("h", "2026-01-01"), Hris.Leave("l", "2026-02-01")], "2027-01-01").TeamsStated);
        Assert.True(Given.Member([Hris.Hire("h", "2026-01-01", teams: [])], "2027-01-01").TeamsStated);
        Assert.True(Given.Member([Hris.Unassign("u", "2026-01-01", "T9")], "2027-01-01").TeamsStated);
    }

    [Fact]
    public void A_move_without_from_ends_every_assignment_of_that_role_and_no_other() =>
        Assert.Equal([("T1", AssignmentRole.Manager), ("T3", AssignmentRole.Member)],
            TeamsOf(Hired, Hris.Assign("a", "2026-02-01", "T2"), Hris.Move("m", "2026-03-01", "T3")));

    [Fact]
    public void A_move_with_from_ends_that_assignment_only()
    {
        Assert.Equal([("T1", AssignmentRole.Manager), ("T2", AssignmentRole.Member), ("T3", AssignmentRole.Member)],
            TeamsOf(Hired, Hris.Assign("a", "2026-02-01", "T2"), Hris.Move("m", "2026-03-01", "T3", "T1")));
        Assert.Equal([("T1", AssignmentRole.Manager)], TeamsOf(Hired, Hris.Move("m", "2026-03-01", from: "T1")));
        Assert.Equal([("T1", AssignmentRole.Member), ("T4", AssignmentRole.Manager)],
            TeamsOf(Hired, Hris.Move("m", "2026-03-01", "T4", "T1", role: AssignmentRole.Manager)));
    }

    [Fact]
    public void A_move_to_where_the_person_already_is_makes_no_second_assignment() =>
        Assert.Equal([("T1", AssignmentRole.Member), ("T1", AssignmentRole.Manager)], TeamsOf(Hired, Hris.Move("m", "2026-03-01", "T1", "T9")));

    [Fact]
    public void A_move_with_teams_makes_assignments_exactly_these() =>
        Assert.Equal([("T5", AssignmentRole.Member), ("T6", AssignmentRole.Manager)],
            TeamsOf(Hired, Hris.Move("m", "2026-03-01", teams: [Given.Managing("T6"), Given.In("T5"), Given.In("T5")])));

    [Fact]
    public void Assign_and_unassign_touch_one_assignment()
    {
        Assert.Equal([("T1", AssignmentRole.Member)], TeamsOf(Hired, Hris.Unassign("u", "2026-02-01", "T1", role: AssignmentRole.Manager)));
        Assert.Equal(2, TeamsOf(Hired, Hris.Assign("a", "2026-02-01", "T1")).Count());
    }

    [Fact]
    public void A_leave_ends_the_assignments_even_of_who_is_not_employed() =>
        Assert.Equal([], TeamsOf(Hris.Assign("a", "2026-02-01", "T1"), Hris.Leave("l", "2026-03-01")));

    [Fact]
    public void An_absence_ends_at_until_by_return_by_hire_or_by_leave()
    {
        var open = Hris.Absence("a", "2026-02-01");
        var closed = Hris.Absence("a", "2026-02-01", until: Given.Day("2026-03-01"));
        Assert.True(AbsentAt("2026-12-01", Hired, open));
        Assert.True(Given.Member([Hired, open], "2026-12-01").Employed);
        Assert.True(AbsentAt("2026-02-28T23:59:59Z", Hired, closed));
        Assert.False(AbsentAt("2026-03-01", Hired, closed));
        Assert.Equal(Given.At("2026-03-01"), Given.Member([Hired, closed], "2026-02-15").NextDue);
        Assert.False(AbsentAt("2026-12-01", Hired, open, Hris.Return("r", "2026-02-15")));
        Assert.False(AbsentAt("2026-12-01", Hired, open, Hris.Hire("h2", "2026-02-15")));
        Assert.False(AbsentAt("2026-12-01", Hired, open, Hris.Leave("l", "2026-02-15")));
    }

    [Fact]
    public void Of_two_absences_the_last_applied_counts()
    {
        var first = Hris.Absence("a", "2026-02-01", until: Given.Day("2026-03-01"));
        Assert.True(AbsentAt("2026-03-15", Hired, first, Hris.Absence("b", "2026-02-15")));
        Assert.False(AbsentAt("2026-02-20", Hired, first, Hris.Absence("b", "2026-02-15", until: Given.Day("2026-02-18"))));
        Assert.False(AbsentAt("2026-02-15", Hired, first, Hris.Absence("b", "2026-02-15", until: Given.Day("2026-02-10"))));
    }

    [Fact]
    public void The_day_of_return_is_read_in_the_sources_zone()
    {
        var paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        MembershipEvent[] events = [Hired, Hris.Absence("a", "2026-02-01", until: Given.Day("2026-07-01"))];
        Assert.True(Given.Member(events, "2026-06-30T21:59:59Z", paris).Absent);
        Assert.False(Given.Member(events, "2026-06-30T22:00:00Z", paris).Absent);
    }

    [Fact]
    public void At_one_instant_what_was_recorded_later_comes_later_then_kind_then_id()
    {
        var day = Given.Day("2026-06-01");
        Assert.Equal("b", Given.Member([Hris.Title("b", "2026-01-02", "b", day), Hris.Title("c", "2026-01-01", "c", day)], "2026-06-01").JobTitle?.Value);
        Assert.Equal("c", Given.Member([Hris.Title("c", "2026-01-01", "c", day), Hris.Title("b", "2026-01-01", "b", day)], "2026-06-01").JobTitle?.Value);
        // Beyond the basic plane: the greater code point, though the lesser UTF-16 unit.
        Assert.Equal("😀", Given.Member([Hris.Title("😀", "2026-01-01", "😀", day), Hris.Title("\uFF5E", "2026-01-01", "\uFF5E", day)], "2026-06-01").JobTitle?.Value);
        // A hire goes before a change of the same instant.
        Assert.Equal(["T2"], Given.Member([Hris.Assign("a", "2026-06-01", "T2"), Hris.Hire("z", "2026-06-01", teams: [])], "2026-06-01").Assignments.Select(a => a.TeamId));
        // A leave that belongs to the start of that instant goes last, one of an earlier start first.
        Assert.False(Given.Member([Hris.Leave("a", "2026-06-01"), Hris.Hire("z", "2026-06-01")], "2026-06-01").Employed);
        Assert.Single(Given.Member([Hired, Hris.Leave("l", "2026-06-01"), Hris.Assign("a", "2026-06-01", "T2")], "2026-06-01").Assignments);
    }

    [Fact]
    public void What_comes_before_any_hire_is_remembered_for_one_that_arrives_late()
    {
        MembershipEvent[] early = [Hris.Title("u", "2026-02-01", "Lead"), Hris.Move("m", "2026-02-01", "T2")];
        var never = Given.Member(early, "2026-03-01");
        Assert.True(never.Stated);
        Assert.False(never.EverHired || never.Employed);
        var late = Given.Member([.. early, Hris.Hire("h", "2026-03-05", Given.Day("2026-01-01"), [Given.In("T1")])], "2026-03-06");
        Assert.Equal(("Lead", "T2"), (late.JobTitle?.Value, Assert.Single(late.Assignments).TeamId));
    }

    [Fact]
    public void Every_email_up_to_the_instant_is_in_the_history()
    {
        MembershipEvent[] events =
        [
            Hired, Hris.Update("u", "2026-02-01", new ProfilePatch { Email = "b@x.test" }), Hris.Update("v", "2026-03-01", new ProfilePatch { Email = "a@x.test" }),
            Hris.Update("w", "2026-04-01", new ProfilePatch { Email = "c@x.test" }),
        ];
        Assert.Equal(["a@x.test", "b@x.test"], Given.Member(events, "2026-03-15").Emails);
    }

    [Fact]
    public void Aliases_are_kept_once_and_one_to_itself_is_none()
    {
        var facet = Given.Member(
            [Hris.Alias("a", "2026-01-01", "hris", "E1"), Hris.Alias("b", "2026-01-02", "hris", "E9"), Hris.Alias("c", "2026-01-03", "hris", "E9")], "2026-02-01");
        Assert.Equal(new AliasLink("hris", "E9", 0), Assert.Single(facet.Aliases));
        Assert.Equal("b", Assert.Single(facet.By).Id);
    }

    [Fact]
    public void A_closed_team_keeps_its_name_and_parent_for_a_reopening()
    {
        MembershipEvent[] events =
        [
            Hris.Team("t", "2026-01-01", "T1", "Platform", "T0"), Hris.Close("c", "2026-02-01", "T1"), Hris.Team("t2", "2026-03-01", "T1"),
        ];
        var closed = Given.Team(events, "2026-02-15");
        Assert.Equal((true, false, "Platform", "T0"), (closed.Named, closed.Exists, closed.Name?.Value, closed.ParentId?.Value));
        var open = Given.Team(events, "2026-03-01");
        Assert.Equal((true, "t2", "T0"), (open.Exists, open.By[open.ExistsBy!.Value].Id, open.ParentId?.Value));
    }

    [Fact]
    public void A_parent_stated_again_was_not_changed_and_null_is_the_top()
    {
        var facet = Given.Team([Hris.Team("a", "2026-01-01", "T1", "N", "T0"), Hris.Team("b", "2026-02-01", "T1", parent: "T0")], "2026-03-01");
        Assert.Equal("a", facet.By[facet.ParentId!.Value.By].Id);
        var top = Given.Team([Hris.Team("a", "2026-01-01", "T1", "N", "T0"), Hris.Team("b", "2026-02-01", "T1", parent: Patch.To(null))], "2026-03-01");
        Assert.Equal((null, "b"), (top.ParentId!.Value.Value, top.By[top.ParentId!.Value.By].Id));
        Assert.Null(Given.Team([Hris.Team("a", "2026-01-01", "T1", "N")], "2026-03-01").ParentId);
    }

    [Fact]
    public void A_close_and_a_definition_recorded_at_one_instant_leave_it_open() =>
        Assert.True(Given.Team([Hris.Team("a", "2026-01-01", "T1", "N"), Hris.Close("z", "2026-01-01", "T1")], "2026-03-01").Exists);

    [Fact]
    public void A_date_is_read_in_the_zone_of_the_source()
    {
        MembershipEvent[] events = [Hris.Hire("h", "2026-01-01", Given.Day("2026-03-02"))];
        Assert.True(Given.Member(events, "2026-03-01T23:00:00Z", TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).Employed);
        Assert.False(Given.Member(events, "2026-03-01T23:00:00Z").Employed);
    }
}
