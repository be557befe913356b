using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Gateway.Tests.Faults;

/// <summary>The long form, for people: <c>./test.sh --soak 30m</c>. Never run otherwise.</summary>
[Collection(FaultCollection.Name)]
public sealed class SoakTests
{
    private const string TimeSetting = "GATEWAY_SOAK";
    private const string SeedSetting = "GATEWAY_SOAK_SEED";

    /// <summary>After so many faults everything is compared and begins anew: a company that grows for hours is another test.</summary>
    private const int FaultsInAChapter = 20;

    [Fact(Explicit = true)]
    public async Task Faults_in_any_order_for_as_long_as_asked_for_lose_and_double_nothing()
    {
        var time = Time(Environment.GetEnvironmentVariable(TimeSetting) ?? "30m");
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedSetting), CultureInfo.InvariantCulture, out var given) ? given : RandomNumberGenerator.GetInt32(int.MaxValue);
        Say($"Seed {seed}: to play the same faults again, set {SeedSetting}={seed}.");
        var (random, started, lines) = (new Random(seed), Stopwatch.GetTimestamp(), new List<Line>());
        for (var chapter = 1; Stopwatch.GetElapsedTime(started) < time; chapter++)
        {
            await using var run = await FaultRun.StartAsync(random.Next());
            for (var n = 0; n < FaultsInAChapter && Stopwatch.GetElapsedTime(started) < time; n++) await run.PlayAsync(FaultSuite.All[random.Next(FaultSuite.All.Count)]);
            var (played, reckoning) = await run.CloseAsync();
            lines.AddRange(played);
            await FaultSuite.TellAsync(Merged(lines), $"Fault suite, long form: seed {seed}, {chapter} chapters in {Stopwatch.GetElapsedTime(started).TotalMinutes:0} minutes");
            FaultSuite.Judge(reckoning);
        }
    }

    [Fact(Explicit = true)]
    public async Task A_minute_without_RabbitMQ_under_a_thousand_events_a_second_is_noticed_by_nobody()
    {
        await using var run = await FaultRun.StartAsync(1);
        await run.PlayAsync(Fault.Of("RabbitMQ away for a minute under 1,000 events/s", d => BrokerOutage.PlayAsync(d, TimeSpan.FromMinutes(1), eventsPerSecond: 1000)));
        var (_, reckoning) = await run.CloseAsync();
        FaultSuite.Judge(reckoning);
    }

    /// <summary>One line a fault, whatever the chapter.</summary>
    private static List<Line> Merged(IEnumerable<Line> lines) =>
    [
        .. lines.GroupBy(l => l.Fault, StringComparer.Ordinal).Select(g => new Line(
            g.Key, g.Sum(l => l.Played), g.Sum(l => l.Sent), g.Sum(l => l.Accepted), g.Sum(l => l.Refused), g.Sum(l => l.Unanswered),
            g.Sum(l => l.Lost), g.Sum(l => l.Doubled), g.Max(l => l.Longest), g.First().NotRun)),
    ];

    /// <summary><c>90s</c>, <c>30m</c> or <c>8h</c>.</summary>
    private static TimeSpan Time(string text) =>
        double.TryParse(text[..^1], CultureInfo.InvariantCulture, out var number) && text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number), 'm' => TimeSpan.FromMinutes(number), 'h' => TimeSpan.FromHours(number), _ => TimeSpan.Zero,
        } is { Ticks: > 0 } time
            ? time
            : throw new FormatException($"{TimeSetting}: a time such as 90s, 30m or 8h.");

    private static void Say(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
