using Cronos;
using Gateway.EventLog.Ledger;

namespace Gateway.Sync;

/// <summary>When the next run is due, and why.</summary>
public sealed record NextRun(DateTimeOffset At, RunTrigger Trigger);

/// <summary>What the clock looks at.</summary>
public sealed record ClockInput
{
    public required DateTimeOffset Now { get; init; }

    /// <summary>Occurrences up to here have had their run.</summary>
    public required DateTimeOffset ScheduleHandledAt { get; init; }

    /// <summary>When the first change came that no run has seen; null: none did.</summary>
    public DateTimeOffset? FirstChangeAt { get; init; }

    /// <summary>When the last one came.</summary>
    public DateTimeOffset? LastChangeAt { get; init; }

    /// <summary>When the last run was made; null: none ever was.</summary>
    public DateTimeOffset? LastRunAt { get; init; }

    /// <summary>When the last run, which failed, is to be tried again.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>The last run was accepted and left changes for the next one.</summary>
    public bool FollowUp { get; init; }

    /// <summary>The last run asks for a person, or for the next schedule: changes alone start none.</summary>
    public bool OnlyBySchedule { get; init; }

    /// <summary>A run is held: no other is made, except on request.</summary>
    public bool Held { get; init; }

    /// <summary>None is made before, except on request: it would delete people whom one deactivated a short while ago. Null: no such bound.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public bool Paused { get; init; }

    /// <summary>Null with <see cref="Paused"/>: until somebody resumes.</summary>
    public DateTimeOffset? PausedUntil { get; init; }
}

/// <summary>When is the next run due? Pure: the instant is an argument.</summary>
public static class SyncClock
{
    /// <summary>The earliest run that is due or will be; at or before <see cref="ClockInput.Now"/>: due now. Null: none, as things stand.</summary>
    public static NextRun? Next(ClockInput input, SyncOptions options, CronExpression? schedule, TimeZoneInfo zone)
    {
        if (input.Held || input is { Paused: true, PausedUntil: null }) return null;

        var next = new[] { FollowUp(input), Retry(input), Scheduled(input, options, schedule, zone), Changed(input, options) }
            .OfType<NextRun>()
            .MinBy(n => n.At);
        if (next is not null && input.NotBefore is { } soonest && next.At < soonest) next = next with { At = soonest };
        return next is not null && input is { Paused: true, PausedUntil: { } until } && next.At < until ? next with { At = until } : next;
    }

    private static NextRun? FollowUp(ClockInput input) => input.FollowUp ? new(input.Now, RunTrigger.FollowUp) : null;

    private static NextRun? Retry(ClockInput input) => input.RetryAt is { } at ? new(at, RunTrigger.Retry) : null;

    /// <summary>The first occurrence not handled yet. If it was missed it is due now, and several missed ones are one run.</summary>
    private static NextRun? Scheduled(ClockInput input, SyncOptions options, CronExpression? schedule, TimeZoneInfo zone)
    {
        if (schedule?.GetNextOccurrence(input.ScheduleHandledAt, zone) is not { } at) return null;
        // The first run waits until the sources are quiet: half a first load would look like the company.
        if (input is { LastRunAt: null, LastChangeAt: { } last } && at < last + options.QuietPeriod) at = last + options.QuietPeriod;
        return new NextRun(at, RunTrigger.Schedule);
    }

    private static NextRun? Changed(ClockInput input, SyncOptions options)
    {
        if (!options.OnChange || input.OnlyBySchedule || input is not { FirstChangeAt: { } first, LastChangeAt: { } last }) return null;

        var quiet = last + options.QuietPeriod;
        if (input.LastRunAt is not { } lastRun) return new NextRun(quiet, RunTrigger.Change);

        var latest = first + options.MaxDelay;
        var soonest = lastRun + options.MinInterval;
        var at = quiet < latest ? quiet : latest;
        return new NextRun(at < soonest ? soonest : at, RunTrigger.Change);
    }
}

/// <summary>When a failed run is tried again.</summary>
public static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="attempt">How many have failed in a row, 1 or more: the wait doubles with each, up to an hour.</param>
    /// <param name="retryAfter">As Officevibe asked; kept to up to 6 h, and never made shorter.</param>
    /// <param name="jitter">0 to 1: up to a fifth is added, so that many gateways do not come back at once.</param>
    public static TimeSpan Wait(int attempt, TimeSpan? retryAfter, double jitter)
    {
        var wait = First * Math.Pow(2, Math.Clamp(attempt - 1, 0, 10));
        if (wait > Longest) wait = Longest;
        var longest = TimeSpan.FromHours(6);
        if (retryAfter is { } asked && asked > wait) wait = asked < longest ? asked : longest;
        return wait + (wait * 0.2 * jitter);
    }
}
