using System.Text.Json;

namespace Gateway.Sync.Storing;

/// <summary>Goes through the lists of a stored document entry by entry: a first sync's are the whole company, and whoever asks is often after a few.</summary>
internal static class StoredLists
{
    private const int Piece = 64 * 1024;

    /// <param name="list">The name of the list that the entry is in.</param>
    /// <param name="entry">Its JSON; good until the next.</param>
    public delegate void Entry(string list, ReadOnlySpan<byte> entry);

    /// <summary>Tells each entry that is an object, of the lists that lie so deep.</summary>
    /// <param name="gzip">As <see cref="StoredContent.Pack"/> wrote it.</param>
    /// <param name="depth">1: the lists of the document itself. 2: those of the entries of its lists.</param>
    /// <param name="tell">Is told of them in their order.</param>
    public static void Read(byte[] gzip, int depth, Entry tell)
    {
        using var stream = StoredContent.Open(gzip);
        var (buffer, filled, last, state, list) = (new byte[Piece], 0, false, default(JsonReaderState), "");
        while (!last || filled > 0)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
            var read = stream.Read(buffer, filled, buffer.Length - filled);
            (filled, last) = (filled + read, read == 0);
            var used = Walk(buffer.AsSpan(0, filled), last, depth, ref state, ref list, tell);
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;
            if (last && filled > 0) throw new InvalidDataException("A stored document breaks off.");
        }
    }

    /// <returns>How many bytes were read: the rest has to be shown again, with more behind it.</returns>
    private static int Walk(ReadOnlySpan<byte> bytes, bool last, int depth, ref JsonReaderState state, ref string list, Entry tell)
    {
        var reader = new Utf8JsonReader(bytes, last, state);
        while (true)
        {
            var before = reader;
            if (!reader.Read()) break;
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == (2 * depth) - 1) list = reader.GetString()!;
            if (reader.TokenType != JsonTokenType.StartObject || reader.CurrentDepth != 2 * depth) continue;

            var start = (int)reader.TokenStartIndex;
            if (!reader.TrySkip())
            {
                reader = before;
                break;
            }

            tell(list, bytes[start..(int)reader.BytesConsumed]);
        }

        state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }
}
