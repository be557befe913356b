using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Sync;

public class GuardTests
{
    private static readonly Snapshot Base = Companies.Of(100, teams: 10);

    private static GuardInput Run(Snapshot? accepted, Snapshot next) => new()
    {
        Accepted = accepted,
        Next = next,
        ContentHash = "hash",
        Difference = SnapshotDiff.Between(accepted ?? Snapshot.Empty, next),
    };

    /// <summary>The rules that hold this run, with the number and the limit.</summary>
    private static List<(string Rule, int Number, int Limit)> Held(GuardInput input, GuardSettings? settings = null) =>
        Guard.Check(input, settings ?? new()) switch
        {
            GuardVerdict.Pass => [],
            GuardVerdict.Hold hold => [.. hold.Reasons.Select(r => (r.Rule, r.Number, r.Limit))],
            var other => throw new Xunit.Sdk.XunitException($"Expected to pass or hold, was {other}"),
        };

    private static GuardVerdict.Hold Hold(GuardInput input, GuardSettings? settings = null) =>
        Assert.IsType<GuardVerdict.Hold>(Guard.Check(input, settings ?? new()));

    private static string[] Ids(int from, int count) => [.. Enumerable.Range(from, count).Select(Companies.Id)];

    [Fact]
    public void The_same_company_passes() => Assert.Empty(Held(Run(Base, Base)));

    [Fact]
    public void An_empty_section_is_refused_and_named()
    {
        var none = Base with { Groups = [], Mappings = [] };
        Assert.Equal(["groups", "mappings"], Assert.IsType<GuardVerdict.Refuse>(Guard.Check(Run(Base, none), new())).EmptySections);
        Assert.Equal(["users", "groups", "mappings"], Assert.IsType<GuardVerdict.Refuse>(Guard.Check(Run(null, Snapshot.Empty), new())).EmptySections);
    }

    [Fact]
    public void Two_teams_of_one_name_are_refused_on_first_adoption_and_sent_later()
    {
        var next = Base with { Groups = [.. Base.Groups.Select(g => g.Id == "T01" ? g with { Name = "Team 2" } : g)] };
        Assert.Equal(["T01", "T02"], Assert.IsType<GuardVerdict.Refuse>(Guard.Check(Run(null, next), new())).TeamsOfOneName);
        Assert.Empty(Held(Run(Base, next)));
    }

    [Fact]
    public void The_first_sync_is_held_unless_settings_say_otherwise()
    {
        Assert.Equal(["FirstSync"], Held(Run(null, Base)).Select(r => r.Rule));
        Assert.Empty(Held(Run(null, Base), new GuardSettings { FirstSync = false }));
        Assert.Equal(
            ["MembersAdded"],
            Held(Run(null, Base) with { Invitations = true }, new GuardSettings { FirstSync = false }).Select(r => r.Rule));
    }

    [Fact]
    public void Five_may_leave_at_once_and_six_may_not()
    {
        Assert.Empty(Held(Run(Base, Base.Without(Ids(50, 5)))));
        Assert.Equal([("MembersRemoved", 6, 5)], Held(Run(Base, Base.Without(Ids(50, 6)))));
    }

    [Fact]
    public void In_a_large_company_the_share_counts_rounded_down()
    {
        var large = Companies.Of(449, teams: 10);
        Assert.Empty(Held(Run(large, large.Without(Ids(50, 8)))));
        Assert.Equal([("MembersRemoved", 9, 8)], Held(Run(large, large.Without(Ids(50, 9)))));
    }

    [Fact]
    public void Never_more_than_a_third_of_the_section_passes()
    {
        var small = Companies.Of(9, teams: 1);
        Assert.DoesNotContain(Held(Run(small, small.Without(Ids(5, 3)))), r => r.Rule == "MembersRemoved");
        Assert.Contains(("MembersRemoved", 4, 3), Held(Run(small, small.Without(Ids(5, 4)))));

        var two = Companies.Of(2, teams: 1);
        Assert.Empty(Held(Run(two, two.Without("M001"))));
    }

    [Theory]
    [InlineData(0, 0.0, 100, 0)]
    [InlineData(5, 0.02, 100, 5)]
    [InlineData(5, 0.02, 299, 5)]
    [InlineData(5, 0.02, 300, 6)]
    [InlineData(5, 0.02, 12, 4)]
    [InlineData(5, 0.02, 2, 1)]
    [InlineData(5, 0.02, 0, 1)]
    [InlineData(0, 0.07, 100, 7)]
    [InlineData(0, 1.0, 100, 33)]
    public void A_limit_is_the_larger_of_count_and_share_up_to_a_third(int count, double share, int number, int expected) =>
        Assert.Equal(expected, new Limit(count, share).Of(number, number));

    [Fact]
    public void A_member_left_out_for_a_fault_of_the_data_is_held_even_alone()
    {
        var input = Run(Base, Base.Without("M050")) with
        {
            Issues = [new(IssueCodes.MemberEmailInvalid, SubjectKind.Member, "M050", LeftOut: true, "fix the e-mail")],
        };

        var reason = Assert.Single(Hold(input).Reasons);
        Assert.Equal(("LeftOut", 1, 0), (reason.Rule, reason.Number, reason.Limit));
        Assert.Equal(["M050"], reason.Subjects);
    }

    [Fact]
    public void A_team_left_out_for_a_fault_of_the_data_is_held()
    {
        var input = Run(Base, Base.WithoutTeam("T03")) with
        {
            Issues = [new(IssueCodes.TeamNameMissing, SubjectKind.Team, "T03", LeftOut: true, "name it")],
        };
        Assert.Contains(("LeftOut", 1, 0), Held(input));
    }

    [Fact]
    public void Who_is_left_out_because_the_company_says_so_counts_as_removed_only()
    {
        var input = Run(Base, Base.Without("M050", "M051")) with
        {
            Issues =
            [
                new(IssueCodes.MemberOutOfScope, SubjectKind.Member, "M050", LeftOut: true, "excluded"),
                new(IssueCodes.MemberAbsent, SubjectKind.Member, "M051", LeftOut: true, "absent"),
            ],
        };
        Assert.Empty(Held(input));
    }

    [Fact]
    public void Issues_of_people_who_are_sent_or_never_were_hold_nothing()
    {
        var input = Run(Base, Base.Without("M050")) with
        {
            Issues =
            [
                new(IssueCodes.MemberEmailInvalid, SubjectKind.Member, "M001", LeftOut: false, "kept the old one"),
                new(IssueCodes.MemberEmailInvalid, SubjectKind.Member, "NEW", LeftOut: true, "fix the e-mail"),
                new(IssueCodes.AssignmentTeamUnknown, SubjectKind.Member, "M050", LeftOut: true, "no such team") { TeamId = "T99" },
            ],
        };
        Assert.Empty(Held(input));
    }

    [Fact]
    public void More_than_five_who_lose_their_last_team_are_held()
    {
        Assert.Empty(Held(Run(Base, Homeless(5))));
        Assert.Equal([("LastTeamLost", 6, 5)], Held(Run(Base, Homeless(6))));

        static Snapshot Homeless(int count) => Base with { Mappings = [.. Base.Mappings.Where(m => !Ids(50, count).Contains(m.OtherId))] };
    }

    [Fact]
    public void A_manager_who_is_no_longer_a_member_has_not_lost_the_last_team()
    {
        var next = Base with { Mappings = [.. Base.Mappings.Where(m => m.Kind == MappingKind.Manager || !Ids(0, 10).Contains(m.OtherId))] };
        Assert.Empty(Held(Run(Base, next)));
    }

    [Fact]
    public void One_team_may_go_and_two_may_not()
    {
        Assert.DoesNotContain(Held(Run(Base, Base.WithoutTeam("T01"))), r => r.Rule == "TeamsRemoved");
        Assert.Contains(("TeamsRemoved", 2, 1), Held(Run(Base, Base.WithoutTeam("T01").WithoutTeam("T02"))));
    }

    [Fact]
    public void A_member_who_comes_back_under_a_new_id_is_held()
    {
        var next = Base.Without("M050").With(Companies.User("X1") with { Email = "m050@EXAMPLE.test" });

        var reason = Assert.Single(Hold(Run(Base, next)).Reasons);

        Assert.Equal("IdChange", reason.Rule);
        Assert.Equal(["X1", "M050"], reason.Subjects);
        Assert.Empty(Held(Run(Base, next), new GuardSettings { IdChange = false }));
    }

    [Fact]
    public void A_team_that_comes_back_under_a_new_id_is_held()
    {
        var gone = Base.WithoutTeam("T09");
        var next = gone with { Groups = [.. gone.Groups, new SnapshotGroup("T99", "Team 9")] };
        Assert.Contains("IdChange", Held(Run(Base, next)).Select(r => r.Rule));
    }

    [Fact]
    public void An_id_that_changes_in_two_steps_within_the_window_is_held()
    {
        var without = Base.Without("M050");
        var input = Run(without, without.With(Companies.User("X1") with { Email = "M050@example.test" })) with { Window = new(Base, []) };
        Assert.Contains("IdChange", Held(input).Select(r => r.Rule));
    }

    [Fact]
    public void An_e_mail_that_was_accepted_under_another_id_long_ago_is_held()
    {
        var input = Run(Base, Base.With(Companies.User("X1"))) with
        {
            Issues = [new(IssueCodes.MemberEmailKnownByOtherId, SubjectKind.Member, "X1", LeftOut: false, "an alias is missing")],
        };
        Assert.Equal(["IdChange"], Held(input).Select(r => r.Rule));
    }

    [Fact]
    public void Joiners_are_counted_only_while_they_would_be_invited()
    {
        var next = Enumerable.Range(0, 21).Aggregate(Base, (s, i) => s.With(Companies.User($"X{i:00}")));
        Assert.Empty(Held(Run(Base, next)));
        Assert.Equal([("MembersAdded", 21, 20)], Held(Run(Base, next) with { Invitations = true }));
    }

    [Fact]
    public void Five_e_mails_may_change_and_six_may_not()
    {
        Assert.Empty(Held(Run(Base, Changed(5))));
        Assert.Equal([("EmailsChanged", 6, 5)], Held(Run(Base, Changed(6))));

        static Snapshot Changed(int count) => Base.Change(0, count, u => u with { Email = "new." + u.Email });
    }

    [Fact]
    public void Ten_may_become_managers_and_eleven_may_not()
    {
        Assert.Empty(Held(Run(Base, Promoted(10))));
        Assert.Equal([("ManagersGained", 11, 10)], Held(Run(Base, Promoted(11))));

        static Snapshot Promoted(int count) => Companies.Build(
            Base.Users, Base.Groups, Base.Mappings.Concat(Ids(50, count).Select(id => new SnapshotMapping(MappingKind.Manager, "T00", id))));
    }

    [Fact]
    public void A_quarter_of_the_members_may_change_otherwise()
    {
        Assert.Empty(Held(Run(Base, Base.Change(0, 25, u => u with { JobTitle = "Lead" }))));
        Assert.Equal([("MembersChanged", 26, 25)], Held(Run(Base, Base.Change(0, 26, u => u with { Attributes = [] }))));
    }

    [Fact]
    public void A_quarter_of_the_rows_may_change_and_a_move_is_one()
    {
        Assert.Empty(Held(Run(Base, Moved(27))));
        Assert.Equal([("MappingsChanged", 28, 27)], Held(Run(Base, Moved(28))));

        // 110 rows; each move takes one away and brings one.
        static Snapshot Moved(int count) => Companies.Build(
            Base.Users, Base.Groups,
            Base.Mappings.Select(m => m.Kind == MappingKind.Member && Ids(50, count).Contains(m.OtherId) ? m with { GroupId = "T" + ((m.GroupId[2] - '0' + 1) % 10).ToString("00") } : m));
    }

    [Fact]
    public void In_a_company_of_three_one_may_change_and_one_may_move()
    {
        var three = Companies.Of(3, teams: 2);
        var next = three.Change(2, 3, u => u with { JobTitle = "Lead" });
        next = Companies.Build(next.Users, next.Groups, next.Mappings.Where(m => m.OtherId != "M002").Append(new(MappingKind.Member, "T01", "M002")));
        Assert.Empty(Held(Run(three, next)));
    }

    [Fact]
    public void Content_that_the_rules_changed_is_held_and_what_an_event_changed_besides_is_not_listed()
    {
        var byRules = Base.Without("M050");
        var next = byRules.Without("M060");
        var input = Run(Base, next) with { RulesDifference = SnapshotDiff.Between(Base, byRules) };

        var reason = Assert.Single(Hold(input).Reasons);

        Assert.Equal("RulesChanged", reason.Rule);
        Assert.Equal(["M050"], reason.Subjects);
        Assert.Empty(Held(input, new GuardSettings { RulesChanged = false }));
        Assert.Empty(Held(Run(Base, next) with { RulesDifference = SnapshotDiff.None }));
    }

    [Fact]
    public void A_missing_baseline_and_a_silent_source_hold_where_settings_say_so()
    {
        var input = Run(Base, Base) with
        {
            Sources =
            [
                new("hris", BaselineMissing: true, Silent: false, HoldWhenSilent: true),
                new("payroll", BaselineMissing: false, Silent: true, HoldWhenSilent: true),
                new("orgtool", BaselineMissing: false, Silent: true, HoldWhenSilent: false),
            ],
        };
        Assert.Equal([("BaselineMissing", "hris"), ("SourceSilent", "payroll")], Hold(input).Reasons.Select(r => (r.Rule, r.Source!)));
    }

    [Fact]
    public void Exempt_members_are_not_counted()
    {
        var exempt = new GuardSettings { Exempt = Ids(50, 1).ToHashSet() };
        Assert.Empty(Held(Run(Base, Base.Without(Ids(50, 6))), exempt));
        Assert.Equal([("MembersRemoved", 6, 5)], Held(Run(Base, Base.Without(Ids(50, 7))), exempt));
    }

    [Fact]
    public void A_source_can_have_a_limit_of_its_own_besides()
    {
        var settings = new GuardSettings { Sources = new Dictionary<string, SourceLimits> { ["payroll"] = new() { MembersRemoved = new(1) } } };
        var of = Ids(50, 3).ToDictionary(id => (SubjectKind.Member, id), _ => "payroll");

        Assert.Empty(Held(Run(Base, Base.Without("M001", "M002", "M050")) with { SourceOf = of }, settings));
        var reason = Assert.Single(Hold(Run(Base, Base.Without("M001", "M050", "M051")) with { SourceOf = of }, settings).Reasons);
        Assert.Equal(("MembersRemoved", "payroll", 2, 1), (reason.Rule, reason.Source, reason.Number, reason.Limit));
        Assert.Equal(["M050", "M051"], reason.Subjects);
    }

    [Fact]
    public void What_was_accepted_within_the_window_adds_to_this_run()
    {
        var earlier = Base.Without(Ids(50, 4));
        var input = Run(earlier, earlier.Without(Ids(60, 2)));

        Assert.Empty(Held(input));
        var reason = Assert.Single(Hold(input with { Window = new(Base, []) }).Reasons);
        Assert.Equal(("MembersRemoved", 6, 5, 4), (reason.Rule, reason.Number, reason.Limit, reason.Earlier));
        Assert.Equal(Ids(60, 2), reason.Subjects);
    }

    [Fact]
    public void What_a_person_approved_within_the_window_does_not_count()
    {
        var approved = Base.Without(Ids(50, 20));
        var input = Run(approved, approved.Without(Ids(10, 5))) with { Window = new(Base, [SnapshotDiff.Between(Base, approved)]) };
        Assert.Empty(Held(input));
    }

    [Fact]
    public void A_run_is_not_held_for_what_earlier_runs_did_alone()
    {
        var earlier = Base.Without(Ids(50, 6));
        Assert.Empty(Held(Run(earlier, earlier.With(Companies.User("X1"))) with { Window = new(Base, []) }));
    }

    [Fact]
    public void All_runs_are_held_in_mode_hold() =>
        Assert.Equal(["Mode"], Held(Run(Base, Base.Without("M050")) with { HoldAll = true }).Select(r => r.Rule));

    [Fact]
    public void Every_reason_is_listed()
    {
        var next = Base.Without(Ids(50, 6)).Change(0, 6, u => u with { Email = "new." + u.Email });
        Assert.Equal([("MembersRemoved", 6, 5), ("EmailsChanged", 6, 5)], Held(Run(Base, next)));
    }

    [Theory]
    [InlineData(new int[0], null)]
    [InlineData(new[] { -30 }, null)]
    [InlineData(new[] { -1 }, null)]
    [InlineData(new[] { -30, -24 }, null)]
    [InlineData(new[] { -30, -23 }, 0)]
    [InlineData(new[] { -50, -30, -23, -1 }, 1)]
    [InlineData(new[] { -3, -2, -1 }, 0)]
    public void Counting_starts_from_the_last_run_accepted_before_the_window(int[] hoursAgo, int? expected)
    {
        var now = new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(expected, GuardWindow.StartsAt([.. hoursAgo.Select(h => now.AddHours(h))], now, TimeSpan.FromHours(24)));
    }
}
