using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests;

/// <summary>A whole gateway in this process, on a port and a folder of its own. Stop and start it again on the same folder with <see cref="RestartAsync"/>.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    public const string DevelopmentKey = "gwk_development";

    private readonly Dictionary<string, string?> _settings;
    private readonly TimeProvider? _time;
    private readonly Action<WebApplicationBuilder>? _configure;
    private readonly bool _ownsFolder;
    private WebApplication? _app;

    private TestGateway(string folder, bool ownsFolder, Dictionary<string, string?> settings, TimeProvider? time, Action<WebApplicationBuilder>? configure) =>
        (Folder, _ownsFolder, _settings, _time, _configure) = (folder, ownsFolder, settings, time, configure);

    public string Folder { get; }

    /// <summary>Whose events <see cref="AcceptAsync"/> posts; null: there is one source only.</summary>
    public string? Source { get; set; }

    public HttpClient Http { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    public static async Task<TestGateway> StartAsync(
        Dictionary<string, string?>? settings = null, TimeProvider? time = null, string? folder = null, Action<WebApplicationBuilder>? configure = null)
    {
        var gateway = new TestGateway(folder ?? Directory.CreateTempSubdirectory("gateway-test-").FullName, folder is null, settings ?? [], time, configure);
        await gateway.StartAgainAsync();
        return gateway;
    }

    /// <summary>Another gateway on the same store, which has to be PostgreSQL.</summary>
    public Task<TestGateway> ReplicaAsync() => StartAsync(new(_settings), _time, Folder, _configure);

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Stops, as gracefully as the host does, and starts on the same store. Settings may differ.</summary>
    public async Task RestartAsync(Dictionary<string, string?>? changed = null)
    {
        foreach (var (key, value) in changed ?? []) _settings[key] = value;
        await StopAsync();
        await StartAgainAsync();
    }

    public async Task StopAsync()
    {
        Http.Dispose();
        if (_app is null) return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    private async Task StartAgainAsync()
    {
        var store = await TestStore.SettingsAsync(Folder, _settings);
        MassTransit.LogContext.ConfigureCurrentLogContext(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Simulator:Enabled"] = "false",
            ["Gateway:Sync:OnChange"] = "false",
        };
        foreach (var (key, value) in store.Concat(_settings)) settings[key] = value;
        // As a caller gives them: the parts are chosen while the gateway is put together.
        string[] args = ["--environment=Development", $"--contentRoot={Folder}", .. settings.Where(s => s.Value is not null).Select(s => $"--{s.Key}={s.Value}")];
        _app = await GatewayHost.BuildAsync(args, builder =>
        {
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            if (_time is not null)
            {
                builder.Services.Replace(ServiceDescriptor.Singleton(_time));
                // Whoever gives way pauses by the clock, and by one that stands still for ever.
                builder.Services.Replace(ServiceDescriptor.Singleton(s => Pausing(s, TimeProvider.System)));
            }

            _configure?.Invoke(builder);
        }, CancellationToken.None);
        await _app.StartAsync();
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new Uri(address);
        Http = new HttpClient { BaseAddress = Address };
        Http.DefaultRequestHeaders.Add("X-Api-Key", DevelopmentKey);
    }

    /// <summary>As the gateway makes it, but for its clock.</summary>
    public static GivingWay Pausing(IServiceProvider services, TimeProvider time)
    {
        var (appender, keeper) = (services.GetRequiredService<EventAppender>(), services.GetRequiredService<DeliveryKeeper>());
        return new GivingWay(() => appender.Waiting + keeper.Waiting, time);
    }

    /// <summary>Folds whatever is in the log, without waiting for a message.</summary>
    public Task FoldAsync() => Get<Sweeper>().SweepAsync(everything: true, CancellationToken.None);

    public Task<HttpResponseMessage> PostAsync(string path, string body, string mediaType = "application/json") =>
        Http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, mediaType));

    public Task<HttpResponseMessage> PostBytesAsync(string path, byte[] body, string mediaType = "application/json") =>
        Http.PostAsync(new Uri(path, UriKind.Relative), new ByteArrayContent(body) { Headers = { ContentType = new(mediaType) } });

    /// <summary>Posts events that must all be accepted.</summary>
    public async Task AcceptAsync(params string[] events)
    {
        var response = await PostAsync("/v1/events/batch" + (Source is null ? "" : $"?source={Source}"), "[" + string.Join(',', events) + "]");
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        foreach (var result in answer.GetProperty("results").EnumerateArray())
            Assert.True(result.GetProperty("status").GetInt32() is 202 or 200, result.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (!_ownsFolder) return;
        await TestStore.DropAsync(Folder);
        Directory.Delete(Folder, recursive: true);
    }
}
