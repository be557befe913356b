using System.Text;
using Gateway.Membership.Events;
using Xunit;

namespace Gateway.Membership.Tests.Events;

public sealed class EventCodecTests
{
    private static readonly From Hris = new();

    private static string Text(MembershipEvent e) => Encoding.UTF8.GetString(EventCodec.Write(e));

    [Fact]
    public void A_hire_is_stored_in_a_fixed_order_with_absent_fields_absent_and_nulls_null()
    {
        var hire = Hris.Hire("h1", "2026-03-02T09:00:00.000001Z", Given.Day("2026-03-02"), [Given.In("T1"), Given.Managing("T2")], new ProfilePatch
        {
            Email = "ines@example.test", LastName = "Muñoz", Language = Patch.To(null),
            Attributes = new Dictionary<string, string?> { ["😀"] = "1", ["\uFF5E"] = null, ["Dept"] = "R&D <\"x\">" },
        }) with { Replaces = "h0" };

        Assert.Equal(
            """
            {"id":"h1","type":"hire","occurredAt":"2026-03-02T09:00:00.000001Z","effectiveAt":"2026-03-02","replaces":"h0","employeeId":"E1",
            "member":{"email":"ines@example.test","lastName":"Muñoz","language":null,"attributes":{"Dept":"R&D <\"x\">","～":null,"😀":"1"}},
            "teams":[{"teamId":"T1","role":"member"},{"teamId":"T2","role":"manager"}]}
            """.ReplaceLineEndings(""),
            Text(hire).Replace("\\uD83D\\uDE00", "😀"));
    }

    [Fact]
    public void A_last_day_and_a_bare_date_stay_days()
    {
        Assert.Contains("\"lastDay\":\"2026-06-26\"", Text(Hris.Leave("l", "2026-03-05", Given.LastDay("2026-06-26"))));
        Assert.Contains("\"until\":\"2026-06-26\"", Text(Hris.Absence("a", "2026-03-05", until: Given.Day("2026-06-26"))));
        Assert.Contains("\"effectiveAt\":\"2026-06-26T00:00:00.000000Z\"", Text(Hris.Leave("l", "2026-03-05", Given.Instant("2026-06-26"))));
    }

    private static byte[] Hash(MembershipEvent e, bool occurredAtSupplied) => EventCodec.WriteWithHash(e, occurredAtSupplied).ContentHash;

    [Fact]
    public void The_same_event_of_another_source_is_other_content()
    {
        var here = Hris.Leave("l", "2026-03-05");
        Assert.NotEqual(Hash(here, false), Hash(here with { Source = "orgtool" }, false));
    }

    [Fact]
    public void What_the_door_supplied_is_not_part_of_the_content()
    {
        var first = Hris.Leave("l", "2026-03-05", Given.Day("2026-06-01"));
        var again = Hris.Leave("l", "2026-03-06", Given.Day("2026-06-01"));
        Assert.Equal(Hash(first, true), Hash(again, true));
        Assert.NotEqual(Hash(first, false), Hash(again, false));
        Assert.NotEqual(Hash(first, true), Hash(again with { EffectiveAt = null }, true));
    }

    [Fact]
    public void Fields_of_a_later_version_are_skipped_and_order_does_not_matter_when_reading()
    {
        var json = """
            {"type":"assign","new":{"a":[1,{"b":2}]},"role":"manager","teamId":"T1","employeeId":"E1","occurredAt":"2026-03-05T00:00:00.000000Z","id":"a1"}
            """;
        var read = Assert.IsType<Assign>(EventCodec.Read("hris", Encoding.UTF8.GetBytes(json)));
        Assert.Equal(Hris.Assign("a1", "2026-03-05", "T1", role: AssignmentRole.Manager), read);
    }

    [Theory]
    [InlineData("{\"id\":\"x\",\"type\":\"promote\",\"occurredAt\":\"2026-03-05T00:00:00.000000Z\"}", "promote")]
    [InlineData("{\"id\":\"x\",\"type\":\"leave\",\"occurredAt\":\"2026-03-05T00:00:00.000000Z\"}", "employeeId")]
    [InlineData("{\"id\":\"x\",\"type\":\"leave\"", "JSON")]
    [InlineData("[]", "object")]
    public void What_was_never_written_is_refused_by_name(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => EventCodec.Read("hris", Encoding.UTF8.GetBytes(json))).Message);
}
