using System.Text;

namespace Gateway.Membership;

/// <summary>
/// One string for texts that are equal. Whoever holds a whole company holds it several times over (as the sources say it, as it was accepted, as it will be sent), and most
/// of it is the same text. A slot for each hash, so that it neither grows nor needs a lock: a text that lost its slot is merely a string of its own.
/// </summary>
public sealed class TextPool
{
    private const int Slots = 1 << 20;
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
        ref var slot = ref slots[string.GetHashCode(text, StringComparison.Ordinal) & (Slots - 1)];
        return slot is { } known && text.SequenceEqual(known) ? known : slot = new string(text);
    }
}
