using System.Data.Common;
using Microsoft.Extensions.Options;

namespace Gateway.EventLog;

/// <summary>Appends events by group commit (<see cref="GroupCommit{TItem, TResult}"/>).</summary>
public sealed partial class EventAppender : BackgroundService
{
    private readonly GroupCommit<NewEvent, Appended> _commit;

    public EventAppender(ILogStore store, CommitFeed feed, IOptions<StorageOptions> options, TimeProvider time, ILogger<EventAppender> logger) =>
        _commit = new(store, store.OpenWriter, options.Value, time)
        {
            Failed = (requests, e) => Log.CommitFailed(logger, requests, e),
            Stored = group => Tell(feed, group),
            Measured = (events, seconds) =>
            {
                Telemetry.CommitDuration.Record(seconds);
                Telemetry.CommitSize.Record(events);
            },
        };

    /// <summary>Why the last commit failed; null: it did not.</summary>
    public string? LastFailure => _commit.LastFailure;

    /// <summary>How many events wait for a commit or are in one.</summary>
    public int Waiting => _commit.Waiting;

    /// <summary>For tests: sees the writer's connection before each transaction.</summary>
    internal Action<DbConnection>? BeforeCommit
    {
        get => _commit.BeforeCommit;
        set => _commit.BeforeCommit = value;
    }

    /// <summary>
    /// Appends the events in one transaction. Returns after they are on disk, with one result each, in order.
    /// </summary>
    /// <exception cref="LogUnavailableException">The storage refused, or there was no place within the deadline.</exception>
    public Task<IReadOnlyList<Appended>> AppendAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken) => _commit.AddAsync(events, cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _commit.RunAsync(stoppingToken);

    private static void Tell(CommitFeed feed, IReadOnlyList<GroupRequest<NewEvent, Appended>> group)
    {
        if (group.Count == 1) feed.Tell(group[0].Items, group[0].Results!);
        else feed.Tell([.. group.SelectMany(w => w.Items)], [.. group.SelectMany(w => w.Results!)]);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "A commit of {Requests} requests failed; they are answered 503")]
        public static partial void CommitFailed(ILogger logger, int requests, Exception exception);
    }
}
