using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Gateway.Aggregation;
using Gateway.Bus;
using Gateway.Changes;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Exports;
using Gateway.Officevibe;
using Gateway.Operations.Security;
using Gateway.Rules;
using Gateway.Sources.Webhooks;
using Gateway.Sources.Mapping;
using Gateway.Sync;

namespace Gateway.Operations;

/// <summary>
/// Finds settings under <c>Gateway:</c> that nobody reads (a misspelt one would leave its default in force without a word) and values
/// that cannot be read as what they should be. What there is to set is read off the options types themselves.
/// </summary>
public static class SettingsCheck
{
    /// <summary>Sections and the types that they are read into; null: read by its own station, which knows what may stand there.</summary>
    private static readonly Dictionary<string, Type?> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Storage"] = typeof(StorageOptions),
        ["Aggregation"] = typeof(AggregationOptions),
        ["Limits"] = typeof(LimitsOptions),
        ["Authentication"] = typeof(AuthenticationOptions),
        ["Metrics"] = typeof(MetricsOptions),
        ["Officevibe"] = typeof(OfficevibeOptions),
        ["Sync"] = typeof(SyncOptions),
        ["Membership"] = typeof(MembershipOptions),
        ["Scope"] = typeof(ScopeOptions),
        ["OnAbsence"] = null,
        ["Sources"] = null,
        ["Keys"] = null,
        ["Simulator"] = null,
        ["Bus"] = typeof(BusOptions),
        ["Changes"] = typeof(ChangesOptions),
        ["Exports"] = typeof(ExportsOptions),
        ["Notifications"] = null,
        ["Webhooks"] = typeof(WebhooksOptions),
        ["Mapping"] = typeof(MappingOptions),
    };

    /// <summary>One message for each, with the nearest setting that there is, or with what is needed. Never the value: it may be a secret in the wrong place.</summary>
    public static IReadOnlyList<string> Errors(IConfiguration configuration)
    {
        var errors = new List<string>();
        foreach (var section in configuration.GetSection("Gateway").GetChildren())
        {
            if (!Sections.TryGetValue(section.Key, out var type)) errors.Add(Message(section, Sections.Keys));
            else if (type is not null) Walk(section, type, errors);
        }

        return errors;
    }

    private static void Walk(IConfigurationSection section, Type type, List<string> errors)
    {
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)
            .ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out var of)) errors.Add(Message(child, known.Keys));
            else if (ItemOf(of) is { } item)
            {
                foreach (var entry in child.GetChildren()) Look(entry, item, errors);
            }
            else Look(child, of, errors);
        }
    }

    private static void Look(IConfigurationSection section, Type type, List<string> errors)
    {
        if (IsComposite(type)) Walk(section, type, errors);
        else if (!string.IsNullOrEmpty(section.Value) && Needed(Nullable.GetUnderlyingType(type) ?? type, section.Value) is { } needed) errors.Add($"{section.Path}: {needed} is needed.");
    }

    /// <summary>What a value of the type looks like, where this is none; null: it is one.</summary>
    private static string? Needed(Type type, string value)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Contains(value.Trim(), StringComparer.OrdinalIgnoreCase) ? null : $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}";
        if (type == typeof(int)) return int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null : "a whole number";
        if (type == typeof(long)) return long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null : "a whole number";
        if (type == typeof(double)) return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : "a number such as 0.05";
        if (type == typeof(bool)) return bool.TryParse(value, out _) ? null : "true or false";
        if (type == typeof(TimeSpan)) return TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : "a time span such as 00:00:30 (hours, minutes, seconds)";
        if (type == typeof(Uri)) return Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out _) ? null : "an address such as https://example.com";
        return null;
    }

    /// <summary>The type of a list's or a dictionary's values; null: it is neither.</summary>
    private static Type? ItemOf(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType ? type.GetGenericArguments()[^1] : null;

    private static bool IsComposite(Type type) => type.IsClass && type.Namespace?.StartsWith("Gateway", StringComparison.Ordinal) == true;

    private static string Message(IConfigurationSection section, IEnumerable<string> known)
    {
        var nearest = known.MinBy(k => Distance(section.Key.ToUpperInvariant(), k.ToUpperInvariant()))!;
        var parent = section.Path[..^section.Key.Length];
        return Distance(section.Key.ToUpperInvariant(), nearest.ToUpperInvariant()) <= Math.Max(2, section.Key.Length / 3)
            ? $"{section.Path}: there is no such setting. Did you mean {parent}{nearest}?"
            : $"{section.Path}: there is no such setting. {parent.TrimEnd(':')} has {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
    }

    /// <summary>How many letters to add, drop or change (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
