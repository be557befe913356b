using System.Diagnostics;
using System.Globalization;
using Gateway.Sources.Mapping;

namespace Gateway.Tests.Sources.Mapping;

/// <summary>What a script is given, what it may say, and the process that it runs in.</summary>
public sealed class ScriptHostTests
{
    private const string Echo = "function map(delivery) { return { body: delivery.body }; }";

    [Fact]
    public async Task Nothing_of_one_delivery_is_left_for_the_next()
    {
        await using var scripts = new Scripts();
        const string script = """
            let seen = 0;
            function map(delivery, context) {
                seen++;
                const before = [seen, globalThis.kept, Array.prototype.kept, context.kept, JSON.kept, [].includes === Array.prototype.find];
                globalThis.kept = Array.prototype.kept = context.kept = JSON.kept = delivery.body.id;
                Array.prototype.includes = Array.prototype.find;
                delete Object.prototype.toString;
                return { before: before.map(b => b === undefined ? 'none' : b) };
            }
            """;
        for (var i = 0; i < 5; i++)
            Assert.Equal("""[{"before":[1,"none","none","none","none",false]}]""", await scripts.EventsAsync(script, $$"""{"id":{{i}}}"""));
        Assert.Single(scripts.Processes);
    }

    [Fact]
    public async Task Deliveries_are_answered_each_with_its_own()
    {
        await using var scripts = new Scripts(new MappingOptions { Processes = 2 });
        var all = Enumerable.Range(0, 500).Select(async i => (i, await scripts.EventsAsync(Echo, i.ToString(CultureInfo.InvariantCulture)))).ToList();
        Assert.All(await Task.WhenAll(all), o => Assert.Equal($$"""[{"body":{{o.i}}}]""", o.Item2));
    }

    [Theory]
    [InlineData("""{"employeeId":3332883854254932743,"n":1.5,"small":12}""", """{"employeeId":"3332883854254932743","n":1.5,"small":12}""")]
    [InlineData("[-3332883854254932743, 123456789012345, 1e20]", """["-3332883854254932743",123456789012345,100000000000000000000]""")]
    [InlineData("\uFEFF{\"a\":1}", """{"a":1}""")]
    [InlineData("\"Ping test\"", "\"Ping test\"")]
    [InlineData("a=1&b=2", "\"a=1&b=2\"")]
    [InlineData("{\"a\":", "\"{\\\"a\\\":\"")]
    [InlineData("", "\"\"")]
    [InlineData("{\"__proto__\":{\"admin\":1}}", "{\"__proto__\":{\"admin\":1}}")]
    [InlineData("{\"name\":\"Zo\u00e9 \ud83d\ude00\"}", "{\"name\":\"Zo\u00e9 \ud83d\ude00\"}")]
    public async Task A_body_is_its_json_without_a_digit_lost_or_a_string(string body, string seen)
    {
        await using var scripts = new Scripts();
        var outcome = Assert.IsType<MappingOutcome.Mapped>(await scripts.RunAsync(Echo, body));
        Assert.True(System.Text.Json.JsonElement.DeepEquals(Scripts.Json(seen), outcome.Events[0].GetProperty("body")), outcome.Events[0].GetRawText());
    }

    [Fact]
    public async Task A_delivery_shows_where_it_comes_from()
    {
        await using var scripts = new Scripts();
        Assert.Equal("""[{"id":"d-1","at":"2026-03-02T09:00:00Z","kind":"test","type":"application/json","source":"hris","zone":"Europe/Paris"}]""", await scripts.EventsAsync(
            "function map(d, c) { return { id: d.id, at: d.receivedAt, kind: d.headers['x-kind'], type: d.contentType, source: c.source, zone: c.timeZone }; }", zone: "Europe/Paris"));
    }

    [Fact]
    public async Task Nothing_is_said_by_null_undefined_or_an_empty_list()
    {
        await using var scripts = new Scripts();
        Assert.Equal("[]", await scripts.EventsAsync("function map() { }"));
        Assert.Equal("[]", await scripts.EventsAsync("function map() { return null; }"));
        Assert.Equal("""[{"type":"leave"}]""", await scripts.EventsAsync("function map() { return [null, { type: 'leave', reason: undefined }, undefined]; }"));
        Assert.Equal("script-error", (await scripts.FailureAsync("const a = 1;")).Code);
    }

    [Fact]
    public async Task What_a_script_wants_to_know_first_it_is_told()
    {
        await using var scripts = new Scripts();
        const string script = """
            function lookups(delivery, context) { return delivery.body.ids.map(id => ({ id })); }
            function map(delivery, context) { return context.answers.map(a => ({ id: a.values.id, status: a.status, name: a.body && a.body.name, number: a.body && a.body.number })); }
            """;
        var asks = Assert.IsType<MappingOutcome.Asks>(await scripts.RunAsync(script, """{"ids":["a",7]}"""));
        Assert.Equal(["a", "7"], asks.Lookups.Select(l => l.Values["id"]));
        LookupAnswer[] answers = [new(asks.Lookups[0].Values, 200, Scripts.Json("""{"name":"Inés","number":3332883854254932743}""")), new(asks.Lookups[1].Values, 404, null)];
        Assert.Equal("""[{"id":"a","status":200,"name":"Inés","number":"3332883854254932743"},{"id":"7","status":404,"name":null,"number":null}]""",
            await scripts.EventsAsync(script, """{"ids":["a",7]}""", answers: answers));
        Assert.Equal("[]", await scripts.EventsAsync(script, """{"ids":[]}"""));
    }

    [Fact]
    public async Task A_delivery_that_nobody_signed_only_names_whom_to_look_up()
    {
        await using var scripts = new Scripts();
        const string script = """
            function lookups(delivery) { return [{ id: delivery.body.id }]; }
            function map(delivery, context) { return { body: delivery.body, name: context.answer.body.name }; }
            """;
        var asks = Assert.IsType<MappingOutcome.Asks>(await scripts.RunAsync(script, """{"id":"7","name":"forged"}""", trusted: false));
        LookupAnswer[] answers = [new(asks.Lookups[0].Values, 200, Scripts.Json("""{"name":"true"}"""))];
        Assert.Equal("""[{"body":null,"name":"true"}]""", await scripts.EventsAsync(script, """{"id":"7","name":"forged"}""", trusted: false, answers: answers));
    }

    [Fact]
    public async Task A_process_that_is_killed_costs_no_delivery()
    {
        await using var scripts = new Scripts();
        await scripts.EventsAsync(Echo, "1");
        var under = Enumerable.Range(0, 200).Select(i => scripts.EventsAsync(Echo, i.ToString(CultureInfo.InvariantCulture))).ToList();
        Process.GetProcessById(scripts.Processes[0]).Kill();
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $$"""[{"body":{{i}}}]"""), await Task.WhenAll(under));
        Assert.Equal(2, scripts.Processes.Count);
    }

    [Fact]
    public async Task The_process_has_bounds_and_knows_no_secret()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        Environment.SetEnvironmentVariable("ConnectionStrings__Secret", "hidden");
        await using var scripts = new Scripts();
        await scripts.EventsAsync(Echo, "1");
        var process = $"/proc/{scripts.Processes[0].ToString(CultureInfo.InvariantCulture)}";
        var environment = await File.ReadAllTextAsync($"{process}/environ", TestContext.Current.CancellationToken);
        var names = environment.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')[0]).ToList();
        Assert.DoesNotContain("hidden", environment, StringComparison.Ordinal);
        Assert.All(names, n => Assert.True(n.StartsWith("DOTNET_", StringComparison.Ordinal) || n is "LANG" or "MALLOC_ARENA_MAX" or "TZDIR", n));
        var bounds = await File.ReadAllLinesAsync($"{process}/limits", TestContext.Current.CancellationToken);
        var space = bounds.Single(l => l.StartsWith("Max address space", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        Assert.InRange(long.Parse(space, CultureInfo.InvariantCulture), 1, 8L * 1024 * 1024 * 1024);
        Assert.Equal("0", bounds.Single(l => l.StartsWith("Max core file size", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[4]);
        Assert.Empty(Directory.EnumerateFileSystemEntries($"{process}/cwd/"));
    }

    [Fact]
    public async Task The_process_ends_with_its_host()
    {
        var scripts = new Scripts();
        await scripts.EventsAsync(Echo, "1");
        using var process = Process.GetProcessById(scripts.Processes[0]);
        await scripts.DisposeAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var late = await scripts.RunAsync(Echo, "1", cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(Assert.IsType<MappingOutcome.Failed>(late).Transient);
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_is_let_go()
    {
        await using var scripts = new Scripts();
        using var enough = new CancellationTokenSource();
        var endless = scripts.RunAsync("function map() { for (;;); }", cancellationToken: enough.Token);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
        Assert.Equal("""[{"body":1}]""", await scripts.EventsAsync(Echo, "1"));
    }
}
