using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Gateway.EventLog;

/// <summary>
/// Group commit: one writer puts the events of all requests that wait into one transaction and answers them after the flush.
/// </summary>
public sealed partial class EventAppender(
    ILogStore store, CommitFeed feed, IOptions<StorageOptions> options, TimeProvider time, ILogger<EventAppender> logger) : BackgroundService
{
    private readonly Channel<Request> _queue = Channel.CreateUnbounded<Request>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private int _waiting;

    /// <summary>Why the last commit failed; null: it did not.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>How many events wait for a commit or are in one.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>For tests: sees the writer's connection before each transaction.</summary>
    internal Action<DbConnection>? BeforeCommit { get; set; }

    /// <summary>
    /// Appends the events in one transaction. Returns after they are on disk, with one result each, in order.
    /// </summary>
    /// <exception cref="LogUnavailableException">The storage refused, or there was no place within the deadline.</exception>
    public async Task<IReadOnlyList<Appended>> AppendAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0) return [];
        if (Interlocked.Add(ref _waiting, events.Count) > options.Value.MaxWaiting + events.Count)
        {
            Interlocked.Add(ref _waiting, -events.Count);
            throw new LogUnavailableException("Too many events wait for the log.");
        }

        var waiting = new Request(events);
        if (!_queue.Writer.TryWrite(waiting)) throw new LogUnavailableException("The gateway is stopping.");
        try
        {
            return await waiting.Done.Task.WaitAsync(options.Value.AppendDeadline, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Withdrawn while it still waited: it is not stored. Once the writer has it, only the commit's own outcome is the truth.
            if (!waiting.TryWithdraw()) return await waiting.Done.Task;
            Interlocked.Add(ref _waiting, -events.Count);
            if (e is TimeoutException) throw new LogUnavailableException("The log had no place for these events within the deadline.", e);
            throw;
        }
    }

    /// <summary>A thread of its own: waiting for the disk on one of the pool's would take it from the requests.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Write(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Write(CancellationToken stoppingToken)
    {
        ILogWriter? writer = null;
        var group = new List<Request>();
        try
        {
            // Who waits at the stop is still written and answered; who comes later is refused at once.
            using var stop = stoppingToken.Register(() => _queue.Writer.TryComplete());
            while (WaitForRequests())
            {
                store.WriteGate.Wait(CancellationToken.None);
                try
                {
                    Commit(ref writer, group);
                }
                finally
                {
                    store.WriteGate.Release();
                }

                Answer(group);
                group.Clear();
            }
        }
        finally
        {
            _queue.Writer.TryComplete();
            writer?.Dispose();
            while (_queue.Reader.TryRead(out var left)) left.Done.TrySetException(new LogUnavailableException("The gateway is stopping."));
        }
    }

    /// <summary>False: the gateway stops and nobody waits any more.</summary>
    private bool WaitForRequests()
    {
        var some = _queue.Reader.WaitToReadAsync(CancellationToken.None);
        return some.IsCompleted ? some.Result : some.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>
    /// One transaction for all that wait when it begins, not before: whoever waits for another writer can still withdraw.
    /// Whatever goes wrong is the answer of those that were in it, and the next transaction has a new connection.
    /// </summary>
    private void Commit(ref ILogWriter? writer, List<Request> group)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            writer ??= store.OpenWriter(options.Value.AppendDeadline);
            BeforeCommit?.Invoke(writer.Connection);
            using var transaction = writer.Begin();
            TakeGroup(group);
            if (group.Count == 0) return;
            var results = writer.Commit(group.ConvertAll(w => w.Events));
            for (var i = 0; i < results.Length; i++) group[i].Results = results[i];
            LastFailure = null;
            Telemetry.CommitDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
            Telemetry.CommitSize.Record(group.Sum(w => w.Events.Count));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (group.Count == 0) TakeGroup(group);
            LastFailure = store.NameOf(e);
            Log.CommitFailed(logger, group.Count, e);
            foreach (var w in group) w.Fail(e);
            writer?.Dispose();
            writer = null;
        }
    }

    private void TakeGroup(List<Request> group)
    {
        var size = 0;
        while (_queue.Reader.TryPeek(out var next) && (group.Count == 0 || size + next.Events.Count <= options.Value.MaxGroupSize))
        {
            _queue.Reader.TryRead(out _);
            if (!next.TryTake()) continue;
            group.Add(next);
            size += next.Events.Count;
        }
    }

    private void Answer(List<Request> group)
    {
        foreach (var w in group)
        {
            Interlocked.Add(ref _waiting, -w.Events.Count);
            if (w.Results is { } results) w.Done.TrySetResult(results);
            else w.Done.TrySetException(new LogUnavailableException("The log could not take the write.", w.Failure!));
        }

        var stored = group.Where(w => w.Results is not null).ToList();
        if (stored.Count == 1) feed.Tell(stored[0].Events, stored[0].Results!);
        else if (stored.Count > 1) feed.Tell([.. stored.SelectMany(w => w.Events)], [.. stored.SelectMany(w => w.Results!)]);
    }

    /// <summary>One request's events on their way. Taken by the writer or withdrawn by its caller, whoever is first.</summary>
    private sealed class Request(IReadOnlyList<NewEvent> events)
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

    private static partial class Log
    {
        [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "A commit of {Requests} requests failed; they are answered 503")]
        public static partial void CommitFailed(ILogger logger, int requests, Exception exception);
    }
}
