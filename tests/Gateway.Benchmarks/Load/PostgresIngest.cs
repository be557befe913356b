using System.Globalization;
using System.Text;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>Durable <c>POST /v1/events</c> on PostgreSQL against an endpoint that only parses, and against one insert per request; rounds interleaved.</summary>
internal static class PostgresIngest
{
    public static async Task<string> RunAsync(bool quick)
    {
        var (rounds, duration) = (quick ? 1 : 3, TimeSpan.FromSeconds(quick ? 4 : 8));
        var text = new StringBuilder("| connections | bare | gateway on PostgreSQL | of bare | p50 | p99 | one insert a request | gateway / insert |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var connections in (int[])[64, 256])
        {
            List<LoadResult> bare = [], gateway = [], insert = [];
            for (var round = 0; round < rounds; round++)
            {
                await using (var server = await Server.BareAsync()) bare.Add(await Ingest.MeasureAsync(server, connections, duration));
                gateway.Add(await OnDatabaseAsync(database => Server.GatewayAsync(Servers.OnPostgres(database)), connections, duration));
                insert.Add(await OnDatabaseAsync(Server.InsertAsync, connections, duration));
            }

            var (b, g, i) = (Median(bare.Select(r => r.Rate)), Median(gateway.Select(r => r.Rate)), Median(insert.Select(r => r.Rate)));
            text.Append(CultureInfo.InvariantCulture,
                $"| {connections} | {Number(b)}/s | {Number(g)}/s | {Number(g / b)} | {Number(Median(gateway.Select(r => r.P50)))} ms | {Number(Median(gateway.Select(r => r.P99)))} ms | {Number(i)}/s | {Number(g / i)} |\n");
            if (gateway.Sum(r => r.Failed) + insert.Sum(r => r.Failed) is > 0 and var failed) text.Append("| | | failed: ").Append(failed).Append(" | | | | | |\n");
        }

        return text.ToString();
    }

    private static async Task<LoadResult> OnDatabaseAsync(Func<string, Task<Server>> start, int connections, TimeSpan duration)
    {
        var database = await Servers.DatabaseAsync();
        try
        {
            await using var server = await start(database);
            return await Ingest.MeasureAsync(server, connections, duration);
        }
        finally
        {
            await Servers.DropAsync(database);
        }
    }
}
