using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Edge;
using Gateway.Operations;
using Gateway.Operations.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Operations;

/// <summary>The gateway's edge on a real server with a few endpoints behind it, so that a rule is seen as a caller sees it.</summary>
internal sealed class EdgeHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private EdgeHost(WebApplication app, HttpClient client, ListLogger log) => (this.app, Client, Log) = (app, client, log);

    public HttpClient Client { get; }

    public ListLogger Log { get; }

    public IConfigurationRoot Configuration => (IConfigurationRoot)app.Services.GetRequiredService<IConfiguration>();

    /// <summary>Starts on a free port; Production unless said otherwise.</summary>
    public static async Task<EdgeHost> StartAsync(
        IEnumerable<KeyValuePair<string, string?>>? settings = null, string environment = "Production",
        Action<WebApplicationBuilder>? build = null, Action<IEndpointRouteBuilder>? map = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0");
        var log = new ListLogger();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.AddEdge();
        build?.Invoke(builder);
        var built = builder.Build();
        built.UseEdge();
        built.MapGet("/any", () => "fine");
        foreach (var scope in Scopes.All) built.MapGet("/" + scope, (HttpContext c) => c.User.Actor).RequireAuthorization(scope);
        built.MapGet("/sources/{source}", (string source, HttpContext c) => new { c.User.OnlySource, May = c.User.MaySpeakFor(source) });
        map?.Invoke(built);
        built.MapEdge();
        await built.StartAsync();
        return new EdgeHost(built, new HttpClient { BaseAddress = new Uri(built.Urls.First()) }, log);
    }

    /// <summary>Settings of one key.</summary>
    public static Dictionary<string, string?> Key(string name, string key, string scopes, string? source = null, string? notAfter = null) => new(StringComparer.Ordinal)
    {
        [$"Gateway:Keys:{name}:Hash"] = ApiKey.Hash(key),
        [$"Gateway:Keys:{name}:Scopes"] = scopes,
        [$"Gateway:Keys:{name}:Source"] = source,
        [$"Gateway:Keys:{name}:NotAfter"] = notAfter,
    };

    public Task<HttpResponseMessage> GetAsync(string path, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null) request.Headers.Add("X-Api-Key", key);
        return Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}

internal static class ProblemAssert
{
    /// <summary>The answer is problem details of this kind, complete.</summary>
    public static async Task<JsonElement> IsProblemAsync(this HttpResponseMessage answer, ProblemKind kind)
    {
        Assert.Equal(kind.Status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(kind.Type, body.GetProperty("type").GetString());
        Assert.Equal(kind.Title, body.GetProperty("title").GetString());
        Assert.Equal(kind.Status, body.GetProperty("status").GetInt32());
        Assert.NotEmpty(body.GetProperty("traceId").GetString()!);
        return body;
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class ListLogger : ILoggerProvider, ILogger
{
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines
    {
        get { lock (lines) return [.. lines]; }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines) lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
