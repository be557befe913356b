using System.Collections.Concurrent;
using System.Net;
using Gateway.Edge.Outgoing;
using Gateway.Sources.Enrichment;
using Gateway.Sources.Mapping;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Sources.Enrichment;

/// <summary>What a vendor's API was asked.</summary>
internal sealed record Asked(string Method, string Target, string Host, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A vendor's API on a port of its own: a real server that answers what a test says, and keeps what it was asked.</summary>
internal sealed class VendorStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private VendorStandIn(WebApplication app) => _app = app;

    public ConcurrentQueue<Asked> Asked { get; } = new();

    /// <summary>What is answered; default 200 with the path as JSON.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsJsonAsync(new { path = context.Request.Path.Value });

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>Under the name that tests resolve as they like.</summary>
    public string Base => $"http://vendor.test:{Port}";

    public static async Task<VendorStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MinResponseDataRate = null);
        var app = builder.Build();
        var standIn = new VendorStandIn(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            context.Items[nameof(Enrichment.Asked.Body)] = body;
            var request = context.Request;
            standIn.Asked.Enqueue(new(request.Method, context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget, request.Host.Value!,
                request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
            await standIn.Answer(context);
        });
        await app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>An enricher and its settings, for one source <c>hris</c>.</summary>
internal sealed class Asking : IDisposable
{
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    public Asking(Dictionary<string, string?> settings, TimeProvider? time = null)
    {
        // Every name leads to this machine, as the one of a vendor under test does.
        Handlers.Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        Enricher = new Enricher(Read(settings), Handlers, _lifetime, time ?? TimeProvider.System, NullLogger<Enricher>.Instance);
    }

    public GuardedHandler Handlers { get; } = new();

    public Enricher Enricher { get; }

    /// <summary>Of a source that may ask this machine.</summary>
    public static Dictionary<string, string?> Settings(string url, params (string Key, string? Value)[] more)
    {
        var all = new Dictionary<string, string?> { ["Url"] = url, ["AllowHttp"] = "true", ["AllowedAddresses:0"] = "127.0.0.0/8" };
        foreach (var (key, value) in more) all[key] = value;
        return all;
    }

    public static EnrichmentCalls Read(Dictionary<string, string?> settings, string? preset = null) => new(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Gateway:Sources:hris:Webhook:Enrichment:{s.Key}", s.Value)))
        .AddInMemoryCollection([KeyValuePair.Create("Gateway:Sources:hris:Webhook:Preset", preset)]).Build());

    public static Lookup Of(params (string Name, string Value)[] values) => new(values.ToDictionary(v => v.Name, v => v.Value));

    public Task<EnrichmentOutcome> FetchAsync(params (string Name, string Value)[] values) => Enricher.FetchAsync("hris", [Of(values)], TestContext.Current.CancellationToken);

    public async Task<LookupAnswer> AnswerAsync(params (string Name, string Value)[] values) =>
        Assert.Single(Assert.IsType<EnrichmentOutcome.Fetched>(await FetchAsync(values)).Answers);

    public void Dispose()
    {
        _lifetime.StopApplication();
        Enricher.Dispose();
    }
}
