using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Servers;
using RabbitMQ.Client;

namespace Gateway.Tests.Faults;

/// <summary>A RabbitMQ that only the fault suite uses, and may break.</summary>
internal sealed class BrokerNode : IAsyncDisposable
{
    private readonly LocalBroker _server;
    private readonly HttpClient _http;
    private string _host = "";
    private bool _down;

    private BrokerNode(LocalBroker server)
    {
        _server = server;
        _http = new HttpClient { BaseAddress = server.Management };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(server.Amqp.UserInfo)));
    }

    public EndPoint EndPoint => new IPEndPoint(IPAddress.Loopback, _server.Amqp.Port);

    public static async Task<BrokerNode> StartAsync() => LocalBroker.IsInstalled
        ? new BrokerNode(await LocalBroker.StartAsync())
        : throw new InvalidOperationException("The fault suite stops and kills a RabbitMQ of its own: it needs the server on this machine (Debian: apt-get install rabbitmq-server).");

    /// <summary>As the administrator, directly or through a port that leads there.</summary>
    public Uri Address(string host, int? port = null) => new($"amqp://{_server.Amqp.UserInfo}@127.0.0.1:{port ?? _server.Amqp.Port}/{host}");

    /// <summary>A virtual host, and somebody who may publish in it and nothing else; returns its address.</summary>
    public async Task<Uri> MakeHostAsync(string host, string publisher)
    {
        _host = host;
        await PutAsync($"api/vhosts/{host}", new { });
        await PutAsync($"api/permissions/{host}/{_server.Amqp.UserInfo.Split(':')[0]}", new { configure = ".*", write = ".*", read = ".*" });
        await PutAsync($"api/users/{publisher}", new { password = publisher, tags = "" });
        await PutAsync($"api/permissions/{host}/{publisher}", new { configure = "", write = ".*", read = "" });
        return new Uri($"amqp://{publisher}:{publisher}@127.0.0.1:{_server.Amqp.Port}/{host}");
    }

    public async Task StopAsync()
    {
        _down = true;
        await _server.StopAsync();
    }

    public async Task KillAsync()
    {
        _down = true;
        await _server.KillAsync();
    }

    public async Task HealAsync()
    {
        if (!_down) return;
        await _server.StartAgainAsync();
        _down = false;
    }

    /// <summary>With everything in it.</summary>
    public async Task DeleteQueueAsync(string queue)
    {
        using var response = await _http.DeleteAsync(new Uri($"api/queues/{_host}/{queue}", UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Null: there is no such queue.</summary>
    public async Task<JsonElement?> QueueAsync(string queue)
    {
        using var response = await _http.GetAsync(new Uri($"api/queues/{_host}/{queue}", UriKind.Relative));
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Takes everything out of a queue of refused messages; returns the ids of their events. Empty: a message that does not say why it is there.</summary>
    public async Task<IReadOnlySet<string>> TakeAllAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = Address(_host) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
            ids.Add(message.BasicProperties.Headers?.ContainsKey("problem") == true ? message.BasicProperties.MessageId ?? "" : "");
        return ids;
    }

    private async Task PutAsync(string path, object body)
    {
        using var response = await _http.PutAsJsonAsync(new Uri(path, UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }
}
