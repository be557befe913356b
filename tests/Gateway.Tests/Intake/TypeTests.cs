namespace Gateway.Tests.Intake;

/// <summary>The table of semantics.md, section 2: which fields each type needs, may have, and must not have.</summary>
public sealed class TypeTests(Door door) : IClassFixture<Door>
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["employeeId"] = "\"E1\"", ["member"] = "{}", ["teams"] = "[]", ["from"] = "\"T1\"", ["to"] = "\"T2\"", ["role"] = "\"member\"", ["teamId"] = "\"T1\"",
        ["lastDay"] = "\"2026-06-26\"", ["reason"] = "\"SENT\"", ["until"] = "\"2027-01-01\"", ["sameAs"] = """{"source":"orgtool","employeeId":"E9"}""",
        ["name"] = "\"SENT\"", ["parentId"] = "\"T1\"", ["eventId"] = "\"x1\"",
    };

    public static TheoryData<string, string[], string[]> Types => new()
    {
        { "hire", ["employeeId"], ["member", "teams"] },
        { "update", ["employeeId", "member"], [] },
        { "move", ["employeeId", "to"], ["from", "role"] },
        { "assign", ["employeeId", "teamId"], ["role"] },
        { "unassign", ["employeeId", "teamId"], ["role"] },
        { "leave", ["employeeId"], ["lastDay", "reason"] },
        { "absence", ["employeeId"], ["until"] },
        { "return", ["employeeId"], [] },
        { "alias", ["employeeId", "sameAs"], [] },
        { "team", ["teamId"], ["name", "parentId"] },
        { "team-close", ["teamId"], [] },
        { "retract", ["eventId"], [] },
    };

    [Theory, MemberData(nameof(Types))]
    public async Task A_type_has_its_own_fields_and_no_others(string type, string[] needed, string[] optional)
    {
        var id = 0;
        await door.AcceptedAsync(Event(type, ref id, needed));
        await door.AcceptedAsync(Event(type, ref id, [.. needed, .. optional]));
        foreach (var field in optional) await door.AcceptedAsync(Event(type, ref id, [.. needed, field]));
        foreach (var field in needed) await door.RefusedAsync(Event(type, ref id, [.. needed.Where(n => n != field)]), MissingAt(field));
        foreach (var field in Values.Keys.Except([.. needed, .. optional, .. (string[])(type == "move" ? ["teams"] : [])]))
            await door.RefusedAsync(Event(type, ref id, [.. needed, field]), field);
    }

    private static string MissingAt(string field) => field == "sameAs" ? "sameAs.source" : field;

    private static string Event(string type, ref int id, string[] fields) =>
        $$"""{"id":"{{type}}-{{++id}}","type":"{{type}}"{{string.Concat(fields.Select(f => $",\"{f}\":{Values[f]}"))}}}""";

    [Theory]
    [InlineData("\"teams\":[]", true, "")]
    [InlineData("\"teams\":[{\"teamId\":\"T1\"},{\"teamId\":\"T1\",\"role\":\"manager\"}]", true, "")]
    [InlineData("\"from\":\"T1\"", true, "")]
    [InlineData("\"from\":\"T1\",\"role\":\"manager\"", true, "")]
    [InlineData("\"from\":\"T1\",\"to\":\"T2\",\"role\":\"manager\"", true, "")]
    [InlineData("\"to\":\"T2\",\"role\":\"member\"", true, "")]
    [InlineData("\"to\":\"T2\",\"from\":null,\"role\":null", true, "")]
    [InlineData("\"to\":\"T2\",\"role\":\"manager\"", false, "from")]
    [InlineData("\"to\":\"T2\",\"from\":null,\"role\":\"manager\"", false, "from")]
    [InlineData("\"to\":\"T2\",\"from\":\" \",\"role\":\"manager\"", false, "from")]
    [InlineData("\"teams\":[],\"to\":\"T2\"", false, "teams")]
    [InlineData("\"teams\":[],\"from\":\"T1\"", false, "teams")]
    [InlineData("\"teams\":[],\"from\":null,\"to\":null", true, "")]
    [InlineData("\"teams\":[],\"role\":\"manager\"", false, "role")]
    [InlineData("\"role\":\"member\"", false, "to")]
    [InlineData("\"from\":null,\"to\":null", false, "to")]
    public Task A_move_says_either_where_to_or_all_teams(string fields, bool accepted, string place)
    {
        var json = $$"""{"id":"m:{{fields.Replace("\"", "'", StringComparison.Ordinal)}}","type":"move","employeeId":"E1",{{fields}}}""";
        return accepted ? door.AcceptedAsync(json) : door.RefusedAsync(json, place);
    }

    [Theory]
    [InlineData("\"effectiveAt\":\"2026-06-27\",\"lastDay\":\"2026-06-26\"", false)]
    [InlineData("\"effectiveAt\":null,\"lastDay\":\"2026-06-26\"", true)]
    [InlineData("\"effectiveAt\":\"2026-06-27\",\"lastDay\":null", true)]
    [InlineData("\"reason\":null", true)]
    public Task A_leave_has_one_end(string fields, bool accepted)
    {
        var json = $$"""{"id":"l:{{fields.Replace("\"", "'", StringComparison.Ordinal)}}","type":"leave","employeeId":"E1",{{fields}}}""";
        return accepted ? door.AcceptedAsync(json) : door.RefusedAsync(json, "lastDay");
    }

    [Theory]
    [InlineData("\"effectiveAt\":\"2026-03-02\",\"until\":\"2026-03-02\"", false)]
    [InlineData("\"effectiveAt\":\"2026-03-02\",\"until\":\"2026-03-01\"", false)]
    [InlineData("\"effectiveAt\":\"2026-03-02\",\"until\":\"2026-03-03\"", true)]
    [InlineData("\"occurredAt\":\"2026-03-02T09:00:00Z\",\"until\":\"2026-03-02T09:00:00Z\"", false)]
    [InlineData("\"occurredAt\":\"2026-03-02T09:00:00Z\",\"until\":\"2026-03-02T09:00:00.000001Z\"", true)]
    // The day begins in Paris at 23:00 the day before.
    [InlineData("\"effectiveAt\":\"2026-03-02T23:30:00Z\",\"until\":\"2026-03-03\"", false)]
    [InlineData("\"effectiveAt\":\"2026-03-02T22:30:00Z\",\"until\":\"2026-03-03\"", true)]
    [InlineData("\"effectiveAt\":\"2026-03-02\",\"until\":null", true)]
    // It starts when it arrives: sent again a year later it must still be the same event.
    [InlineData("\"until\":\"2020-01-01\"", true)]
    public Task An_absence_ends_after_it_starts(string fields, bool accepted)
    {
        var json = $$"""{"id":"a:{{fields.Replace("\"", "'", StringComparison.Ordinal)}}","type":"absence","employeeId":"E1",{{fields}}}""";
        return accepted ? door.AcceptedAsync(json) : door.RefusedAsync(json, "until");
    }

    [Fact]
    public async Task A_retraction_stands_in_for_nothing() =>
        await door.RefusedAsync("""{"id":"r9","type":"retract","eventId":"x","replaces":"y"}""", "replaces");

    [Fact]
    public async Task Retractions_and_replacements_may_name_what_is_not_there_and_themselves()
    {
        await door.AcceptedAsync("""{"id":"r1","type":"retract","eventId":"never"}""");
        await door.AcceptedAsync("""{"id":"r2","type":"retract","eventId":"r2"}""");
        await door.AcceptedAsync("""{"id":"r3","type":"return","employeeId":"E1","replaces":"r3"}""");
        await door.AcceptedAsync("""{"id":"r4","type":"return","employeeId":"E1","replaces":"never"}""");
    }

    [Fact]
    public async Task A_fact_that_cannot_be_used_is_accepted()
    {
        await door.AcceptedAsync("""{"id":"f1","type":"hire","employeeId":"E1","member":{"email":"no e-mail","language":"zz","imageUrl":"::"},"teams":[{"teamId":"nowhere"}]}""");
        await door.AcceptedAsync("""{"id":"f2","type":"alias","employeeId":"E1","sameAs":{"source":"no such source","employeeId":"E1"}}""");
    }
}
