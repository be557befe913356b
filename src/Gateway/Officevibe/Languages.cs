using Gateway.Membership;

namespace Gateway.Officevibe;

/// <summary>What a person's language is called on the wire: by <c>Gateway:Officevibe:Languages</c>, else as it is; Workleap takes the code alone (<c>fr-CA</c> is <c>fr</c>).</summary>
internal sealed class Languages(OfficevibeOptions options)
{
    private readonly Dictionary<string, string> map = options.Languages.ToDictionary(l => l.Key.Trim(), l => l.Value.Trim(), AsciiCaseInsensitive.Comparer);
    private readonly bool codes = options.Dialect == OfficevibeDialect.Workleap;

    /// <summary>Empty: none.</summary>
    public string Of(string? language)
    {
        if (string.IsNullOrWhiteSpace(language)) return "";
        if (map.TryGetValue(language.Trim(), out var named)) return named;
        if (!codes) return language;
        var code = language.Trim();
        return (code.IndexOfAny(['-', '_']) is var end and > 0 ? code[..end] : code).ToLowerInvariant();
    }
}
