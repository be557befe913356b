using System.Text.Json;
using Gateway.Intake;
using Gateway.Sources.Mapping;
using Gateway.Sources.Mapping.Catalog;

namespace Gateway.Tests.Sources.Mapping;

/// <summary>The vendors' scripts, by the samples that they ship.</summary>
public sealed class PresetTests(HelperTests.Fixture fixture) : IClassFixture<HelperTests.Fixture>
{
    public static TheoryData<string> Names => new(ScriptFiles.Presets.Select(p => p.Name));

    [Fact]
    public void Every_vendor_has_one() => Assert.Equal(
        ["bamboohr", "deel", "finch", "gusto", "hibob", "merge", "paylocity", "personio", "scim", "workday", "workos"], ScriptFiles.Presets.Select(p => p.Name));

    [Theory, MemberData(nameof(Names))]
    public async Task Its_samples_give_what_they_say(string name)
    {
        var result = await SelfTest.RunAsync(fixture.Scripts.Host, Preset(name), TestContext.Current.CancellationToken);
        Assert.Empty(result.Failures);
        Assert.InRange(result.Samples, 3, 100);
    }

    /// <summary>A sample that expects what the door refuses would teach a wrong script.</summary>
    [Theory, MemberData(nameof(Names))]
    public async Task Its_samples_expect_events_that_the_door_takes(string name)
    {
        var (samples, _) = await fixture.Scripts.Host.SamplesAsync(Preset(name), TestContext.Current.CancellationToken);
        var events = samples!.Value.EnumerateArray().Where(s => s.TryGetProperty("events", out _)).SelectMany(s => s.GetProperty("events").EnumerateArray()).ToList();
        Assert.NotEmpty(events);
        foreach (var json in events)
        {
            var errors = new Errors();
            var read = EventJson.Read(json, errors);
            Assert.True(errors.ToDictionary().Count == 0, $"{json.GetRawText()}: {JsonSerializer.Serialize(errors.ToDictionary())}");
            var judged = EventRequestValidators.Of(read.Type!).Validate(read);
            Assert.True(judged.IsValid, $"{json.GetRawText()}: {string.Join(" ", judged.Errors.Select(e => e.ErrorMessage))}");
        }
    }

    /// <summary>A retraction finds only what was recorded before it: without occurredAt a leave that is announced again would be taken back for good.</summary>
    [Theory, MemberData(nameof(Names))]
    public async Task What_ends_and_what_takes_an_end_back_says_when_it_was_recorded(string name)
    {
        var (samples, _) = await fixture.Scripts.Host.SamplesAsync(Preset(name), TestContext.Current.CancellationToken);
        var ends = samples!.Value.EnumerateArray().Where(s => s.TryGetProperty("events", out _)).SelectMany(s => s.GetProperty("events").EnumerateArray())
            .Where(e => e.GetProperty("type").GetString() is "leave" or "retract").ToList();
        Assert.NotEmpty(ends);
        Assert.All(ends, e => Assert.True(e.TryGetProperty("occurredAt", out _), e.GetRawText()));
    }

    [Theory]
    [InlineData("lastDay: '2026-03-31'", "lastDay: '2026-04-01'", "events[4] should be")]
    [InlineData("entity_uuid) }] : []", "uuid) }] : []", "it asks for")]
    [InlineData("'termination_cancelled' || what === undefined", "'x'", "should be {\"id\":\"gusto:e-1:termination:cancelled\"")]
    public async Task A_broken_expectation_fails(string what, string instead, string told)
    {
        var broken = Preset("gusto").Text.Replace(what, instead, StringComparison.Ordinal);
        var result = await SelfTest.RunAsync(fixture.Scripts.Host, ScriptText.Of("gusto", broken), TestContext.Current.CancellationToken);
        Assert.NotEmpty(result.Failures);
        Assert.Contains(result.Failures, f => f.Contains(told, StringComparison.Ordinal));
    }

    private static ScriptText Preset(string name) => ScriptFiles.Presets.Single(p => p.Name == name);
}
