using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gateway.Tests.Operations;

/// <summary>One person in several systems: from events over HTTP to the snapshot, and the report that says who is who.</summary>
public sealed class IdentityReportTests
{
    private static Dictionary<string, string?> TwoSystems(string payrollMatchesBy = "email") => new()
    {
        ["Gateway:Sources:hris:Priority"] = "1",
        ["Gateway:Sources:hris:MatchBy"] = "id",
        ["Gateway:Sources:payroll:Priority"] = "2",
        ["Gateway:Sources:payroll:MatchBy"] = payrollMatchesBy,
    };

    private static string Hire(string id, string number, string email, string at = "2026-01-01", string first = "Ada", string last = "Byron", string title = "Dev") =>
        $$$"""{"id":"{{{id}}}","type":"hire","occurredAt":"{{{at}}}T00:00:00Z","employeeId":"{{{number}}}","member":{"email":"{{{email}}}","firstName":"{{{first}}}","lastName":"{{{last}}}","jobTitle":"{{{title}}}"},"teams":[{"teamId":"T1"}]}""";

    private static string Email(string id, string number, string email, string at) =>
        $$$"""{"id":"{{{id}}}","type":"update","occurredAt":"{{{at}}}T00:00:00Z","employeeId":"{{{number}}}","member":{"email":"{{{email}}}"}}""";

    private static string Leave(string id, string number, string at) => $$"""{"id":"{{id}}","type":"leave","occurredAt":"{{at}}T00:00:00Z","employeeId":"{{number}}"}""";

    private static string Alias(string id, string number, string source, string other, string at = "2026-03-01") =>
        $$$"""{"id":"{{{id}}}","type":"alias","occurredAt":"{{{at}}}T00:00:00Z","employeeId":"{{{number}}}","sameAs":{"source":"{{{source}}}","employeeId":"{{{other}}}"}}""";

    [Fact]
    public async Task A_marriage_that_reaches_the_second_system_five_days_later_parts_nobody()
    {
        await using var story = await Story.StartAsync(TwoSystems());
        await story.SendAsync("hris", Hire("h1", "E1", "ada.byron@x.test"));
        await story.SendAsync("payroll", Hire("p1", "P1", "ada.byron@x.test", title: "Developer"));
        await story.SendAsync("hris", Email("h2", "E1", "ada.king@x.test", "2026-02-01"));

        Assert.Equal(["E1 ada.king@x.test"], await story.UsersAsync());
        Assert.Equal("joined hris:E1=first payroll:P1=past-email", await story.ReportAsync("E1"));

        await story.SendAsync("payroll", Email("p2", "P1", "ada.king@x.test", "2026-02-06"));
        Assert.Equal(["E1 ada.king@x.test"], await story.UsersAsync());
        Assert.Equal("joined hris:E1=first payroll:P1=email", await story.ReportAsync("E1"));
    }

    [Fact]
    public async Task A_rehire_under_a_new_number_is_one_person_once_an_alias_says_so()
    {
        await using var story = await Story.StartAsync(TwoSystems());
        await story.SendAsync("hris", Hire("h1", "E1", "ada@x.test"), Leave("h2", "E1", "2026-02-01"), Hire("h3", "E900", "ada@x.test", "2026-03-01"));
        Assert.Equal(["E900 ada@x.test"], await story.UsersAsync());

        var preview = await story.PreviewAsync("hris", "E900", "hris", "E1");
        Assert.True(preview.GetProperty("joins").GetBoolean());
        // The log is as it was.
        Assert.Equal(["E900 ada@x.test"], await story.UsersAsync());
        Assert.Equal("alone hris:E900=first", await story.ReportAsync("E900", "alone"));

        await story.SendAsync("hris", Alias("a", "E900", "hris", "E1"));
        Assert.Equal("joined hris:E900=first hris:E1=alias(a)", await story.ReportAsync("E900"));
        Assert.Equal(["E900 ada@x.test"], await story.UsersAsync());
    }

    [Fact]
    public async Task Two_contracts_at_once_end_with_the_last_of_them()
    {
        await using var story = await Story.StartAsync(TwoSystems());
        await story.SendAsync("hris", Hire("h1", "E1", "ada@x.test"), Hire("h2", "E2", "ada.two@x.test", "2026-01-02"), Alias("a", "E2", "hris", "E1", "2026-01-03"));
        Assert.Single(await story.UsersAsync());

        await story.SendAsync("hris", Leave("h3", "E2", "2026-02-01"));
        Assert.Equal(["E1 ada@x.test"], await story.UsersAsync());
        await story.SendAsync("hris", Leave("h4", "E1", "2026-02-02"));
        Assert.Empty(await story.UsersAsync());
    }

    [Fact]
    public async Task An_email_that_a_newcomer_inherits_joins_the_newcomer_and_never_the_one_who_left()
    {
        await using var story = await Story.StartAsync(TwoSystems());
        await story.SendAsync("hris", Hire("h1", "E1", "info@x.test"), Leave("h2", "E1", "2026-02-01"), Hire("h3", "E2", "info@x.test", "2026-03-01", "Noor", "Ali"));
        await story.SendAsync("payroll", Hire("p2", "P2", "info@x.test", "2026-03-01", "Noor", "Ali"));

        Assert.Equal(["E2 info@x.test"], await story.UsersAsync());
        Assert.Equal("joined hris:E2=first payroll:P2=email", await story.ReportAsync("E2"));
    }

    [Fact]
    public async Task A_move_from_one_HRIS_to_another_keeps_everybody()
    {
        await using var story = await Story.StartAsync(new()
        {
            ["Gateway:Sources:old:Priority"] = "2", ["Gateway:Sources:old:MatchBy"] = "id",
            ["Gateway:Sources:new:Priority"] = "1", ["Gateway:Sources:new:MatchBy"] = "email", ["Gateway:Sources:new:Unmatched"] = "own-member",
        });
        await story.SendAsync("old", Hire("o1", "E1", "ada@x.test"), Hire("o2", "E2", "noor@x.test", first: "Noor", last: "Ali"));
        await story.SendAsync("new", Hire("n1", "100", "ada@x.test", "2026-03-01"), Hire("n2", "200", "noor@x.test", "2026-03-01", "Noor", "Ali"), Hire("n3", "300", "zoe@x.test", "2026-03-02", "Zoé", "New"));
        Assert.Equal(["E1 ada@x.test", "E2 noor@x.test", "new:300 zoe@x.test"], await story.UsersAsync());

        // The old one says that everybody has left; the new one counts.
        await story.SendAsync("old", Leave("o3", "E1", "2026-03-31"), Leave("o4", "E2", "2026-03-31"));
        Assert.Equal(["E1 ada@x.test", "E2 noor@x.test", "new:300 zoe@x.test"], await story.UsersAsync());
        Assert.Equal("own-member new:300=first", await story.ReportAsync("new:300"));
    }

    [Fact]
    public async Task Who_joins_nobody_is_shown_with_the_alias_that_would_say_who_it_is_and_with_what_that_would_change()
    {
        await using var story = await Story.StartAsync(TwoSystems());
        await story.SendAsync("hris", Hire("h1", "E1", "ada@x.test"), Hire("h2", "E2", "noor@x.test", first: "Noor", last: "Ali"));
        await story.SendAsync("payroll", Hire("p1", "P1", "private@y.test"), Hire("p2", "P2", "noor@x.test", first: "Noor", last: "Ali"));

        var report = await story.GetAsync("/v1/identities");
        Assert.Equal((1, 1, 1), (Count(report, "alone"), Count(report, "joined"), Count(report, "unmatched")));
        Assert.Equal(["E2", "payroll:P1"], report.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()));
        var candidate = Assert.Single(report.GetProperty("items")[1].GetProperty("candidates").EnumerateArray());
        Assert.Equal(("E1", "name"), (candidate.GetProperty("id").GetString(), candidate.GetProperty("because").GetString()));
        Assert.Equal("""{"source":"payroll","employeeId":"P1","sameAs":{"source":"hris","employeeId":"E1"}}""", candidate.GetProperty("alias").GetRawText());

        var preview = await story.PreviewAsync("payroll", "P1", "hris", "E1");
        Assert.True(preview.GetProperty("joins").GetBoolean());
        Assert.Equal("joined hris:E1=first payroll:P1=alias", Story.Text(preview.GetProperty("person")).Split('(')[0]);
        Assert.Equal("E1", preview.GetProperty("person").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_preview_shows_what_the_snapshot_would_lose()
    {
        await using var story = await Story.StartAsync(TwoSystems());
        await story.SendAsync("hris", Hire("h1", "E1", "ada@x.test"), Hire("h2", "E2", "noor@x.test", first: "Noor", last: "Ali"));

        var preview = await story.PreviewAsync("hris", "E2", "hris", "E1");
        var removed = Assert.Single(preview.GetProperty("diff").GetProperty("usersRemoved").EnumerateArray());
        Assert.Contains(removed.GetProperty("id").GetString(), (string[])["E1", "E2"]);
        Assert.Equal(2, (await story.UsersAsync()).Length);
    }

    [Theory]
    [InlineData("/v1/identities?state=nobody", "state")]
    [InlineData("/v1/identities?source=nobody", "source")]
    [InlineData("/v1/identities?limit=0", "limit")]
    public async Task What_is_asked_wrongly_is_named(string path, string field)
    {
        await using var story = await Story.StartAsync(TwoSystems());
        using var answer = await story.Gateway.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_preview_names_every_field_that_is_wrong()
    {
        await using var story = await Story.StartAsync(TwoSystems());
        using var answer = await story.Gateway.PostAsync("/v1/identities/preview", """{"source":"nobody","sameAs":{"source":"hris"}}""");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(["source", "employeeId", "sameAs.employeeId"],
            (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Fact]
    public async Task Pages_hold_everybody_once()
    {
        await using var story = await Story.StartAsync(TwoSystems());
        await story.SendAsync("payroll", [.. Enumerable.Range(1, 5).Select(i => Hire($"p{i}", $"P{i}", $"p{i}@y.test"))]);
        var (ids, next) = (new List<string>(), (string?)null);
        do
        {
            var page = await story.GetAsync($"/v1/identities?limit=2&state=unmatched{(next is null ? "" : $"&after={next}")}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        Assert.Equal(["payroll:P1", "payroll:P2", "payroll:P3", "payroll:P4", "payroll:P5"], ids);
    }

    private static int Count(JsonElement report, string state) => report.GetProperty("counts").GetProperty(state).GetInt32();

    private sealed class Story(TestGateway gateway) : IAsyncDisposable
    {
        public TestGateway Gateway => gateway;

        public static async Task<Story> StartAsync(Dictionary<string, string?> settings)
        {
            var story = new Story(await TestGateway.StartAsync(settings));
            var source = settings.Keys.First().Split(':')[2];
            await story.SendAsync(source, """{"id":"t1","type":"team","occurredAt":"2026-01-01T00:00:00Z","teamId":"T1","name":"Platform","parentId":null}""");
            return story;
        }

        public async Task SendAsync(string source, params string[] events)
        {
            using var answer = await gateway.PostAsync($"/v1/events/batch?source={source}", "[" + string.Join(',', events) + "]");
            Assert.All((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results").EnumerateArray(), r => Assert.Equal(202, r.GetProperty("status").GetInt32()));
            await gateway.FoldAsync();
        }

        public async Task<string[]> UsersAsync() =>
            [.. (await GetAsync("/v1/snapshot")).GetProperty("users").EnumerateArray().Select(u => $"{u.GetProperty("id").GetString()} {u.GetProperty("email").GetString()}")];

        public async Task<string> ReportAsync(string id, string? state = null) =>
            Text((await GetAsync($"/v1/identities?limit=500{(state is null ? "" : $"&state={state}")}")).GetProperty("items").EnumerateArray().Single(i => i.GetProperty("id").GetString() == id));

        public static string Text(JsonElement person) => $"{person.GetProperty("state").GetString()} " + string.Join(' ', person.GetProperty("numbers").EnumerateArray().Select(n =>
            $"{n.GetProperty("source").GetString()}:{n.GetProperty("employeeId").GetString()}={n.GetProperty("joinedBy").GetString()}{(n.GetProperty("eventId").GetString() is { } by ? $"({by})" : "")}"));

        public async Task<JsonElement> PreviewAsync(string source, string number, string otherSource, string other)
        {
            using var answer = await gateway.PostAsync("/v1/identities/preview", $$$"""{"source":"{{{source}}}","employeeId":"{{{number}}}","sameAs":{"source":"{{{otherSource}}}","employeeId":"{{{other}}}"}}""");
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, body);
            return JsonDocument.Parse(body).RootElement;
        }

        public async Task<JsonElement> GetAsync(string path)
        {
            using var answer = await gateway.Http.GetAsync(path);
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, body);
            return JsonDocument.Parse(body).RootElement;
        }

        public ValueTask DisposeAsync() => gateway.DisposeAsync();
    }
}
