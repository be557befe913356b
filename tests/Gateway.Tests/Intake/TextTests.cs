using System.Text.Json;

namespace Gateway.Tests.Intake;

public sealed class TextTests(Door door) : IClassFixture<Door>
{
    private const string Smile = "\U0001F600";

    public static TheoryData<string, string> IdFields => new()
    {
        { "id", """{"id":X,"type":"return","employeeId":"E1"}""" },
        { "employeeId", """{"id":"I","type":"return","employeeId":X}""" },
        { "replaces", """{"id":"I","type":"return","employeeId":"E1","replaces":X}""" },
        { "teamId", """{"id":"I","type":"assign","employeeId":"E1","teamId":X}""" },
        { "from", """{"id":"I","type":"move","employeeId":"E1","from":X}""" },
        { "to", """{"id":"I","type":"move","employeeId":"E1","to":X}""" },
        { "teams[0].teamId", """{"id":"I","type":"hire","employeeId":"E1","teams":[{"teamId":X}]}""" },
        { "parentId", """{"id":"I","type":"team","teamId":"T1","parentId":X}""" },
        { "eventId", """{"id":"I","type":"retract","eventId":X}""" },
        { "sameAs.employeeId", """{"id":"I","type":"alias","employeeId":"E1","sameAs":{"source":"orgtool","employeeId":X}}""" },
    };

    public static TheoryData<string, string> TextFields => new()
    {
        { "member.email", """{"id":"I","type":"hire","employeeId":"E1","member":{"email":X}}""" },
        { "member.jobTitle", """{"id":"I","type":"hire","employeeId":"E1","member":{"jobTitle":X}}""" },
        { "member.attributes['a']", """{"id":"I","type":"hire","employeeId":"E1","member":{"attributes":{"a":X}}}""" },
        { "reason", """{"id":"I","type":"leave","employeeId":"E1","reason":X}""" },
        { "name", """{"id":"I","type":"team","teamId":"T1","name":X}""" },
    };

    private static string With(string template, string text) =>
        template.Replace("\"I\"", JsonSerializer.Serialize(Guid.NewGuid().ToString()), StringComparison.Ordinal).Replace("X", JsonSerializer.Serialize(text), StringComparison.Ordinal);

    [Theory, MemberData(nameof(IdFields))]
    public async Task An_id_has_at_most_200_characters_wherever_they_are_from(string place, string template)
    {
        await door.AcceptedAsync(With(template, new string('i', 200)));
        await door.AcceptedAsync(With(template, string.Concat(Enumerable.Repeat(Smile, 200))));
        await door.AcceptedAsync(With(template, "  " + new string('j', 200) + "\t"));
        await door.RefusedAsync(With(template, Door.Sent + new string('i', 197)), place);
        await door.RefusedAsync(With(template, string.Concat(Enumerable.Repeat(Smile, 201))), place);
    }

    [Theory, MemberData(nameof(TextFields))]
    public async Task Another_string_has_at_most_2000_characters(string place, string template)
    {
        await door.AcceptedAsync(With(template, new string('t', 2000)));
        await door.AcceptedAsync(With(template, string.Concat(Enumerable.Repeat(Smile, 2000))));
        await door.RefusedAsync(With(template, Door.Sent + new string('t', 1997)), place);
    }

    [Theory, MemberData(nameof(IdFields)), MemberData(nameof(TextFields))]
    public async Task Control_characters_are_refused(string place, string template)
    {
        foreach (var c in "\0\u0001\u0007\n\r\u001b\u007f\u0085\u009f") await door.RefusedAsync(With(template, $"{Door.Sent}{c}x"), place);
    }

    [Fact]
    public async Task An_attribute_has_a_name_of_at_most_2000_characters_and_no_control_characters()
    {
        const string template = """{"id":"I","type":"hire","employeeId":"E1","member":{"attributes":{X:"v"}}}""";
        await door.AcceptedAsync(With(template, new string('n', 2000)));
        await door.RefusedAsync(With(template, new string('n', 2001)), "member.attributes");
        await door.RefusedAsync(With(template, "SE\0NT"), "member.attributes");
    }

    [Fact]
    public async Task Strings_are_kept_trimmed_and_otherwise_as_sent()
    {
        await door.AcceptedAsync($$"""
            {"id":"  trimmed ","type":"hire","employeeId":"\t E 7 \u00a0","member":{"firstName":" In\u00e9s  {{Smile}}","lastName":"Ｍuñoz ","jobTitle":"  ","email":null,"attributes":{" dept ":" R&D ","gone":" "} },
             "teams":[{"teamId":" T1 ","role":" manager "},{"teamId":"t1"}]}
            """);
        var stored = door.Stored("trimmed");
        Assert.Equal("E 7", stored.GetProperty("employeeId").GetString());
        var member = stored.GetProperty("member");
        Assert.Equal("Inés  " + Smile, member.GetProperty("firstName").GetString());
        Assert.Equal("Ｍuñoz", member.GetProperty("lastName").GetString());
        Assert.Equal(JsonValueKind.Null, member.GetProperty("jobTitle").ValueKind);
        Assert.Equal(JsonValueKind.Null, member.GetProperty("email").ValueKind);
        Assert.False(member.TryGetProperty("imageUrl", out _));
        Assert.Equal("R&D", member.GetProperty("attributes").GetProperty("dept").GetString());
        Assert.Equal(JsonValueKind.Null, member.GetProperty("attributes").GetProperty("gone").ValueKind);
        Assert.Equal("""[{"teamId":"T1","role":"manager"},{"teamId":"t1","role":"member"}]""", stored.GetProperty("teams").GetRawText());
    }

    [Fact]
    public async Task Null_and_absent_parents_differ()
    {
        await door.AcceptedAsync("""{"id":"p1","type":"team","teamId":"T1"}""");
        await door.AcceptedAsync("""{"id":"p2","type":"team","teamId":"T1","parentId":null}""");
        await door.AcceptedAsync("""{"id":"p3","type":"team","teamId":"T1","parentId":" "}""");
        Assert.False(door.Stored("p1").TryGetProperty("parentId", out _));
        Assert.Equal(JsonValueKind.Null, door.Stored("p2").GetProperty("parentId").ValueKind);
        Assert.Equal(JsonValueKind.Null, door.Stored("p3").GetProperty("parentId").ValueKind);
    }
}
