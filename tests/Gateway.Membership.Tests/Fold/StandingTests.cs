using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Xunit;

namespace Gateway.Membership.Tests.Fold;

/// <summary>semantics.md, section 3, step 1: what never happened is taken away.</summary>
public sealed class StandingTests
{
    private static readonly From Hris = new();

    private static Update Title(string id, string? replaces = null, string recorded = "2026-01-02") => Hris.Title(id, recorded, id) with { Replaces = replaces };

    private static string? TitleOf(params MembershipEvent[] events) => Given.Member(events, "2027-01-01").JobTitle?.Value;

    [Fact]
    public void A_retracted_event_never_happened_whatever_its_date_and_whichever_comes_first()
    {
        var facet = Given.Member([Hris.Retract("r", "2026-05-01", "l"), Hris.Hire("h", "2026-01-01"), Hris.Leave("l", "2026-02-01")], "2026-03-01");
        Assert.True(facet.Employed);
        Assert.Equal(new EventOutcome("l", EventState.Retracted, Given.At("2026-02-01"), "r"), Assert.Single(facet.Outcomes));
    }

    [Fact]
    public void Of_several_retractions_the_first_recorded_is_named()
    {
        var facet = Given.Member([Hris.Retract("b", "2026-05-02", "h"), Hris.Retract("a", "2026-05-01", "h"), Hris.Hire("h", "2026-01-01")], "2026-03-01");
        Assert.Equal("a", Assert.Single(facet.Outcomes).By);
        Assert.False(facet.Stated);
    }

    [Fact]
    public void A_retraction_cannot_be_retracted() =>
        Assert.Null(TitleOf(Title("x"), Hris.Retract("r", "2026-01-03", "x"), Hris.Retract("r2", "2026-01-04", "r"), Hris.Retract("r3", "2026-01-04", "r3")));

    [Fact]
    public void Another_sources_retraction_of_the_same_id_has_no_effect() =>
        Assert.Equal("x", TitleOf(Title("x"), new From("orgtool").Retract("r", "2026-01-03", "x")));

    [Fact]
    public void A_chain_of_replacements_leaves_only_its_end()
    {
        MembershipEvent[] events = [Title("c", "b", "2026-01-01"), Title("a", recorded: "2026-01-05"), Title("b", "a", "2026-01-03")];
        Assert.Equal("c", TitleOf(events));
        Assert.Equal([new EventOutcome("a", EventState.Replaced, Given.At("2026-01-05"), "b"), new EventOutcome("b", EventState.Replaced, Given.At("2026-01-03"), "c")],
            Given.Member(events, "2027-01-01").Outcomes);
    }

    [Fact]
    public void In_a_loop_the_one_recorded_last_stays()
    {
        Assert.Equal("b", TitleOf(Title("a", "b", "2026-01-01"), Title("b", "a", "2026-01-02")));
        Assert.Equal("b", TitleOf(Title("a", "c", "2026-01-01"), Title("b", "a", "2026-01-03"), Title("c", "b", "2026-01-02")));
        Assert.Equal("c", TitleOf(Title("a", "b"), Title("b", "c"), Title("c", "a")));
    }

    [Fact]
    public void A_loop_that_another_event_stands_in_for_has_its_end_there() =>
        Assert.Equal("x", TitleOf(Title("a", "b", "2026-02-01"), Title("b", "a", "2026-02-02"), Title("x", "a", "2026-01-01")));

    [Fact]
    public void What_a_retracted_event_replaced_is_back()
    {
        Assert.Equal("a", TitleOf(Title("a"), Title("b", "a"), Hris.Retract("r", "2026-01-03", "b")));
        Assert.Equal("a", TitleOf(Title("a", "b"), Title("b", "a"), Hris.Retract("r", "2026-01-03", "b")));
    }

    [Fact]
    public void A_replacement_of_itself_of_a_retraction_or_of_another_persons_event_has_no_effect()
    {
        var other = new From(number: "E2").Title("o", "2026-01-01", "other");
        Assert.Equal("x", TitleOf(Title("x", "x")));
        Assert.Equal("y", TitleOf(Title("y", "r"), Title("x"), Hris.Retract("r", "2026-01-03", "x")));
        Assert.Equal("z", TitleOf(Title("z", "o"), other));
        Assert.Equal("other", Given.Member([Title("z", "o"), other], "2027-01-01", subject: "E2").JobTitle?.Value);
    }

    [Fact]
    public void Two_that_stand_in_for_one_both_stand()
    {
        MembershipEvent[] events = [Title("a"), Hris.Assign("b", "2026-01-03", "T1") with { Replaces = "a" }, Title("c", "a", "2026-01-04")];
        Assert.Equal("c", TitleOf(events));
        Assert.Single(Given.Member(events, "2027-01-01").Assignments);
        Assert.Equal("c", Assert.Single(Given.Member(events, "2027-01-01").Outcomes).By);
    }
}
