using Microsoft.Extensions.Options;

namespace Gateway.Bus;

/// <summary><c>Gateway:Bus</c>: what carries messages between replicas, and who may publish events into it.</summary>
public sealed class BusOptions
{
    public const string Section = "Gateway:Bus";

    /// <summary>Default <see cref="BusTransport.Memory"/>.</summary>
    public BusTransport Transport { get; set; } = BusTransport.Memory;

    /// <summary>Broker users that publish to <c>gateway.events</c>, and the source that each speaks for.</summary>
    public IDictionary<string, string> Publishers { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

public enum BusTransport
{
    /// <summary>Within this process.</summary>
    Memory = 0,

    /// <summary>RabbitMQ, at <c>ConnectionStrings:RabbitMq</c>.</summary>
    RabbitMq = 1,
}

/// <summary>The broker's address, checked.</summary>
public sealed class BusAddress
{
    private const string Key = "ConnectionStrings:RabbitMq";

    private BusAddress(Uri? broker) => Broker = broker;

    /// <summary><c>amqp://user:password@host:port/vhost</c>; null: messages stay in this process.</summary>
    public Uri? Broker { get; }

    /// <summary>The broker user that the gateway is; what it publishes under this <c>user-id</c> is its own word.</summary>
    public string User => Broker?.UserInfo is { Length: > 0 } info ? Uri.UnescapeDataString(info.Split(':')[0]) : "guest";

    /// <exception cref="OptionsValidationException">RabbitMQ is asked for and cannot be found.</exception>
    public static BusAddress Read(IConfiguration configuration, BusOptions options)
    {
        if (options.Transport == BusTransport.Memory) return new BusAddress(null);
        if (Uri.TryCreate(configuration.GetConnectionString("RabbitMq"), UriKind.Absolute, out var broker) && broker.Scheme is "amqp" or "amqps") return new BusAddress(broker);
        throw new OptionsValidationException(BusOptions.Section, typeof(BusOptions), [$"{Key}: an address such as amqp://user:password@host:5672/vhost is needed with {BusOptions.Section}:Transport = rabbitmq."]);
    }
}
