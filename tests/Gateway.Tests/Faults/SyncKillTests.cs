using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Faults;

/// <summary>The process is killed while Officevibe has the body and has not answered.</summary>
public sealed class SyncKillTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sync_killed_in_mid_send_ends_accepted_or_unknown_and_says_so(bool tookEffect)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-send-").FullName;
        try
        {
            await using var officevibe = await SimulatorServer.StartAsync();
            var settings = new Dictionary<string, string>
            {
                ["Gateway__Officevibe__BaseUrl"] = new Uri(officevibe.Http.BaseAddress!, "/api/v2").ToString(), ["Gateway__Officevibe__ApiKey"] = SimulatorServer.Key,
                ["Gateway__Officevibe__Timeout"] = "00:00:05", ["Gateway__Officevibe__ReadTimeout"] = "00:00:05", ["Gateway__Sync__Guard__FirstSync"] = "false", ["Gateway__Sync__Schedule"] = "",
            };
            var port = GatewayProcess.FreePort();
            string id;
            using (var gateway = GatewayProcess.Start(folder, port, settings))
            {
                Assert.True(await gateway.IsUpAsync(), gateway.Said);
                using var http = Client(gateway);
                using (var events = await http.PostAsync("/v1/events/batch", new StringContent(
                    """
                    [{"id":"t","type":"team","teamId":"T0","name":"All"},{"id":"t1","type":"team","teamId":"T1","name":"Platform","parentId":"T0"},
                     {"id":"h1","type":"hire","employeeId":"E1","member":{"email":"e1@example.test"},"teams":[{"teamId":"T1","role":"manager"}]},
                     {"id":"h2","type":"hire","employeeId":"E2","member":{"email":"e2@example.test"},"teams":[{"teamId":"T1"}]}]
                    """, null, "application/json"))) Assert.True(events.IsSuccessStatusCode);
                await officevibe.ArmAsync(new { kind = "Slow", path = "/api/v2/sync", afterApply = tookEffect });
                using (var asked = await http.PostAsJsonAsync("/v1/syncs", new { dryRun = false })) id = (string)(await asked.Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
                var sending = await Eventually.SeeAsync(() => RunAsync(http, id), r => (string?)r["state"] is "sending" or "held" or "failed" or "refused");
                Assert.Equal("sending", (string?)sending["state"]);
                await officevibe.GetAsync("/_simulator/faults/held");
                await gateway.KillAsync();
            }

            using (var again = GatewayProcess.Start(folder, port, settings))
            {
                Assert.True(await again.IsUpAsync(), again.Said);
                using var http = Client(again);
                var run = await Eventually.SeeAsync(() => RunAsync(http, id), r => (string?)r["state"] is not "sending", TimeSpan.FromSeconds(45));
                Assert.Contains((string?)run["state"], (string[])["accepted", "accepted_with_issues", "unknown"]);
                if (!tookEffect) Assert.Equal("unknown", (string?)run["state"]);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static HttpClient Client(GatewayProcess gateway)
    {
        var http = new HttpClient { BaseAddress = gateway.Address };
        http.DefaultRequestHeaders.Add("X-Api-Key", TestGateway.DevelopmentKey);
        return http;
    }

    private static async Task<JsonNode> RunAsync(HttpClient http, string id) => (await http.GetFromJsonAsync<JsonNode>($"/v1/syncs/{id}"))!;
}
