using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Sources.Mapping.Running;

namespace Gateway.Sources.Mapping.Catalog;

/// <summary>What a script's own samples gave.</summary>
/// <param name="Samples">How many there are.</param>
/// <param name="Failures">One line each; empty: it passed.</param>
public sealed record SelfTestResult(int Samples, IReadOnlyList<string> Failures)
{
    public bool Passed => Failures.Count == 0;
}

/// <summary>Runs a script on the deliveries that it ships, as the gateway would, and compares what comes out.</summary>
public static class SelfTest
{
    private static readonly string[] Fields = ["name", "delivery", "timeZone", "answers", "lookups", "events", "throws"];
    private const int Tries = 4;
    private static readonly DateTimeOffset Received = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public static async Task<SelfTestResult> RunAsync(ScriptHost host, ScriptText script, CancellationToken cancellationToken)
    {
        var (samples, broken) = await host.SamplesAsync(script, cancellationToken);
        for (var again = 1; again < Tries && broken is { Code: "script-timeout" }; again++) (samples, broken) = await host.SamplesAsync(script, cancellationToken);
        if (broken is not null) return new SelfTestResult(0, [Told(broken)]);
        var failures = new List<string>();
        var number = 0;
        foreach (var sample in samples!.Value.EnumerateArray())
        {
            number++;
            if (await FailureOfAsync(host, script, sample, cancellationToken) is { } failure)
                failures.Add($"sample {number.ToString(CultureInfo.InvariantCulture)} ({Text(sample, "name") ?? "without a name"}): {failure}");
        }

        if (number == 0) failures.Add("There are no samples: give at least one delivery with the events that it gives (const samples = […]).");
        return new SelfTestResult(number, failures);
    }

    private static async Task<string?> FailureOfAsync(ScriptHost host, ScriptText script, JsonElement sample, CancellationToken cancellationToken)
    {
        if (sample.EnumerateObject().Select(f => f.Name).FirstOrDefault(n => !Fields.Contains(n)) is { } unknown) return $"{unknown} is no field of a sample; it has {string.Join(", ", Fields)}.";
        if (Part(sample, "events") is null == Text(sample, "throws") is null) return "Give either events or throws.";
        var input = Input(sample.GetProperty("delivery"), Text(sample, "timeZone") ?? "UTC");
        var outcome = await PatientlyAsync(host, script, input, cancellationToken);
        if (Part(sample, "lookups") is { } lookups)
        {
            if (outcome is not MappingOutcome.Asks wanted) return $"it should ask for {lookups.GetRawText()}, but {Told(outcome)}";
            if (!JsonElement.DeepEquals(lookups, Json(wanted.Lookups.Select(l => l.Values)))) return $"it asks for {Json(wanted.Lookups.Select(l => l.Values)).GetRawText()}, not for {lookups.GetRawText()}.";
        }

        if (outcome is MappingOutcome.Asks asks)
        {
            if (Part(sample, "answers") is not { ValueKind: JsonValueKind.Array } answers) return "it asks; give the vendor's answers.";
            if (answers.GetArrayLength() != asks.Lookups.Count) return $"it asks {asks.Lookups.Count.ToString(CultureInfo.InvariantCulture)} times; give as many answers.";
            outcome = await PatientlyAsync(host, script, input with { Answers = [.. answers.EnumerateArray().Select((a, i) => Answer(asks.Lookups[i], a))] }, cancellationToken);
        }

        if (Text(sample, "throws") is { } words)
            return outcome is MappingOutcome.Failed f && f.Message.Contains(words, StringComparison.Ordinal) ? null : $"it should fail with '{words}', but {Told(outcome)}";
        if (outcome is not MappingOutcome.Mapped mapped) return Told(outcome);
        var expected = Part(sample, "events")!.Value;
        return Difference(expected, mapped.Events);
    }

    /// <summary>A start on a busy machine is slow, and no reason to take a script for wrong: a run that was too long is tried again.</summary>
    private static async Task<MappingOutcome> PatientlyAsync(ScriptHost host, ScriptText script, MappingInput input, CancellationToken cancellationToken)
    {
        var outcome = await host.RunAsync(script, input, cancellationToken);
        for (var again = 1; again < Tries && outcome is MappingOutcome.Failed { Code: "script-timeout" }; again++) outcome = await host.RunAsync(script, input, cancellationToken);
        return outcome;
    }

    private static MappingInput Input(JsonElement delivery, string zone) => new(
        "sample", "sample", Text(delivery, "receivedAt") is { } at ? DateTimeOffset.Parse(at, CultureInfo.InvariantCulture) : Received, zone, Text(delivery, "contentType") ?? "application/json",
        Part(delivery, "headers") is { } headers ? headers.EnumerateObject().ToDictionary(h => h.Name, h => h.Value.ToString(), StringComparer.Ordinal) : new Dictionary<string, string>(StringComparer.Ordinal),
        Encoding.UTF8.GetBytes(Text(delivery, "body") ?? ""), Part(delivery, "trusted") is not { ValueKind: JsonValueKind.False }, []);

    private static LookupAnswer Answer(Lookup lookup, JsonElement answer) => new(
        lookup.Values, Part(answer, "status") is { ValueKind: JsonValueKind.Number } status ? status.GetInt32() : 200, Part(answer, "body"));

    /// <summary>The first event that differs, both ways of putting it: a sample is made up, so that it may be shown.</summary>
    private static string? Difference(JsonElement expected, IReadOnlyList<JsonElement> events)
    {
        if (expected.ValueKind != JsonValueKind.Array) return "events: a list is needed.";
        for (var i = 0; i < Math.Max(expected.GetArrayLength(), events.Count); i++)
        {
            var (wanted, got) = (i < expected.GetArrayLength() ? expected[i].GetRawText() : "nothing", i < events.Count ? events[i].GetRawText() : "nothing");
            if (i >= expected.GetArrayLength() || i >= events.Count || !JsonElement.DeepEquals(expected[i], events[i]))
                return $"events[{i.ToString(CultureInfo.InvariantCulture)}] should be {wanted}, and is {got}.";
        }

        return null;
    }

    private static string Told(MappingOutcome outcome) => outcome switch
    {
        MappingOutcome.Failed f => $"{f.Code}: {f.Message}{(f.Line is { } line ? string.Create(CultureInfo.InvariantCulture, $" (line {line}, column {f.Column})") : "")}",
        MappingOutcome.Asks => "it asks.",
        MappingOutcome.Mapped m => string.Create(CultureInfo.InvariantCulture, $"it gives {m.Events.Count} events."),
        _ => "it gives something else.",
    };

    private static JsonElement? Part(JsonElement of, string name) => of.TryGetProperty(name, out var part) && part.ValueKind != JsonValueKind.Null ? part : null;

    private static string? Text(JsonElement of, string name) => Part(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement Json(IEnumerable<IReadOnlyDictionary<string, string>> values) => JsonSerializer.SerializeToElement(values);
}
