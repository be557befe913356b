using System.Text;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>Durable <c>POST /v1/events</c> against an endpoint that only parses, and against one <c>SaveChanges</c> per request; rounds interleaved.</summary>
internal static class Ingest
{
    public static async Task<string> RunAsync(bool quick)
    {
        var (rounds, duration) = (quick ? 1 : 3, TimeSpan.FromSeconds(quick ? 3 : 8));
        var text = new StringBuilder("| connections | bare | gateway | of bare | p50 | p99 | SaveChanges | gateway / SaveChanges |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var connections in (int[])[64, 256])
        {
            List<LoadResult> bare = [], gateway = [], saveChanges = [];
            for (var round = 0; round < rounds; round++)
            {
                await using (var server = await Server.BareAsync()) bare.Add(await MeasureAsync(server, connections, duration));
                await using (var server = await Server.GatewayAsync()) gateway.Add(await MeasureAsync(server, connections, duration));
                await using (var server = await Server.SaveChangesAsync()) saveChanges.Add(await MeasureAsync(server, connections, duration));
            }

            var (b, g, s) = (Median(bare.Select(r => r.Rate)), Median(gateway.Select(r => r.Rate)), Median(saveChanges.Select(r => r.Rate)));
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"| {connections} | {Number(b)}/s | {Number(g)}/s | {Number(g / b)} | {Number(Median(gateway.Select(r => r.P50)))} ms | {Number(Median(gateway.Select(r => r.P99)))} ms | {Number(s)}/s | {Number(g / s)} |\n");
            if (gateway.Sum(r => r.Failed) > 0) text.Append("| | | failed: ").Append(gateway.Sum(r => r.Failed)).Append(" | | | | | |\n");
        }

        return text.ToString();
    }

    public static async Task<LoadResult> MeasureAsync(Server server, int connections, TimeSpan duration)
    {
        var client = new LoadClient(server.Port, "/v1/events", Server.Key);
        // The runtime compiles the hot path in steps; what is claimed is the rate of a gateway that has been up for a while.
        await client.RunAsync(connections, TimeSpan.FromSeconds(12), Events.Hire);
        return await client.RunAsync(connections, duration, Events.Hire);
    }
}
