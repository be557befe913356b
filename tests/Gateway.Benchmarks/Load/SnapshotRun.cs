using System.Diagnostics;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>Runs over 100,000 and 200,000 members, from trigger to accepted, and what they cost in memory; and the streamed snapshot.</summary>
internal static class SnapshotRun
{
    /// <summary>A run has ended for whoever asks a moment before it has cleared up.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    private static readonly Uri Syncs = new("/v1/syncs", UriKind.Relative);

    public static async Task<string> RunAsync(bool quick)
    {
        var text = new StringBuilder("| members | what | time | memory before | at most | growth |\n|--:|---|--:|--:|--:|--:|\n");
        foreach (var members in quick ? [20_000] : (int[])[100_000, 200_000]) await MembersAsync(members, text);
        return text.ToString();
    }

    /// <summary>Each part in a fresh process, so that the growth is its own; the simulator is another process.</summary>
    private static async Task MembersAsync(int members, StringBuilder text)
    {
        await using var simulator = await Server.SimulatorAsync("simulator");
        (string, string)[] settings =
        [
            ("Gateway:Sync:Mode", "send"), ("Gateway:Officevibe:BaseUrl", $"http://localhost:{simulator.Port}/api/v2"), ("Gateway:Officevibe:ApiKey", "simulator"),
            ("Gateway:Sync:Schedule", ""), ("Gateway:Sync:ReadAfter", "1.00:00:00"),
        ];
        var folder = Directory.CreateTempSubdirectory("gateway-bench-").FullName;
        try
        {
            await WithAsync("", async (server, _) =>
            {
                var client = new LoadClient(server.Port, "/v1/events/batch", Server.Key);
                await client.SendOnceAsync(Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 1000).Select(Events.TeamText)) + "]"));
                for (var sent = 0; sent < members; sent += 5000) await client.SendOnceAsync(Events.Batch(5000));
                using var projection = new Projection(server);
                while (projection.Count() < members + 1000) await Task.Delay(50);
            });
            await WithAsync("first run, everything new: from trigger to held", (_, http) => RunOnceAsync(http, "held"));
            await WithAsync("its approval: to accepted", (_, http) => ApproveAsync(http));
            await WithAsync("a run of one change: from trigger to accepted", async (server, http) =>
            {
                await new LoadClient(server.Port, "/v1/events/batch", Server.Key).SendOnceAsync(Events.Batch(1));
                await RunOnceAsync(http, "accepted");
            });
            await WithAsync("GET /v1/snapshot", (_, http) => ReadSnapshotAsync(http));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        async Task WithAsync(string what, Func<Server, HttpClient, Task> work)
        {
            await using var server = await Server.GatewayOnAsync(folder, settings);
            server.KeepsFolder = true;
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"), Timeout = TimeSpan.FromMinutes(5) };
            http.DefaultRequestHeaders.Add("X-Api-Key", Server.Key);
            (await http.GetAsync(new Uri("/v1/syncs", UriKind.Relative))).EnsureSuccessStatusCode();
            if (what.Length == 0)
            {
                await work(server, http);
                return;
            }

            // What a start leaves behind, code that was compiled in haste included, goes with the first runs, and would else be taken for what the gateway needs when it is idle.
            for (var dry = 0; dry < 2; dry++) await RunOnceAsync(http, "dry_run", dryRun: true);
            await Task.Delay(Settling);
            var (time, before, peak) = await MeasureAsync(server, () => work(server, http));
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"| {members:N0} | {what} | {Number(time)} s | {Number(before)} MB | {Number(peak)} MB | {Number(peak - before)} MB |");
        }
    }

    private static async Task<(double Seconds, double Before, double Peak)> MeasureAsync(Server server, Func<Task> work)
    {
        var before = server.MemoryMb();
        server.ForgetPeak();
        var started = Stopwatch.GetTimestamp();
        await work();
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, before, server.MemoryMb(peak: true));
    }

    private static async Task RunOnceAsync(HttpClient http, string expected, bool dryRun = false)
    {
        using var response = await http.PostAsJsonAsync(Syncs, new { dryRun });
        response.EnsureSuccessStatusCode();
        var run = await response.Content.ReadFromJsonAsync<JsonElement>();
        run = await WaitAsync(http, run.GetProperty("id").ToString(), s => s is "queued" or "assembling" or "sending");
        if (run.GetProperty("state").GetString() != expected) throw new InvalidOperationException(run.ToString());
    }

    /// <summary>The first run is approved and sent, so that later ones have something to be compared with.</summary>
    private static async Task ApproveAsync(HttpClient http)
    {
        var held = (await http.GetFromJsonAsync<JsonElement>(new Uri("/v1/syncs?state=held", UriKind.Relative))).GetProperty("items")[0];
        var id = held.GetProperty("id").ToString();
        using var response = await http.PostAsJsonAsync(
            new Uri($"/v1/syncs/{id}/approve", UriKind.Relative), new { contentHash = held.GetProperty("contentHash").GetString(), firstSync = true, reason = "measuring" });
        response.EnsureSuccessStatusCode();
        var run = await WaitAsync(http, id, s => s is "held" or "approved" or "sending");
        if (run.GetProperty("state").GetString() is not "accepted") throw new InvalidOperationException(run.ToString());
    }

    /// <summary>By the list: the run's own page would have the gateway read its whole difference.</summary>
    private static async Task<JsonElement> WaitAsync(HttpClient http, string id, Func<string?, bool> still)
    {
        while (true)
        {
            var runs = await http.GetFromJsonAsync<JsonElement>(new Uri("/v1/syncs?limit=3", UriKind.Relative));
            var run = runs.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("id").ToString() == id);
            if (!still(run.GetProperty("state").GetString())) return run;
            await Task.Delay(50);
        }
    }

    private static async Task ReadSnapshotAsync(HttpClient http)
    {
        using var response = await http.GetAsync(new Uri("/v1/snapshot", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.CopyToAsync(Stream.Null);
    }
}
