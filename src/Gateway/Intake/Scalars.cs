using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.Membership.Events;

namespace Gateway.Intake;

/// <summary>The single values of an event: strings, ids, roles, instants and days.</summary>
internal static class Scalars
{
    private static readonly SearchValues<char> Control = SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(char.IsControl)]);
    private const int LongestId = 200;
    private const int LongestText = 2000;
    private const string WantInstant = "An RFC 3339 instant with Z or an offset is needed, such as 2026-03-02T09:00:00Z, between 1900 and 9999.";
    private const string WantInstantOrDay = "An RFC 3339 instant with Z or an offset, or a date such as 2026-03-02, is needed, between 1900 and 9999.";
    private const string WantDay = "A date such as 2026-03-02 is needed, between 1900 and 9999.";

    /// <summary>Trimmed; null where it is null or empty, or could not be read (then <paramref name="errors"/> says why).</summary>
    public static string? Text(JsonElement value, string path, Errors errors, int longest = LongestText)
    {
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.String)
        {
            errors.Add(path, "A string is needed.");
            return null;
        }

        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            errors.Add(path, "The text is not valid Unicode: it holds half of a surrogate pair.");
            return null;
        }

        return Checked(text, path, errors, longest);
    }

    /// <summary>The same for a value with nothing wrong, without naming its place. False: ask <see cref="Text"/> what is wrong.</summary>
    public static bool TryText(JsonElement value, out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String || IsBroken(value)) return value.ValueKind == JsonValueKind.Null;
        text = value.GetString()!.Trim();
        if (text.Length > LongestText || text.AsSpan().ContainsAny(Control)) return false;
        if (text.Length == 0) text = null;
        return true;
    }

    private static string? Checked(string text, string path, Errors errors, int longest)
    {
        text = text.Trim();
        if (text.Length > longest && text.EnumerateRunes().Count() > longest) errors.Add(path, $"At most {longest} characters are allowed.");
        if (text.AsSpan().ContainsAny(Control)) errors.Add(path, "Control characters are not allowed.");
        return text.Length == 0 ? null : text;
    }

    /// <summary>A string that must be there: null and blank are errors.</summary>
    public static string? Required(JsonElement value, string path, Errors errors, int longest = LongestText)
    {
        var text = Text(value, path, errors, longest);
        if (text is null && value.ValueKind is JsonValueKind.Null or JsonValueKind.String && !IsBroken(value)) errors.Add(path, "Null and blank are not allowed; send a value or leave the field out.");
        return text;
    }

    private static bool IsBroken(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is null;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    public static string? Id(JsonElement value, string path, Errors errors) => Required(value, path, errors, LongestId);

    public static string? IdOrNull(JsonElement value, string path, Errors errors) => Text(value, path, errors, LongestId);

    /// <summary>An id that came in a header.</summary>
    public static string? HeaderId(string? value, string header, Errors errors) => value is null ? null : Checked(value, header, errors, LongestId);

    public static string? AttributeName(JsonProperty property, string at, Errors errors)
    {
        if (Fields.NameOf(property) is not { } name)
        {
            errors.Add(at, "An attribute's name is not valid Unicode text.");
            return null;
        }

        var before = errors.Any;
        var trimmed = Checked(name, at, errors, LongestText);
        if (trimmed is null && before == errors.Any) errors.Add(at, "An attribute needs a name.");
        return trimmed;
    }

    public static AssignmentRole? Role(JsonElement value, string path, Errors errors)
    {
        var text = Text(value, path, errors);
        switch (text)
        {
            case null: return null;
            case "member": return AssignmentRole.Member;
            case "manager": return AssignmentRole.Manager;
            default:
                errors.Add(path, "A role is member or manager.");
                return null;
        }
    }

    public static DateTimeOffset? Instant(JsonElement value, string path, Errors errors)
    {
        var text = Text(value, path, errors);
        if (text is null) return null;
        var instant = Rfc3339.Instant(text);
        if (instant is null) errors.Add(path, WantInstant);
        return instant;
    }

    public static EffectiveDate? InstantOrDay(JsonElement value, string path, Errors errors)
    {
        var text = Text(value, path, errors);
        if (text is null) return null;
        if (Rfc3339.Day(text) is { } day) return new EffectiveDate.Day(day);
        if (Rfc3339.Instant(text) is { } instant) return new EffectiveDate.Instant(instant);
        errors.Add(path, WantInstantOrDay);
        return null;
    }

    public static EffectiveDate? LastDay(JsonElement value, string path, Errors errors)
    {
        var text = Text(value, path, errors);
        if (text is null) return null;
        if (Rfc3339.Day(text) is { } day && day < new DateOnly(9999, 12, 31)) return new EffectiveDate.LastDay(day);
        errors.Add(path, WantDay);
        return null;
    }
}

/// <summary>RFC 3339 instants and full dates, between 1900 and 9999, cut to microseconds.</summary>
public static class Rfc3339
{
    private static readonly long Earliest = new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;

    public static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year >= 1900 ? day : null;

    /// <summary>Null: not an instant with a zone, or out of range.</summary>
    public static DateTimeOffset? Instant(string text)
    {
        // 2026-03-02T09:00:00[.fraction](Z|±hh:mm)
        if (text.Length < 20 || text[10] is not ('T' or 't')) return null;
        if (!DateTime.TryParseExact(text.AsSpan(0, 19), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            && !DateTime.TryParseExact(text.AsSpan(0, 19), "yyyy-MM-dd't'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out local)) return null;

        var at = 19;
        long fraction = 0;
        if (text[at] == '.')
        {
            var start = ++at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (at == start) return null;
            for (var i = 0; i < 6; i++) fraction = (fraction * 10) + (start + i < at ? text[start + i] - '0' : 0);
        }

        if (Offset(text.AsSpan(at)) is not { } offset) return null;
        var ticks = local.Ticks + (fraction * 10) - offset.Ticks;
        return ticks < Earliest || ticks > DateTimeOffset.MaxValue.Ticks ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    private static TimeSpan? Offset(ReadOnlySpan<char> text)
    {
        if (text is "Z" or "z") return TimeSpan.Zero;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':') return null;
        if (!int.TryParse(text[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > 23) return null;
        if (!int.TryParse(text[4..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59) return null;
        var offset = new TimeSpan(hours, minutes, 0);
        return text[0] == '-' ? -offset : offset;
    }
}
