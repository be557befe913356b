using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Sources.Webhooks.Deliveries;
using Gateway.Tests.Sources.Baselines;
using Gateway.Tests.Sources.Enrichment;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Sources;

/// <summary>Two vendors as they drive the gateway, with the scripts that it ships: from the door to the snapshot.</summary>
public sealed class VendorStoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task BambooHR_names_people_and_its_API_says_the_rest_now_and_then()
    {
        await using var story = await Bamboo.StartAsync();

        // A joiner, two weeks ahead.
        story.Is("42", hireDate: "2026-03-16", department: "R&D");
        await story.TellAsync("employee.created", "42");
        Assert.Empty(await story.UsersAsync("2026-03-15T23:00:00Z"));
        Assert.Equal(["42 Engineer department:R&D"], await story.UsersAsync("2026-03-16T12:00:00Z"));

        // A mover, told twice; then a correction of the title.
        story.At("2026-03-20");
        story.Is("42", hireDate: "2026-03-16", department: "Sales");
        await story.TellAsync("employee.updated", "42", times: 2);
        Assert.Equal(["42 Engineer department:Sales"], await story.UsersAsync());
        story.At("2026-03-21");
        story.Is("42", hireDate: "2026-03-16", department: "Sales", title: "Seller");
        await story.TellAsync("employee.updated", "42");
        Assert.Equal(["42 Seller department:Sales"], await story.UsersAsync());

        // A leaver, announced, taken back, and announced again for another day.
        story.At("2026-04-01");
        story.Is("42", hireDate: "2026-03-16", department: "Sales", title: "Seller", terminationDate: "2026-04-30");
        await story.TellAsync("employee.updated", "42");
        Assert.Equal((1, 0), ((await story.UsersAsync("2026-04-30T12:00:00Z")).Length, (await story.UsersAsync("2026-05-01T12:00:00Z")).Length));
        story.At("2026-04-10");
        story.Is("42", hireDate: "2026-03-16", department: "Sales", title: "Seller");
        await story.TellAsync("employee.updated", "42");
        Assert.Single(await story.UsersAsync("2026-05-01T12:00:00Z"));
        story.At("2026-04-12");
        story.Is("42", hireDate: "2026-03-16", department: "Sales", title: "Seller", terminationDate: "2026-05-15");
        await story.TellAsync("employee.updated", "42");
        Assert.Equal((1, 0), ((await story.UsersAsync("2026-05-15T12:00:00Z")).Length, (await story.UsersAsync("2026-05-16T12:00:00Z")).Length));

        // Hired again under the same number.
        story.At("2026-06-20");
        Assert.Empty(await story.UsersAsync());
        story.Is("42", hireDate: "2026-07-01", department: "R&D", title: "Lead");
        await story.TellAsync("employee.updated", "42");
        Assert.Equal(["42 Lead department:R&D"], await story.UsersAsync("2026-07-01T12:00:00Z"));
        Assert.Empty(await story.ParkedAsync());
    }

    [Fact]
    public async Task A_burst_of_five_hundred_is_kept_looked_up_and_mapped_whole()
    {
        await using var story = await Bamboo.StartAsync();
        var people = Enumerable.Range(1000, 500).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();
        foreach (var id in people) story.Is(id, hireDate: "2026-03-01", department: "R&D");
        await Task.WhenAll(people.Select(id => story.PostAsync("employee.created", id)));
        await story.WorkAsync();
        Assert.Equal(500, (await story.UsersAsync()).Length);
        Assert.Empty(await story.ParkedAsync());
    }

    [Fact]
    public async Task Who_is_no_longer_known_to_the_API_has_left()
    {
        await using var story = await Bamboo.StartAsync();
        story.Is("42", hireDate: "2026-03-01", department: "R&D");
        await story.TellAsync("employee.created", "42");
        Assert.Single(await story.UsersAsync());
        story.At("2026-03-05");
        story.Forgets("42");
        await story.TellAsync("employee.updated", "42");
        Assert.Empty(await story.UsersAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_Merge_says_comes_to_the_same_in_whatever_order_and_however_often_it_comes(int seed)
    {
        const string person = """ "id":"m-1","remote_id":"77","first_name":"Inés","last_name":"Muñoz","start_date":"2026-03-09T00:00:00Z","remote_was_deleted":false """;
        string Employee(string what, string modified, string rest) =>
            $$$"""{"hook":{"id":"h1","event":"Employee.{{{what}}}"},"linked_account":{"id":"l1","category":"hris"},"data":{{{{person}}},"modified_at":"{{{modified}}}T09:00:00Z",{{{rest}}}}}""";
        string Team(string id, string name, string modified) =>
            $$$"""{"hook":{"id":"h1","event":"Team.changed"},"linked_account":{"id":"l1","category":"hris"},"data":{"id":"{{{id}}}","name":"{{{name}}}","parent_team":null,"modified_at":"{{{modified}}}T09:00:00Z"}}""";
        string[] deliveries =
        [
            Team("t-1", "Platform", "2026-03-01"), Team("t-2", "Data", "2026-03-01"),
            Employee("added", "2026-03-02", """ "work_email":"ines@example.test","employment_status":"PENDING","termination_date":null,"team":"t-1" """),
            Employee("changed", "2026-03-12", """ "work_email":"ines@example.test","employment_status":"ACTIVE","termination_date":null,"team":"t-2" """),
            Employee("changed", "2026-03-13", """ "work_email":"ines.munoz@example.test","employment_status":"ACTIVE","termination_date":"2026-05-31T00:00:00Z","team":"t-2" """),
            Employee("changed", "2026-03-14", """ "work_email":"ines.munoz@example.test","employment_status":"ACTIVE","termination_date":null,"team":"t-2" """),
            Employee("changed", "2026-03-15", """ "work_email":"ines.munoz@example.test","employment_status":"ACTIVE","termination_date":"2026-06-30T00:00:00Z","team":"t-1" """),
            Team("t-1", "Platform and tools", "2026-03-15"),
        ];
        var random = new Random(seed);
        var shuffled = deliveries.Concat(deliveries).ToArray();
        random.Shuffle(shuffled);

        var told = await MergeAsync(deliveries);
        Assert.Equal((false, true, true, false), (told[0].Contains("77", StringComparison.Ordinal), told[1].Contains("t-1", StringComparison.Ordinal), told[3].Contains("ines.munoz@", StringComparison.Ordinal), told[4].Contains("\"77\"", StringComparison.Ordinal)));
        Assert.Equal(told, await MergeAsync(shuffled));
    }

    /// <summary>The snapshots before the first day, on it, after the move, on the last day and on the day after.</summary>
    private static async Task<string[]> MergeAsync(IEnumerable<string> deliveries)
    {
        const string secret = "a-secret-of-the-story";
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 16, 9, 0, 0, TimeSpan.Zero));
        await using var gateway = await TestGateway.StartAsync(new()
        {
            ["Gateway:Sources:merge:MatchBy"] = "id",
            ["Gateway:Sources:merge:Webhook:Preset"] = "merge",
            ["Gateway:Sources:merge:Webhook:Signature:Secrets:0"] = secret,
        }, time);
        gateway.Get<DeliveryWorker>().Paused = true;
        foreach (var body in deliveries)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks/merge") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body))).Replace('+', '-').Replace('/', '_');
            request.Headers.Add("X-Merge-Webhook-Signature", signature);
            using var answer = await gateway.Http.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            await gateway.Get<DeliveryWorker>().WorkOnceAsync(CancellationToken.None);
        }

        await gateway.FoldAsync();
        var parked = await gateway.Http.GetAsync(new Uri("/v1/deliveries?state=parked", UriKind.Relative)).OkAsync();
        Assert.Equal(0, parked.GetProperty("items").GetArrayLength());
        var snapshots = new List<string>();
        foreach (var at in (string[])["2026-03-08", "2026-03-10", "2026-03-12T12:00:00Z", "2026-06-30T12:00:00Z", "2026-07-01T12:00:00Z"])
            snapshots.Add(await gateway.Http.GetStringAsync(new Uri($"/v1/snapshot?at={at}", UriKind.Relative)));
        return [.. snapshots];
    }

    /// <summary>A gateway with BambooHR as its source, whose API fails every third time.</summary>
    private sealed class Bamboo : IAsyncDisposable
    {
        private const string Secret = "a-secret-of-the-story";
        private readonly FakeTimeProvider time = new(Start);
        private readonly ConcurrentDictionary<string, string> people = new();
        private VendorStandIn api = null!;
        private TestGateway gateway = null!;
        private int calls;

        public static async Task<Bamboo> StartAsync()
        {
            var story = new Bamboo { api = await VendorStandIn.StartAsync() };
            story.api.Answer = story.AnswerAsync;
            story.gateway = await TestGateway.StartAsync(new()
            {
                ["Gateway:Sources:bamboohr:MatchBy"] = "id",
                ["Gateway:Sources:bamboohr:Webhook:Preset"] = "bamboohr",
                ["Gateway:Sources:bamboohr:Webhook:Signature:Secrets:0"] = Secret,
                ["Gateway:Sources:bamboohr:Webhook:Enrichment:Url"] = $"http://127.0.0.1:{story.api.Port}/employees/{{id}}",
                ["Gateway:Sources:bamboohr:Webhook:Enrichment:Credential:User"] = "key",
                ["Gateway:Sources:bamboohr:Webhook:Enrichment:AllowHttp"] = "true",
                ["Gateway:Sources:bamboohr:Webhook:Enrichment:AllowedAddresses:0"] = "127.0.0.0/8",
            }, story.time);
            story.gateway.Get<DeliveryWorker>().Paused = true;
            return story;
        }

        public void At(string day) => time.AdjustTime(DateTimeOffset.Parse(day + "T09:00:00Z", CultureInfo.InvariantCulture));

        public void Is(string id, string hireDate, string department, string title = "Engineer", string terminationDate = "0000-00-00") => people[id] = JsonSerializer.Serialize(new
        {
            id, firstName = "Zoé", lastName = "Roy " + id, workEmail = $"{id}@example.test", jobTitle = title, department, hireDate, terminationDate,
            status = "Active",
        });

        public void Forgets(string id) => people.TryRemove(id, out _);

        public async Task TellAsync(string type, string id, int times = 1)
        {
            for (var i = 0; i < times; i++) await PostAsync(type, id);
            await WorkAsync();
        }

        public async Task PostAsync(string type, string id)
        {
            var now = time.GetUtcNow();
            var body = $$$"""{"type":"{{{type}}}","timestamp":"{{{now:yyyy-MM-dd'T'HH:mm:ss}}}+0000","data":{"companyId":"12345","employeeId":"{{{id}}}"}}""";
            var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks/bamboohr") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("X-BambooHR-Timestamp", stamp);
            request.Headers.Add("X-BambooHR-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body + stamp))));
            using var answer = await gateway.Http.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        /// <summary>Until nothing waits for the API any more: it fails now and then, and is asked again later.</summary>
        public async Task WorkAsync()
        {
            for (var round = 0; round < 40; round++)
            {
                await gateway.Get<DeliveryWorker>().WorkOnceAsync(CancellationToken.None);
                if ((await GetAsync("/v1/deliveries?state=waiting&limit=1")).GetProperty("items").GetArrayLength() == 0) break;
                time.AdjustTime(time.GetUtcNow().AddMinutes(10));
            }

            await gateway.FoldAsync();
        }

        public async Task<string[]> UsersAsync(string? at = null)
        {
            var snapshot = await GetAsync($"/v1/snapshot{(at is null ? "" : $"?at={at}")}");
            var teams = snapshot.GetProperty("mappings").EnumerateArray().Where(m => m.TryGetProperty("userId", out _))
                .ToLookup(m => m.GetProperty("userId").GetString(), m => m.GetProperty("groupId").GetString());
            return
            [
                .. snapshot.GetProperty("users").EnumerateArray().Select(u =>
                    $"{u.GetProperty("id").GetString()} {u.GetProperty("jobTitle").GetString()} {string.Join(',', teams[u.GetProperty("id").GetString()])}"),
            ];
        }

        public async Task<string[]> ParkedAsync() =>
            [.. (await GetAsync("/v1/deliveries?state=parked")).GetProperty("items").EnumerateArray().Select(d => d.GetRawText())];

        private Task<JsonElement> GetAsync(string path) => gateway.Http.GetAsync(new Uri(path, UriKind.Relative)).OkAsync();

        private Task AnswerAsync(HttpContext context)
        {
            if (Interlocked.Increment(ref calls) % 3 == 0)
            {
                context.Response.StatusCode = 500;
                return Task.CompletedTask;
            }

            if (!people.TryGetValue(context.Request.Path.Value!.Split('/')[^1], out var person))
            {
                context.Response.StatusCode = 404;
                return Task.CompletedTask;
            }

            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(person);
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await api.DisposeAsync();
        }
    }
}
