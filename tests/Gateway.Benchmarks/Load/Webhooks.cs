using System.Globalization;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>
/// Signed deliveries against an endpoint that only parses, rounds interleaved, mapping running; then, with nobody posting any more, how fast what
/// waits is mapped to events by the built-in script.
/// </summary>
internal static class Webhooks
{
    private const int Connections = 64;

    public static async Task<string> RunAsync(bool quick)
    {
        var (rounds, duration) = (quick ? 1 : 3, TimeSpan.FromSeconds(quick ? 3 : 8));
        List<LoadResult> bare = [], gateway = [];
        List<double> whileBusy = [], drained = [];
        for (var round = 0; round < rounds; round++)
        {
            await using (var server = await Server.BareAsync()) bare.Add(await Ingest.MeasureAsync(server, Connections, duration));
            await using (var server = await Server.GatewayAsync([.. Deliveries.Source("hris")]))
            {
                var client = new LoadClient(server.Port, "/v1/webhooks/hris", Server.Key, sign: Deliveries.Sign);
                using var deliveries = new Deliveries(server);
                await client.RunAsync(Connections, TimeSpan.FromSeconds(12), Events.Hire);
                var mapped = await deliveries.MappedAsync();
                gateway.Add(await client.RunAsync(Connections, duration, Events.Hire));
                whileBusy.Add((await deliveries.MappedAsync() - mapped) / duration.TotalSeconds);
                drained.Add(await deliveries.DrainAsync());
            }
        }

        var (b, g) = (Median(bare.Select(r => r.Rate)), Median(gateway.Select(r => r.Rate)));
        return string.Create(CultureInfo.InvariantCulture, $"""
            | connections | bare | deliveries | of bare | p50 | p99 | failed | mapped meanwhile | mapped afterwards |
            |--:|--:|--:|--:|--:|--:|--:|--:|--:|
            | {Connections} | {Number(b)}/s | {Number(g)}/s | {Number(g / b)} | {Number(Median(gateway.Select(r => r.P50)))} ms | {Number(Median(gateway.Select(r => r.P99)))} ms | {gateway.Sum(r => r.Failed)} | {Number(Median(whileBusy))}/s | {Number(Median(drained))}/s |
            """);
    }
}
