using System.Text;

namespace Gateway.Tests.Intake;

/// <summary>What is not an event of the right shape is refused at its place, and leaves nothing.</summary>
public sealed class ShapeTests(Door door) : IClassFixture<Door>
{
    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("SENT")]
    [InlineData("""{"id":"SENT","type":"return","employeeId":"SENT" """)]
    [InlineData("""{"id":"SENT","type":"return","employeeId":"SENT",}""")]
    [InlineData("""{"id":"SENT",/* why */"type":"return","employeeId":"SENT"}""")]
    [InlineData("""{'id':'SENT','type':'return','employeeId':'SENT'}""")]
    [InlineData("""{"id":"SENT","type":"return","employeeId":"SENT"}{"id":"SENT2"}""")]
    [InlineData("""{"id":"SENT","type":"return","employeeId":NaN}""")]
    [InlineData("{\"id\":\"SENT\",\"type\":\"return\",\"employeeId\":\"SENT\nmore\"}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"SENT\"")]
    [InlineData("""[{"id":"SENT","type":"return","employeeId":"SENT"}]""")]
    public Task What_is_no_JSON_object_is_refused_at_the_root(string body) => door.RefusedAsync(body, "$");

    [Fact]
    public async Task Broken_JSON_is_told_by_its_byte()
    {
        var errors = await door.RefusedAsync(Door.Json("{\"id\":\"é\",\n\"type\":?}"), "$");
        Assert.Contains("at byte 19", errors.GetProperty("$")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"id\":5", "id")]
    [InlineData("\"id\":null", "id")]
    [InlineData("\"id\":\"  \"", "id")]
    [InlineData("\"type\":5", "type")]
    [InlineData("\"type\":null", "type")]
    [InlineData("\"type\":\"SENT\"", "type")]
    [InlineData("\"type\":\"Hire\"", "type")]
    [InlineData("\"occurredAt\":1767225600", "occurredAt")]
    [InlineData("\"effectiveAt\":{\"at\":\"SENT\"}", "effectiveAt")]
    [InlineData("\"replaces\":true", "replaces")]
    [InlineData("\"replaces\":null", "replaces")]
    [InlineData("\"employeeId\":[\"SENT\"]", "employeeId")]
    [InlineData("\"employeeId\":null", "employeeId")]
    [InlineData("\"member\":\"SENT\"", "member")]
    [InlineData("\"member\":null", "member")]
    [InlineData("\"member\":[]", "member")]
    [InlineData("\"member\":{\"email\":5}", "member.email")]
    [InlineData("\"member\":{\"firstName\":{\"a\":\"SENT\"}}", "member.firstName")]
    [InlineData("\"member\":{\"attributes\":null}", "member.attributes")]
    [InlineData("\"member\":{\"attributes\":[\"SENT\"]}", "member.attributes")]
    [InlineData("\"member\":{\"attributes\":{\"dept\":5}}", "member.attributes['dept']")]
    [InlineData("\"member\":{\"attributes\":{\" \":\"SENT\"}}", "member.attributes")]
    [InlineData("\"teams\":null", "teams")]
    [InlineData("\"teams\":{\"teamId\":\"SENT\"}", "teams")]
    [InlineData("\"teams\":[\"SENT\"]", "teams[0]")]
    [InlineData("\"teams\":[{\"teamId\":\"T\"},{\"role\":\"member\"}]", "teams[1].teamId")]
    [InlineData("\"teams\":[{\"teamId\":null}]", "teams[0].teamId")]
    [InlineData("\"teams\":[{\"teamId\":\" \"}]", "teams[0].teamId")]
    [InlineData("\"teams\":[{\"teamId\":\"T\",\"role\":\"SENT\"}]", "teams[0].role")]
    [InlineData("\"teams\":[{\"teamId\":\"T\",\"role\":\"Manager\"}]", "teams[0].role")]
    [InlineData("\"effectivAt\":\"2026-01-01\"", "effectivAt")]
    [InlineData("\"EmployeeID\":\"SENT\"", "EmployeeID")]
    [InlineData("\"source\":\"SENT\"", "source")]
    [InlineData("\"member\":{\"emial\":\"SENT\"}", "member.emial")]
    [InlineData("\"member\":{\"Email\":\"SENT\"}", "member.Email")]
    [InlineData("\"teams\":[{\"teamId\":\"T\",\"rol\":\"manager\"}]", "teams[0].rol")]
    [InlineData("\"member\":{\"email\":\"SENT\",\"email\":\"SENT2\"}", "member.email")]
    [InlineData("\"member\":{\"attributes\":{\"a\":\"SENT\",\"a\":\"SENT\"}}", "member.attributes['a']")]
    [InlineData("\"member\":{\"attributes\":{\"a\":\"SENT\",\" a \":\"SENT\"}}", "member.attributes['a']")]
    [InlineData("\"teams\":[{\"teamId\":\"SENT\",\"teamId\":\"SENT\"}]", "teams[0].teamId")]
    public Task A_hire_is_refused_where_it_is_wrong(string field, string place)
    {
        var name = field[1..field.IndexOf('"', 1)];
        var others = new[] { ("id", "\"id\":\"SENT\""), ("type", "\"type\":\"hire\""), ("employeeId", "\"employeeId\":\"SENT\"") };
        return door.RefusedAsync("{" + string.Join(',', others.Where(o => o.Item1 != name).Select(o => o.Item2).Append(field)) + "}", place);
    }

    [Theory]
    [InlineData("""{"id":"SENT","id":"SENT","type":"return","employeeId":"E1"}""", "id")]
    [InlineData("""{"id":"SENT","\u0069d":"SENT","type":"return","employeeId":"E1"}""", "id")]
    [InlineData("""{"id":"SENT","type":"return","type":"leave","employeeId":"E1"}""", "type")]
    [InlineData("""{"id":"SENT","type":"alias","employeeId":"E1","sameAs":[]}""", "sameAs")]
    [InlineData("""{"id":"SENT","type":"alias","employeeId":"E1","sameAs":null}""", "sameAs")]
    [InlineData("""{"id":"SENT","type":"alias","employeeId":"E1","sameAs":{"source":"orgtool"}}""", "sameAs.employeeId")]
    [InlineData("""{"id":"SENT","type":"alias","employeeId":"E1","sameAs":{"source":"orgtool","employeeId":"SENT","employeeId":"SENT"}}""", "sameAs.employeeId")]
    [InlineData("""{"id":"SENT","type":"alias","employeeId":"E1","sameAs":{"sorce":"SENT","employeeId":"SENT"}}""", "sameAs.sorce")]
    [InlineData("""{"id":"SENT","type":"team","teamId":"T","name":null}""", "name")]
    [InlineData("""{"id":"SENT","type":"team","teamId":"T","name":" "}""", "name")]
    [InlineData("""{"id":"SENT","type":"team","teamId":"T","parentId":5}""", "parentId")]
    public Task Other_types_are_refused_where_they_are_wrong(string body, string place) => door.RefusedAsync(body, place);

    [Fact]
    public async Task Everything_wrong_is_told_at_once()
    {
        var errors = await door.RefusedAsync(Door.Json("""
            {"type":"hire","occurredAt":"SENT","effectivAt":"SENT","member":{"email":5,"emial":"SENT"},"teams":[{"teamId":""},{"teamId":"T","role":"SENT"}]}
            """), "id");
        string[] places = ["effectivAt", "employeeId", "id", "member.email", "member.emial", "occurredAt", "teams[0].teamId", "teams[1].role"];
        Assert.Equal(places, errors.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_misspelt_field_is_told_with_the_one_that_was_probably_meant()
    {
        var errors = await door.RefusedAsync(Door.Json("""{"id":"SENT","type":"leave","employeeId":"E1","effectivAt":"2026-01-01"}"""), "effectivAt");
        Assert.Contains("effectiveAt", errors.GetProperty("effectivAt")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_without_number_or_with_endless_names_make_no_endless_answer()
    {
        var body = new StringBuilder("""{"id":"x","type":"hire","employeeId":"E1" """);
        for (var i = 0; i < 5000; i++) body.Append($",\"f{i}\":1");
        var errors = await door.RefusedAsync(Door.Json(body.Append('}').ToString()), "$");
        Assert.InRange(errors.EnumerateObject().Count(), 50, 100);

        var name = new string('n', 20_000);
        errors = await door.RefusedAsync(Door.Json($$"""{"id":"x","type":"hire","employeeId":"E1","{{name}}":1,"member":{"attributes":{"{{name}}":1} } }"""), new string('n', 64) + "…");
        Assert.InRange(errors.ToString().Length, 1, 2000);
    }

    [Theory]
    [InlineData("""{"id":"\ud800","type":"return","employeeId":"E1"}""", "id")]
    [InlineData("""{"id":"SENT","type":"return","employeeId":"a\udc00b"}""", "employeeId")]
    [InlineData("""{"id":"SENT","type":"\ud800","employeeId":"E1"}""", "type")]
    [InlineData("""{"id":"SENT","type":"hire","employeeId":"E1","member":{"firstName":"\ud83d"}}""", "member.firstName")]
    [InlineData("""{"id":"SENT","type":"hire","employeeId":"E1","member":{"attributes":{"a":"\udfff"}}}""", "member.attributes['a']")]
    [InlineData("""{"id":"SENT","type":"hire","employeeId":"E1","member":{"attributes":{"\udfff":"SENT"}}}""", "member.attributes")]
    [InlineData("""{"id":"SENT","type":"hire","employeeId":"E1","member":{"\ud800":"SENT"}}""", "member")]
    [InlineData("""{"id":"SENT","type":"hire","employeeId":"E1","teams":[{"\ud800":"SENT"}]}""", "teams[0]")]
    [InlineData("""{"id":"SENT","type":"hire","employeeId":"E1","teams":[{"te\ud800amId":"SENT"}]}""", "teams[0]")]
    [InlineData("""{"id":"SENT","type":"alias","employeeId":"E1","sameAs":{"\ud800":"SENT"}}""", "sameAs")]
    [InlineData("""{"\ud800":"SENT","id":"SENT","type":"return","employeeId":"E1"}""", "$")]
    [InlineData("""{"t\ud800ype":"SENT","i\ud800d":"SENT","type":"return","employeeId":"E1"}""", "$")]
    public Task Half_of_a_surrogate_pair_is_refused_wherever_it_stands(string body, string place) => door.RefusedAsync(body, place);

    [Fact]
    public async Task Invalid_UTF_8_is_refused_with_its_byte()
    {
        var errors = await door.RefusedAsync(Door.Bytes([.. "{\"id\":\"SENT"u8, 0xC3, 0x28, .. "\"}"u8]), "$");
        Assert.Contains("at byte 11", errors.GetProperty("$")[0].GetString(), StringComparison.Ordinal);
        await door.RefusedAsync(Door.Bytes([.. "{\"id\":\"SENT"u8, 0xED, 0xA0, 0x80, .. "\"}"u8]), "$");
        await door.RefusedAsync(Door.Bytes(Encoding.Unicode.GetBytes("""{"id":"SENT","type":"return","employeeId":"E1"}""")), "$");
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_error() =>
        Assert.Equal(202, (await door.PostAsync("/v1/events", Door.Bytes([.. "\uFEFF"u8, .. """{"id":"bom","type":"return","employeeId":"E1"}"""u8]))).Status);
}
