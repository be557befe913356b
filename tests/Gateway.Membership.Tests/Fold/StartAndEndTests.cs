using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Xunit;

namespace Gateway.Membership.Tests.Fold;

/// <summary>semantics.md, section 3, step 2: the last word on a date counts.</summary>
public sealed class StartAndEndTests
{
    private static readonly From Hris = new();

    private static bool EmployedAt(string at, params MembershipEvent[] events) => Given.Member(events, at).Employed;

    [Fact]
    public void A_start_that_is_postponed_before_the_day_moves_and_the_first_hire_keeps_what_it_says()
    {
        MembershipEvent[] events =
        [
            Hris.Hire("h1", "2026-01-01", Given.Day("2026-03-02"), [Given.In("T1")], new ProfilePatch { FirstName = "Ada" }),
            Hris.Hire("h2", "2026-02-01", Given.Day("2026-04-01"), member: new ProfilePatch { JobTitle = "Dev" }),
        ];

        Assert.False(EmployedAt("2026-03-15", events));
        var there = Given.Member(events, "2026-04-01");
        Assert.True(there.Employed);
        Assert.Equal("Ada", there.FirstName?.Value);
        Assert.Equal("Dev", there.JobTitle?.Value);
        Assert.Equal("T1", Assert.Single(there.Assignments).TeamId);
        Assert.Equal(Given.At("2026-04-01"), there.FirstHiredAt);
        Assert.Equal(new EventOutcome("h1", EventState.Applied, Given.At("2026-04-01"), "h2"), Assert.Single(there.Outcomes));
        Assert.Equal(
            [new EventOutcome("h1", EventState.Scheduled, Given.At("2026-04-01"), "h2"), new EventOutcome("h2", EventState.Scheduled, Given.At("2026-04-01"))],
            Given.Member(events, "2026-03-15").Outcomes);
    }

    [Fact]
    public void A_start_that_is_brought_forward_moves_too() =>
        Assert.True(EmployedAt("2026-02-15",
            Hris.Hire("h1", "2026-01-01", Given.Day("2026-03-02")), Hris.Hire("h2", "2026-02-01", Given.Day("2026-02-15"))));

    [Fact]
    public void A_moved_start_is_followed_to_the_end_of_the_chain()
    {
        // h3 comes after h1's own date, but before h2's.
        MembershipEvent[] events =
        [
            Hris.Hire("h1", "2026-01-01", Given.Day("2026-03-02")),
            Hris.Hire("h2", "2026-02-01", Given.Day("2026-04-01")),
            Hris.Hire("h3", "2026-03-15", Given.Day("2026-05-01")),
        ];
        Assert.False(EmployedAt("2026-04-30", events));
        Assert.Equal(Given.At("2026-05-01"), Given.Member(events, "2026-06-01").FirstHiredAt);
    }

    [Fact]
    public void A_hire_recorded_at_the_instant_of_the_first_day_or_later_moves_nothing()
    {
        MembershipEvent[] events = [Hris.Hire("h1", "2026-01-01", Given.Day("2026-03-02")), Hris.Hire("h2", "2026-03-02", Given.Day("2026-04-01"))];
        Assert.True(EmployedAt("2026-03-02", events));
    }

    [Fact]
    public void Hires_recorded_at_the_same_instant_are_ordered_by_id()
    {
        Assert.False(EmployedAt("2026-03-15", Hris.Hire("a", "2026-01-01", Given.Day("2026-03-02")), Hris.Hire("b", "2026-01-01", Given.Day("2026-04-01"))));
        Assert.True(EmployedAt("2026-03-15", Hris.Hire("b", "2026-01-01", Given.Day("2026-03-02")), Hris.Hire("a", "2026-01-01", Given.Day("2026-04-01"))));
    }

    [Theory]
    [InlineData("2026-03-03", true)] // after the earlier
    [InlineData("2026-04-01", true)] // up to the later, itself included: a transfer
    [InlineData("2026-03-02", false)] // at the very start: that leaves no employment between the two
    [InlineData("2026-04-02", false)]
    public void A_leave_between_two_starts_makes_them_two_employments(string leaves, bool two)
    {
        MembershipEvent[] events =
        [
            Hris.Hire("h1", "2026-01-01", Given.Day("2026-03-02")),
            Hris.Hire("h2", "2026-02-01", Given.Day("2026-04-01")),
            Hris.Leave("l", "2026-01-02", Given.Day(leaves)),
        ];
        Assert.Equal(two, EmployedAt("2026-03-02", events));
    }

    [Fact]
    public void The_end_recorded_last_counts_and_the_other_is_superseded()
    {
        MembershipEvent[] events =
        [
            Hris.Hire("h", "2026-01-01"),
            Hris.Leave("later", "2026-03-05", Given.LastDay("2026-07-31")),
            Hris.Leave("last", "2026-03-08", Given.LastDay("2026-06-26")),
        ];
        Assert.True(EmployedAt("2026-06-26T23:59:59Z", events));
        var left = Given.Member(events, "2026-06-27");
        Assert.False(left.Employed);
        Assert.Null(left.NextDue);
        Assert.Equal(new EventOutcome("later", EventState.Superseded, Given.At("2026-08-01"), "last"), Assert.Single(left.Outcomes));
    }

    [Fact]
    public void Ends_of_two_employments_do_not_compete()
    {
        MembershipEvent[] events =
        [
            Hris.Hire("h1", "2020-01-01"), Hris.Leave("l1", "2020-06-01"), Hris.Hire("h2", "2022-01-01"), Hris.Leave("l2", "2022-06-01"),
        ];
        Assert.True(EmployedAt("2020-05-31", events));
        Assert.False(EmployedAt("2021-01-01", events));
        Assert.True(EmployedAt("2022-05-31", events));
        Assert.False(EmployedAt("2022-06-01", events));
        Assert.Empty(Given.Member(events, "2023-01-01").Outcomes);
    }

    [Fact]
    public void A_leave_at_the_instant_of_a_rehire_is_a_transfer_and_the_person_stays()
    {
        MembershipEvent[] events =
        [
            Hris.Hire("h1", "2020-01-01", teams: [Given.In("T1")]),
            Hris.Leave("l", "2022-05-02", Given.Day("2022-06-01")),
            Hris.Hire("h2", "2022-05-01", Given.Day("2022-06-01"), [Given.In("T2")]),
        ];
        var moved = Given.Member(events, "2022-06-01");
        Assert.True(moved.Employed);
        Assert.Equal("T2", Assert.Single(moved.Assignments).TeamId);
        Assert.Equal(Given.At("2022-06-01"), moved.LastHiredAt);
        Assert.Equal(Given.At("2020-01-01"), moved.FirstHiredAt);
    }

    [Fact]
    public void A_leave_at_the_instant_of_a_first_start_is_a_no_show()
    {
        var noShow = Given.Member([Hris.Hire("h", "2026-01-01", Given.Day("2026-03-02")), Hris.Leave("l", "2026-02-01", Given.Day("2026-03-02"))], "2026-03-02");
        Assert.False(noShow.Employed);
        Assert.True(noShow.EverHired);
    }

    [Fact]
    public void A_no_show_after_an_earlier_employment_belongs_to_the_new_start()
    {
        MembershipEvent[] events =
        [
            Hris.Hire("h1", "2020-01-01"), Hris.Leave("l1", "2021-01-01"),
            Hris.Hire("h2", "2026-01-01", Given.Day("2026-03-02")), Hris.Leave("l2", "2026-02-01", Given.Day("2026-03-02")),
        ];
        Assert.False(EmployedAt("2021-06-01", events));
        Assert.False(EmployedAt("2026-03-02", events));
        Assert.Empty(Given.Member(events, "2026-03-02").Outcomes);
    }

    [Fact]
    public void A_start_may_be_moved_again_after_a_no_show_was_taken_back()
    {
        MembershipEvent[] events =
        [
            Hris.Hire("h1", "2026-01-01", Given.Day("2026-03-02")), Hris.Leave("l", "2026-02-01", Given.Day("2026-03-02")),
            Hris.Hire("h2", "2026-02-10", Given.Day("2026-03-02")),
        ];
        Assert.True(EmployedAt("2026-03-02", events));
    }

    [Fact]
    public void A_late_move_does_not_revive_a_leaver()
    {
        var leaver = Given.Member([Hris.Hire("h", "2020-01-01", teams: [Given.In("T1")]), Hris.Leave("l", "2020-06-01"), Hris.Move("m", "2020-07-01", "T2")], "2021-01-01");
        Assert.False(leaver.Employed);
    }
}
