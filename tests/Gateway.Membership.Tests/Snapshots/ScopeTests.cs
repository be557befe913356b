using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Xunit;

namespace Gateway.Membership.Tests.Snapshots;

/// <summary>semantics.md, section 5: who belongs in Officevibe.</summary>
public sealed class ScopeTests
{
    private static readonly MembershipRules Rules = Pipeline.Rules(Pipeline.Source("hris", 1), Pipeline.Source("orgtool", 2));

    private static readonly MembershipEvent[] Events =
    [
        new From().Team("t", "2026-01-01", "T1", "Platform"),
        new From().Hire("h", "2026-01-01", teams: [Given.In("T1")], member: new ProfilePatch
        {
            Email = "ada@X.test", Attributes = new Dictionary<string, string?> { ["Kind"] = "contractor" },
        }),
    ];

    private static Assembly Assemble(MembershipRules rules, params MembershipEvent[] more) => Pipeline.Assemble([.. Events, .. more], rules, Given.At("2026-06-01"));

    private static Issue Single(Assembly assembly, string code)
    {
        Assert.Empty(assembly.Snapshot.Users);
        var issue = Assert.Single(assembly.Issues, i => i.Kind == SubjectKind.Member);
        Assert.Equal((code, "E1", true), (issue.Code, issue.Subject, issue.LeftOut));
        return issue;
    }

    [Fact]
    public void Every_employed_member_is_in_scope() => Assert.Equal("E1", Assert.Single(Assemble(Rules).Snapshot.Users).Id);

    [Fact]
    public void Who_has_left_is_out_without_an_issue()
    {
        var left = Assemble(Rules, new From().Leave("l", "2026-02-01"));
        Assert.Empty(left.Snapshot.Users);
        Assert.DoesNotContain(left.Issues, i => i.Kind == SubjectKind.Member);
        Assert.Empty(left.Snapshot.Mappings);
    }

    [Fact]
    public void Who_was_never_hired_is_left_out() =>
        Assert.Equal("h", Single(Pipeline.Assemble([new From().Title("h", "2026-01-01", "Dev")], Rules, Given.At("2026-06-01")), IssueCodes.MemberNeverHired).EventId);

    [Fact]
    public void An_attribute_value_a_team_a_source_or_a_domain_can_exclude()
    {
        var attribute = new Dictionary<string, IReadOnlySet<string>> { ["Kind"] = new HashSet<string> { "contractor" } };
        var byAttribute = Single(Assemble(Rules with { Scope = new() { ExcludeAttributes = attribute } }), IssueCodes.MemberOutOfScope);
        Assert.Equal(("Kind", "h"), (byAttribute.Attribute, byAttribute.EventId));
        Single(Assemble(Rules with { Scope = new() { ExcludeTeams = new HashSet<string> { "T1" } } }), IssueCodes.MemberOutOfScope);
        Single(Assemble(Rules with { Scope = new() { ExcludeSources = new HashSet<string> { "hris" } } }), IssueCodes.MemberOutOfScope);
        Single(Assemble(Rules with { Scope = new() { ExcludeEmailDomains = new HashSet<string> { "x.TEST" } } }), IssueCodes.MemberOutOfScope);

        var others = new Dictionary<string, IReadOnlySet<string>> { ["Kind"] = new HashSet<string> { "Contractor" }, ["kind"] = new HashSet<string> { "contractor" } };
        Assert.Single(Assemble(Rules with
        {
            Scope = new()
            {
                ExcludeAttributes = others, ExcludeTeams = new HashSet<string> { "T2" }, ExcludeSources = new HashSet<string> { "orgtool" },
                ExcludeEmailDomains = new HashSet<string> { "test", "sub.x.test" },
            },
        }).Snapshot.Users);
    }

    [Theory]
    [InlineData("2026-05-01", null, true)]
    [InlineData("2026-06-01", "2026-06-02", true)]
    [InlineData("2026-05-01", "2026-06-01", false)] // over at that instant
    [InlineData("2026-06-02", null, false)] // not yet
    public void An_operator_excludes_from_and_until(string from, string? until, bool excluded)
    {
        Exclusion[] exclusions = [new("E1", Given.At(from), until is null ? null : Given.At(until))];
        var assembly = Pipeline.Assemble(Events, Rules, Given.At("2026-06-01"), exclusions: exclusions);
        if (excluded) Single(assembly, IssueCodes.MemberOutOfScope);
        else Assert.Single(assembly.Snapshot.Users);
    }

    [Fact]
    public void An_exclusion_holds_under_any_of_the_joined_numbers()
    {
        MembershipEvent[] rehired = [.. Events, new From(number: "E9").Hire("h9", "2026-05-01"), new From(number: "E9").Alias("a", "2026-05-01", "hris", "E1")];
        var assembly = Pipeline.Assemble(rehired, Rules, Given.At("2026-06-01"), exclusions: [new Exclusion("E1", Given.At("2026-01-01"), null)]);
        Assert.Empty(assembly.Snapshot.Users);
    }

    [Fact]
    public void The_absent_are_kept_unless_they_are_to_be_left_out()
    {
        var absence = new From().Absence("a", "2026-05-01");
        Assert.Single(Assemble(Rules, absence).Snapshot.Users);
        Assert.Equal("a", Single(Assemble(Rules with { OnAbsence = OnAbsence.LeaveOut }, absence), IssueCodes.MemberAbsent).EventId);
    }

    [Fact]
    public void Another_source_that_says_the_opposite_is_a_warning()
    {
        var disputed = Assemble(Rules, new From("orgtool").Leave("gone", "2026-02-01"));
        Assert.Single(disputed.Snapshot.Users);
        Assert.Equal((IssueCodes.MemberEmploymentDisputed, false, "orgtool", "gone"),
            Assert.Single(disputed.Issues.Where(i => i.Code == IssueCodes.MemberEmploymentDisputed).Select(i => (i.Code, i.LeftOut, i.Source, i.EventId))));
        Assert.DoesNotContain(Assemble(Rules, new From("orgtool").Move("m", "2026-02-01", "T1")).Issues, i => i.Code == IssueCodes.MemberEmploymentDisputed);

        var left = Assemble(Rules, new From().Leave("l", "2026-03-01"), new From("orgtool").Hire("still", "2026-02-01"));
        Assert.Equal("still", Assert.Single(left.Issues, i => i.Code == IssueCodes.MemberEmploymentDisputed).EventId);
    }

    [Fact]
    public void Who_is_unmatched_makes_no_user_and_no_second_issue()
    {
        var rules = Pipeline.Rules(Pipeline.Source("hris", 1), Pipeline.Source("badge", 2, MatchBy.None));
        var assembly = Pipeline.Assemble([.. Events, new From("badge", "B1").Title("b", "2026-01-01", "Dev")], rules, Given.At("2026-06-01"));
        Assert.Equal("E1", Assert.Single(assembly.Snapshot.Users).Id);
        Assert.Equal(IssueCodes.IdentityUnmatched, Assert.Single(assembly.Issues, i => i.Subject == "badge:B1").Code);
    }
}
