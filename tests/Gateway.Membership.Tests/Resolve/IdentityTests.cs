using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Xunit;

namespace Gateway.Membership.Tests.Resolve;

/// <summary>semantics.md, section 4: who is who.</summary>
public sealed class IdentityTests
{
    private static readonly MembershipRules Rules = Pipeline.Rules(
        Pipeline.Source("hris", 1), Pipeline.Source("orgtool", 2), Pipeline.Source("payroll", 3, MatchBy.Email), Pipeline.Source("badge", 4, MatchBy.None),
        Pipeline.Source("agency", 5, MatchBy.Email, UnmatchedPeople.OwnMember));

    private static ProfilePatch Mail(string email, string? title = null) => new() { Email = email, JobTitle = title is null ? Patch.Absent : title };

    private static Company Resolve(MembershipEvent[] events, MembershipRules? rules = null, Snapshot? last = null) =>
        Pipeline.Resolve(events, rules ?? Rules, Given.At("2026-06-01"), last);

    private static Snapshot Accepted(params string[] ids) => Snapshot.Empty with { Users = [.. ids.Select(id => new SnapshotUser { Id = id, Email = $"{id}@x.test" })] };

    private static string Numbers(Company company) =>
        string.Join(" ", company.Members.Select(m => $"{m.Id}[{string.Join(",", m.Facets.Select(f => $"{f.Source}:{f.EmployeeId}"))}]{(m.MakesUser ? "" : m.Identity)}"));

    private static Hire Hire(string source, string number, string email, string recorded = "2026-01-01") => new From(source, number).Hire($"{source}-{number}", recorded, member: Mail(email));

    [Fact]
    public void The_same_number_of_sources_that_match_by_id_is_the_same_person_and_of_others_it_is_not() =>
        Assert.Equal("E1[hris:E1,orgtool:E1] payroll:E1[payroll:E1]Unmatched",
            Numbers(Resolve([Hire("hris", "E1", "a@x.test"), new From("orgtool").Move("m", "2026-01-01", "T1"), Hire("payroll", "E1", "z@x.test")])));

    [Fact]
    public void A_number_of_another_source_joins_by_email_whatever_the_case_of_its_letters() =>
        Assert.Equal("E1[hris:E1,payroll:P9]", Numbers(Resolve([Hire("hris", "E1", "Ada@X.test"), Hire("payroll", "P9", "aDA@x.TEST")])));

    [Fact]
    public void A_marriage_does_not_part_them()
    {
        MembershipEvent[] events =
        [
            Hire("hris", "E1", "ada.l@x.test"), new From().Update("u", "2026-03-01", Mail("ada.b@x.test")), Hire("payroll", "P1", "ada.l@x.test"),
        ];
        Assert.Equal("E1[hris:E1,payroll:P1]", Numbers(Resolve(events)));
    }

    [Fact]
    public void The_present_email_goes_before_the_history()
    {
        // E1 had the address that is now E2's.
        MembershipEvent[] events =
        [
            Hire("hris", "E1", "info@x.test"), new From().Update("u", "2026-03-01", Mail("one@x.test")), Hire("hris", "E2", "info@x.test"), Hire("payroll", "P1", "info@x.test"),
        ];
        Assert.Equal("E1[hris:E1] E2[hris:E2,payroll:P1]", Numbers(Resolve(events)));
    }

    [Fact]
    public void Facets_emails_are_compared_and_never_resolved_ones()
    {
        // hris, the higher priority, gives another e-mail than orgtool does; both are facets in the company's numbers.
        Assert.Equal("E1[hris:E1,orgtool:E1,payroll:P1]",
            Numbers(Resolve([Hire("hris", "E1", "a@x.test"), Hire("orgtool", "E1", "b@x.test"), Hire("payroll", "P1", "b@x.test")])));
        // A facet that joined by alias has a number of its own, and does not draw others by its e-mail.
        Assert.Equal("E1[hris:E1,badge:B1] payroll:P1[payroll:P1]Unmatched", Numbers(Resolve(
            [Hire("hris", "E1", "a@x.test"), Hire("badge", "B1", "b@x.test"), new From("badge", "B1").Alias("a", "2026-01-01", "hris", "E1"), Hire("payroll", "P1", "b@x.test")])));
    }

    [Fact]
    public void Of_several_members_the_only_employed_one_is_joined()
    {
        MembershipEvent[] two = [Hire("hris", "E1", "a@x.test"), Hire("hris", "E2", "a@x.test"), Hire("payroll", "P1", "a@x.test")];
        Assert.Equal("E1[hris:E1] E2[hris:E2,payroll:P1]", Numbers(Resolve([.. two, new From().Leave("l", "2026-02-01")])));
        var ambiguous = Resolve(two);
        Assert.Equal("E1[hris:E1] E2[hris:E2] payroll:P1[payroll:P1]Ambiguous", Numbers(ambiguous));
        Assert.Equal((IssueCodes.IdentityAmbiguous, "payroll:P1", true, "payroll", "payroll-P1"),
            Assert.Single(ambiguous.Issues.Select(i => (i.Code, i.Subject, i.LeftOut, i.Source, i.EventId))));
        Assert.Contains("Ambiguous", Numbers(Resolve([.. two, new From().Leave("l", "2026-02-01"), new From(number: "E2").Leave("l2", "2026-02-01")])));
    }

    [Fact]
    public void Of_several_people_of_one_source_the_only_employed_one_joins()
    {
        MembershipEvent[] two = [Hire("hris", "E1", "a@x.test"), Hire("payroll", "P1", "a@x.test"), Hire("payroll", "P2", "a@x.test")];
        var rehired = Resolve([.. two, new From("payroll", "P1").Leave("l", "2026-02-01")]);
        Assert.Equal("E1[hris:E1,payroll:P2] payroll:P1[payroll:P1]Eclipsed", Numbers(rehired));
        Assert.DoesNotContain(rehired.Issues, i => i.Code == IssueCodes.IdentityAmbiguous);
        Assert.Equal("E1[hris:E1] payroll:P1[payroll:P1]Ambiguous payroll:P2[payroll:P2]Ambiguous", Numbers(Resolve(two)));
    }

    [Fact]
    public void Who_joins_nobody_makes_no_user_unless_the_source_says_so()
    {
        var company = Resolve([Hire("payroll", "P1", "p@x.test"), Hire("agency", "A1", "a@x.test"), Hire("badge", "B1", "b@x.test")]);
        Assert.Equal("agency:A1[agency:A1] badge:B1[badge:B1]Unmatched payroll:P1[payroll:P1]Unmatched", Numbers(company));
        Assert.Equal([(IssueCodes.IdentityUnmatched, "badge:B1"), (IssueCodes.IdentityUnmatched, "payroll:P1")], company.Issues.Select(i => (i.Code, i.Subject)));
    }

    [Fact]
    public void An_ambiguous_person_of_a_source_with_own_members_makes_a_user_and_is_still_reported()
    {
        var company = Resolve([Hire("hris", "E1", "a@x.test"), Hire("hris", "E2", "a@x.test"), Hire("agency", "A1", "a@x.test")]);
        Assert.Equal("E1[hris:E1] E2[hris:E2] agency:A1[agency:A1]", Numbers(company));
        Assert.Equal((IssueCodes.IdentityAmbiguous, "agency:A1", false), Assert.Single(company.Issues.Select(i => (i.Code, i.Subject, i.LeftOut))));
    }

    [Fact]
    public void Aliases_join_any_two_numbers_and_may_meet_in_one_that_nobody_speaks_of()
    {
        Assert.Equal("E1[hris:E1,badge:B1]",
            Numbers(Resolve([Hire("hris", "E1", "a@x.test"), Hire("badge", "B1", "b@x.test"), new From("badge", "B1").Alias("a", "2026-01-01", "hris", "E1")])));
        Assert.Equal("E1[hris:E1,badge:B1]", Numbers(Resolve(
            [
                Hire("hris", "E1", "a@x.test"), Hire("badge", "B1", "b@x.test"), new From("badge", "B1").Alias("a", "2026-01-01", "old", "O1"),
                new From().Alias("b", "2026-01-01", "old", "O1"),
            ])));
    }

    [Fact]
    public void An_alias_holds_from_its_date_on() =>
        Assert.Equal("E1[hris:E1] E9[hris:E9]", Numbers(Resolve(
            [Hire("hris", "E1", "a@x.test"), Hire("hris", "E9", "b@x.test"), new From(number: "E9").Alias("a", "2026-01-01", "hris", "E1", Given.Day("2026-07-01"))])));

    [Fact]
    public void A_rehire_under_a_new_number_keeps_the_id_that_Officevibe_has_and_takes_the_other_sources_along()
    {
        MembershipEvent[] events =
        [
            Hire("hris", "E1", "a@x.test"), new From().Leave("l", "2026-02-01"), Hire("hris", "E9", "a@x.test", "2026-05-01"),
            new From(number: "E9").Alias("a", "2026-05-01", "hris", "E1"), new From("orgtool", "E1").Move("m", "2026-01-01", "T1"),
            new From("orgtool", "E9").Move("n", "2026-05-01", "T2"),
        ];
        Assert.Equal("E1[hris:E9,hris:E1,orgtool:E9,orgtool:E1]", Numbers(Resolve(events, last: Accepted("E1"))));
        Assert.Equal("E9[hris:E9,hris:E1,orgtool:E9,orgtool:E1]", Numbers(Resolve(events)));
        Assert.Equal("E9[hris:E9,hris:E1,orgtool:E9,orgtool:E1]", Numbers(Resolve(events, last: Accepted("E1", "E9"))));
        Assert.Empty(Resolve(events).Issues);
    }

    [Fact]
    public void An_alias_that_would_join_two_numbers_of_a_third_source_has_no_effect_and_is_an_issue()
    {
        // badge B1 is E1, badge B2 is payroll P2: that P2 is E1 would make one of B1 and B2.
        MembershipEvent[] events =
        [
            Hire("hris", "E1", "a@x.test"), Hire("payroll", "P2", "p@x.test"), Hire("badge", "B1", "b@x.test"), Hire("badge", "B2", "c@x.test"),
            new From("badge", "B1").Alias("a", "2026-01-01", "hris", "E1"), new From("badge", "B2").Alias("b", "2026-01-02", "payroll", "P2"),
            new From("payroll", "P2").Alias("c", "2026-01-03", "hris", "E1"),
        ];
        var company = Resolve(events);
        Assert.Equal("E1[hris:E1,badge:B1] payroll:P2[payroll:P2,badge:B2]Unmatched", Numbers(company));
        Assert.Equal((IssueCodes.IdentityAmbiguous, "payroll:P2", false, "c"),
            company.Issues.Select(i => (i.Code, i.Subject, i.LeftOut, i.EventId)).First());
    }

    [Fact]
    public void Two_sources_with_numbers_of_their_own_cannot_make_one_of_two_company_numbers()
    {
        MembershipEvent[] events =
        [
            Hire("hris", "E1", "a@x.test"), Hire("hris", "E2", "b@x.test"), Hire("badge", "B1", "c@x.test"), Hire("payroll", "P1", "d@x.test"),
            new From("badge", "B1").Alias("a", "2026-01-01", "hris", "E1"), new From("payroll", "P1").Alias("b", "2026-01-02", "hris", "E2"),
            new From("badge", "B1").Alias("c", "2026-01-03", "payroll", "P1"),
        ];
        Assert.Equal("E1[hris:E1,badge:B1] E2[hris:E2,payroll:P1]", Numbers(Resolve(events)));
        Assert.Equal("c", Assert.Single(Resolve(events).Issues).EventId);
    }

    [Fact]
    public void Among_joined_numbers_of_one_source_the_employed_goes_first_then_hired_later_then_the_greater()
    {
        MembershipEvent[] Both(params MembershipEvent[] more) =>
            [Hire("hris", "E1", "a@x.test"), Hire("hris", "E2", "b@x.test"), new From().Alias("a", "2026-01-01", "hris", "E2"), .. more];
        Assert.Equal("E2[hris:E2,hris:E1]", Numbers(Resolve(Both())));
        Assert.Equal("E1[hris:E1,hris:E2]", Numbers(Resolve(Both(new From(number: "E2").Leave("l", "2026-02-01")))));
        Assert.Equal("E1[hris:E1,hris:E2]", Numbers(Resolve(Both(
            new From().Leave("l", "2026-02-01"), new From().Hire("again", "2026-03-01")))));
    }

    [Fact]
    public void A_retired_source_is_taken_out_and_its_ids_stay_known()
    {
        var rules = Pipeline.Rules(Pipeline.Source("old") with { Retired = true }, Pipeline.Source("hris"));
        MembershipEvent[] events = [Hire("old", "O1", "a@x.test"), Hire("old", "O2", "b@x.test"), Hire("hris", "E1", "a@x.test"), new From().Alias("a", "2026-01-01", "old", "O1")];
        Assert.Equal("O1[hris:E1]", Numbers(Resolve(events, rules, Accepted("O1", "O2"))));
    }

    [Fact]
    public void A_source_without_settings_is_named() =>
        Assert.Contains("'hris'", Assert.Throws<InvalidOperationException>(() => Resolver.Resolve(MemberFacets.Of([Given.Member([Hire("hris", "E1", "a@x.test")], "2026-06-01")]), [],
            Pipeline.Rules(Pipeline.Source("orgtool")), null)).Message);

    [Fact]
    public void A_person_of_whom_everything_was_retracted_or_is_still_to_come_is_nobody() =>
        Assert.Empty(Resolve(
            [Hire("hris", "E1", "a@x.test"), new From().Retract("r", "2026-01-02", "hris-E1"), new From(number: "E2").Hire("h", "2026-01-01", Given.Day("2026-09-01"))]).Members);

    [Fact]
    public void An_own_member_whose_id_reads_like_a_number_of_the_companys_makes_no_user()
    {
        var company = Resolve([Hire("hris", "agency:A1", "a@x.test"), Hire("agency", "A1", "b@x.test")]);
        Assert.Equal("agency:A1", Assert.Single(company.Members, m => m.MakesUser).Id);
        Assert.Equal(IssueCodes.IdentityUnmatched, Assert.Single(company.Issues).Code);
    }
}
