using Npgsql;

namespace Gateway.EventLog;

/// <summary>
/// The clock of the store, so that all replicas go by one, however far apart their machines are. Asked again from time to time; between two
/// answers the machine's own clock goes on from the last one.
/// </summary>
public sealed class StoreClock(TimeProvider machine) : TimeProvider
{
    private const int Questions = 3;
    private long _ahead;

    /// <summary>How far the store's clock is ahead of this machine's.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() + Ahead;

    public override long GetTimestamp() => machine.GetTimestamp();

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Asks the store for the time. The quickest of a few answers counts; half its way is taken off.</summary>
    public async Task AskAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var (quickest, ahead) = (TimeSpan.MaxValue, TimeSpan.Zero);
        for (var i = 0; i < Questions; i++)
        {
            await using var command = new NpgsqlCommand("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", connection);
            var asked = machine.GetTimestamp();
            var store = Micros.ToInstant((long)(await command.ExecuteScalarAsync(cancellationToken))!);
            var (took, here) = (machine.GetElapsedTime(asked), machine.GetUtcNow());
            if (took >= quickest) continue;
            (quickest, ahead) = (took, store + (took / 2) - here);
        }

        Volatile.Write(ref _ahead, ahead.Ticks);
    }
}

/// <summary>Keeps <see cref="StoreClock"/> in step.</summary>
internal sealed partial class StoreClockKeeper(ILogStore store, TimeProvider time, ILogger<StoreClockKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store is not PostgresStore postgres || time is not StoreClock clock) return;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await clock.AskAsync(postgres.Source, stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                // The last answer still holds; a store that is away is told of where it is written to.
                Log.NotAsked(logger, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1003, Level = LogLevel.Debug, Message = "The store could not be asked for the time; the last answer holds")]
        public static partial void NotAsked(ILogger logger, Exception exception);
    }
}
