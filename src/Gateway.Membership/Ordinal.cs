namespace Gateway.Membership;

/// <summary>
/// The order of UTF-8 bytes, which is the order of code points: what SQLite's BINARY and PostgreSQL's "C" collations give.
/// .NET's ordinal order is that of UTF-16 units and differs beyond the basic plane.
/// </summary>
public sealed class Ordinal : IComparer<string>
{
    /// <summary>The comparer to hand to sorts and sorted collections. Null comes first.</summary>
    public static Ordinal Comparer { get; } = new();

    private Ordinal() { }

    int IComparer<string>.Compare(string? x, string? y) => Compare(x, y);

    /// <summary>Negative, zero or positive, as <paramref name="x"/> comes before, with or after <paramref name="y"/>.</summary>
    public static int Compare(string? x, string? y)
    {
        if (ReferenceEquals(x, y)) return 0;
        if (x is null) return -1;
        if (y is null) return 1;

        var shared = x.AsSpan().CommonPrefixLength(y);
        if (shared == x.Length || shared == y.Length) return x.Length.CompareTo(y.Length);

        var (a, b) = (x[shared], y[shared]);
        // A surrogate stands for a code point above every other UTF-16 unit.
        var (sa, sb) = (char.IsSurrogate(a), char.IsSurrogate(b));
        return sa == sb ? a.CompareTo(b) : sa ? 1 : -1;
    }
}

/// <summary>Equality that folds A to Z only, as all case-insensitive comparison here does.</summary>
public sealed class AsciiCaseInsensitive : IEqualityComparer<string>
{
    public static AsciiCaseInsensitive Comparer { get; } = new();

    private AsciiCaseInsensitive() { }

    bool IEqualityComparer<string>.Equals(string? x, string? y) => Same(x, y);

    public static bool Same(string? x, string? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && SameFolded(x, y));

    public int GetHashCode(string obj)
    {
        var hash = new HashCode();
        foreach (var c in obj) hash.Add(Fold(c));
        return hash.ToHashCode();
    }

    /// <summary>A to Z in lower case, everything else as it is.</summary>
    public static string Lower(string text) => string.Create(text.Length, text, static (lower, from) =>
    {
        for (var i = 0; i < from.Length; i++) lower[i] = Fold(from[i]);
    });

    private static char Fold(char c) => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;

    private static bool SameFolded(string x, string y)
    {
        if (x.Length != y.Length) return false;
        for (var i = 0; i < x.Length; i++)
            if (Fold(x[i]) != Fold(y[i])) return false;
        return true;
    }
}
