using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Edge;

namespace Gateway.Operations.Security;

/// <summary>One key of the settings, checked.</summary>
/// <param name="Name">Its name in the settings, for the audit.</param>
/// <param name="Hash">SHA-256 of the key, 32 bytes.</param>
/// <param name="Scopes">Some of <see cref="Edge.Scopes"/>.</param>
/// <param name="Source">The source it speaks for; <c>*</c> for any; null for none.</param>
/// <param name="NotAfter">Not accepted from this instant on; null: no end.</param>
/// <param name="LocalOnly">Accepted from this machine only.</param>
public sealed record KeySettings(
    string Name, byte[] Hash, IReadOnlyList<string> Scopes, string? Source, DateTimeOffset? NotAfter, bool LocalOnly = false);

/// <summary>Reads <c>Gateway:Keys</c>. Scopes are written as <c>"ingest, read"</c> or as an array.</summary>
public static partial class KeySettingsReader
{
    public const string Section = "Gateway:Keys";

    private static readonly string[] KnownKeys = ["Hash", "Scopes", "Source", "NotAfter"];

    /// <summary>All keys, or all that is wrong, each message naming its setting.</summary>
    public static (IReadOnlyList<KeySettings> Keys, IReadOnlyList<string> Errors) Read(IConfiguration configuration)
    {
        var keys = new List<KeySettings>();
        var errors = new List<string>();
        foreach (var section in configuration.GetSection(Section).GetChildren())
        {
            var before = errors.Count;
            var key = ReadOne(section, errors);
            if (errors.Count == before) keys.Add(key);
        }

        foreach (var twins in keys.GroupBy(k => Convert.ToHexString(k.Hash), StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            errors.Add($"{Section}: {string.Join(" and ", twins.Select(k => k.Name))} have the same hash. Make a key for each caller with 'gateway keys new'.");
        }

        return (keys, errors);
    }

    private static KeySettings ReadOne(IConfigurationSection section, List<string> errors)
    {
        if (!NamePattern.IsMatch(section.Key))
            errors.Add($"{section.Path}: a key's name has 1 to 64 of A-Z a-z 0-9 . _ -");

        foreach (var unknown in section.GetChildren().Where(c => !KnownKeys.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
            errors.Add($"{unknown.Path}: there is no such setting. A key has {string.Join(", ", KnownKeys)}.");

        var hash = section["Hash"]?.Trim() ?? "";
        if (!HashPattern.IsMatch(hash))
        {
            errors.Add(hash.StartsWith(ApiKey.Prefix, StringComparison.Ordinal)
                ? $"{section.Path}:Hash holds a key. Put its SHA-256 there, and make a new key: this one has been written down."
                : $"{section.Path}:Hash must be the SHA-256 of the key, 64 hex digits, as 'gateway keys new' prints it.");
        }

        var scopes = List(section.GetSection("Scopes"));
        if (scopes.Count == 0) errors.Add($"{section.Path}:Scopes is empty. Give at least one of {string.Join(", ", Scopes.All)}.");
        if (scopes.Except(Scopes.All, StringComparer.Ordinal).Any())
            errors.Add($"{section.Path}:Scopes has an unknown scope. There are {string.Join(", ", Scopes.All)}.");

        var source = section["Source"] is { Length: > 0 } named ? named.Trim() : null;
        if (source is not null && source != Caller.AnySource && !SourcePattern.IsMatch(source))
            errors.Add($"{section.Path}:Source: a source's name has 1 to 40 of a-z 0-9 -, and begins with a letter or a digit; * is any.");
        if (source is null && scopes.Contains(Scopes.Ingest, StringComparer.Ordinal))
            errors.Add($"{section.Path}:Source is missing: a key with the scope ingest must say which source it speaks for (* for any).");

        DateTimeOffset? notAfter = null;
        if (section["NotAfter"] is { Length: > 0 } end)
        {
            if (DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)) notAfter = instant;
            else errors.Add($"{section.Path}:NotAfter must be a date or an instant, such as 2030-01-31 or 2030-01-31T12:00:00Z.");
        }

        return new KeySettings(section.Key, HashPattern.IsMatch(hash) ? Convert.FromHexString(hash) : [], scopes, source, notAfter);
    }

    private static List<string> List(IConfigurationSection section) =>
    [
        .. section.GetChildren().Select(c => c.Value).Prepend(section.Value)
            .SelectMany(v => (v ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,39}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SourcePattern { get; }

    [GeneratedRegex(@"^[0-9a-fA-F]{64}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HashPattern { get; }
}
