using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Intake;

public sealed class BatchTests(Door door) : IClassFixture<Door>
{
    private static string Return(string id) => $$"""{"id":"{{id}}","type":"return","employeeId":"E1"}""";

    private static HttpContent Lines(params IEnumerable<string> lines) => Door.Bytes(Encoding.UTF8.GetBytes(string.Join('\n', lines)), "application/x-ndjson");

    [Fact]
    public async Task One_bad_event_fails_alone()
    {
        string[] events =
        [
            Return("b1"), """{"id":"b2","type":"SENT"}""", Return("b3"), "5", """{"id":"\ud800","type":"return","employeeId":"E1"}""",
            """{"t\ud800ype":1,"id":"b6","type":"return","employeeId":"E1"}""", """{"id":"b7\u0000","type":"return","employeeId":"E1"}""", Return("b8"),
            $$"""{"id":"b9","type":"leave","employeeId":"E1","reason":"{{new string('r', 70_000)}}"}""", Return("b10"),
        ];
        int[] expected = [202, 400, 202, 400, 400, 400, 400, 202, 400, 202];
        var before = door.Rows();
        var results = await door.BatchAsync(Door.Json($"[{string.Join(',', events)}]"));
        Assert.Equal(expected, Door.Statuses(results));
        Assert.Equal(before + 4, door.Rows());
        Assert.Equal(["b1", "b3", "b8", "b10"], results.Where(r => r.GetProperty("status").GetInt32() == 202).Select(r => r.GetProperty("id").GetString()));
        Assert.All(results, r => Assert.Equal(r.GetProperty("status").GetInt32() == 400, r.TryGetProperty("errors", out _)));
        Assert.True(results[1].GetProperty("errors").TryGetProperty("type", out _));

        Door.Is([.. expected.Select(s => s == 202 ? 200 : s)], await door.BatchAsync(Lines(events)));
    }

    [Fact]
    public async Task A_bad_line_fails_alone()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes(Return("l1")), .. "\r\n\n{\"id\":\"SENT\",\n"u8, 0xFF, 0xFE, (byte)'\n', .. "   \n"u8, .. Encoding.UTF8.GetBytes(Return("l2")), .. "\n"u8];
        var results = await door.BatchAsync(Door.Bytes(body, "application/x-ndjson"));
        Assert.Equal([202, 400, 400, 202], Door.Statuses(results));
        Assert.Contains("at byte 12", results[1].GetProperty("errors").GetProperty("$")[0].GetString(), StringComparison.Ordinal);
        Assert.True(door.IsStored("l1") && door.IsStored("l2"));
    }

    [Theory]
    [InlineData("[E, E", 67)]
    [InlineData("[E,\nE,\n?]", 69)]
    [InlineData("[E] E", 35)]
    public async Task An_array_that_does_not_parse_keeps_nothing_and_names_the_byte(string template, int position)
    {
        var before = door.Rows();
        const string eventOf32Bytes = """{"id":"x","type":"a","teams":[]}""";
        var json = template.Replace("E", eventOf32Bytes, StringComparison.Ordinal);
        var (status, body, _) = await door.PostAsync("/v1/events/batch", Door.Json(json));
        Assert.Equal(400, status);
        Assert.Contains($"at byte {position}", body.GetProperty("errors").GetProperty("$")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(before, door.Rows());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"SENT\"")]
    public async Task What_is_no_array_is_refused(string json)
    {
        var (status, body, _) = await door.PostAsync("/v1/events/batch", Door.Json(json));
        Assert.Equal(400, status);
        Assert.True(body.GetProperty("errors").TryGetProperty("$", out _));
    }

    [Fact]
    public async Task Invalid_UTF_8_in_an_array_keeps_nothing()
    {
        var before = door.Rows();
        byte[] json = [.. Encoding.UTF8.GetBytes($"[{Return("u1")},\""), 0xC0, 0x80, .. "\"]"u8];
        var (status, body, _) = await door.PostAsync("/v1/events/batch", Door.Bytes(json));
        Assert.Equal(400, status);
        Assert.Contains($"at byte {json.Length - 4}", body.GetProperty("errors").GetProperty("$")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(before, door.Rows());
    }

    [Fact]
    public async Task Five_thousand_are_taken_and_one_more_is_too_many()
    {
        var before = door.Rows();
        var many = Enumerable.Range(0, 5001).Select(i => Return("many-" + i)).ToList();
        foreach (var content in (HttpContent[])[Lines(many), Door.Json($"[{string.Join(',', many)}]")])
        {
            var (status, body, _) = await door.PostAsync("/v1/events/batch", content);
            Assert.Equal((413, "urn:gateway:problem:too-large"), (status, body.GetProperty("type").GetString()));
        }

        Assert.Equal(before, door.Rows());
        var results = await door.BatchAsync(Lines(many.Take(5000)));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => "many-" + i), results.Select(r => r.GetProperty("id").GetString()));
        Assert.Equal(before + 5000, door.Rows());
    }

    [Fact]
    public async Task Doubled_ids_in_one_batch_are_judged_in_order()
    {
        var before = door.Rows();
        var results = await door.BatchAsync(Lines(
            Return("d1"), Return("d2"), Return("d1"), """{"id":"d1","type":"return","employeeId":"E2"}""", Return("d2")));
        Assert.Equal([202, 202, 200, 409, 200], Door.Statuses(results));
        Assert.Equal(results[0].GetProperty("sequence").GetInt64(), results[2].GetProperty("sequence").GetInt64());
        Assert.Equal(before + 2, door.Rows());
        Assert.Equal("E1", door.Stored("d1").GetProperty("employeeId").GetString());
    }

    [Fact]
    public async Task Each_next_event_without_a_time_of_its_own_is_a_microsecond_later()
    {
        await door.BatchAsync(Lines(Return("t1"), "?", Return("t2"), """{"id":"t3","type":"return","employeeId":"E1","occurredAt":"2026-01-01T00:00:00Z"}""", Return("t4")));
        var times = new[] { "t1", "t2", "t4" }.Select(id => DateTimeOffset.Parse(door.Stored(id).GetProperty("occurredAt").GetString()!, null)).ToList();
        Assert.Equal([2, 2], [(times[1] - times[0]).TotalMicroseconds, (times[2] - times[1]).TotalMicroseconds]);
    }

    [Fact]
    public async Task An_empty_batch_has_no_results()
    {
        Assert.Empty(await door.BatchAsync(Door.Json("[]")));
        Assert.Empty(await door.BatchAsync(Lines("", "  ")));
    }

    [Fact]
    public async Task Bad_requests_in_one_group_never_hurt_a_neighbour()
    {
        var before = door.Rows();
        string[] bad =
        [
            "?", """{"id":"\ud800","type":"return","employeeId":"E1"}""", """{"id":"x\u0000","type":"return","employeeId":"E1"}""", """{"t\ud800ype":"return"}""",
            """{"id":"n0","type":"return","employeeId":"E-other"}""",
        ];
        Assert.Equal(202, (await door.PostAsync(Return("n0"))).Status);
        var good = Enumerable.Range(1, 200).Select(i => door.PostAsync(Return("n" + i))).ToList();
        var refused = Enumerable.Range(0, 100).Select(i => door.PostAsync(bad[i % bad.Length])).ToList();
        Assert.All(await Task.WhenAll(good), a => Assert.Equal(202, a.Status));
        Assert.All(await Task.WhenAll(refused), a => Assert.True(a.Status is 400 or 409, a.Body.ToString()));
        Assert.Equal(before + 201, door.Rows());
    }

    [Fact]
    public async Task A_deep_event_in_a_batch_is_refused_like_one_alone()
    {
        static string Deep(int depth) => $$"""{"id":"deep{{depth}}","type":"return","employeeId":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""";
        await door.RefusedAsync(Deep(32), "employeeId");
        await door.RefusedAsync(Deep(33), "$");
        await door.RefusedAsync(Deep(1000), "$");
        var (status, body, _) = await door.PostAsync("/v1/events/batch", Door.Json($"[{Deep(33)}]"));
        Assert.Equal(400, status);
        Assert.True(body.GetProperty("errors").TryGetProperty("$", out _));
        Door.Is([400, 202], await door.BatchAsync(Lines(Deep(1000), Return("after-deep"))));
        JsonElement errors = (await door.BatchAsync(Door.Json($"[{Deep(32)}]")))[0].GetProperty("errors");
        Assert.True(errors.TryGetProperty("employeeId", out _));
    }
}
