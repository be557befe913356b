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
    public static async Task<string> RunAsync(bool quick)
    {
        var members = quick ? 20_000 : 100_000;
        await using var server = await Server.GatewayAsync(("Gateway:Sync:Mode", "observe"));
        var client = new LoadClient(server.Port, "/v1/events/batch", Server.Key);
        await client.SendOnceAsync(Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 1000).Select(Events.TeamText)) + "]"));
        for (var sent = 0; sent < members; sent += 5000) await client.SendOnceAsync(Events.Batch(5000));
        using (var projection = new Projection(server))
            while (projection.Count() < members + 1000) await Task.Delay(50);

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"), Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Add("X-Api-Key", Server.Key);
        var text = new StringBuilder($"| {members:N0} members | time | growth of memory |\n|---|--:|--:|\n");
        for (var round = 0; round < 3; round++)
        {
            var (time, growth) = await MeasureAsync(server, () => RunOnceAsync(http));
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"| run {round + 1}: projection to stored bytes and hash | {Number(time)} s | {Number(growth)} MB |");
        }

        var (streamed, grown) = await MeasureAsync(server, () => ReadSnapshotAsync(http));
        text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"| GET /v1/snapshot | {Number(streamed)} s | {Number(grown)} MB |");
        return text.ToString();
    }

    private static async Task<(double Seconds, double Growth)> MeasureAsync(Server server, Func<Task> work)
    {
        var before = server.MemoryMb();
        server.ForgetPeak();
        var started = Stopwatch.GetTimestamp();
        await work();
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, server.MemoryMb(peak: true) - before);
    }

    private static async Task RunOnceAsync(HttpClient http)
    {
        using var response = await http.PostAsJsonAsync(new Uri("/v1/syncs", UriKind.Relative), new { dryRun = false });
        response.EnsureSuccessStatusCode();
        var run = await response.Content.ReadFromJsonAsync<JsonElement>();
        var id = run.GetProperty("id").ToString();
        while (run.GetProperty("state").GetString() is "queued" or "assembling")
        {
            await Task.Delay(10);
            run = await http.GetFromJsonAsync<JsonElement>(new Uri($"/v1/syncs/{id}", UriKind.Relative));
        }

        if (run.GetProperty("state").GetString() is not ("observed" or "unchanged")) throw new InvalidOperationException(run.ToString());
    }

    private static async Task ReadSnapshotAsync(HttpClient http)
    {
        using var response = await http.GetAsync(new Uri("/v1/snapshot", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.CopyToAsync(Stream.Null);
    }
}
