using System.Diagnostics;
using System.Globalization;
using System.Net.Http;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>
/// Signed deliveries against an endpoint that only parses, rounds interleaved; then, with nobody posting any more, how fast what waits is mapped
/// to events by the built-in script.
/// </summary>
internal static class Webhooks
{
    private const string Secret = "a-secret-of-the-benchmark";
    private const int Connections = 64;

    public static async Task<string> RunAsync(bool quick)
    {
        var (rounds, duration) = (quick ? 1 : 3, TimeSpan.FromSeconds(quick ? 3 : 8));
        List<LoadResult> bare = [], gateway = [];
        var mapping = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            await using (var server = await Server.BareAsync()) bare.Add(await Ingest.MeasureAsync(server, Connections, duration));
            await using (var server = await Server.GatewayAsync(
                ("Gateway:Sources:hris:Webhook:Signature:Header", "X-Signature"), ("Gateway:Sources:hris:Webhook:Signature:Signed", "{body}"), ("Gateway:Sources:hris:Webhook:Signature:Secrets:0", Secret)))
            {
                var client = new LoadClient(server.Port, "/v1/webhooks/hris", Server.Key, sign: Sign);
                await client.RunAsync(Connections, TimeSpan.FromSeconds(12), Events.Hire);
                gateway.Add(await client.RunAsync(Connections, duration, Events.Hire));
                mapping.Add(await DrainAsync(server));
            }
        }

        var (b, g) = (Median(bare.Select(r => r.Rate)), Median(gateway.Select(r => r.Rate)));
        return string.Create(CultureInfo.InvariantCulture, $"""
            | connections | bare | deliveries | of bare | p50 | p99 | failed | mapped |
            |--:|--:|--:|--:|--:|--:|--:|--:|
            | {Connections} | {Number(b)}/s | {Number(g)}/s | {Number(g / b)} | {Number(Median(gateway.Select(r => r.P50)))} ms | {Number(Median(gateway.Select(r => r.P99)))} ms | {gateway.Sum(r => r.Failed)} | {Number(Median(mapping))}/s |
            """);
    }

    public static string Sign(byte[] body) => $"X-Signature: {Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body))}\r\n";

    /// <summary>Deliveries per second, over what waits.</summary>
    private static async Task<double> DrainAsync(Server server)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
        http.DefaultRequestHeaders.Add("X-Api-Key", Server.Key);
        var (waiting, started) = (await WaitingAsync(http), Stopwatch.GetTimestamp());
        for (var left = waiting; left > 0; left = await WaitingAsync(http)) await Task.Delay(100);
        return waiting / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<long> WaitingAsync(HttpClient http)
    {
        var metrics = await http.GetFromJsonAsync<JsonElement>(new Uri("/v1/status", UriKind.Relative));
        return metrics.GetProperty("deliveries").GetProperty("received").GetInt64();
    }
}
