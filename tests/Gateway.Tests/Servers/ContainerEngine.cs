using System.Net.Sockets;
using Testcontainers.RabbitMq;

namespace Gateway.Tests.Servers;

/// <summary>Whether a Docker-compatible engine answers here. Asked once, in well under a second.</summary>
internal static class ContainerEngine
{
    private static readonly Lazy<Task<bool>> Answer = new(AskAsync);

    public static Task<bool> AnswersAsync() => Answer.Value;

    private static async Task<bool> AskAsync()
    {
        var address = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } given ? new Uri(given) : new Uri("unix:///var/run/docker.sock");
        // An engine behind TCP is somebody's decision: it is taken at its word.
        if (address.Scheme != "unix") return true;
        if (!File.Exists(address.LocalPath)) return false;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.LocalPath), deadline.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}

internal sealed class ContainerBroker : IBrokerServer
{
    private const ushort ManagementPort = 15672;
    private readonly RabbitMqContainer _container;

    private ContainerBroker(RabbitMqContainer container) => _container = container;

    public Uri Amqp => new(_container.GetConnectionString().TrimEnd('/'));

    public Uri Management => new($"http://{_container.Hostname}:{_container.GetMappedPublicPort(ManagementPort)}/");

    public static async Task<IBrokerServer> StartAsync()
    {
        var container = new RabbitMqBuilder("rabbitmq:3-management").WithUsername("gateway").WithPassword("gateway").WithPortBinding(ManagementPort, assignRandomHostPort: true).Build();
        await container.StartAsync();
        return new ContainerBroker(container);
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
