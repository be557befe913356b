using System.Globalization;
using System.Text;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>
/// What the others feel of a source whose script loops for ever, allocates without end and recurses, a delivery after the other: events and another
/// source's deliveries at a steady rate far from what the machine can do, with and without, on one gateway, rounds interleaved.
/// </summary>
internal static class Hostile
{
    private const int Connections = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private const string Script = """
        const deep = () => deep() + 1;
        function map(delivery, context) {
            switch (delivery.body.does) {
                case 'loop': for (;;);
                case 'allocate': { const all = []; for (;;) all.push(new Uint8Array(1e7)); }
                case 'recurse': return deep();
                default: return [];
            }
        }
        const samples = [{ name: 'harmless', delivery: { body: { does: 'nothing' } }, events: [] }];
        """;

    public static async Task<string> RunAsync(bool quick)
    {
        var scripts = Directory.CreateTempSubdirectory("gateway-bench-scripts-").FullName;
        await File.WriteAllTextAsync(Path.Combine(scripts, "hostile.js"), Script);
        try
        {
            await using var server = await Server.GatewayAsync([.. Deliveries.Source("hris"), .. Deliveries.Source("vendor", "merge"), .. Deliveries.Source("hostile", "hostile"), ("Gateway:Mapping:Folder", scripts)]);
            return await MeasureAsync(server, quick);
        }
        finally
        {
            Directory.Delete(scripts, recursive: true);
        }
    }

    private static async Task<string> MeasureAsync(Server server, bool quick)
    {
        var (rounds, duration) = (quick ? 1 : 3, TimeSpan.FromSeconds(quick ? 5 : 10));
        var events = new LoadClient(server.Port, "/v1/events?source=hris", Server.Key);
        var webhooks = new LoadClient(server.Port, "/v1/webhooks/hris", Server.Key, sign: Deliveries.Sign);
        var mapped = new LoadClient(server.Port, "/v1/webhooks/vendor", Server.Key, sign: Deliveries.Sign);
        var hostile = new LoadClient(server.Port, "/v1/webhooks/hostile", Server.Key, sign: Deliveries.Sign);
        using var deliveries = new Deliveries(server);
        await Task.WhenAll(events.RunAsync(64, TimeSpan.FromSeconds(6), Events.Hire), webhooks.RunAsync(64, TimeSpan.FromSeconds(6), Events.Hire), mapped.RunAsync(8, TimeSpan.FromSeconds(6), Mapping.Joiner));
        while (await deliveries.WaitingAsync() > 0) await Task.Delay(100);

        List<Round> without = [], with = [];
        for (var round = 0; round < rounds; round++)
        {
            without.Add(await RoundAsync());
            // Enough of them that the script is at it all the time.
            for (var i = 0; i < duration.TotalSeconds * 40; i++) await hostile.SendOnceAsync(Bad(i));
            with.Add(await RoundAsync());
        }

        var text = new StringBuilder("| | without: p50 | p99 | with: p50 | p99 | failed |\n|---|--:|--:|--:|--:|--:|\n");
        Line("events", r => r.Events);
        Line("another source's deliveries, answered", r => r.Webhooks);
        text.AppendLine(CultureInfo.InvariantCulture, $"| another source's deliveries, mapped by its script | {Number(Median(without.Select(r => r.Mapped)))}/s | | {Number(Median(with.Select(r => r.Mapped)))}/s | | |");
        return text.ToString();

        async Task<Round> RoundAsync()
        {
            var before = await deliveries.MappedAsync("vendor");
            var loads = await Task.WhenAll(
                events.RunAsync(Connections, duration, Events.Hire, Pause), webhooks.RunAsync(Connections, duration, Events.Hire, Pause), mapped.RunAsync(2, duration, Mapping.Joiner, Pause));
            return new Round(loads[0], loads[1], (await deliveries.MappedAsync("vendor") - before) / duration.TotalSeconds);
        }

        void Line(string what, Func<Round, LoadResult> of) => text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {what} | {Number(Median(without.Select(r => of(r).P50)))} ms | {Number(Median(without.Select(r => of(r).P99)))} ms | {Number(Median(with.Select(r => of(r).P50)))} ms | {Number(Median(with.Select(r => of(r).P99)))} ms | {with.Concat(without).Sum(r => of(r).Failed)} |");
    }

    /// <summary>Each another delivery: equal ones are a repetition.</summary>
    private static byte[] Bad(int number) => Encoding.UTF8.GetBytes($$"""{"does":"{{(number % 3) switch { 0 => "loop", 1 => "allocate", _ => "recurse" }}}","number":"{{Events.Next()}}"}""");

    private sealed record Round(LoadResult Events, LoadResult Webhooks, double Mapped);
}
