using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Membership.Events;

namespace Gateway.Sources.Mapping.Child;

/// <summary>Dates as vendors send them: with and without colons, zones and seconds, as numbers, with a space for the T.</summary>
internal static partial class VendorDates
{
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'";
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>Seconds since 1970 up to the year 2286, as milliseconds from 1970-04-26 on: nobody was employed by a webhook before.</summary>
    private const double LargestSeconds = 9_999_999_999;

    /// <param name="text">What the vendor sent.</param>
    /// <param name="zone">In which a time without a zone, and a bare date, is read.</param>
    /// <returns>RFC 3339 in UTC, with the precision that it came with, at most microseconds; null: this is none.</returns>
    public static string? Instant(string text, TimeZoneInfo zone)
    {
        text = text.Trim();
        if (Number(text) is { } number) return Instant(number);
        if (Written().Match(text) is not { Success: true } m || !DateTime.TryParseExact(m.Groups["day"].Value, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return null;
        if (!m.Groups["hour"].Success) return Format(new EffectiveDate.Day(DateOnly.FromDateTime(day)).In(zone));
        if (Time(m) is not { } time) return null;
        if (m.Groups["offset"].Value is not { Length: > 0 } offset) return Format(Local(day + time, zone));
        if (Offset(offset) is not { } away) return null;
        var ticks = (day + time - away).Ticks;
        return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks ? null : Format(new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    /// <summary>Seconds, or milliseconds where seconds would be in a far future.</summary>
    public static string? Instant(double number)
    {
        if (!double.IsFinite(number) || number < 0) return null;
        var milliseconds = number <= LargestSeconds ? number * 1000 : number;
        return milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? null : Format(DateTimeOffset.UnixEpoch.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond)));
    }

    /// <summary>The date as it is written, whatever time and zone follow; of a number, the date in the zone.</summary>
    public static string? Day(string text, TimeZoneInfo zone)
    {
        text = text.Trim();
        if (Number(text) is { } number) return DayOf(Instant(number), zone);
        return Written().Match(text) is { Success: true } m && DateOnly.TryParseExact(m.Groups["day"].Value, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? m.Groups["day"].Value : null;
    }

    /// <summary>The date that it is in the zone at an instant.</summary>
    public static string? DayOf(string? instant, TimeZoneInfo zone) =>
        instant is null || Instant(instant, zone) is not { } read ? null
        : TimeZoneInfo.ConvertTime(DateTimeOffset.Parse(read, CultureInfo.InvariantCulture), zone).ToString(DayFormat, CultureInfo.InvariantCulture);

    public static string? AddDays(string day, double days) =>
        DateOnly.TryParseExact(day, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && Math.Abs(days) <= 36_600 && days % 1 == 0
            && date.DayNumber + (int)days is >= 0 and var number && number <= DateOnly.MaxValue.DayNumber
            ? DateOnly.FromDayNumber(number).ToString(DayFormat, CultureInfo.InvariantCulture) : null;

    private static double? Number(string text) =>
        text.Length is >= 9 and <= 14 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    private static TimeSpan? Time(Match m)
    {
        int Part(string name) => m.Groups[name] is { Success: true } g ? int.Parse(g.ValueSpan, CultureInfo.InvariantCulture) : 0;
        if (Part("hour") > 23 || Part("minute") > 59 || Part("second") > 60) return null;
        var fraction = m.Groups["fraction"].Value.PadRight(7, '0')[..7];
        // A leap second is the one before it: no clock here knows it.
        return new TimeSpan(Part("hour"), Part("minute"), Math.Min(Part("second"), 59)) + TimeSpan.FromTicks(long.Parse(fraction, CultureInfo.InvariantCulture));
    }

    private static TimeSpan? Offset(string text)
    {
        if (text is "Z" or "z" or "UTC" or "GMT") return TimeSpan.Zero;
        var digits = text[1..].Replace(":", "", StringComparison.Ordinal);
        var (hours, minutes) = (int.Parse(digits[..2], CultureInfo.InvariantCulture), digits.Length > 2 ? int.Parse(digits[2..], CultureInfo.InvariantCulture) : 0);
        return hours > 14 || minutes > 59 ? null : new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
    }

    /// <summary>A time that comes twice is the first of the two; one that clocks skip is moved on by what they skip.</summary>
    private static DateTimeOffset Local(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(-3)) : zone.GetUtcOffset(local);
        return new DateTimeOffset(local.Ticks, TimeSpan.Zero) - offset;
    }

    private static string Format(DateTimeOffset at) => at.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<day>\d{4}-\d{2}-\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)? ?(?<offset>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Written();
}
