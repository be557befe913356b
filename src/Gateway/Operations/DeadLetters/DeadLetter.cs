using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Bus;
using Gateway.Intake;
using RabbitMQ.Client;

namespace Gateway.Operations.DeadLetters;

/// <summary>A message that nobody could handle, as it lies in its queue.</summary>
internal sealed class DeadLetter
{
    private const string FaultedAt = "MT-Fault-Timestamp";

    /// <param name="queue">One of <see cref="DeadLetterQueues.All"/>.</param>
    /// <param name="message">The message.</param>
    /// <param name="gateway">The broker user of the gateway: whose word is taken.</param>
    public DeadLetter(string queue, AmqpMessage message, string gateway)
    {
        (Queue, Message, Id) = (queue, message, IdOf(queue, message));
        IsVouched = message.User == gateway;
        At = queue == DeadLetterQueues.Events
            ? IsVouched ? message.RefusedAt : null
            : DateTimeOffset.TryParse(message.Text(FaultedAt), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
        Tags.Add(message.Tag);
    }

    public string Queue { get; }

    /// <summary>
    /// 32 hexadecimal digits, the same as long as it lies there: a hash of what it is. A message that comes back after it was put back on
    /// its queue has another one; exact copies share one, and are one to whoever looks.
    /// </summary>
    public string Id { get; }

    public AmqpMessage Message { get; }

    /// <summary>When it became a dead letter; null: whoever put it here did not say, or is not believed.</summary>
    public DateTimeOffset? At { get; }

    /// <summary>The gateway itself put it there: the broker has checked it.</summary>
    public bool IsVouched { get; }

    /// <summary>Its delivery, and those of its exact copies.</summary>
    public List<ulong> Tags { get; } = [];

    private static string IdOf(string queue, AmqpMessage message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Text(hash, queue);
        Text(hash, message.Properties.MessageId ?? "");
        Text(hash, message.Properties.ContentType ?? "");
        // What the broker itself adds begins so, and counts how often somebody looked.
        foreach (var (name, value) in (message.Properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal))
            .Where(h => !h.Key.StartsWith("x-", StringComparison.OrdinalIgnoreCase)).OrderBy(h => h.Key, StringComparer.Ordinal))
        {
            Text(hash, name);
            Value(hash, value);
        }

        Bytes(hash, message.Body);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static void Value(IncrementalHash hash, object? value)
    {
        switch (value)
        {
            case byte[] bytes: Bytes(hash, bytes); break;
            case BinaryTableValue binary: Bytes(hash, binary.Bytes); break;
            case AmqpTimestamp instant: Text(hash, instant.UnixTime.ToString(CultureInfo.InvariantCulture)); break;
            case IDictionary<string, object?> table:
                foreach (var (name, inner) in table.OrderBy(e => e.Key, StringComparer.Ordinal))
                {
                    Text(hash, name);
                    Value(hash, inner);
                }

                break;
            case System.Collections.IEnumerable list and not string:
                foreach (var inner in list) Value(hash, inner);
                break;
            default: Text(hash, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""); break;
        }
    }

    private static void Text(IncrementalHash hash, string text) => Bytes(hash, Encoding.UTF8.GetBytes(text));

    /// <summary>With its length before it, so that no two messages run into the same bytes.</summary>
    private static void Bytes(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}

/// <summary>The oldest first; of those of one instant, by id: the order of every list of dead letters.</summary>
internal sealed class ByAge : IComparer<DeadLetter>
{
    public int Compare(DeadLetter? x, DeadLetter? y) => Place(x!).CompareTo(Place(y!)) is var order and not 0 ? order : string.CompareOrdinal(x!.Id, y!.Id);

    /// <summary>As ticks; who does not say when is older than all.</summary>
    public static long Place(DeadLetter letter) => letter.At?.UtcTicks ?? 0;
}
