using System.Globalization;
using Gateway.EventLog;
using Gateway.Membership.Events;

namespace Gateway.Sources.Baselines;

/// <summary>The instant that a baseline is of: RFC 3339 with a zone, or a date, whose first instant in the source's zone is meant.</summary>
internal static class AsOf
{
    public const string Wanted = "An RFC 3339 instant with Z or an offset, or a date such as 2026-03-02, is needed, between 1900 and 9999. A + in a query is written %2B.";

    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Null: not given, or not readable.</summary>
    public static DateTimeOffset? Read(string? text, TimeZoneInfo zone)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year >= 1900)
            return new EffectiveDate.Day(day).In(zone);
        var hasZone = text is not null && (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'));
        return hasZone && DateTimeOffset.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) && instant.Year >= 1900
            ? Micros.Cut(instant)
            : null;
    }
}
