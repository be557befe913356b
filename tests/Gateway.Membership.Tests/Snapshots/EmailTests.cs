using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Xunit;

namespace Gateway.Membership.Tests.Snapshots;

/// <summary>semantics.md, section 5: e-mails that are missing, invalid, shared or changed.</summary>
public sealed class EmailTests
{
    private static readonly MembershipRules Rules = Pipeline.Rules(Pipeline.Source("hris", 1), Pipeline.Source("orgtool", 2));

    private static Hire Hire(string number, string? email, string recorded = "2026-01-01") =>
        new From(number: number).Hire($"h{number}", recorded, member: email is null ? null : new ProfilePatch { Email = email });

    private static Snapshot Accepted(params (string Id, string Email)[] users) =>
        Snapshot.Empty with { Users = [.. users.Select(u => new SnapshotUser { Id = u.Id, Email = u.Email })] };

    private static (string Users, string Issues) Assemble(Snapshot? last, params MembershipEvent[] events)
    {
        var (snapshot, issues) = Pipeline.Assemble(events, Rules, Given.At("2026-06-01"), last);
        return (string.Join(" ", snapshot.Users.Select(u => $"{u.Id}={u.Email}")),
            string.Join(" ", issues.Where(i => i.Code.StartsWith("member.email", StringComparison.Ordinal)).Select(i => $"{i.Code[13..]}:{i.Subject}{(i.LeftOut ? "!" : "")}")));
    }

    [Theory]
    [InlineData("a@b.c", true)]
    [InlineData("ñ+tag@sub.x.test", true)]
    [InlineData("a@b..c", true)]
    [InlineData("a@.b.c", true)]
    [InlineData("a@b.c.", true)]
    [InlineData("a@b", false)]
    [InlineData("a@b.", false)]
    [InlineData("a@.b", false)]
    [InlineData("@b.c", false)]
    [InlineData("a@", false)]
    [InlineData("a", false)]
    [InlineData("a@b@c.d", false)]
    [InlineData("a b@c.d", false)]
    [InlineData("a\u00A0b@c.d", false)]
    public void An_email_is_valid_as_the_expression_says(string email, bool valid)
    {
        Assert.Equal(System.Text.RegularExpressions.Regex.IsMatch(email, @"^[^@\s]+@[^@\s]+\.[^@\s]+$", default, TimeSpan.FromSeconds(1)), valid);
        Assert.Equal(valid ? ($"E1={email}", "") : ("", "invalid:E1!"), Assemble(null, Hire("E1", email)));
    }

    [Fact]
    public void An_email_has_254_characters_at_most()
    {
        var longest = new string('a', 254 - "@x.test".Length) + "@x.test";
        Assert.Equal("", Assemble(null, Hire("E1", longest)).Issues);
        Assert.Equal("invalid:E1!", Assemble(null, Hire("E1", "a" + longest)).Issues);
    }

    [Fact]
    public void Who_has_no_usable_email_is_sent_with_the_last_accepted_one_if_nobody_else_here_has_it()
    {
        Assert.Equal(("", "missing:E1!"), Assemble(null, Hire("E1", null)));
        Assert.Equal(("E1=a@x.test", "missing:E1"), Assemble(Accepted(("E1", "a@x.test")), Hire("E1", null)));
        Assert.Equal(("E1=a@x.test", "invalid:E1"), Assemble(Accepted(("E1", "a@x.test")), Hire("E1", "nonsense")));
        Assert.Equal(("E2=A@x.test", "missing:E1! known_by_other_id:E2"), Assemble(Accepted(("E1", "a@x.test")), Hire("E1", null), Hire("E2", "A@x.test")));
    }

    [Fact]
    public void A_shared_email_goes_to_who_had_it_in_the_last_accepted_snapshot()
    {
        var events = new MembershipEvent[] { Hire("E1", "a@x.test"), Hire("E2", "A@X.test", "2026-02-01") };
        Assert.Equal(("E2=A@X.test", "duplicate:E1!"), Assemble(Accepted(("E2", "a@x.test")), events));
        Assert.Equal(("E1=old@x.test E2=A@X.test", "duplicate:E1"), Assemble(Accepted(("E1", "old@x.test"), ("E2", "a@x.test")), events));
    }

    [Fact]
    public void Else_to_whose_first_hire_in_any_facet_is_effective_first()
    {
        Assert.Equal(("E1=a@x.test", "duplicate:E2!"), Assemble(null, Hire("E1", "a@x.test"), Hire("E2", "a@x.test", "2026-02-01")));
        Assert.Equal(("E2=a@x.test", "duplicate:E1!"), Assemble(null, Hire("E1", "a@x.test"), Hire("E2", "a@x.test", "2026-02-01"),
            new From("orgtool", "E2").Hire("early", "2020-01-01")));
    }

    [Fact]
    public void Else_to_the_smaller_id_by_code_point() =>
        Assert.Equal(("\uFF5E=a@x.test", "duplicate:😀!"), Assemble(null, Hire("😀", "a@x.test"), Hire("\uFF5E", "a@x.test")));

    [Fact]
    public void One_who_loses_a_shared_email_does_not_take_the_last_one_from_who_has_it_now() =>
        Assert.Equal(("E2=b@x.test E3=old@x.test", "duplicate:E1! known_by_other_id:E3 changed:E3"),
            Assemble(Accepted(("E1", "old@x.test"), ("E2", "b@x.test"), ("E3", "c@x.test")), Hire("E1", "b@x.test"), Hire("E2", "b@x.test"), Hire("E3", "old@x.test")));

    [Fact]
    public void Who_is_not_in_scope_shares_nothing() =>
        Assert.Equal(("E2=a@x.test", ""), Assemble(null, Hire("E1", "a@x.test"), new From().Leave("l", "2026-02-01"), Hire("E2", "a@x.test")));

    [Fact]
    public void A_changed_email_is_sent_with_a_warning_and_another_case_is_no_change()
    {
        Assert.Equal(("E1=b@x.test", "changed:E1"), Assemble(Accepted(("E1", "a@x.test")), Hire("E1", "b@x.test")));
        Assert.Equal(("E1=A@x.test", ""), Assemble(Accepted(("E1", "a@x.test")), Hire("E1", "A@x.test")));
    }

    [Fact]
    public void An_email_that_Officevibe_knows_under_an_id_that_is_gone_is_reported()
    {
        Assert.Equal(("E9=a@x.test", "known_by_other_id:E9"), Assemble(Accepted(("E1", "A@x.test")), Hire("E9", "a@x.test")));
        // Two who swap are both still here.
        Assert.Equal(("E1=b@x.test E2=a@x.test", "changed:E1 changed:E2"),
            Assemble(Accepted(("E1", "a@x.test"), ("E2", "b@x.test")), Hire("E1", "b@x.test"), Hire("E2", "a@x.test")));
    }
}
