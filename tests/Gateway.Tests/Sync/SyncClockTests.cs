using Gateway.EventLog.Ledger;
using Gateway.Sync;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Sync;

/// <summary>When the next run is due: the defaults are a quiet minute, at most 15, and 5 between runs.</summary>
public class SyncClockTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));

    private DateTimeOffset Now => _time.GetUtcNow();

    private ClockInput Input => new() { Now = Now, ScheduleHandledAt = Now, LastRunAt = Now.AddHours(-1) };

    private static NextRun? Next(ClockInput input, SyncOptions? options = null)
    {
        options ??= new SyncOptions();
        return SyncClock.Next(input, options, options.Cron(), TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone));
    }

    private DateTimeOffset Minutes(double minutes) => Now.AddMinutes(minutes);

    [Fact]
    public void Without_a_change_the_schedule_is_next() =>
        Assert.Equal(new NextRun(new DateTimeOffset(2026, 3, 11, 3, 0, 0, TimeSpan.Zero), RunTrigger.Schedule), Next(Input));

    [Fact]
    public void The_schedule_is_read_in_its_time_zone_across_the_change_of_clocks()
    {
        var options = new SyncOptions { Schedule = "30 2 * * *", TimeZone = "Europe/Paris" };
        var input = Input with { ScheduleHandledAt = new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero) };
        // On 29 March 2026 half past two does not exist in Paris; the run is not lost.
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), Next(input, options)!.At);
    }

    [Fact]
    public void A_schedule_missed_while_down_is_due_once_however_many_were_missed()
    {
        var missed = Input with { ScheduleHandledAt = Now.AddDays(-4) };
        Assert.True(Next(missed)!.At <= Now);
        Assert.True(Next(missed with { ScheduleHandledAt = Now })!.At > Now);
    }

    [Fact]
    public void A_change_is_sent_after_a_quiet_minute()
    {
        var input = Input with { FirstChangeAt = Minutes(-3), LastChangeAt = Minutes(-0.5) };
        Assert.Equal(new NextRun(Minutes(0.5), RunTrigger.Change), Next(input));
    }

    [Fact]
    public void Changes_that_never_rest_are_sent_after_the_longest_delay()
    {
        var input = Input with { FirstChangeAt = Minutes(-14.5), LastChangeAt = Now };
        Assert.Equal(Minutes(0.5), Next(input)!.At);
    }

    [Fact]
    public void Changes_never_start_runs_more_often_than_the_smallest_interval()
    {
        var input = Input with { LastRunAt = Minutes(-2), FirstChangeAt = Minutes(-1.5), LastChangeAt = Minutes(-1.5) };
        Assert.Equal(Minutes(3), Next(input)!.At);
    }

    [Fact]
    public void The_first_run_waits_until_the_sources_are_quiet_however_long_that_takes()
    {
        var loading = Input with { LastRunAt = null, ScheduleHandledAt = Now.AddDays(-1), FirstChangeAt = Now.AddHours(-2), LastChangeAt = Minutes(-0.25) };
        Assert.Equal(Minutes(0.75), Next(loading)!.At);
        Assert.Equal(Minutes(0.75), Next(loading, new SyncOptions { OnChange = false })!.At);
    }

    [Fact]
    public void Where_changes_start_no_runs_only_the_schedule_counts()
    {
        var input = Input with { FirstChangeAt = Minutes(-30), LastChangeAt = Minutes(-20) };
        Assert.Equal(RunTrigger.Schedule, Next(input, new SyncOptions { OnChange = false })!.Trigger);
        Assert.Equal(RunTrigger.Schedule, Next(input with { OnlyBySchedule = true })!.Trigger);
        Assert.Null(Next(input, new SyncOptions { OnChange = false, Schedule = "" }));
    }

    [Fact]
    public void A_failed_run_is_tried_again_at_its_time() =>
        Assert.Equal(new NextRun(Minutes(4), RunTrigger.Retry), Next(Input with { RetryAt = Minutes(4) }));

    [Fact]
    public void While_a_run_is_held_none_is_due() =>
        Assert.Null(Next(Input with { Held = true, RetryAt = Now, ScheduleHandledAt = Now.AddDays(-2) }));

    [Fact]
    public void A_pause_puts_off_what_is_due_until_it_ends()
    {
        var input = Input with { Paused = true, RetryAt = Now };
        Assert.Null(Next(input));
        Assert.Equal(new NextRun(Minutes(30), RunTrigger.Retry), Next(input with { PausedUntil = Minutes(30) }));
    }

    [Theory]
    [InlineData(1, null, 0.0, 60)]
    [InlineData(2, null, 0.0, 120)]
    [InlineData(3, null, 1.0, 288)]
    [InlineData(7, null, 0.0, 3600)]
    [InlineData(40, null, 1.0, 4320)]
    [InlineData(1, 10, 0.0, 60)]
    [InlineData(1, 900, 0.0, 900)]
    [InlineData(1, 100_000, 0.0, 21_600)]
    public void The_wait_doubles_up_to_an_hour_and_is_never_shorter_than_asked(int attempt, int? askedSeconds, double jitter, int expectedSeconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(expectedSeconds),
            Backoff.Wait(attempt, askedSeconds is { } s ? TimeSpan.FromSeconds(s) : null, jitter));

    [Fact]
    public void Settings_that_cannot_work_stop_the_start_and_name_their_key()
    {
        var result = new SyncOptionsValidator().Validate(null, new SyncOptions
        {
            Schedule = "every day", TimeZone = "Paris", QuietPeriod = TimeSpan.FromHours(1), MinInterval = TimeSpan.FromSeconds(-1),
            Guard = { HoldFor = TimeSpan.Zero, MembersRemoved = new() { Share = 1.5 }, Sources = { ["hris"] = new() { TeamsRemoved = new() { Count = -1 } } } },
        });
        Assert.Equal(
            ["Gateway:Sync:Guard:HoldFor", "Gateway:Sync:Guard:MembersRemoved:Share", "Gateway:Sync:Guard:Sources:hris:TeamsRemoved:Count", "Gateway:Sync:MaxDelay",
                "Gateway:Sync:MinInterval", "Gateway:Sync:Schedule", "Gateway:Sync:TimeZone"],
            result.Failures!.Select(f => f[..f.IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_limit_that_gives_only_a_count_keeps_its_share()
    {
        var settings = new GuardOptions { MembersRemoved = new() { Count = 2 } }.ToSettings();
        Assert.Equal((2, 0.02), (settings.MembersRemoved.Count, settings.MembersRemoved.Share));
    }
}
