using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.EventLog.Copying;

/// <summary>SHA-256 over rows in their order: equal rows give equal hashes, whatever store they are read from.</summary>
internal sealed class RowHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _row = new(1024);

    public long Rows { get; private set; }

    /// <param name="values">As either store gives them.</param>
    /// <param name="except">A column that is no part of the content; -1: none.</param>
    public void Add(object?[] values, int except = -1)
    {
        _row.ResetWrittenCount();
        for (var i = 0; i < values.Length; i++)
            if (i != except) Add(values[i]);
        _hash.AppendData(_row.WrittenSpan);
        Rows++;
    }

    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    private void Add(object? value)
    {
        switch (value)
        {
            case null: Number(0, 0); break;
            case bool b: Number(1, b ? 1 : 0); break;
            case int i: Number(1, i); break;
            case long l: Number(1, l); break;
            case string text:
                Number(2, Encoding.UTF8.GetByteCount(text));
                Encoding.UTF8.GetBytes(text, _row);
                break;
            case byte[] bytes:
                Number(3, bytes.Length);
                _row.Write(bytes);
                break;
            default: throw new InvalidOperationException($"A store holds no {value.GetType().Name}.");
        }
    }

    private void Number(byte kind, long value)
    {
        var into = _row.GetSpan(9);
        into[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(into[1..], value);
        _row.Advance(9);
    }

    public void Dispose() => _hash.Dispose();
}
