namespace Gateway.Membership.Events;

/// <summary>
/// A date as a source sent it. Days are kept as days and read in the source's zone when folded, so that correcting a source's
/// zone corrects the past.
/// </summary>
public abstract record EffectiveDate
{
    private EffectiveDate() { }

    /// <summary>An instant in UTC, whole microseconds.</summary>
    public sealed record Instant(DateTimeOffset At) : EffectiveDate;

    /// <summary>From the first instant of this day.</summary>
    public sealed record Day(DateOnly Date) : EffectiveDate;

    /// <summary>Through the end of this day: effective with the first instant of the next one.</summary>
    public sealed record LastDay(DateOnly Date) : EffectiveDate;

    /// <summary>The instant in UTC that this date means in a time zone.</summary>
    public DateTimeOffset In(TimeZoneInfo zone) => this switch
    {
        Instant i => i.At,
        Day d => FirstInstant(d.Date, zone),
        LastDay d => d.Date == DateOnly.MaxValue ? DateTimeOffset.MaxValue : FirstInstant(d.Date.AddDays(1), zone),
        _ => throw new InvalidOperationException("A closed family has no other case."),
    };

    /// <summary>The first instant of a day. Where clocks skip midnight it is the first that exists; where midnight comes twice, the earlier.</summary>
    private static DateTimeOffset FirstInstant(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local.Ticks, TimeSpan.Zero) - offset;
    }
}
