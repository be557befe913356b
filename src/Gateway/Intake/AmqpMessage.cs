using System.Text;
using RabbitMQ.Client;

namespace Gateway.Intake;

/// <summary>A message as it came off the queue, with a copy of its body.</summary>
internal sealed class AmqpMessage(ulong tag, IReadOnlyBasicProperties properties, byte[] body)
{
    private const string KeyHeader = "api-key";
    private static readonly string[] IdHeaders = ["cloudEvents:id", "cloudEvents_id"];

    public ulong Tag => tag;

    public byte[] Body => body;

    /// <summary>The broker has checked that the publisher is this user; null: the publisher did not say.</summary>
    public string? User => string.IsNullOrEmpty(properties.UserId) ? null : properties.UserId;

    public string? Key => Text(KeyHeader);

    /// <summary>Stands in for an id that the body does not have.</summary>
    public string? Id => IdHeaders.Select(Text).FirstOrDefault(id => id is not null) ?? (string.IsNullOrWhiteSpace(properties.MessageId) ? null : properties.MessageId);

    /// <summary>Lower case, without parameters; null: not said.</summary>
    public string? MediaType => properties.ContentType?.Split(';')[0].Trim().ToLowerInvariant() is { Length: > 0 } type ? type : null;

    /// <summary>The message's properties for another queue: persistent, with the problem, and without the key.</summary>
    public BasicProperties WithProblem(string problem)
    {
        var headers = properties.Headers?.Where(h => !h.Key.Equals(KeyHeader, StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Key, h => h.Value, StringComparer.Ordinal)
            ?? new Dictionary<string, object?>(StringComparer.Ordinal);
        headers["problem"] = problem;
        if (User is { } user) headers["publisher"] = user;
        return new BasicProperties
        {
            Headers = headers, ContentType = properties.ContentType, MessageId = properties.MessageId, CorrelationId = properties.CorrelationId, Persistent = true,
        };
    }

    private string? Text(string header)
    {
        object? value = null;
        if (properties.Headers?.TryGetValue(header, out value) != true) return null;
        var text = value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value as string;
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
