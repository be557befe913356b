using System.Text;
using System.Text.RegularExpressions;
using Acornima;
using Acornima.Ast;
using Jint;
using Jint.Native;
using Jint.Native.Json;
using Jint.Runtime;

namespace Gateway.Sources.Mapping.Child;

/// <summary>Runs scripts with Jint: each run in an engine of its own, from scripts that are parsed once.</summary>
internal sealed class ScriptEngine
{
    private const int MostStatements = 5_000_000;
    private const int MostRecursion = 256;
    private const uint MostArray = 200_000;
    private const int MostLookups = 1_000;
    private const int MostEvents = 5_000;
    private const long MostAllocated = 128L * 1024 * 1024;
    private static readonly TimeSpan Regex = TimeSpan.FromMilliseconds(250);

    private static readonly Prepared<Script> Functions = Engine.PrepareScript(
        "({ map: typeof map === 'function' ? map : null, lookups: typeof lookups === 'function' ? lookups : null })", strict: true);

    private static readonly Prepared<Script> Samples = Engine.PrepareScript("typeof samples === 'undefined' ? [] : samples", strict: true);

    private readonly Dictionary<string, Loaded> _scripts = new(StringComparer.Ordinal);

    /// <summary>Compiles what every run needs.</summary>
    public static void WarmUp()
    {
        const string script = "function map(delivery, context) { return { id: context.id(delivery.body.id), at: context.instant('2026-03-02 09:00:00.125') }; }";
        var engine = new ScriptEngine();
        engine.Take(new ScriptRequest { Kind = RequestKind.Load, Hash = "warm" }, Encoding.UTF8.GetBytes(script));
        for (var i = 0; i < 3; i++) engine.Take(new ScriptRequest { Kind = RequestKind.Run, Hash = "warm" }, """{"id":3332883854254932743}"""u8.ToArray());
    }

    /// <returns>Null: there is nothing to say.</returns>
    public (ScriptAnswer Answer, byte[] Body)? Take(ScriptRequest request, byte[] body)
    {
        try
        {
            switch (request.Kind)
            {
                case RequestKind.Load:
                    _scripts[request.Hash] = Load(Encoding.UTF8.GetString(body));
                    return null;
                case RequestKind.Forget:
                    _scripts.Clear();
                    return null;
                case RequestKind.Samples:
                    return ReadSamples(_scripts[request.Hash]);
                default:
                    return Run(_scripts[request.Hash], request, body);
            }
        }
        catch (Exception e) when (Failure(e) is { } failure)
        {
            return (failure, []);
        }
    }

    private static (ScriptAnswer, byte[]) Run(Loaded script, ScriptRequest request, byte[] body)
    {
        if (script.Broken is { } broken) return (broken, []);
        var engine = NewEngine();
        var context = new ScriptContext(engine, request);
        engine.Execute(script.Running!.Value);
        var functions = engine.Evaluate(Functions).AsObject();
        if (functions.Get("map") is not { } map || map.IsNull()) return (Broken("script-error", "There is no function map(delivery, context)."), []);
        if (functions.Get("lookups") is var lookups && !lookups.IsNull() && request.Answers.Count == 0)
        {
            var wanted = engine.Call(lookups, context.Delivery(body, trusted: true), context.Value());
            if (ResultWriter.Lookups(wanted, MostLookups) is { Length: > 2 } asked) return (new ScriptAnswer { Kind = AnswerKind.Asks }, asked);
        }

        var result = engine.Call(map, context.Delivery(body, request.Trusted), context.Value());
        return (new ScriptAnswer { Kind = AnswerKind.Mapped }, ResultWriter.Events(result, MostEvents));
    }

    private static (ScriptAnswer, byte[]) ReadSamples(Loaded script)
    {
        if (script.Broken is { } broken) return (broken, []);
        var engine = NewEngine();
        engine.Execute(script.Whole!.Value);
        return (new ScriptAnswer { Kind = AnswerKind.Samples }, ResultWriter.Samples(engine, engine.Evaluate(Samples)));
    }

    private static Engine NewEngine() => new(options =>
    {
        options.Strict = true;
        options.Culture = System.Globalization.CultureInfo.InvariantCulture;
        options.TimeZone = TimeZoneInfo.Utc;
        options.Interop.Enabled = false;
        options.Host.StringCompilationAllowed = false;
        options.Constraints.StackOverflowGuard = true;
        options.LimitRecursion(MostRecursion);
        options.MaxStatements(MostStatements);
        options.LimitMemory(MostAllocated);
        options.MaxArraySize(MostArray);
        options.RegexTimeoutInterval(Regex);
    });

    private static Loaded Load(string text)
    {
        try
        {
            var whole = Prepare(text);
            return new Loaded(whole, WithoutSamples(text, whole.Program!) is { } running ? Prepare(running) : whole, null);
        }
        catch (Exception e) when (Failure(e) is { } failure)
        {
            return new Loaded(null, null, failure);
        }
    }

    private static Prepared<Script> Prepare(string text) =>
        Engine.PrepareScript(text, strict: true, options: new ScriptPreparationOptions { ParsingOptions = new ScriptParsingOptions { RegexTimeout = Regex } });

    /// <summary>The samples are for the self-test: a run need not build them. Blanks stand in their place, so that lines and columns stay.</summary>
    private static string? WithoutSamples(string text, Script script)
    {
        var samples = script.Body.OfType<VariableDeclaration>().FirstOrDefault(v => v.Declarations is [{ Id: Identifier { Name: "samples" } }]);
        if (samples is null) return null;
        var blank = text.ToCharArray();
        for (var i = samples.Start; i < samples.End; i++)
        {
            if (blank[i] is not ('\n' or '\r')) blank[i] = ' ';
        }

        return new string(blank);
    }

    /// <summary>Null: not of the script's making.</summary>
    private static ScriptAnswer? Failure(Exception e) => e switch
    {
        ResultException r => Broken("script-result", r.Message),
        JavaScriptException j => Broken("script-error", Cut(j.Message), j.Location.Start.Line, j.Location.Start.Column + 1),
        ParseErrorException p => Broken("script-error", Cut(p.Message), p.LineNumber, p.Column + 1),
        ScriptPreparationException { InnerException: ParseErrorException p } => Broken("script-error", Cut(p.Message), p.LineNumber, p.Column + 1),
        StatementsCountOverflowException => Broken("script-timeout", $"More than {MostStatements} statements in one run."),
        RegexMatchTimeoutException => Broken("script-timeout", $"A regular expression took longer than {Regex.TotalMilliseconds:0} ms."),
        TimeoutException or ExecutionCanceledException => Broken("script-timeout", "The run took too long."),
        MemoryLimitExceededException => Broken("script-memory", $"More than {MostAllocated / 1024 / 1024} MB were taken in one run."),
        RecursionDepthOverflowException or InsufficientExecutionStackException => Broken("script-error", $"Functions call each other more than {MostRecursion} deep."),
        OutOfMemoryException => Broken("script-memory", "The memory of the process that runs scripts is used up.") with { Last = true },
        // A fault of the interpreter is met by this script only; the next run has an engine of its own.
        _ => Broken("script-error", $"The interpreter failed: {e.GetType().Name}."),
    };

    private static ScriptAnswer Broken(string code, string message, int? line = null, int? column = null) =>
        new() { Kind = AnswerKind.Failed, Code = code, Message = message, Line = line is > 0 ? line : null, Column = line is > 0 ? column : null };

    private static string Cut(string message) => message.Length <= 500 ? message : message[..500] + "…";

    private sealed record Loaded(Prepared<Script>? Whole, Prepared<Script>? Running, ScriptAnswer? Broken);
}
