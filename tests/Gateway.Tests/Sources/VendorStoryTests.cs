using System.Security.Cryptography;
using System.Text;
using Gateway.Sources.Webhooks.Deliveries;
using Gateway.Tests.Sources.Baselines;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Sources;

/// <summary>Merge as it drives the gateway, with the script that it ships: from the door to the snapshot. The vendors that name people and say no more are in <c>Stories</c>.</summary>
public sealed class VendorStoryTests
{
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
}
