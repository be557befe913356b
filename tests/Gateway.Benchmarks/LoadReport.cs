using System.Globalization;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks;

/// <summary>Runs the whole-process measurements and prints them as Markdown tables.</summary>
internal static class LoadReport
{
    private static readonly (string Name, Func<bool, Task<string>> Run)[] All =
    [
        ("ingest", Ingest.RunAsync),
        ("batch", Batches.RunAsync),
        ("lag", Lag.RunAsync),
        ("backlog", Backlog.RunAsync),
        ("snapshot", SnapshotRun.RunAsync),
        ("start", Startup.RunAsync),
        ("webhooks", Webhooks.RunAsync),
        ("mapping", Mapping.RunAsync),
        ("hostile", Hostile.RunAsync),
    ];

    /// <summary>Only when named: they need servers.</summary>
    private static readonly (string Name, Func<bool, Task<string>> Run)[] Named =
    [
        ("postgres", PostgresIngest.RunAsync),
        ("amqp", AmqpIngest.RunAsync),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var quick = args.Contains("--quick", StringComparer.Ordinal);
        var chosen = args.Where(a => !a.StartsWith('-')).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, run) in All.Where(a => chosen.Count == 0 || chosen.Contains(a.Name)).Concat(Named.Where(a => chosen.Contains(a.Name))))
        {
            await Console.Error.WriteLineAsync($"… {name}");
            await Console.Out.WriteLineAsync(await run(quick));
            await Console.Out.WriteLineAsync();
        }

        return 0;
    }

    public static string Number(double value) => value.ToString(value < 10 ? "0.00" : "#,0", CultureInfo.InvariantCulture);

    public static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return ordered[ordered.Length / 2];
    }
}
