using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Xunit;

namespace Gateway.Membership.Tests.Resolve;

/// <summary>semantics.md, section 4: whose word counts.</summary>
public sealed class WhoseWordTests
{
    private static readonly From A = new("a");
    private static readonly From B = new("b");
    private static readonly MembershipRules Rules = Pipeline.Rules(Pipeline.Source("a", 1), Pipeline.Source("b", 2));

    private static Member Member(MembershipRules rules, params MembershipEvent[] events) =>
        Assert.Single(Pipeline.Resolve(events, rules, Given.At("2026-06-01")).Members);

    private static ProfilePatch Attributes(params (string Name, string? Value)[] values) => new() { Attributes = values.ToDictionary(v => v.Name, v => v.Value) };

    [Fact]
    public void The_highest_priority_source_that_ever_hired_decides_employment()
    {
        MembershipEvent[] events = [A.Title("t", "2026-01-01", "Dev"), B.Hire("h", "2026-01-01")];
        Assert.Equal((true, "b", "h", Chosen.ByHighestPriority), Decision(Member(Rules, events)));
        Assert.Equal((false, "a", "l", Chosen.ByHighestPriority), Decision(Member(Rules, [.. events, A.Hire("i", "2026-01-01"), A.Leave("l", "2026-02-01")])));
    }

    [Fact]
    public void Equal_priorities_are_ordered_by_name() =>
        Assert.Equal("a", Member(Pipeline.Rules(Pipeline.Source("b"), Pipeline.Source("a")), B.Hire("h", "2026-01-01"), A.Hire("i", "2026-01-01")).EmployedFrom?.Source);

    [Fact]
    public void With_any_a_person_is_employed_while_any_source_says_so() =>
        Assert.Equal((true, "b", "h", Chosen.ByAny),
            Decision(Member(Rules with { Employed = EmployedRule.Any }, B.Hire("h", "2026-01-01"), A.Hire("i", "2026-01-01"), A.Leave("l", "2026-02-01"))));

    [Fact]
    public void Joined_numbers_of_one_source_count_as_any() =>
        Assert.Equal((true, "a", "h", Chosen.ByHighestPriority), Decision(Member(Rules,
            new From("a", "E1").Hire("h", "2026-01-01"), new From("a", "E2").Hire("i", "2026-02-01"), new From("a", "E2").Leave("l", "2026-03-01"),
            new From("a", "E2").Alias("s", "2026-01-01", "a", "E1"))));

    [Fact]
    public void The_source_that_decides_employment_decides_absence()
    {
        Assert.False(Member(Rules, A.Hire("h", "2026-01-01"), B.Hire("i", "2026-01-01"), B.Absence("x", "2026-02-01")).Absent);
        var absent = Member(Rules, A.Hire("h", "2026-01-01"), A.Absence("x", "2026-02-01"), B.Hire("i", "2026-01-01"));
        Assert.True(absent.Absent);
        Assert.Equal("x", absent.AbsentBy?.Id);
    }

    [Fact]
    public void Who_works_on_one_of_two_contracts_is_not_absent()
    {
        MembershipEvent[] contracts =
        [
            new From("a", "E1").Hire("h", "2026-01-01"), new From("a", "E2").Hire("i", "2026-02-01"), new From("a", "E2").Alias("s", "2026-01-01", "a", "E1"),
            new From("a", "E2").Absence("x", "2026-03-01"),
        ];
        Assert.False(Member(Rules, contracts).Absent);
        Assert.True(Member(Rules, [.. contracts, new From("a", "E1").Absence("y", "2026-03-01")]).Absent);
    }

    [Fact]
    public void A_field_is_that_of_the_highest_priority_source_with_a_value()
    {
        var member = Member(Rules, B.Hire("h", "2026-01-01", member: new ProfilePatch { FirstName = "Ada", LastName = "B" }),
            A.Update("u", "2026-01-01", new ProfilePatch { FirstName = Patch.To(null), LastName = "L" }));
        Assert.Equal(("Ada", "b", "h", Chosen.ByHighestPriority), (member.FirstName.Value, member.FirstName.Source, member.FirstName.EventId, member.FirstName.Rule));
        Assert.Equal(("L", "a", "u"), (member.LastName.Value, member.LastName.Source, member.LastName.EventId));
        Assert.Equal((null, null), (member.Language.Value, member.Language.EventId));
    }

    [Theory]
    [InlineData("firstName")]
    [InlineData("attributes")]
    [InlineData("attributes.Dept")]
    public void The_owner_of_a_field_decides_it_null_included_as_soon_as_it_has_a_facet(string owned)
    {
        var rules = Pipeline.Rules(Pipeline.Source("a", 1), Pipeline.Source("b", 2, owns: owned));
        MembershipEvent[] events =
        [
            A.Hire("h", "2026-01-01", member: Attributes(("Dept", "R&D"), ("Site", "Paris")) with { FirstName = "Ada" }),
        ];
        Assert.Equal("Ada", Member(rules, events).FirstName.Value);
        Assert.Equal("R&D", Member(rules, events).Attribute("Dept").Value);

        var owning = Member(rules, [.. events, B.Title("t", "2026-01-01", "Dev")]);
        Assert.Equal(owned == "firstName" ? null : "Ada", owning.FirstName.Value);
        Assert.Equal(owned == "firstName" ? "R&D" : null, owning.Attribute("Dept").Value);
        Assert.Equal(owned == "attributes" ? null : "Paris", owning.Attribute("Site").Value);
        Assert.Equal("Dev", owning.JobTitle.Value);
    }

    [Fact]
    public void A_facet_whose_events_are_retracted_or_scheduled_owns_nothing_yet()
    {
        var rules = Pipeline.Rules(Pipeline.Source("a", 1), Pipeline.Source("b", 2, owns: ["firstName", "teams"]));
        var member = Member(rules, A.Hire("h", "2026-01-01", teams: [Given.In("T1")], member: new ProfilePatch { FirstName = "Ada" }),
            B.Title("t", "2026-01-01", "Dev"), B.Retract("r", "2026-01-02", "t"), B.Move("m", "2026-01-01", "T2", effective: Given.Day("2026-09-01")));
        Assert.Equal("Ada", member.FirstName.Value);
        Assert.Equal("T1", Assert.Single(member.Assignments).TeamId);
    }

    [Fact]
    public void Attributes_of_all_sources_are_merged_by_name_in_ordinal_order()
    {
        var member = Member(Rules, A.Hire("h", "2026-01-01", member: Attributes(("z", "a"), ("\uFF5E", "a"))), B.Update("u", "2026-01-01", Attributes(("z", "b"), ("😀", "b"), ("c", null))));
        Assert.Equal([("c", null), ("z", "a"), ("\uFF5E", "a"), ("😀", "b")], member.Attributes.Select(a => (a.Key, a.Value.Value)));
    }

    [Fact]
    public void The_highest_priority_source_that_ever_stated_an_assignment_decides_them_empty_included()
    {
        MembershipEvent[] events = [A.Hire("h", "2026-01-01"), B.Hire("i", "2026-01-01", teams: [Given.In("T1")])];
        Assert.Equal(["T1"], Member(Rules, events).Assignments.Select(x => x.TeamId));
        Assert.Empty(Member(Rules, [.. events, A.Unassign("u", "2026-02-01", "T9")]).Assignments);
    }

    [Fact]
    public void With_union_all_are_taken_together_and_the_higher_priority_is_named()
    {
        var member = Member(Rules with { Teams = TeamsRule.Union }, A.Hire("h", "2026-01-01", teams: [Given.In("T2"), Given.In("T3")]),
            B.Hire("i", "2026-01-01", teams: [Given.In("T1"), Given.In("T2"), Given.Managing("T2")]));
        Assert.Equal(
            [("T1", AssignmentRole.Member, "b"), ("T2", AssignmentRole.Member, "a"), ("T2", AssignmentRole.Manager, "b"), ("T3", AssignmentRole.Member, "a")],
            member.Assignments.Select(x => (x.TeamId, x.Role, x.Source)));
        Assert.All(member.Assignments, x => Assert.Equal(Chosen.ByUnion, x.Rule));
    }

    [Fact]
    public void Joined_numbers_of_one_source_have_their_assignments_united() =>
        Assert.Equal(["T1", "T2"], Member(Rules, new From("a", "E1").Hire("h", "2026-01-01", teams: [Given.In("T2")]),
            new From("a", "E2").Hire("i", "2026-02-01", teams: [Given.In("T1"), Given.In("T2")]), new From("a", "E2").Alias("s", "2026-01-01", "a", "E1"))
            .Assignments.Select(x => x.TeamId));

    [Fact]
    public void The_first_hire_is_the_earliest_of_any_facet() =>
        Assert.Equal(Given.At("2019-01-01"), Member(Rules, A.Hire("h", "2026-01-01"), B.Hire("i", "2019-01-01")).FirstHiredAt);

    [Fact]
    public void A_team_is_what_the_highest_priority_source_with_a_word_on_each_point_says()
    {
        var rules = Pipeline.Rules(Pipeline.Source("a", 1), Pipeline.Source("b", 2), Pipeline.Source("c", 3));
        MembershipEvent[] events =
        [
            A.Team("1", "2026-01-01", "T1"), B.Team("2", "2026-01-01", "T1", parent: Patch.To(null)),
            new From("c").Team("3", "2026-01-01", "T1", "Name", "T0"), new From("c").Close("4", "2026-02-01", "T1"),
        ];
        var team = Assert.Single(Pipeline.Resolve(events, rules, Given.At("2026-06-01")).Teams);
        Assert.True(team.Exists);
        Assert.Equal(("Name", "c", "3"), (team.Name.Value, team.Name.Source, team.Name.EventId));
        Assert.Equal((null, "b", "2"), (team.Parent.Value, team.Parent.Source, team.Parent.EventId));
        Assert.False(Assert.Single(Pipeline.Resolve([.. events, A.Close("5", "2026-02-01", "T1")], rules, Given.At("2026-06-01")).Teams).Exists);
    }

    [Fact]
    public void An_event_of_a_person_whom_nobody_ever_hired_is_waiting()
    {
        var waiting = Pipeline.Resolve([A.Title("t", "2026-01-01", "Dev")], Rules, Given.At("2026-06-01")).Members[0];
        Assert.Equal(EventState.Waiting, EventStates.OfMember(null, waiting));
        Assert.Equal(EventState.Scheduled, EventStates.OfMember(new EventOutcome("x", EventState.Scheduled), waiting));
        Assert.Equal(EventState.Waiting, EventStates.OfMember(new EventOutcome("x", EventState.Applied), null));
        Assert.Equal(EventState.Applied, EventStates.OfMember(null, Member(Rules, A.Title("t", "2026-01-01", "Dev"), B.Hire("h", "2026-02-01"))));
        Assert.Equal(EventState.Applied, EventStates.OfTeam(null));
    }

    [Fact]
    public void Rules_that_contradict_themselves_are_named()
    {
        Assert.Empty(RulesCheck.Problems(Rules));
        Assert.Contains("MatchBy", Assert.Single(RulesCheck.Problems(Pipeline.Rules(Pipeline.Source("a", matchBy: MatchBy.Email), Pipeline.Source("b", matchBy: MatchBy.None)))));
        Assert.Empty(RulesCheck.Problems(Pipeline.Rules(Pipeline.Source("a", owns: "teams") with { Retired = true }, Pipeline.Source("b", owns: "teams"))));
        Assert.Contains("Two owners", Assert.Single(RulesCheck.Problems(Pipeline.Rules(Pipeline.Source("a", owns: "teams"), Pipeline.Source("b", owns: "teams")))));
        Assert.Contains("attributes.Dept", Assert.Single(RulesCheck.Problems(Pipeline.Rules(Pipeline.Source("a", owns: "attributes"), Pipeline.Source("b", owns: "attributes.Dept")))));
        Assert.Contains("'salary'", Assert.Single(RulesCheck.Problems(Pipeline.Rules(Pipeline.Source("a", owns: "salary")))));
    }

    private static (bool Employed, string? Source, string? Event, string Rule) Decision(Member member) =>
        (member.Employed, member.EmployedFrom?.Source, member.EmployedBy?.Id, member.EmployedRule);
}
