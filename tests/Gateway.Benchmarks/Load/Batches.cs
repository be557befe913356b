using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>Batches of 1,000 events, four at a time, folding running. The bodies are made before the clock starts.</summary>
internal static class Batches
{
    public static async Task<string> RunAsync(bool quick)
    {
        var rates = new List<double>();
        for (var round = 0; round < (quick ? 1 : 3); round++)
        {
            await using var server = await Server.GatewayAsync();
            var client = new LoadClient(server.Port, "/v1/events/batch", Server.Key);
            var bodies = new System.Collections.Concurrent.ConcurrentQueue<byte[]>(Enumerable.Range(0, quick ? 120 : 300).Select(_ => Events.Batch(1000)));
            for (var i = 0; i < 20 && bodies.TryDequeue(out var warm); i++) await client.SendOnceAsync(warm);

            var (count, started) = (bodies.Count, System.Diagnostics.Stopwatch.GetTimestamp());
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                while (bodies.TryDequeue(out var body))
                    if (await client.SendOnceAsync(body) != 200) throw new InvalidOperationException("A batch was refused.");
            })));
            rates.Add(count * 1000 / System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return $"| batches of 1,000 | {Number(Median(rates))} events/s |\n|---|--:|\n";
    }
}
