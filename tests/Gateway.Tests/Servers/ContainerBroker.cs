using Testcontainers.RabbitMq;

namespace Gateway.Tests.Servers;

/// <summary>RabbitMQ in a container.</summary>
internal sealed class ContainerBroker : IBrokerServer
{
    /// <summary>The one of <c>docker/compose.yaml</c>.</summary>
    public const string Image = "rabbitmq:4-management";

    private const ushort ManagementPort = 15672;
    private readonly RabbitMqContainer _container;

    private ContainerBroker(RabbitMqContainer container) => _container = container;

    public Uri Amqp => new(_container.GetConnectionString().TrimEnd('/'));

    public Uri Management => new($"http://{_container.Hostname}:{_container.GetMappedPublicPort(ManagementPort)}/");

    public static async Task<IBrokerServer> StartAsync()
    {
        var container = new RabbitMqBuilder(Image).WithUsername("gateway").WithPassword("gateway").WithPortBinding(ManagementPort, assignRandomHostPort: true).Build();
        await container.StartAsync();
        return new ContainerBroker(container);
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
