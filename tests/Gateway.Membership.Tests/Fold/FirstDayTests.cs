using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Xunit;

namespace Gateway.Membership.Tests.Fold;

/// <summary>semantics.md, section 3, step 3: what is recorded before the first day, without a date of its own, waits for it.</summary>
public sealed class FirstDayTests
{
    private static readonly From Hris = new();

    private static readonly Hire Coming = Hris.Hire("h", "2026-01-01", Given.Day("2026-03-02"), [Given.In("T1")], new ProfilePatch { JobTitle = "Dev" });

    [Fact]
    public void Updates_and_moves_recorded_before_the_first_day_are_applied_with_it()
    {
        MembershipEvent[] events =
        [
            Coming, Hris.Title("u", "2026-02-01", "Lead"), Hris.Move("m", "2026-02-02", "T2"), Hris.Assign("a", "2026-02-03", "T3"),
            Hris.Unassign("n", "2026-02-04", "T2"),
        ];
        var before = Given.Member(events, "2026-03-01");
        Assert.Null(before.JobTitle);
        Assert.False(before.Stated);
        Assert.Equal(Given.At("2026-03-02"), before.NextDue);
        Assert.All(before.Outcomes, o => Assert.Equal(EventState.Scheduled, o.State));

        var there = Given.Member(events, "2026-03-02");
        Assert.Equal("Lead", there.JobTitle?.Value);
        Assert.Equal("T3", Assert.Single(there.Assignments).TeamId);
        Assert.Equal(["a", "m", "n", "u"], there.Outcomes.Select(o => o.EventId));
        Assert.All(there.Outcomes, o => Assert.Equal((EventState.Applied, Given.At("2026-03-02"), "h"), (o.State, o.EffectiveAt!.Value, o.By!)));
    }

    [Fact]
    public void One_with_a_date_of_its_own_keeps_it() =>
        Assert.Equal("Dev", Given.Member([Coming, Hris.Title("u", "2026-02-01", "Lead", Given.Day("2026-02-15"))], "2026-03-02").JobTitle?.Value);

    [Fact]
    public void One_recorded_before_the_hire_was_does_not_wait() =>
        Assert.Equal("Lead", Given.Member([Coming, Hris.Title("u", "2025-12-31", "Lead")], "2026-03-01").JobTitle?.Value);

    [Fact]
    public void A_leave_without_a_date_before_the_first_day_withdraws_the_start()
    {
        MembershipEvent[] events = [Coming, Hris.Leave("l", "2026-02-01")];
        Assert.False(Given.Member(events, "2026-03-02").Employed);
        Assert.False(Given.Member(events, "2027-01-01").Employed);
        Assert.Equal(Given.At("2026-03-02"), Given.Member(events, "2026-02-02").NextDue);
    }

    [Fact]
    public void A_rehire_that_is_withdrawn_leaves_the_earlier_end_alone()
    {
        MembershipEvent[] events =
        [
            Hris.Hire("h0", "2020-01-01"), Hris.Leave("l0", "2020-12-01", Given.LastDay("2020-12-31")),
            Hris.Hire("h1", "2021-02-01", Given.Day("2021-06-01")), Hris.Leave("y", "2021-03-01"), Hris.Leave("again", "2021-04-01"),
        ];
        Assert.True(Given.Member(events, "2020-12-31").Employed);
        Assert.False(Given.Member(events, "2021-02-15").Employed);
        Assert.False(Given.Member(events, "2021-06-01").Employed);
        Assert.Equal([new EventOutcome("again", EventState.Applied, Given.At("2021-06-01"), "h1"), new EventOutcome("y", EventState.Superseded, Given.At("2021-06-01"), "again")],
            Given.Member(events, "2021-06-01").Outcomes);
    }

    [Fact]
    public void A_leave_without_a_date_while_employed_ends_that_employment_though_a_rehire_is_planned()
    {
        MembershipEvent[] events =
        [
            Hris.Hire("h0", "2020-01-01"), Hris.Leave("l0", "2020-02-01", Given.LastDay("2021-12-31")),
            Hris.Hire("h1", "2021-02-01", Given.Day("2022-06-01")), Hris.Leave("now", "2021-04-01"),
        ];
        Assert.False(Given.Member(events, "2021-04-01").Employed);
        Assert.True(Given.Member(events, "2022-06-01").Employed);
    }

    [Fact]
    public void An_update_while_employed_does_not_wait_for_a_later_start()
    {
        MembershipEvent[] events =
        [
            Hris.Hire("h0", "2020-01-01"), Hris.Leave("l0", "2021-12-01", Given.LastDay("2021-12-31")),
            Hris.Hire("h1", "2021-02-01", Given.Day("2022-06-01")), Hris.Title("u", "2021-03-01", "Lead"), Hris.Title("w", "2022-03-01", "Head"),
        ];
        Assert.Equal("Lead", Given.Member(events, "2021-03-01").JobTitle?.Value);
        Assert.Equal("Lead", Given.Member(events, "2022-05-31").JobTitle?.Value);
        Assert.Equal("Head", Given.Member(events, "2022-06-01").JobTitle?.Value);
    }

    [Fact]
    public void A_withdrawal_of_a_postponed_start_does_not_bring_the_first_date_back()
    {
        // Without the leave the person is not employed at that instant: the start was moved. So it is a withdrawal.
        MembershipEvent[] events =
        [
            Hris.Hire("h1", "2026-01-01", Given.Day("2026-03-01")), Hris.Hire("h2", "2026-01-10", Given.Day("2026-05-01")), Hris.Leave("l", "2026-04-01"),
        ];
        Assert.All(["2026-03-15", "2026-04-15", "2026-05-01", "2027-01-01"], at => Assert.False(Given.Member(events, at).Employed));
    }

    [Fact]
    public void It_waits_for_the_start_as_it_was_moved()
    {
        MembershipEvent[] events =
        [
            Coming, Hris.Title("u", "2026-02-01", "Lead"), Hris.Hire("h2", "2026-02-10", Given.Day("2026-04-01")),
        ];
        Assert.Null(Given.Member(events, "2026-03-02").JobTitle);
        Assert.Equal("Lead", Given.Member(events, "2026-04-01").JobTitle?.Value);
    }

    [Fact]
    public void An_end_with_a_date_that_was_recorded_after_a_withdrawal_is_the_last_word()
    {
        MembershipEvent[] events = [Coming, Hris.Leave("withdrawn", "2026-02-01"), Hris.Leave("end", "2026-02-10", Given.LastDay("2026-05-31"))];
        Assert.True(Given.Member(events, "2026-03-02").Employed);
        Assert.False(Given.Member(events, "2026-06-01").Employed);
    }
}
