using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Gateway.EventLog;

/// <summary>
/// Group commit: one writer puts the events of all requests that wait into one transaction and answers them after the flush.
/// </summary>
public sealed partial class EventAppender(
    LogFile file, CommitFeed feed, IOptions<StorageOptions> options, TimeProvider time, ILogger<EventAppender> logger) : BackgroundService
{
    private readonly Channel<Waiting> _queue = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private int _waiting;
    private volatile bool _stopped;

    /// <summary>Why the last commit failed; null: it did not.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>
    /// Appends the events in one transaction. Returns after they are on disk, with one result each, in order.
    /// </summary>
    /// <exception cref="LogUnavailableException">Nothing was stored: the storage refused, or there was no place within the deadline.</exception>
    public async Task<IReadOnlyList<Appended>> AppendAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0) return [];
        if (_stopped || Interlocked.Add(ref _waiting, events.Count) > options.Value.MaxWaiting + events.Count)
        {
            if (!_stopped) Interlocked.Add(ref _waiting, -events.Count);
            throw new LogUnavailableException("Too many events wait for the log.");
        }

        var waiting = new Waiting(events);
        _queue.Writer.TryWrite(waiting);
        try
        {
            return await waiting.Done.Task.WaitAsync(options.Value.AppendDeadline, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Withdrawn while it still waited: it is not stored. Once the writer has it, only the commit's own outcome is the truth.
            if (waiting.TryWithdraw())
            {
                Interlocked.Add(ref _waiting, -events.Count);
                if (e is TimeoutException) throw new LogUnavailableException("The log had no place for these events within the deadline.", e);
                throw;
            }

            return await waiting.Done.Task;
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => RunAsync(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        Writer? writer = null;
        var group = new List<Waiting>();
        try
        {
            while (await NextGroupAsync(group, stoppingToken))
            {
                await file.WriteGate.WaitAsync(CancellationToken.None);
                try
                {
                    writer ??= new Writer(file.Open());
                    writer.Commit(group);
                    LastFailure = null;
                }
                catch (Exception e) when (e is SqliteException or InvalidOperationException or IOException)
                {
                    LastFailure = e is SqliteException s ? $"SQLite error {s.SqliteErrorCode}" : e.GetType().Name;
                    Log.CommitFailed(logger, group.Count, e);
                    foreach (var w in group) w.Fail(e);
                    writer?.Dispose();
                    writer = null;
                }
                finally
                {
                    file.WriteGate.Release();
                }

                Answer(group);
            }
        }
        finally
        {
            _stopped = true;
            writer?.Dispose();
            while (_queue.Reader.TryRead(out var left)) left.Done.TrySetException(new LogUnavailableException("The gateway is stopping."));
        }
    }

    /// <summary>Waits for the first request, then takes whatever else is waiting. False: stopped, and nothing waits.</summary>
    private async Task<bool> NextGroupAsync(List<Waiting> group, CancellationToken stoppingToken)
    {
        group.Clear();
        while (group.Count == 0)
        {
            try
            {
                if (!await _queue.Reader.WaitToReadAsync(stoppingToken)) return false;
            }
            catch (OperationCanceledException)
            {
                if (_queue.Reader.Count == 0) return false;
            }

            var size = 0;
            while (size < options.Value.MaxGroupSize && _queue.Reader.TryPeek(out var next) && (group.Count == 0 || size + next.Events.Count <= options.Value.MaxGroupSize))
            {
                _queue.Reader.TryRead(out _);
                if (!next.TryTake()) continue;
                group.Add(next);
                size += next.Events.Count;
            }
        }

        return true;
    }

    private void Answer(List<Waiting> group)
    {
        foreach (var w in group)
        {
            Interlocked.Add(ref _waiting, -w.Events.Count);
            if (w.Results is { } results)
            {
                w.Done.TrySetResult(results);
                continue;
            }

            w.Done.TrySetException(new LogUnavailableException("The log could not take the write.", w.Failure!));
        }

        var stored = group.Where(w => w.Results is not null).ToList();
        if (stored.Count == 1) feed.Tell(stored[0].Events, stored[0].Results!);
        else if (stored.Count > 1) feed.Tell([.. stored.SelectMany(w => w.Events)], [.. stored.SelectMany(w => w.Results!)]);
    }

    /// <summary>One request's events on their way. Taken by the writer or withdrawn by its caller, whoever is first.</summary>
    private sealed class Waiting(IReadOnlyList<NewEvent> events)
    {
        private int _state;

        public IReadOnlyList<NewEvent> Events => events;

        public TaskCompletionSource<IReadOnlyList<Appended>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Appended[]? Results { get; set; }

        public Exception? Failure { get; private set; }

        public bool TryTake() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

        public bool TryWithdraw() => Interlocked.CompareExchange(ref _state, 2, 0) == 0;

        public void Fail(Exception e) => (Results, Failure) = (null, e);
    }

    /// <summary>The connection that appends, with its prepared statements.</summary>
    private sealed class Writer(SqliteConnection connection) : IDisposable
    {
        private readonly EventRows _rows = new(connection);

        public void Commit(List<Waiting> group)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            foreach (var w in group)
            {
                var results = new Appended[w.Events.Count];
                for (var i = 0; i < results.Length; i++) results[i] = Insert(w.Events[i]);
                w.Results = results;
            }

            transaction.Commit();
        }

        /// <summary>A row that cannot be stored fails alone: SQLite takes back the one statement and keeps the transaction.</summary>
        private Appended Insert(NewEvent e)
        {
            try
            {
                return _rows.Insert(e);
            }
            catch (SqliteException x) when (IsAboutData(x))
            {
                return new Appended(AppendOutcome.Rejected, 0);
            }
        }

        /// <summary>SQLITE_ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE: the row is to blame, not the storage.</summary>
        private static bool IsAboutData(SqliteException e) => e.SqliteErrorCode is 1 or 18 or 19 or 20 or 25;

        public void Dispose()
        {
            _rows.Dispose();
            connection.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "A commit of {Requests} requests failed; they are answered 503")]
        public static partial void CommitFailed(ILogger logger, int requests, Exception exception);
    }
}
