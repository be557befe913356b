using System.Text;

namespace Gateway.Membership.Adoption;

/// <summary>Which names may mean the same: accents, case, spaces and punctuation, a missing word, a letter.</summary>
public static class Likeness
{
    /// <summary>Why two names that differ may mean the same; null: they hardly do.</summary>
    public static string? Of(string one, string other)
    {
        var (a, b) = (Words(one), Words(other));
        if (a.Length == 0 || b.Length == 0) return null;
        if (string.Concat(a) == string.Concat(b)) return "accents, case, spaces or punctuation";
        if (a.Order(Ordinal.Comparer).SequenceEqual(b.Order(Ordinal.Comparer))) return "the order of words";
        var (less, more) = a.Length < b.Length ? (a, b) : (b, a);
        if (more.Length == less.Length + 1 && !less.Except(more).Any()) return "a word more or less";
        return OneLetter(string.Concat(a), string.Concat(b)) ? "a letter" : null;
    }

    /// <summary>Lower case, letters and digits only, without accents: equal for names that differ in nothing else.</summary>
    public static string Plain(string name) => string.Concat(Words(name));

    /// <summary>What alike names have in common, at least one of these each: so that alike ones are found without comparing all with all.</summary>
    public static IEnumerable<string> Keys(string name)
    {
        var words = Words(name);
        if (words.Length == 0) return [];
        var sorted = words.Order(Ordinal.Comparer).ToList();
        var whole = string.Concat(words);
        return new[] { "=" + whole, "~" + string.Join(' ', sorted) }
            .Concat(words.Length == 1 ? [] : Enumerable.Range(0, sorted.Count).Select(i => "~" + string.Join(' ', sorted.Where((_, j) => j != i))))
            .Concat(whole.Length < Shortest ? [] : Enumerable.Range(0, whole.Length).Select(i => "-" + whole.Remove(i, 1)).Append("-" + whole))
            .Distinct();
    }

    /// <summary>A letter more or less says nothing in a name of three.</summary>
    private const int Shortest = 5;

    private static bool OneLetter(string a, string b)
    {
        if (a.Length < Shortest || b.Length < Shortest || Math.Abs(a.Length - b.Length) > 1) return false;
        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start]) start++;
        var (restA, restB) = (a[start..], b[start..]);
        return a.Length == b.Length ? restA[1..] == restB[1..] : a.Length > b.Length ? restA[1..] == restB : restA == restB[1..];
    }

    /// <summary>Lower case, without accents, letters and digits only.</summary>
    private static string[] Words(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (Accents.Without(c) is not { } plain) continue;
            text.Append(char.IsLetterOrDigit(plain) || char.IsSurrogate(plain) ? plain : ' ');
        }

        return text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
