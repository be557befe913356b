using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;

namespace Gateway.Officevibe;

/// <summary>
/// Escapes what JSON demands (quote, backslash, controls) and nothing else, so that every letter of every script goes out as
/// itself. The framework's relaxed encoder still escapes what lies beyond the basic plane, where some names are written.
/// </summary>
internal sealed unsafe class WireEncoder : JavaScriptEncoder
{
    private static readonly SearchValues<char> Stops = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\', .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c)]);

    public static WireEncoder Instance { get; } = new();

    /// <summary>As in \u001F.</summary>
    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or '"' or '\\';

    /// <exception cref="ArgumentException">Half a surrogate pair, which UTF-8 cannot say: better no body than another name.</exception>
    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var rest = new ReadOnlySpan<char>(text, textLength);
        for (var from = 0; ;)
        {
            var stop = rest[from..].IndexOfAny(Stops);
            if (stop < 0) return -1;
            from += stop;
            if (!char.IsSurrogate(rest[from])) return from;
            if (from + 1 == rest.Length || !char.IsSurrogatePair(rest[from], rest[from + 1]))
                throw new ArgumentException("A text holds half a surrogate pair.", nameof(text));
            from += 2;
        }
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var output = new Span<char>(buffer, bufferLength);
        return unicodeScalar switch
        {
            '"' => Put("\\\"", output, out numberOfCharactersWritten),
            '\\' => Put("\\\\", output, out numberOfCharactersWritten),
            '\n' => Put("\\n", output, out numberOfCharactersWritten),
            '\r' => Put("\\r", output, out numberOfCharactersWritten),
            '\t' => Put("\\t", output, out numberOfCharactersWritten),
            < 0x20 => output.TryWrite($"\\u{unicodeScalar:X4}", out numberOfCharactersWritten),
            _ => throw new UnreachableException("Only what must be escaped is handed over."),
        };
    }

    private static bool Put(string escape, Span<char> output, out int written)
    {
        written = escape.AsSpan().TryCopyTo(output) ? escape.Length : 0;
        return written > 0;
    }
}
