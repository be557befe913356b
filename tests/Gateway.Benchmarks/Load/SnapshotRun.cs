using System.Diagnostics;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>A run over 100,000 members: from the projection to stored bytes and hash, and what it costs in memory; and the streamed snapshot.</summary>
internal static class SnapshotRun
{
    private static readonly Uri Syncs = new("/v1/syncs", UriKind.Relative);

    public static async Task<string> RunAsync(bool quick)
    {
        var members = quick ? 20_000 : 100_000;
        var simulator = Server.FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture);
        await using var server = await Server.GatewayAsync(
            ("Gateway:Sync:Mode", "send"), ("Gateway:Simulator:Enabled", "true"), ("Gateway:Simulator:Port", simulator),
            ("Gateway:Officevibe:BaseUrl", $"http://localhost:{simulator}/api/v2"), ("Gateway:Officevibe:ApiKey", "simulator"));
        var client = new LoadClient(server.Port, "/v1/events/batch", Server.Key);
        await client.SendOnceAsync(Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 1000).Select(Events.TeamText)) + "]"));
        for (var sent = 0; sent < members; sent += 5000) await client.SendOnceAsync(Events.Batch(5000));
        using (var projection = new Projection(server))
            while (projection.Count() < members + 1000) await Task.Delay(50);

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"), Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Add("X-Api-Key", Server.Key);
        var text = new StringBuilder($"| {members:N0} members | time | growth of memory |\n|---|--:|--:|\n");
        await LineAsync("first run: everything is new, held", () => RunOnceAsync(http, dryRun: false));
        await ApproveAsync(http);
        for (var round = 1; round <= 3; round++) await LineAsync($"later run {round}: projection to bytes, hash and comparison", () => RunOnceAsync(http, dryRun: true));

        await LineAsync("GET /v1/snapshot", () => ReadSnapshotAsync(http));
        return text.ToString();

        async Task LineAsync(string what, Func<Task> work)
        {
            var (time, growth) = await MeasureAsync(server, work);
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"| {what} | {Number(time)} s | {Number(growth)} MB |");
        }
    }

    private static async Task<(double Seconds, double Growth)> MeasureAsync(Server server, Func<Task> work)
    {
        var before = server.MemoryMb();
        server.ForgetPeak();
        var started = Stopwatch.GetTimestamp();
        await work();
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, server.MemoryMb(peak: true) - before);
    }

    private static async Task RunOnceAsync(HttpClient http, bool dryRun)
    {
        using var response = await http.PostAsJsonAsync(Syncs, new { dryRun });
        response.EnsureSuccessStatusCode();
        var run = await response.Content.ReadFromJsonAsync<JsonElement>();
        run = await WaitAsync(http, run.GetProperty("id").ToString(), s => s is "queued" or "assembling");
        if (run.GetProperty("state").GetString() is not ("held" or "dry_run")) throw new InvalidOperationException(run.ToString());
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

    private static async Task<JsonElement> WaitAsync(HttpClient http, string id, Func<string?, bool> still)
    {
        while (true)
        {
            var run = await http.GetFromJsonAsync<JsonElement>(new Uri($"/v1/syncs/{id}", UriKind.Relative));
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
