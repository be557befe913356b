using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Edge;
using Gateway.Rules;
using Gateway.Sources.Baselines.Pulled;
using Gateway.Tests.Sources.Enrichment;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Sources.Baselines;

/// <summary>Baselines that the gateway fetches by itself, from a stand-in of the source's own server.</summary>
public sealed class PullTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_fetched_baseline_repairs_what_was_never_told_and_counts_it()
    {
        await using var server = await VendorStandIn.StartAsync();
        await using var source = await Pulling.StartAsync(server);
        await source.Gateway.AcceptAsync(Hire("E1", "ana"), Hire("E2", "bob"), """{"id":"t1","type":"team","teamId":"T1","name":"Platform","occurredAt":"2026-01-01T00:00:00Z"}""");
        source.Answers("""{"users":[{"id":"E1","email":"ana@example.test","firstName":"Ana"},{"id":"E3","email":"eve@example.test","firstName":"Eve"}],"groups":[{"id":"T1","name":"Platform"}],"mappings":[{"groupId":"T1","userId":"E3","isMember":true}]}""");

        // Not before its hour, which is that of the zone: 02:00 in Paris.
        Assert.Null(await source.DueAsync("2026-03-03T00:59:59Z"));
        var result = await source.DueAsync("2026-03-03T01:00:00Z");
        Assert.Equal(("applied", null), (result!.Outcome, result.Reason));
        Assert.Equal(["E1 Ana <ana@example.test>   []", "E3 Eve <eve@example.test>   [T1 Member]", "T1 Platform < "], await source.Gateway.CompanyAsync());

        var losses = (await source.GetAsync("/v1/sources/hris/losses")).GetProperty("totals");
        Assert.Equal((1, 1), (losses.GetProperty("hires").GetInt32(), losses.GetProperty("leaves").GetInt32()));
        var unit = (await source.GetAsync("/v1/baselines")).GetProperty("items")[0];
        Assert.Equal((result.Baseline, "system"), (unit.GetProperty("id").GetString(), unit.GetProperty("appliedBy").GetString()));

        // Once for a time of the schedule; and what was missed is fetched once, late.
        Assert.Null(await source.DueAsync("2026-03-03T12:00:00Z"));
        Assert.Equal("same", (await source.DueAsync("2026-03-06T08:00:00Z"))!.Outcome);
        Assert.Null(await source.DueAsync("2026-03-06T09:00:00Z"));
        Assert.Equal("2026-03-07T01:00:00+00:00", (await source.PullAsync()).GetProperty("nextAt").GetString());
        Assert.All(server.Asked, a => Assert.Equal("Bearer a-token", a.Headers["Authorization"]));
        Assert.Equal(2, server.Asked.Count);
    }

    [Theory]
    [InlineData("500", "It answered 500.")]
    [InlineData("html", "does not say it is JSON")]
    [InlineData("html that says it is JSON", "The answer is no baseline. The body is not JSON")]
    [InlineData("nothing", "does not say it is JSON")]
    [InlineData("no content", "It answered 204.")]
    [InlineData("truncated", "broke")]
    [InlineData("half of the JSON", "The answer is no baseline. The body is not JSON")]
    [InlineData("oversized", "The answer is longer than 4096 bytes")]
    [InlineData("oversized without saying so", "The answer is longer than 4096 bytes")]
    [InlineData("a redirect", "no redirect is followed")]
    [InlineData("refused", "the credential is not accepted")]
    [InlineData("an empty object", "The answer is no baseline. $: Nothing is said")]
    [InlineData("other fields", "The answer is no baseline.")]
    public async Task What_is_no_whole_baseline_changes_nothing_and_is_shown(string what, string reason)
    {
        await using var server = await VendorStandIn.StartAsync();
        await using var source = await Pulling.StartAsync(server);
        await source.Gateway.AcceptAsync(Hire("E1", "ana"), Hire("E2", "bob"));
        var before = await source.Gateway.EventsAsync();
        server.Answer = context => AnswerAsync(context, what, server.Base);

        var result = await source.DueAsync("2026-03-03T01:00:00Z");

        Assert.Equal(("failed", 1), (result!.Outcome, result.Failures));
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        Assert.Equal(before, await source.Gateway.EventsAsync());
        var shown = await source.PullAsync();
        Assert.Equal(result.Reason, shown.GetProperty("last").GetProperty("reason").GetString());
        Assert.Single(server.Asked);

        // Tried again before the next time of the schedule, later and later, until it works.
        Assert.Equal("2026-03-03T01:05:00+00:00", shown.GetProperty("nextAt").GetString());
        Assert.Equal(2, (await source.DueAsync("2026-03-03T01:05:00Z"))!.Failures);
        Assert.Null(await source.DueAsync("2026-03-03T01:14:59Z"));
        source.Answers("""{"users":[{"id":"E1","email":"ana@example.test"},{"id":"E2","email":"bob@example.test"}]}""");
        Assert.Equal(("same", 0), (await source.DueAsync("2026-03-03T01:15:00Z")) is { } now ? (now.Outcome, now.Failures) : default);
    }

    [Theory]
    [InlineData("""{"users":[]}""")]
    [InlineData("""{"users":[{"id":"E0","email":"ana.0@example.test"}]}""")]
    public async Task An_empty_list_or_a_far_shorter_one_is_held_for_a_person(string body)
    {
        await using var server = await VendorStandIn.StartAsync();
        await using var source = await Pulling.StartAsync(server);
        await source.Gateway.AcceptAsync([.. Enumerable.Range(0, 20).Select(i => Hire($"E{i}", $"ana.{i}"))]);
        source.Answers(body);

        var result = await source.DueAsync("2026-03-03T01:00:00Z");
        Assert.Equal("held", result!.Outcome);
        Assert.Equal(20, (await source.Gateway.CompanyAsync()).Length);
        Assert.Null(await source.DueAsync("2026-03-03T12:00:00Z"));

        // Insisted on by its hash; another one is none.
        using (var other = await source.Gateway.PostAsync("/v1/sources/hris/pull?confirm=" + new string('0', 64), "")) await other.IsAsync(ProblemKind.BaselineHeld);
        using (var tried = await source.Gateway.PostAsync("/v1/sources/hris/pull?dryRun=true", "")) Assert.Equal(200, (int)tried.StatusCode);
        Assert.Equal(20, (await source.Gateway.CompanyAsync()).Length);
        using var confirmed = await source.Gateway.PostAsync($"/v1/sources/hris/pull?confirm={result.Hash}", "");
        Assert.True(confirmed.IsSuccessStatusCode, await confirmed.Content.ReadAsStringAsync());
        Assert.True((await source.Gateway.CompanyAsync()).Length <= 1);
        Assert.Equal("applied", (await source.PullAsync()).GetProperty("last").GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task What_the_source_tells_while_it_is_asked_stands()
    {
        await using var server = await VendorStandIn.StartAsync();
        await using var source = await Pulling.StartAsync(server);
        await source.Gateway.AcceptAsync(Hire("E1", "ana"));
        server.Answer = async context =>
        {
            source.Time.AdjustTime(source.Time.GetUtcNow().AddSeconds(10));
            await source.Gateway.AcceptAsync("""{"id":"late","type":"hire","employeeId":"E2","member":{"email":"bob@example.test"}}""");
            await Json(context, """{"users":[{"id":"E1","email":"ana@example.test"},{"id":"E9","email":"zoe@example.test"}]}""");
        };

        Assert.Equal("applied", (await source.DueAsync("2026-03-03T01:00:00Z"))!.Outcome);
        Assert.Equal(["E1", "E2", "E9"], (await source.Gateway.CompanyAsync("2026-03-03T02:00:00Z")).Select(m => m.Split(' ')[0]));
    }

    [Fact]
    public async Task A_fetch_on_request_says_what_came_of_it_and_one_that_nobody_set_up_is_not_there()
    {
        await using var server = await VendorStandIn.StartAsync();
        await using var source = await Pulling.StartAsync(server);
        server.Answer = context => AnswerAsync(context, "html", server.Base);
        using (var failed = await source.Gateway.PostAsync("/v1/sources/hris/pull", "")) await failed.IsAsync(ProblemKind.PullFailed);
        using (var none = await source.Gateway.PostAsync("/v1/sources/payroll/pull", "")) await none.IsAsync(ProblemKind.NotFound);
        Assert.Equal("failed", (await source.PullAsync()).GetProperty("last").GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("Url", "http://hr.example.com/baseline", "Pull:Url: https is needed")]
    [InlineData("Url", "", "Pull:Url")]
    [InlineData("Url", "https://169.254.169.254/latest", "Pull:Url")]
    [InlineData("Schedule", "at night", "Pull:Schedule")]
    [InlineData("TimeZone", "Europe/Atlantis", "Pull:TimeZone")]
    [InlineData("Timeout", "1.00:00:00", "Pull:Timeout")]
    [InlineData("Credential:User", "a:b", "Pull:Credential:User")]
    [InlineData("Credential:Pasword", "x", "Pull:Credential:Pasword")]
    [InlineData("Shedule", "0 2 * * *", "Pull:Shedule")]
    public void Settings_that_are_wrong_are_named_and_their_values_are_not(string key, string value, string error)
    {
        var settings = new Dictionary<string, string?> { ["Gateway:Sources:hris:Pull:Url"] = "https://hr.example.com/baseline", [$"Gateway:Sources:hris:Pull:{key}"] = value };
        var wrong = Assert.Throws<SettingsException>(() => new Pulls(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
        Assert.Contains(wrong.Errors, e => e.Contains(error, StringComparison.Ordinal));
        if (value.Length > 3) Assert.All(wrong.Errors, e => Assert.DoesNotContain(value, e.Replace("\"0 2 * * *\"", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    private static string Hire(string id, string mail) =>
        $$$"""{"id":"h-{{{id}}}","type":"hire","employeeId":"{{{id}}}","occurredAt":"2026-01-01T00:00:00Z","member":{"email":"{{{mail}}}@example.test"}}""";

    private static async Task AnswerAsync(HttpContext context, string what, string origin)
    {
        const string whole = """{"users":[{"id":"E1","email":"ana@example.test"}]}""";
        switch (what)
        {
            case "500": context.Response.StatusCode = 500; await Json(context, whole); break;
            case "html": context.Response.ContentType = "text/html"; await context.Response.WriteAsync("<html>Sign in</html>"); break;
            case "html that says it is JSON": await Json(context, "<html>Sign in</html>"); break;
            case "nothing": break;
            case "no content": context.Response.StatusCode = 204; break;
            case "truncated":
                context.Response.ContentLength = whole.Length;
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(whole[..30]);
                await context.Response.Body.FlushAsync();
                context.Abort();
                break;
            case "half of the JSON": await Json(context, whole[..30]); break;
            case "oversized": await Json(context, whole[..^1] + new string(' ', 5000) + "}", length: whole.Length + 5000); break;
            case "oversized without saying so": await Json(context, whole[..^1] + new string(' ', 5000) + "}"); break;
            case "a redirect": context.Response.Redirect(origin + "/elsewhere"); break;
            case "refused": context.Response.StatusCode = 403; break;
            case "an empty object": await Json(context, "{}"); break;
            default: await Json(context, """{"users":[{"employee":"E1"}]}"""); break;
        }
    }

    private static Task Json(HttpContext context, string body, int? length = null)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = length;
        return context.Response.WriteAsync(body, Encoding.UTF8);
    }

    /// <summary>A gateway whose source <c>hris</c> is fetched at 02:00 in Paris.</summary>
    private sealed class Pulling(TestGateway gateway, FakeTimeProvider time, VendorStandIn server) : IAsyncDisposable
    {
        public TestGateway Gateway => gateway;

        public FakeTimeProvider Time => time;

        public static async Task<Pulling> StartAsync(VendorStandIn server)
        {
            var time = new FakeTimeProvider(Start);
            var gateway = await TestGateway.StartAsync(new()
            {
                ["Gateway:Limits:Baseline"] = "4096",
                ["Gateway:Sources:hris:TimeZone"] = "Europe/Paris",
                ["Gateway:Sources:hris:Pull:Url"] = $"http://127.0.0.1:{server.Port}/membership?full=1",
                ["Gateway:Sources:hris:Pull:Credential:Token"] = "a-token",
                ["Gateway:Sources:hris:Pull:AllowHttp"] = "true",
                ["Gateway:Sources:hris:Pull:AllowedAddresses:0"] = "127.0.0.0/8",
            }, time);
            gateway.Get<PullLoop>().Paused = true;
            return new Pulling(gateway, time, server);
        }

        public void Answers(string body) => server.Answer = context => Json(context, body);

        /// <summary>What is fetched when the clock is there; null: nothing is due.</summary>
        public Task<PullResult?> DueAsync(string at)
        {
            time.AdjustTime(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture));
            return gateway.Get<BaselinePuller>().PullDueAsync("hris", TestContext.Current.CancellationToken);
        }

        public async Task<JsonElement> PullAsync() => (await GetAsync("/v1/sources")).GetProperty("items")[0].GetProperty("pull");

        public Task<JsonElement> GetAsync(string path) => gateway.Http.GetAsync(new Uri(path, UriKind.Relative)).OkAsync();

        public ValueTask DisposeAsync() => gateway.DisposeAsync();
    }
}
