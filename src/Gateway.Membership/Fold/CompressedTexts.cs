using System.IO.Compression;

namespace Gateway.Membership.Fold;

/// <summary>
/// Many short texts that are much alike, compressed by the dozen. The last few blocks that were read are kept open, so that whoever goes through them in their order, or through several
/// stretches of them side by side, opens each block once.
/// </summary>
internal sealed class CompressedTexts
{
    private const int BlockLength = 16 * 1024;
    private const int OpenBlocks = 8;
    private const int Quality = 1;
    private const int Window = 16;

    private readonly List<(byte[] Packed, int Length)> blocks = [];
    private readonly List<(int Block, int Offset, int Length)> places = [];
    private readonly (int Block, byte[] Bytes)[] open = new (int, byte[])[OpenBlocks];
    private byte[] filling = new byte[2 * BlockLength];
    private byte[] packing = [];
    private int filled;
    private int oldest;

    public CompressedTexts() => Array.Fill(open, (-1, []));

    public void Add(ReadOnlySpan<byte> text)
    {
        if (filled + text.Length > filling.Length) Array.Resize(ref filling, Math.Max(2 * filling.Length, filled + text.Length));
        text.CopyTo(filling.AsSpan(filled));
        places.Add((blocks.Count, filled, text.Length));
        filled += text.Length;
        if (filled >= BlockLength) Close();
    }

    /// <summary>Good until the next is read.</summary>
    public ReadOnlySpan<byte> Read(int index)
    {
        var (block, offset, length) = places[index];
        return (block == blocks.Count ? filling : Open(block)).AsSpan(offset, length);
    }

    private void Close()
    {
        var most = BrotliEncoder.GetMaxCompressedLength(filled);
        if (packing.Length < most) packing = new byte[most];
        if (!BrotliEncoder.TryCompress(filling.AsSpan(0, filled), packing, out var length, Quality, Window)) throw new InvalidOperationException("The longest that it can become did not hold it.");
        blocks.Add((packing.AsSpan(0, length).ToArray(), filled));
        filled = 0;
    }

    private byte[] Open(int block)
    {
        foreach (var known in open)
            if (known.Block == block) return known.Bytes;

        var (packed, length) = blocks[block];
        var bytes = open[oldest].Bytes.Length >= length ? open[oldest].Bytes : new byte[Math.Max(length, 2 * BlockLength)];
        if (!BrotliDecoder.TryDecompress(packed, bytes, out var written) || written != length) throw new InvalidDataException("What was packed here does not unpack.");
        open[oldest] = (block, bytes);
        oldest = (oldest + 1) % OpenBlocks;
        return bytes;
    }
}
