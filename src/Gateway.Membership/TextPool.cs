using System.Text;

namespace Gateway.Membership;

/// <summary>
/// One string for texts that are equal. Whoever holds a whole company holds it several times over (as the sources say it, as it was accepted, as it will be sent), and most
/// of it is the same text. Whoever comes first has a place near their hash, so that it neither grows nor needs a lock: a text that found no place is merely a string of its own.
/// </summary>
public sealed class TextPool
{
    private const int Slots = 1 << 20;
    private const int Places = 4;
    private const int LongestText = 128;

    // Weak: between runs nobody's name stays in memory for this.
    private static readonly WeakReference<TextPool?> Shared = new(null);

    private readonly string?[] slots = new string?[Slots];

    /// <summary>The one in use, or a fresh one. It lasts as long as somebody holds it.</summary>
    public static TextPool Current
    {
        get
        {
            if (Shared.TryGetTarget(out var pool)) return pool;
            pool = new TextPool();
            Shared.SetTarget(pool);
            return pool;
        }
    }

    /// <param name="utf8">Well-formed, without escapes.</param>
    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestText) return Encoding.UTF8.GetString(utf8);
        Span<char> buffer = stackalloc char[LongestText];
        ReadOnlySpan<char> text = buffer[..Encoding.UTF8.GetChars(utf8, buffer)];
        var hash = string.GetHashCode(text, StringComparison.Ordinal);
        for (var place = 0; place < Places; place++)
        {
            ref var slot = ref slots[(hash + place) & (Slots - 1)];
            if (slot is not { } known) return slot = new string(text);
            if (text.SequenceEqual(known)) return known;
        }

        return new string(text);
    }
}
