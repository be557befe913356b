namespace Gateway.Sync.Storing;

/// <summary>Bytes of unknown number on their way into one array. In pieces meanwhile: an array that grows takes several times what is in it.</summary>
internal sealed class PackedBytes : Stream
{
    private const int Piece = 64 * 1024;

    private readonly List<byte[]> _pieces = [];
    private int _length;

    public byte[] ToArray()
    {
        var all = new byte[_length];
        for (var i = 0; i < _pieces.Count; i++) _pieces[i].AsSpan(0, Math.Min(Piece, _length - (i * Piece))).CopyTo(all.AsSpan(i * Piece));
        return all;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_length == _pieces.Count * Piece) _pieces.Add(new byte[Piece]);
            var rest = _pieces[^1].AsSpan(_length - ((_pieces.Count - 1) * Piece));
            var some = Math.Min(rest.Length, buffer.Length);
            buffer[..some].CopyTo(rest);
            buffer = buffer[some..];
            _length += some;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
