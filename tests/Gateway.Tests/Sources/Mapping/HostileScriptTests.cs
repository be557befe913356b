using System.Diagnostics;
using Gateway.Sources.Mapping;
using Gateway.Sources.Mapping.Child;
using Gateway.Sources.Mapping.Running;

namespace Gateway.Tests.Sources.Mapping;

/// <summary>Scripts that mean harm, or do it: each gives its code, and those that come after it are mapped.</summary>
public sealed class HostileScriptTests
{
    private const string Innocent = "function map(delivery, context) { return { type: 'leave', employeeId: context.id(delivery.body.id) }; }";

    /// <summary>Its loop is native, so that only the end of its process ends it.</summary>
    private const string TwoFaced = """
        function map(delivery) {
            if (delivery.body.loop) { const a = 'a'.repeat(3e6), hay = 'a'.repeat(12e6), needle = a + 'b' + a; for (;;) hay.indexOf(needle); }
            return { type: 'leave', employeeId: delivery.body.id };
        }
        """;

    [Theory]
    [InlineData("for ever", "script-timeout", "while (true) { }")]
    [InlineData("for ever, in one statement", "script-timeout", "for (;;);")]
    [InlineData("for ever, natively", "script-timeout", "[1, 2].sort(() => { for (;;) { } })")]
    [InlineData("for ever, in a native loop", "script-timeout", "const a = 'a'.repeat(3e6), hay = 'a'.repeat(12e6), needle = a + 'b' + a; for (;;) hay.indexOf(needle)")]
    [InlineData("a regular expression", "script-timeout", "/^(a+)+$/.test('a'.repeat(40) + 'b')")]
    [InlineData("a regular expression made at run time", "script-timeout", "new RegExp('^(' + 'a+' + ')+$').test('a'.repeat(40) + 'b')")]
    [InlineData("a long string", "script-memory", "return { type: 'x'.repeat(5e8) }")]
    [InlineData("a long string of longer ones", "script-memory", "let s = 'x'.repeat(1e8), all = []; for (let i = 0; i < 50; i++) all.push(s + i); return { type: all.join('') }")]
    [InlineData("arrays", "script-memory", "const all = []; for (;;) all.push(new Array(1000).fill(all.length))")]
    [InlineData("strings", "script-memory", "let s = 'x'; for (;;) s += s")]
    [InlineData("bytes", "script-memory", "const all = []; for (;;) all.push(new Uint8Array(1e7))")]
    [InlineData("much at once", "script-memory", "return new Uint8Array(2e9)")]
    [InlineData("a big array", "script-memory", "return new Array(4e9).fill(0)")]
    [InlineData("recursion", "script-error", "const f = () => f() + 1; return f()")]
    [InlineData("recursion of getters", "script-error", "const o = { get a() { return this.a; } }; return o.a")]
    [InlineData("recursion of JSON", "script-error", "const o = { toJSON() { return JSON.stringify(o); } }; return JSON.stringify(o)")]
    [InlineData("a throw", "script-error", "throw new Error('no')")]
    [InlineData("a throw of something else", "script-error", "throw { message: 'no', toString() { throw 1 } }")]
    [InlineData("a number", "script-result", "return 42")]
    [InlineData("a string", "script-result", "return 'leave'")]
    [InlineData("a list of strings", "script-result", "return ['leave']")]
    [InlineData("a function", "script-result", "return () => 1")]
    [InlineData("a function within", "script-result", "return { type: () => 1 }")]
    [InlineData("a date", "script-result", "return { type: 'leave', effectiveAt: new Date() }")]
    [InlineData("no number", "script-result", "return { type: 0 / 0 }")]
    [InlineData("a symbol", "script-result", "return { type: Symbol('leave') }")]
    [InlineData("a big integer", "script-result", "return { type: 1n }")]
    [InlineData("a circle", "script-result", "const o = {}; o.o = o; return o")]
    [InlineData("half a character", "script-result", "return { type: '\\ud800' }")]
    [InlineData("a promise", "script-result", "return Promise.resolve({ type: 'leave' })")]
    [InlineData("a proxy", "script-result", "return new Proxy({}, { get() { return 1; }, ownKeys() { return ['a']; } })")]
    [InlineData("too many", "script-result", "return Array.from({ length: 5001 }, () => ({ type: 'leave' }))")]
    [InlineData("too much", "script-result", "return { type: 'x'.repeat(2e6) }")]
    [InlineData("a getter that throws", "script-result", "return { get type() { throw new Error('no') } }")]
    [InlineData("a getter that loops", "script-timeout", "return { get type() { for (;;); } }")]
    [InlineData("the host", "script-error", "return System.IO.File.ReadAllText('/etc/passwd')")]
    [InlineData("a namespace", "script-error", "return importNamespace('System')")]
    [InlineData("require", "script-error", "return require('fs')")]
    [InlineData("code from a string", "script-error", "return eval('1')")]
    [InlineData("code by way of constructors", "script-error", "return map.constructor.constructor('return 1')()")]
    [InlineData("code by way of a helper's constructor", "script-error", "return context.id.constructor('return 1')()")]
    [InlineData("a type behind a helper", "script-error", "return context.id.GetType().Assembly.Location")]
    public async Task It_gives_its_code_and_the_next_delivery_is_mapped(string what, string code, string body)
    {
        await using var scripts = new Scripts();
        var failure = await scripts.FailureAsync($"function map(delivery, context) {{\n{body}\n}}");
        Assert.True(failure.Code == code, $"{what}: {failure}");
        Assert.False(failure.Transient);
        Assert.Equal("""[{"type":"leave","employeeId":"7"}]""", await scripts.EventsAsync(Innocent, """{"id":7}"""));
    }

    [Fact]
    public async Task Nothing_of_the_host_is_in_reach()
    {
        await using var scripts = new Scripts();
        const string script = """
            function map() {
                const known = ['globalThis', 'Infinity', 'NaN', 'undefined'];
                const found = Object.getOwnPropertyNames(globalThis).filter(n => /^(System|clr|import|host|engine|process|require|console|fetch|setTimeout|load|read)/i.test(n));
                return { type: found.join(), name: typeof globalThis.System + typeof importScripts + typeof process };
            }
            """;
        Assert.Equal("""[{"type":"","name":"undefinedundefinedundefined"}]""", await scripts.EventsAsync(script));
    }

    [Fact]
    public async Task An_async_map_is_no_map()
    {
        await using var scripts = new Scripts();
        var failure = await scripts.FailureAsync("async function map() { await 1; return { type: 'leave' }; }");
        Assert.Equal("script-result", failure.Code);
        Assert.Contains("promise", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_throw_says_where()
    {
        await using var scripts = new Scripts();
        var failure = await scripts.FailureAsync("function map() {\n  const a = null;\n  return a.b;\n}");
        Assert.Equal(("script-error", 3), (failure.Code, failure.Line));
        Assert.NotNull(failure.Column);
        failure = await scripts.FailureAsync("function map() {\n  return fail('The employee has no number.');\n}");
        Assert.Equal(("script-error", "The employee has no number.", 2), (failure.Code, failure.Message, failure.Line));
        failure = await scripts.FailureAsync("function map() {\n  return 1 +;\n}");
        Assert.Equal(("script-error", 2, 13), (failure.Code, failure.Line, failure.Column));
    }

    [Fact]
    public async Task A_script_that_ran_for_too_long_runs_apart_and_holds_up_no_other()
    {
        await using var scripts = new Scripts(new MappingOptions { WallClock = TimeSpan.FromMilliseconds(500) });
        await scripts.EventsAsync(Innocent, """{"id":1}""");
        await scripts.EventsAsync(TwoFaced, """{"id":"1"}""");

        // All of them take longer than a test should: the first one is ended, and the others wait elsewhere.
        var hostile = Enumerable.Range(0, 20).Select(_ => scripts.RunAsync(TwoFaced, """{"loop":true}""")).ToList();
        Assert.IsType<MappingOutcome.Failed>(await await Task.WhenAny(hostile));
        var next = scripts.RunAsync(TwoFaced, """{"loop":true}""");
        Assert.Equal("""[{"type":"leave","employeeId":"2"}]""", await scripts.EventsAsync(Innocent, """{"id":2}"""));
        Assert.False(next.IsCompleted);
        Assert.InRange(hostile.Count(h => h.IsCompleted), 1, 15);
        Assert.All(hostile.Where(h => h.IsCompleted), h => Assert.Equal("script-timeout", Assert.IsType<MappingOutcome.Failed>(h.Result).Code));
    }

    [Fact]
    public async Task What_waited_behind_a_run_that_was_ended_is_run_all_the_same()
    {
        await using var scripts = new Scripts(new MappingOptions { WallClock = TimeSpan.FromMilliseconds(500) });

        var hostile = scripts.RunAsync(TwoFaced, """{"loop":true}""");
        var behind = Enumerable.Range(0, 120).Select(i => scripts.EventsAsync(TwoFaced, $$"""{"id":"{{i}}"}""")).ToList();

        Assert.Equal("script-timeout", Assert.IsType<MappingOutcome.Failed>(await hostile).Code);
        Assert.Equal(Enumerable.Range(0, 120).Select(i => $$"""[{"type":"leave","employeeId":"{{i}}"}]"""), await Task.WhenAll(behind));
        await Eventually.SeeAsync(() => scripts.Processes.Count, n => n == 3);
    }

    [Theory]
    [InlineData("script-timeout", true)]
    [InlineData("script-memory", true)]
    [InlineData("script-error", false)]
    public void A_script_is_suspected_until_a_hundred_of_its_runs_in_a_row_went_well(string code, bool suspected)
    {
        var (suspects, script, other) = (new Suspects(), ScriptText.Of("a", "1"), ScriptText.Of("b", "2"));
        void Note(AnswerKind kind, string code = "") => suspects.Note(script, new ScriptAnswer { Kind = kind, Code = code });

        Note(AnswerKind.Failed, code);
        for (var i = 0; i < 99; i++) Note(AnswerKind.Mapped);
        Assert.Equal((suspected, false), (suspects.Has(script), suspects.Has(other)));
        Note(AnswerKind.Failed, code);
        for (var i = 0; i < 99; i++) Note(AnswerKind.Mapped);
        Assert.Equal(suspected, suspects.Has(script));
        Note(AnswerKind.Mapped);
        Assert.False(suspects.Has(script));
    }

    [Theory]
    [InlineData("for (;;);")]
    [InlineData("/^(a+)+$/.test('a'.repeat(40) + 'b')")]
    [InlineData("return { type: 'x'.repeat(5e8) }")]
    [InlineData("const a = 'a'.repeat(3e6), hay = 'a'.repeat(12e6), needle = a + 'b' + a; for (;;) hay.indexOf(needle)")]
    public async Task Those_behind_it_wait_for_no_longer_than_the_wall_clock(string body)
    {
        await using var scripts = new Scripts(new MappingOptions { WallClock = TimeSpan.FromSeconds(1) });
        await scripts.EventsAsync(Innocent, """{"id":1}""");
        var started = Stopwatch.GetTimestamp();
        var hostile = scripts.RunAsync($"function map() {{ {body} }}");
        var behind = Enumerable.Range(0, 100).Select(i => scripts.EventsAsync(Innocent, $$"""{"id":{{i}}}""")).ToList();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $$"""[{"type":"leave","employeeId":"{{i}}"}]"""), await Task.WhenAll(behind));
        // One wall clock, and what it takes to start a process on a machine that does other things too.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1 + 5));
        Assert.IsType<MappingOutcome.Failed>(await hostile);
    }
}
