using System.Diagnostics;
using System.Text;
using System.Text.Json;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>From the 202 to the row of the projection, at a steady 1,000 events a second.</summary>
internal static class Lag
{
    public static async Task<string> RunAsync(bool quick)
    {
        await using var server = await Server.GatewayAsync();
        var client = new LoadClient(server.Port, "/v1/events", Server.Key);
        await client.RunAsync(8, TimeSpan.FromSeconds(2), Events.Hire);
        using var projection = new Projection(server);
        var lags = new List<double>();
        using var stop = new CancellationTokenSource();
        var load = SteadyAsync(client, 1000, stop.Token);
        var until = Stopwatch.GetTimestamp() + (long)((quick ? 5 : 20) * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < until)
        {
            var text = Events.HireText();
            var subject = JsonDocument.Parse(text).RootElement.GetProperty("employeeId").GetString()!;
            await client.SendOnceAsync(Encoding.UTF8.GetBytes(text));
            var at = Stopwatch.GetTimestamp();
            while (!projection.Has("hris", subject)) await Task.Delay(1);
            lags.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        }

        await stop.CancelAsync();
        var sent = await load;
        var ordered = lags.Order().ToArray();
        return $"| 202 to projection at {Number(sent)} events/s | p50 | p99 | samples |\n|---|--:|--:|--:|\n| | {Number(LoadClient.Percentile(ordered, 0.5))} ms | {Number(LoadClient.Percentile(ordered, 0.99))} ms | {ordered.Length} |\n";
    }

    /// <summary>Sends at a rate, not as fast as it goes: 20 times a second, as many as are due. Returns the rate reached.</summary>
    private static async Task<double> SteadyAsync(LoadClient client, int perSecond, CancellationToken stop)
    {
        var (started, sent) = (Stopwatch.GetTimestamp(), 0L);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                var due = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond) - sent;
                await Task.WhenAll(Enumerable.Range(0, (int)due).Select(_ => client.SendOnceAsync(Events.Hire())));
                sent += due;
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }

        return sent / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
