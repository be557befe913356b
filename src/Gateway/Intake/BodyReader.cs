using System.Buffers;

namespace Gateway.Intake;

/// <summary>A request's body in memory. Dispose gives the buffer back.</summary>
public sealed class Body : IDisposable
{
    private byte[]? _buffer;

    private Body(byte[] buffer, int length) => (_buffer, Bytes) = (buffer, buffer.AsMemory(0, length));

    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Reads to the end. Null: it is longer than <paramref name="limit"/> bytes.</summary>
    public static async Task<Body?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit) return null;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(request.ContentLength ?? 4096, limit) + 1);
        var length = 0;
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0) break;
                length += read;
                if (length > limit)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return null;
                }

                if (length == buffer.Length) buffer = Grow(buffer, length);
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        return new Body(buffer, length);
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    public void Dispose()
    {
        if (_buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, Bytes) = (null, default);
    }
}
