using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Operations;

public sealed class StatusOfManyTests
{
    private const int Many = 5_001;

    [Fact]
    public async Task The_issues_of_a_large_company_are_counted_once_a_minute_and_those_of_a_small_one_at_once()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        await using var gateway = await TestGateway.StartAsync(new() { ["Gateway:Sync:OnChange"] = "false", ["Gateway:Sync:Schedule"] = "" }, time);
        await HireAsync(0, 2);
        Assert.Equal(2, await WithoutTeamAsync());
        await HireAsync(2, Many - 2);
        Assert.Equal(Many, await WithoutTeamAsync());

        await HireAsync(Many, 1);
        Assert.Equal(Many, await WithoutTeamAsync());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Many + 1, await WithoutTeamAsync());

        async Task HireAsync(int from, int count)
        {
            foreach (var some in Enumerable.Range(from, count).Chunk(1_000))
            {
                var events = some.Select(i => $$"""{"id":"h{{i}}","type":"hire","occurredAt":"2026-03-01T09:00:00Z","employeeId":"E{{i}}","member":{"email":"e{{i}}@example.test" } }""");
                using var answer = await gateway.PostAsync("/v1/events/batch", $"[{string.Join(',', events)}]");
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }

        async Task<int> WithoutTeamAsync()
        {
            var status = JsonDocument.Parse(await gateway.Http.GetStringAsync("/v1/status")).RootElement;
            return Assert.Single(status.GetProperty("issues").EnumerateArray(), i => i.GetProperty("code").GetString() == "member.no_team").GetProperty("count").GetInt32();
        }
    }
}
