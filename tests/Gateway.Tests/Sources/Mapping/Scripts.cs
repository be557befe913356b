using System.Text;
using System.Text.Json;
using Gateway.Sources.Mapping;
using Gateway.Sources.Mapping.Running;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Sources.Mapping;

/// <summary>Scripts, run as the gateway runs them: in child processes of their own.</summary>
internal sealed class Scripts : IAsyncDisposable
{
    private readonly NotedLog _log = new();

    public Scripts(MappingOptions? options = null) => Host = new ScriptHost(Options.Create(options ?? new MappingOptions()), _log);

    public ScriptHost Host { get; }

    /// <summary>Ids of the processes that were started so far.</summary>
    public IReadOnlyList<int> Processes
    {
        get { lock (_log.Started) return [.. _log.Started]; }
    }

    /// <param name="script">Its text.</param>
    /// <param name="body">Of the delivery.</param>
    public Task<MappingOutcome> RunAsync(string script, string body = "{}", string zone = "UTC", bool trusted = true, LookupAnswer[]? answers = null, CancellationToken cancellationToken = default) =>
        Host.RunAsync(ScriptText.Of("test", script), Input(body, zone, trusted, answers), cancellationToken);

    public static MappingInput Input(string body = "{}", string zone = "UTC", bool trusted = true, LookupAnswer[]? answers = null) => new(
        "hris", "d-1", new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero), zone, "application/json", new Dictionary<string, string> { ["x-kind"] = "test" },
        Encoding.UTF8.GetBytes(body), trusted, answers ?? []);

    /// <summary>The events that came out, as JSON.</summary>
    public async Task<string> EventsAsync(string script, string body = "{}", string zone = "UTC", bool trusted = true, LookupAnswer[]? answers = null)
    {
        var outcome = await RunAsync(script, body, zone, trusted, answers);
        return outcome is MappingOutcome.Mapped mapped ? $"[{string.Join(",", mapped.Events.Select(e => e.GetRawText()))}]" : outcome.ToString();
    }

    public async Task<MappingOutcome.Failed> FailureAsync(string script, string body = "{}") => Assert.IsType<MappingOutcome.Failed>(await RunAsync(script, body));

    public static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private sealed class NotedLog : ILogger<ScriptHost>
    {
        public List<int> Started { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is not IReadOnlyList<KeyValuePair<string, object?>> values || eventId.Id != 7100) return;
            lock (Started) Started.Add((int)values.First(v => v.Key == "Process").Value!);
        }
    }
}
