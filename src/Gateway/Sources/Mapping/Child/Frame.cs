using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gateway.Sources.Mapping.Child;

/// <summary>What gateway and child say to each other: two lengths (little-endian, 32 bits), a header in JSON, and bytes that are taken as they are.</summary>
internal static class Frame
{
    /// <summary>Of one part. A child that says more is broken.</summary>
    private const int MostBytes = 64 * 1024 * 1024;

    private const int Lengths = 8;

    public static byte[] Write<T>(T header, JsonTypeInfo<T> type, ReadOnlySpan<byte> body)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(header, type);
        var frame = new byte[Lengths + head.Length + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, head.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), body.Length);
        head.CopyTo(frame, Lengths);
        body.CopyTo(frame.AsSpan(Lengths + head.Length));
        return frame;
    }

    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">This is no frame.</exception>
    public static async ValueTask<(T Header, byte[] Body)?> ReadAsync<T>(Stream stream, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var lengths = new byte[Lengths];
        var first = await stream.ReadAtLeastAsync(lengths, Lengths, throwOnEndOfStream: false, cancellationToken);
        if (first < Lengths) return null;
        var head = new byte[Length(lengths)];
        var body = new byte[Length(lengths.AsSpan(4))];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) < head.Length) return null;
        if (await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken) < body.Length) return null;
        try
        {
            return (JsonSerializer.Deserialize(head, type) ?? throw new InvalidDataException("A frame without a header."), body);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("A frame whose header cannot be read.", e);
        }
    }

    private static int Length(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadInt32LittleEndian(bytes) is var length and >= 0 and <= MostBytes ? length : throw new InvalidDataException("A frame of an impossible length.");
}
