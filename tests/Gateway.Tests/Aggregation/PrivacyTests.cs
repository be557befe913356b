using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Gateway.EventLog;
using Gateway.Tests.Operations;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Folds;

/// <summary>People's data stay where they belong: not in logs, not in metrics, not in traces.</summary>
public sealed class PrivacyTests
{
    private static readonly string[] Personal = ["Philippa", "Featherstonehaugh", "philippa.f@example.test", "astronautics", "quarrelled", "PF-4711", "evt-of-philippa"];

    [Fact]
    public async Task A_busy_day_leaves_no_personal_data_in_logs_metrics_and_traces()
    {
        var seen = new ConcurrentQueue<string>();
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        meters.SetMeasurementEventCallback<long>((i, _, tags, _) => Note(seen, i.Name, tags));
        meters.SetMeasurementEventCallback<int>((i, _, tags, _) => Note(seen, i.Name, tags));
        meters.SetMeasurementEventCallback<double>((i, _, tags, _) => Note(seen, i.Name, tags));
        meters.Start();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => !source.Name.StartsWith("System.Net", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => seen.Enqueue($"{a.Source.Name} {a.OperationName} {a.DisplayName} {a.StatusDescription} {string.Join(' ', a.TagObjects.Concat(a.Baggage.Select(b => new KeyValuePair<string, object?>(b.Key, b.Value))))} "
                + string.Join(' ', a.Events.SelectMany(e => e.Tags.Prepend(new("event", e.Name))))),
        };
        ActivitySource.AddActivityListener(activities);
        var log = new ListLogger();

        await using (var gateway = await TestGateway.StartAsync(new() { ["Logging:LogLevel:Gateway"] = "Trace" }, configure: b => b.Logging.AddProvider(log)))
        {
            const string hire = """
                {"id":"evt-of-philippa","type":"hire","employeeId":"PF-4711","member":{"email":"philippa.f@example.test","firstName":"Philippa","lastName":"Featherstonehaugh","attributes":{"hobby":"astronautics"}}}
                """;
            await gateway.PostAsync("/v1/events", hire);
            await gateway.PostAsync("/v1/events", hire);
            await gateway.PostAsync("/v1/events", hire.Replace("Philippa", "Philippa ", StringComparison.Ordinal).Replace("astronautics", "Philippa", StringComparison.Ordinal));
            await gateway.PostAsync("/v1/events", hire.Replace("member", "Philippa", StringComparison.Ordinal));
            await gateway.PostAsync("/v1/events/batch", $$"""[{{hire}},{"id":"evt-of-philippa-2","type":"leave","employeeId":"PF-4711","reason":"quarrelled"},"Philippa"]""");
            await gateway.PostBytesAsync("/v1/events/batch", Encoding.UTF8.GetBytes($"Philippa\n{hire.ReplaceLineEndings("")}"), "application/x-ndjson");
            await gateway.PostAsync("/v1/events/validate", hire);
            await gateway.FoldAsync();

            // The disk fills up and the fold breaks: what is said about it names nobody either, but for the number that finds the facet.
            gateway.Get<EventAppender>().BeforeCommit = _ => throw new IOException("The disk is away.");
            await gateway.PostAsync("/v1/events", hire);
            gateway.Get<EventAppender>().BeforeCommit = null;
        }

        var lines = seen.Concat(log.Lines).ToList();
        Assert.Contains(lines, l => l.StartsWith("gateway.events.accepted", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("gateway.events.refused", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("gateway.events.repeated", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("gateway.log.commit.size", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("gateway fold", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(log.Lines, l => l.Contains("1001", StringComparison.Ordinal));
        foreach (var word in Personal) Assert.DoesNotContain(lines, l => l.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static void Note(ConcurrentQueue<string> seen, string name, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder(name);
        foreach (var tag in tags) text.Append(' ').Append(tag.Key).Append('=').Append(tag.Value);
        seen.Enqueue(text.ToString());
    }
}
