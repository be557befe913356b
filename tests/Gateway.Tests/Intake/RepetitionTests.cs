using System.Text;

namespace Gateway.Tests.Intake;

/// <summary>The same id again: with the same content 200, with other content 409, and the first one stands.</summary>
public sealed class RepetitionTests(Door door) : IClassFixture<Door>
{
    private const string Hire = """
        {"id":"I","type":"hire","occurredAt":"2026-03-01T08:00:00Z","effectiveAt":"2026-03-02T00:00:00Z","employeeId":"E7",
         "member":{"email":"a@example.test","firstName":"A","attributes":{"b":"1","a":"2"}},"teams":[{"teamId":"T1"},{"teamId":"T2","role":"manager"}]}
        """;

    public static TheoryData<string, string> Same => new()
    {
        { "another order of fields", """{"teams":[{"role":"member","teamId":"T1"},{"role":"manager","teamId":"T2"}],"member":{"attributes":{"a":"2","b":"1"},"firstName":"A","email":"a@example.test"},"employeeId":"E7","effectiveAt":"2026-03-02T00:00:00Z","occurredAt":"2026-03-01T08:00:00Z","type":"hire","id":"I"}""" },
        { "spaces", Hire.Replace("\"E7\"", "\"  E7 \"", StringComparison.Ordinal).Replace("\"A\"", "\" A\\t\"", StringComparison.Ordinal).Replace(",", " , ", StringComparison.Ordinal) },
        { "another zone for the same instant", Hire.Replace("08:00:00Z", "09:30:00+01:30", StringComparison.Ordinal) },
        { "decimals beyond microseconds", Hire.Replace("08:00:00Z", "08:00:00.0000009Z", StringComparison.Ordinal) },
        { "a spelled default and escapes", Hire.Replace("\"T1\"", "\"\\u0054\\u0031\",\"role\":null", StringComparison.Ordinal) },
    };

    public static TheoryData<string, string> Other => new()
    {
        { "another value", Hire.Replace("\"A\"", "\"a\"", StringComparison.Ordinal) },
        { "a cleared field", Hire.Replace("\"firstName\":\"A\"", "\"firstName\":null", StringComparison.Ordinal) },
        { "an absent field", Hire.Replace("\"firstName\":\"A\",", "", StringComparison.Ordinal) },
        { "one microsecond later", Hire.Replace("08:00:00Z", "08:00:00.000001Z", StringComparison.Ordinal) },
        { "a day for an instant", Hire.Replace("2026-03-02T00:00:00Z", "2026-03-02", StringComparison.Ordinal) },
        { "another person", Hire.Replace("E7", "E8", StringComparison.Ordinal) },
        { "another type", """{"id":"I","type":"leave","employeeId":"E7"}""" },
        { "without occurredAt", Hire.Replace("\"occurredAt\":\"2026-03-01T08:00:00Z\",", "", StringComparison.Ordinal) },
    };

    private async Task<(string Json, long Sequence)> FirstAsync(string id)
    {
        var json = Hire.Replace("\"I\"", $"\"{id}\"", StringComparison.Ordinal);
        var (status, body, _) = await door.PostAsync(json);
        Assert.Equal(202, status);
        Assert.False(body.GetProperty("duplicate").GetBoolean());
        return (json, body.GetProperty("sequence").GetInt64());
    }

    [Theory, MemberData(nameof(Same))]
    public async Task The_same_content_again_is_answered_200(string what, string json)
    {
        var (_, sequence) = await FirstAsync("same " + what);
        var before = door.Rows();
        var (status, body, response) = await door.PostAsync(json.Replace("\"I\"", $"\"same {what}\"", StringComparison.Ordinal));
        Assert.True(status == 200, $"{what}: {status} {body}");
        Assert.True(body.GetProperty("duplicate").GetBoolean());
        Assert.Equal(sequence, body.GetProperty("sequence").GetInt64());
        Assert.Equal("/v1/events/hris/" + Uri.EscapeDataString("same " + what), response.Headers.Location!.OriginalString);
        Assert.Equal(before, door.Rows());
    }

    [Theory, MemberData(nameof(Other))]
    public async Task Other_content_is_answered_409_and_the_first_one_stands(string what, string json)
    {
        await FirstAsync("other " + what);
        var (before, stored) = (door.Rows(), door.Stored("other " + what).GetRawText());
        var (status, body, _) = await door.PostAsync(json.Replace("\"I\"", $"\"other {what}\"", StringComparison.Ordinal));
        Assert.True(status == 409, $"{what}: {status} {body}");
        Assert.Equal("urn:gateway:problem:event-conflict", body.GetProperty("type").GetString());
        Assert.Equal((before, stored), (door.Rows(), door.Stored("other " + what).GetRawText()));
    }

    [Fact]
    public async Task An_occurredAt_that_the_door_supplied_is_no_content()
    {
        const string json = """{"id":"supplied","type":"leave","employeeId":"E7"}""";
        Assert.Equal(202, (await door.PostAsync(json)).Status);
        Assert.Equal(200, (await door.PostAsync(json)).Status);
        Door.Is([200], await door.BatchAsync(Door.Json($"[{json}]")));
    }

    [Fact]
    public async Task The_same_id_of_another_source_is_another_event()
    {
        await FirstAsync("shared");
        using var response = await door.Gateway.PostAsync("/v1/events?source=orgtool", Hire.Replace("\"I\"", "\"shared\"", StringComparison.Ordinal));
        Assert.Equal(202, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_repetition_is_told_what_became_of_the_event()
    {
        async Task<string?> StateAsync(string json)
        {
            Assert.Equal(202, (await door.PostAsync(json)).Status);
            return (await door.PostAsync(json)).Body.GetProperty("state").GetString();
        }

        Assert.Equal("applied", await StateAsync("""{"id":"st1","type":"hire","employeeId":"S1","effectiveAt":"2026-01-01"}"""));
        Assert.Equal("scheduled", await StateAsync("""{"id":"st2","type":"leave","employeeId":"S1","effectiveAt":"9000-01-01"}"""));
        Assert.Equal("applied", await StateAsync("""{"id":"st3","type":"retract","eventId":"st1"}"""));
        Assert.Equal("retracted", (await door.PostAsync("""{"id":"st1","type":"hire","employeeId":"S1","effectiveAt":"2026-01-01"}""")).Body.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_storm_of_the_same_event_is_one_event()
    {
        const string json = """{"id":"storm","type":"return","employeeId":"E7"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => door.PostAsync(json)));
        Assert.Equal(1, answers.Count(a => a.Status == 202));
        Assert.Equal(99, answers.Count(a => a.Status == 200));
        Assert.Single(answers.Select(a => a.Body.GetProperty("sequence").GetInt64()).Distinct());
        Assert.True(door.IsStored("storm"));
    }

    [Fact]
    public async Task Of_a_storm_of_different_events_with_one_id_one_stands()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => door.PostAsync($$"""{"id":"fight","type":"return","employeeId":"E{{i}}"}""")));
        Assert.Equal(1, answers.Count(a => a.Status == 202));
        Assert.Equal(49, answers.Count(a => a.Status == 409));
    }

    [Fact]
    public async Task A_batch_sent_again_is_answered_in_time()
    {
        // Five thousand events of one person: each answer needs the fold, which must not be made each time.
        var lines = new StringBuilder();
        for (var i = 0; i < 5000; i++) lines.Append($$"""{"id":"again-{{i}}","type":"update","employeeId":"E-again","member":{"jobTitle":"{{i}}"} }""").Append('\n');
        var bytes = Encoding.UTF8.GetBytes(lines.ToString());
        Assert.All(Door.Statuses(await door.BatchAsync(Door.Bytes(bytes, "application/x-ndjson"))), s => Assert.Equal(202, s));
        var again = door.BatchAsync(Door.Bytes(bytes, "application/x-ndjson"));
        Assert.All(Door.Statuses(await again.WaitAsync(TimeSpan.FromSeconds(20))), s => Assert.Equal(200, s));
    }
}
