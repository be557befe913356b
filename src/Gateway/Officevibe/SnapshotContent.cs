using System.Net;
using System.Net.Http.Headers;

namespace Gateway.Officevibe;

/// <summary>The stored body of a run on its way out, read in pieces. Counts what was handed to the connection, so that one knows whether Officevibe can have seen any of it.</summary>
/// <param name="body">At the body's start; not closed here.</param>
/// <param name="length">In bytes, exactly.</param>
internal sealed class SnapshotContent(Stream body, long length) : HttpContent
{
    private long handedOver;

    /// <summary>Bytes given to the connection. Counted before they are written: a write that fails may have gone out in part.</summary>
    public long HandedOver => Interlocked.Read(ref handedOver);

    public static SnapshotContent Json(Stream body, long length)
    {
        var content = new SnapshotContent(body, length);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        return content;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var piece = new byte[64 * 1024];
        var left = length;
        while (left > 0)
        {
            var read = await body.ReadAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, left)), cancellationToken);
            if (read == 0) throw new EndOfStreamException("The stored body is shorter than its length.");
            Interlocked.Add(ref handedOver, read);
            await stream.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            left -= read;
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
