using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

[assembly: AssemblyFixture(typeof(Gateway.Tests.Servers.Broker))]

namespace Gateway.Tests.Servers;

/// <summary>
/// One RabbitMQ for the whole run, started by the first test that asks: <c>GATEWAY_TEST_RABBITMQ</c> (an <c>amqp://</c> address whose
/// management API is on port 15672), a container where an engine answers, the binaries of this machine, or a failure that says what to install.
/// </summary>
public sealed class Broker : IAsyncDisposable
{
    private readonly Lazy<Task<IBrokerServer>> _server = new(StartAsync);
    private int _hosts;

    /// <summary>A virtual host of a test's own, empty. Its users: the administrator, and whoever <see cref="VirtualHost.AddUserAsync"/> adds.</summary>
    public async Task<VirtualHost> NewHostAsync()
    {
        var server = await _server.Value;
        var host = new VirtualHost(server, $"test-{Environment.ProcessId}-{Interlocked.Increment(ref _hosts)}");
        await host.CreateAsync();
        return host;
    }

    private static async Task<IBrokerServer> StartAsync() =>
        Environment.GetEnvironmentVariable("GATEWAY_TEST_RABBITMQ") is { Length: > 0 } address ? new GivenBroker(new Uri(address))
        : ContainerEngine.Answers() ? await ContainerBroker.StartAsync()
        : LocalBroker.IsInstalled ? await LocalBroker.StartAsync()
        : throw new InvalidOperationException(
            "These tests need RabbitMQ. Install it (apt-get install rabbitmq-server), start a container engine, or set GATEWAY_TEST_RABBITMQ=amqp://user:password@host.");

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully) await (await _server.Value).DisposeAsync();
    }
}

/// <summary>Where a broker is, with the rights to make virtual hosts in it.</summary>
internal interface IBrokerServer : IAsyncDisposable
{
    /// <summary><c>amqp://user:password@host:port</c>, without a virtual host.</summary>
    Uri Amqp { get; }

    Uri Management { get; }
}

internal sealed class GivenBroker(Uri amqp) : IBrokerServer
{
    public Uri Amqp => amqp;

    public Uri Management { get; } = new($"http://{amqp.Host}:15672/");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A virtual host, and what a test does to it through the management API.</summary>
public sealed class VirtualHost
{
    private readonly IBrokerServer _server;
    private readonly HttpClient _http;

    internal VirtualHost(IBrokerServer server, string name)
    {
        (_server, Name) = (server, name);
        _http = new HttpClient { BaseAddress = server.Management };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(server.Amqp.UserInfo))));
    }

    public string Name { get; }

    /// <summary>As the administrator.</summary>
    public Uri Address => new($"amqp://{_server.Amqp.UserInfo}@{_server.Amqp.Host}:{_server.Amqp.Port}/{Name}");

    internal async Task CreateAsync()
    {
        await PutAsync($"api/vhosts/{Name}", new { });
        var admin = _server.Amqp.UserInfo.Split(':')[0];
        await PutAsync($"api/permissions/{Name}/{admin}", new { configure = ".*", write = ".*", read = ".*" });
    }

    /// <summary>A user who may publish and nothing else; returns its address.</summary>
    public async Task<Uri> AddUserAsync(string name)
    {
        var password = Guid.NewGuid().ToString("N");
        await PutAsync($"api/users/{name}", new { password, tags = "" });
        await PutAsync($"api/permissions/{Name}/{name}", new { configure = "", write = ".*", read = "" });
        return new Uri($"amqp://{name}:{password}@{_server.Amqp.Host}:{_server.Amqp.Port}/{Name}");
    }

    /// <summary>Null: there is no such queue.</summary>
    public async Task<System.Text.Json.JsonElement?> QueueAsync(string queue)
    {
        using var response = await _http.GetAsync(new Uri($"api/queues/{Name}/{Uri.EscapeDataString(queue)}", UriKind.Relative));
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
    }

    public async Task DeleteQueueAsync(string queue)
    {
        using var response = await _http.DeleteAsync(new Uri($"api/queues/{Name}/{Uri.EscapeDataString(queue)}", UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    private async Task PutAsync(string path, object body)
    {
        using var response = await _http.PutAsJsonAsync(new Uri(path, UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
    }
}
