using System.Text;
using Gateway.Tests.Servers;
using RabbitMQ.Client;

namespace Gateway.Tests.Intake;

/// <summary>A publisher, and an administrator's look into the queues.</summary>
internal sealed class AmqpClient : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IConnection _admin;
    private readonly IChannel _channel;
    private readonly IChannel _look;

    private AmqpClient(string user, IConnection connection, IConnection admin, IChannel channel, IChannel look) =>
        (User, _connection, _admin, _channel, _look) = (user, connection, admin, channel, look);

    public string User { get; }

    public static async Task<AmqpClient> ConnectAsync(Uri user, VirtualHost host)
    {
        await Eventually.SeeAsync(async () => await host.QueueAsync("gateway.events") is not null, there => there);
        var connection = await new ConnectionFactory { Uri = user }.CreateConnectionAsync();
        var admin = await new ConnectionFactory { Uri = host.Address }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        return new AmqpClient(user.UserInfo.Split(':')[0], connection, admin, channel, await admin.CreateChannelAsync());
    }

    public Task PublishAsync(string body, Action<BasicProperties> with) => PublishToAsync("gateway.events", body, with);

    public async Task PublishToAsync(string queue, string body, Action<BasicProperties> with)
    {
        var properties = new BasicProperties { Persistent = true };
        with(properties);
        await _channel.BasicPublishAsync("", queue, mandatory: true, properties, Encoding.UTF8.GetBytes(body));
    }

    public async Task<BasicGetResult?> TakeAsync(string queue) => await _look.BasicGetAsync(queue, autoAck: true);

    public async Task<(uint Events, uint Errors)> WaitingAsync() => (await _look.MessageCountAsync("gateway.events"), await _look.MessageCountAsync("gateway.events_error"));

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _look.DisposeAsync();
        await _connection.DisposeAsync();
        await _admin.DisposeAsync();
    }
}
