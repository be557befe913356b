using System.Net;
using System.Text.Json;
using Gateway.Edge;
using Gateway.Sources.Baselines;

namespace Gateway.Tests.Sources.Baselines;

/// <summary>A baseline's life: taken, compared, held, insisted on, taken back.</summary>
public sealed class BaselineTests
{
    [Fact]
    public async Task The_same_baseline_again_makes_no_unit()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        var first = await gateway.PutJsonAsync(Company(10)).OkAsync();
        var events = await gateway.EventsAsync();
        var second = await gateway.PutJsonAsync(Company(10)).OkAsync();
        Assert.Equal((JsonValueKind.String, JsonValueKind.Null), (first.GetProperty("id").ValueKind, second.GetProperty("id").ValueKind));
        Assert.Equal((0, events), (second.Count("events"), await gateway.EventsAsync()));
        Assert.Single((await gateway.Http.GetAsync(new Uri("/v1/baselines", UriKind.Relative)).OkAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Only_what_differs_becomes_events()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        await gateway.PutJsonAsync(Company(10)).OkAsync();
        var answer = await gateway.PutJsonAsync(Company(10).Replace("\"Title 3\"", "\"Lead\"").Replace("\"userId\":\"E04\",\"isMember\":true", "\"userId\":\"E04\",\"isManager\":true")).OkAsync();
        Assert.Equal((3, 1, 1, 0), (answer.Count("events"), answer.Count("updates"), answer.Count("moves"), answer.Count("hires")));
        Assert.Contains("E04 First4 <e4@x.example> Title 4  [T1 Manager]", await gateway.CompanyAsync());
    }

    [Fact]
    public async Task A_section_that_is_absent_says_nothing()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        await gateway.PutJsonAsync(Company(10)).OkAsync();
        var before = await gateway.CompanyAsync();
        await gateway.PutJsonAsync("""{"groups":[{"id":"T1","name":"Firm"}]}""").OkAsync();
        Assert.Equal(before.Select(line => line.Replace("T1 Company", "T1 Firm")), await gateway.CompanyAsync());
    }

    [Fact]
    public async Task It_is_taken_as_of_an_instant_and_later_facts_stand()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        await gateway.AcceptAsync("""{"id":"1","type":"update","occurredAt":"2026-03-01T00:00:00Z","employeeId":"E01","member":{"jobTitle":"Chief"}}""");
        var answer = await gateway.PutJsonAsync(Company(2), "?asOf=2026-01-01").OkAsync();
        // In the source's zone.
        Assert.Equal(DateTimeOffset.Parse("2025-12-31T23:00:00Z"), answer.GetProperty("asOf").GetDateTimeOffset());
        Assert.Empty(await gateway.CompanyAsync("2025-12-31T22:59:59Z"));
        Assert.Contains("E01 First1 <e1@x.example> Title 1  [T1 Member]", await gateway.CompanyAsync("2025-12-31T23:00:00Z"));
        Assert.Contains("E01 First1 <e1@x.example> Chief  [T1 Member]", await gateway.CompanyAsync("2026-03-02T00:00:00Z"));
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-01-01T00:00:00")]
    [InlineData("1776-07-04")]
    public async Task An_instant_without_sense_is_refused(string asOf)
    {
        await using var gateway = await BaselineGateway.StartAsync();
        Assert.Contains("asOf", (await gateway.PutJsonAsync(Company(1), $"?asOf={asOf}").ErrorsAsync()).Keys);
    }

    [Fact]
    public async Task A_dry_run_shows_the_numbers_and_stores_nothing()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        var answer = await gateway.PutJsonAsync(Company(10), "?dryRun=true").OkAsync();
        Assert.Equal((true, JsonValueKind.Null, 10, 0), (answer.GetProperty("dryRun").GetBoolean(), answer.GetProperty("id").ValueKind, answer.Count("hires"), await gateway.EventsAsync()));
        Assert.Matches("^[0-9a-f]{64}$", answer.GetProperty("hash").GetString());
    }

    [Fact]
    public async Task A_file_cut_short_is_held_and_goes_through_only_for_somebody_who_insists_on_just_that()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        await gateway.PutJsonAsync(Company(40)).OkAsync();
        await gateway.PutJsonAsync(Company(35)).OkAsync();
        var before = await gateway.CompanyAsync();

        var held = await (await gateway.PutJsonAsync(Company(20))).IsAsync(ProblemKind.BaselineHeld);
        var objection = Assert.Single(held.GetProperty("objections").EnumerateArray());
        Assert.Equal(("membersRemoved", 15, 5), (objection.GetProperty("rule").GetString(), objection.GetProperty("number").GetInt32(), objection.GetProperty("limit").GetInt32()));
        Assert.Equal(before, await gateway.CompanyAsync());

        var hash = held.GetProperty("hash").GetString();
        await (await gateway.PutJsonAsync(Company(20), $"?confirm={hash}", BaselineGateway.SenderKey)).IsAsync(ProblemKind.ScopeMissing);
        var other = await (await gateway.PutJsonAsync(Company(19), $"?confirm={hash}")).IsAsync(ProblemKind.BaselineHeld);
        Assert.NotEqual(hash, other.GetProperty("hash").GetString());
        Assert.Equal(before, await gateway.CompanyAsync());

        var applied = await gateway.PutJsonAsync(Company(20), $"?confirm={hash}").OkAsync();
        Assert.Equal(15, applied.Count("leaves"));
        Assert.Equal(21, (await gateway.CompanyAsync()).Length);
        Assert.True((await gateway.Http.GetAsync(new Uri("/v1/baselines?limit=1", UriKind.Relative)).OkAsync()).GetProperty("items")[0].GetProperty("confirmed").GetBoolean());
    }

    [Theory]
    [InlineData("@x.example", "@y.example", "emailsChanged")]
    [InlineData("\"First", "\"Premier", "namesChanged")]
    public async Task Columns_that_slipped_are_held(string from, string to, string rule)
    {
        await using var gateway = await BaselineGateway.StartAsync();
        await gateway.PutJsonAsync(Company(40)).OkAsync();
        var held = await (await gateway.PutJsonAsync(Company(40).Replace(from, to))).IsAsync(ProblemKind.BaselineHeld);
        var objection = Assert.Single(held.GetProperty("objections").EnumerateArray());
        Assert.Equal((rule, 40, 5), (objection.GetProperty("rule").GetString(), objection.GetProperty("number").GetInt32(), objection.GetProperty("limit").GetInt32()));
        Assert.DoesNotContain("example", objection.ToString());
    }

    [Fact]
    public async Task The_limits_are_those_of_the_sync()
    {
        await using var gateway = await BaselineGateway.StartAsync(new() { ["Gateway:Sync:Guard:MembersRemoved:Count"] = "12", ["Gateway:Sync:Guard:EmailsChanged:Count"] = "0", ["Gateway:Sync:Guard:EmailsChanged:Share"] = "0" });
        await gateway.PutJsonAsync(Company(40)).OkAsync();
        await gateway.PutJsonAsync(Company(30)).OkAsync();
        await (await gateway.PutJsonAsync(Company(30).Replace("e7@x", "e7@y"))).IsAsync(ProblemKind.BaselineHeld);
    }

    [Fact]
    public async Task An_empty_section_needs_a_persons_word()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        await gateway.PutJsonAsync(Company(3)).OkAsync();
        var held = await (await gateway.PutJsonAsync("""{"mappings":[]}""")).IsAsync(ProblemKind.BaselineHeld);
        Assert.Equal("emptySection", Assert.Single(held.GetProperty("objections").EnumerateArray()).GetProperty("rule").GetString());
        await gateway.PutJsonAsync("""{"mappings":[]}""", $"?confirm={held.GetProperty("hash").GetString()}").OkAsync();
        Assert.Contains("E01 First1 <e1@x.example> Title 1  []", await gateway.CompanyAsync());
    }

    [Fact]
    public async Task Taken_back_as_a_unit_everything_is_as_before()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        await gateway.PutJsonAsync(Company(10)).OkAsync();
        var before = await gateway.CompanyAsync();
        var id = (await gateway.PutJsonAsync(Company(14).Replace("Title", "Role")).OkAsync()).GetProperty("id").GetString();
        Assert.NotEqual(before, await gateway.CompanyAsync());

        var reverted = await gateway.PostAsync($"/v1/baselines/{id}/revert", "").OkAsync();
        Assert.Equal(before, await gateway.CompanyAsync());
        Assert.Equal($"baseline:{id}:1", reverted.GetProperty("firstEvent").GetString());
        var events = await gateway.EventsAsync();
        var again = await gateway.PostAsync($"/v1/baselines/{id}/revert", "").OkAsync();
        Assert.Equal((reverted.GetProperty("revertedAt").GetDateTimeOffset(), events), (again.GetProperty("revertedAt").GetDateTimeOffset(), await gateway.EventsAsync()));
        await (await gateway.PostAsync("/v1/baselines/nothing/revert", "")).IsAsync(ProblemKind.NotFound);
    }

    [Fact]
    public async Task What_was_done_stands_in_the_audit()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        var id = (await gateway.PutJsonAsync(Company(2)).OkAsync()).GetProperty("id").GetString();
        await gateway.PostAsync($"/v1/baselines/{id}/revert", "").OkAsync();
        await using var db = await gateway.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<EventLog.GatewayDb>>().CreateDbContextAsync();
        Assert.Equal([("baseline.apply", "key:development"), ("baseline.revert", "key:development")], db.Audit.Where(a => a.Subject == id).OrderBy(a => a.Id).Select(a => new { a.Action, a.Actor }).AsEnumerable().Select(a => (a.Action, a.Actor)));
    }

    [Fact]
    public async Task One_at_a_time_for_a_source()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        using (gateway.Get<BaselineStation>().TryTakeTurn("hris"))
            await (await gateway.PutJsonAsync(Company(1))).IsAsync(ProblemKind.Conflict);
        await gateway.PutJsonAsync(Company(1)).OkAsync();
    }

    [Fact]
    public async Task Nobody_speaks_for_another_source()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        using var http = new HttpClient { BaseAddress = gateway.Address };
        http.DefaultRequestHeaders.Add("X-Api-Key", BaselineGateway.SenderKey);
        using var foreign = await http.PutAsync(new Uri("/v1/sources/payroll/baseline", UriKind.Relative), new StringContent("{}", null, "application/json"));
        await foreign.IsAsync(ProblemKind.SourceForeign);
        using var unknown = await gateway.Http.PutAsync(new Uri("/v1/sources/payroll/baseline", UriKind.Relative), new StringContent("{}", null, "application/json"));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task The_list_goes_page_by_page_latest_first()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        for (var people = 1; people <= 3; people++) await gateway.PutJsonAsync(Company(people)).OkAsync();
        var (seen, next) = (new List<int>(), "");
        do
        {
            var page = await gateway.Http.GetAsync(new Uri($"/v1/baselines?limit=1{next}", UriKind.Relative)).OkAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.Count("events")));
            next = page.GetProperty("next").GetString() is { } cursor ? $"&after={cursor}" : null;
        }
        while (next is not null);
        Assert.Equal([1, 1, 2], seen);
        using var bad = await gateway.Http.GetAsync(new Uri("/v1/baselines?after=!", UriKind.Relative));
        await bad.IsAsync(ProblemKind.CursorInvalid);
    }

    /// <summary>That many people in one team.</summary>
    private static string Company(int people)
    {
        var numbers = Enumerable.Range(1, people).ToList();
        var users = numbers.Select(n => $$"""{"id":"E{{n:D2}}","email":"e{{n}}@x.example","firstName":"First{{n}}","jobTitle":"Title {{n}}"}""");
        var rows = numbers.Select(n => $$"""{"groupId":"T1","userId":"E{{n:D2}}","isMember":true}""");
        return $$"""{"users":[{{string.Join(',', users)}}],"groups":[{"id":"T1","name":"Company"}],"mappings":[{{string.Join(',', rows)}}]}""";
    }
}
