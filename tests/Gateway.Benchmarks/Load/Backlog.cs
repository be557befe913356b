using System.Diagnostics;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>
/// How fast a backlog is folded, and what folding costs the door: the same load on a gateway that only accepts and on one that folds,
/// interleaved.
/// </summary>
internal static class Backlog
{
    public static async Task<string> RunAsync(bool quick)
    {
        var duration = TimeSpan.FromSeconds(quick ? 4 : 8);
        List<double> accepting = [], both = [], folding = [];
        for (var round = 0; round < (quick ? 1 : 3); round++)
        {
            await using (var server = await Server.GatewayAsync(("Gateway:Aggregation:Enabled", "false")))
                accepting.Add((await LoadAsync(server, duration)).Rate);

            await using (var server = await Server.GatewayAsync())
            {
                var result = await LoadAsync(server, duration);
                both.Add(result.Rate);
                folding.Add(await DrainAsync(server, quick ? 60_000 : 150_000));
            }
        }

        var (a, b) = (Median(accepting), Median(both));
        return $"| accepting alone | while folding | kept | backlog folded |\n|--:|--:|--:|--:|\n| {Number(a)}/s | {Number(b)}/s | {Number(b / a)} | {Number(Median(folding))} events/s |\n";
    }

    private static async Task<LoadResult> LoadAsync(Server server, TimeSpan duration)
    {
        var client = new LoadClient(server.Port, "/v1/events", Server.Key);
        await client.RunAsync(64, TimeSpan.FromSeconds(2), Events.Hire);
        return await client.RunAsync(64, duration, Events.Hire);
    }

    /// <summary>Accepts a pile of batches at once, then watches how fast the projection grows until it has them all.</summary>
    private static async Task<double> DrainAsync(Server server, int events)
    {
        using var projection = new Projection(server);
        await SettleAsync(projection);
        var client = new LoadClient(server.Port, "/v1/events/batch", Server.Key);
        for (var sent = 0; sent < events; sent += 5000) await client.SendOnceAsync(Events.Batch(5000));

        var (before, started) = (projection.Count(), Stopwatch.GetTimestamp());
        var after = await SettleAsync(projection);
        return (after.Count - before) / (after.At - started) * Stopwatch.Frequency;
    }

    /// <summary>Waits until the projection has not grown for a second.</summary>
    private static async Task<(long Count, double At)> SettleAsync(Projection projection)
    {
        var (count, at) = (projection.Count(), Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(at) < TimeSpan.FromSeconds(3))
        {
            await Task.Delay(50);
            var now = projection.Count();
            if (now != count) (count, at) = (now, Stopwatch.GetTimestamp());
        }

        return (count, at);
    }
}
