using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Xunit;

namespace Gateway.Membership.Tests.Resolve;

/// <summary>Who is joined by what, and who an outsider may be.</summary>
public sealed class IdentitiesTests
{
    private static readonly MembershipRules Rules = Pipeline.Rules(
        Pipeline.Source("hris", 1), Pipeline.Source("orgtool", 2), Pipeline.Source("payroll", 3, MatchBy.Email), Pipeline.Source("badge", 4, MatchBy.None));

    private static Hire Hire(string source, string number, string? email, string recorded = "2026-01-01", string? first = null, string? last = null) =>
        new From(source, number).Hire($"{source}-{number}", recorded, member: new ProfilePatch
        {
            Email = email is null ? Patch.Absent : email, FirstName = first is null ? Patch.Absent : first, LastName = last is null ? Patch.Absent : last,
        });

    private static string Explain(string id, params MembershipEvent[] events)
    {
        var company = Pipeline.Resolve(events, Rules, Given.At("2026-06-01"));
        var person = new Identities(company, Rules).Of(company.Members.Single(m => m.Id == id));
        var numbers = string.Join(" ", person.Numbers.Select(n => $"{n.Facet.Source}:{n.Facet.EmployeeId}={n.By}{(n.Event is null ? "" : $"({n.Event.Id})")}"));
        var candidates = string.Join(" ", person.Candidates.Select(c => $"{c.Member.Id}?{c.By}"));
        return candidates.Length == 0 ? numbers : $"{numbers} | {candidates}";
    }

    [Fact]
    public void The_companys_number_an_email_and_an_alias_are_told_apart() =>
        Assert.Equal("hris:E1=First orgtool:E1=Number payroll:P1=Email badge:B1=Alias(a)", Explain("E1",
            Hire("hris", "E1", "ada@x.test"), Hire("orgtool", "E1", null), Hire("payroll", "P1", "ADA@x.test"), Hire("badge", "B1", null),
            new From("badge", "B1").Alias("a", "2026-02-01", "hris", "E1")));

    [Fact]
    public void An_email_that_both_have_had_is_a_past_one() =>
        Assert.Equal("hris:E1=First payroll:P1=PastEmail", Explain("E1",
            Hire("hris", "E1", "ada.l@x.test"), new From().Update("u", "2026-03-01", new ProfilePatch { Email = "ada.b@x.test" }), Hire("payroll", "P1", "ada.l@x.test")));

    [Theory]
    [InlineData("hris", "E1", "E2")]
    [InlineData("hris", "E2", "E1")]
    public void An_alias_is_told_whichever_number_it_was_declared_on(string source, string on, string with) =>
        Assert.Equal($"hris:E2=First hris:E1=Alias(a)", Explain("E2",
            Hire("hris", "E1", "ada@x.test", "2026-01-01"), new From("hris", "E1").Leave("l", "2026-02-01"), Hire("hris", "E2", "ada@x.test", "2026-03-01"),
            new From(source, on).Alias("a", "2026-03-02", "hris", with)));

    [Fact]
    public void An_alias_goes_before_an_email_that_would_join_as_well() =>
        Assert.Equal("hris:E1=First payroll:P1=Alias(a)", Explain("E1",
            Hire("hris", "E1", "ada@x.test"), Hire("payroll", "P1", "ada@x.test"), new From("payroll", "P1").Alias("a", "2026-03-02", "hris", "E1")));

    [Fact]
    public void Who_fits_several_is_shown_with_all_of_them() =>
        Assert.Equal("payroll:P1=First | E1?Email E2?Email", Explain("payroll:P1",
            Hire("hris", "E1", "info@x.test"), Hire("hris", "E2", "info@x.test"), Hire("payroll", "P1", "info@x.test")));

    [Fact]
    public void Who_fits_nobody_is_shown_with_those_of_the_same_name_and_with_nobody_else() =>
        Assert.Equal("payroll:P1=First | E1?Name", Explain("payroll:P1",
            Hire("hris", "E1", "ada@x.test", first: "Ada", last: "Byron"), Hire("hris", "E2", "bob@x.test", first: "Ada", last: "Other"),
            Hire("payroll", "P1", "ada.private@y.test", first: "ADA", last: "byron")));

    [Fact]
    public void A_name_that_is_only_half_known_is_no_hint() =>
        Assert.Equal("payroll:P1=First", Explain("payroll:P1", Hire("hris", "E1", "ada@x.test", last: "Byron"), Hire("payroll", "P1", "p@y.test", last: "Byron")));
}
