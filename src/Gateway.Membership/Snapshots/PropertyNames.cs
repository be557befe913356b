using Gateway.Membership.Adoption;

namespace Gateway.Membership.Snapshots;

/// <summary>
/// Which names may mean one property of Officevibe, where names count to the letter: those that differ in capitals, accents, spaces or punctuation,
/// and those of default properties that Officevibe has renamed over time.
/// </summary>
public static class PropertyNames
{
    /// <summary>Once and today, by the vendor's pages on properties.</summary>
    private static readonly string[][] Renamed = [["Birth date", "Date of birth"], ["State/Province", "Region"], ["Direct Manager", "Direct manager"]];

    private static readonly Dictionary<string, string> Canonical = Renamed.SelectMany(names => names.Select(n => (Key: Likeness.Plain(n), To: Likeness.Plain(names[^1]))))
        .DistinctBy(n => n.Key).ToDictionary(n => n.Key, n => n.To);

    /// <summary>Equal for names that may mean one property; empty for a name without a letter or digit, which is like no other.</summary>
    public static string KeyOf(string name) => Likeness.Plain(name) is var plain ? Canonical.GetValueOrDefault(plain, plain) : "";

    /// <summary>Of these the one (ordinal) that may be meant by a name that is not among them; null: none.</summary>
    public static string? Nearest(string name, IEnumerable<string> known) =>
        KeyOf(name) is not { Length: > 0 } key ? null : known.Where(k => k != name && KeyOf(k) == key).Order(Ordinal.Comparer).FirstOrDefault();

    /// <summary>The names under which Officevibe has, or had, the default property of this one, the likeliest first; without the name itself.</summary>
    public static IReadOnlyList<string> OtherNamesOf(string name) =>
        KeyOf(name) is { Length: > 0 } key ? [.. Renamed.SelectMany(names => names).Where(n => n != name && KeyOf(n) == key).Distinct().OrderBy(n => Likeness.Plain(n) == Likeness.Plain(name) ? 0 : 1)] : [];

    /// <summary>What tells two names apart that <see cref="KeyOf"/> takes for one, in the words of a sentence.</summary>
    public static string WhyAlike(string name, string there) =>
        AsciiCaseInsensitive.Same(name, there) ? "capitals count"
        : Likeness.Plain(name) == Likeness.Plain(there) ? "accents, spaces, capitals and punctuation count"
        : "it was renamed over time";
}
