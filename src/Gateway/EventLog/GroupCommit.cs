using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;

namespace Gateway.EventLog;

/// <summary>One request's items on their way. Taken by the writer or withdrawn by its caller, whoever is first.</summary>
internal sealed class GroupRequest<TItem, TResult>(IReadOnlyList<TItem> items)
{
    private int _state;

    public IReadOnlyList<TItem> Items => items;

    public TaskCompletionSource<IReadOnlyList<TResult>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TResult[]? Results { get; set; }

    public Exception? Failure { get; private set; }

    public bool TryTake() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

    public bool TryWithdraw() => Interlocked.CompareExchange(ref _state, 2, 0) == 0;

    public void Fail(Exception e) => (Results, Failure) = (null, e);
}

/// <summary>
/// Group commit: one writer puts the items of all requests that wait into one transaction and answers them after the flush.
/// </summary>
/// <param name="store">Where to.</param>
/// <param name="open">Opens the writer's connection, which is kept until it fails.</param>
/// <param name="options">Deadline and sizes.</param>
/// <param name="time">What the deadline goes by.</param>
internal sealed class GroupCommit<TItem, TResult>(ILogStore store, Func<TimeSpan, IGroupWriter<TItem, TResult>> open, StorageOptions options, TimeProvider time)
{
    private readonly Channel<GroupRequest<TItem, TResult>> _queue =
        Channel.CreateUnbounded<GroupRequest<TItem, TResult>>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    private int _waiting;

    /// <summary>Why the last commit failed; null: it did not.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>How many items wait for a commit or are in one.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Sees the writer's connection before each transaction.</summary>
    public Action<DbConnection>? BeforeCommit { get; set; }

    /// <summary>Told of each group that is on disk, after its requests are answered.</summary>
    public Action<IReadOnlyList<GroupRequest<TItem, TResult>>>? Stored { get; init; }

    /// <summary>Told how many items a commit had, and how many seconds it took.</summary>
    public Action<int, double>? Measured { get; init; }

    /// <summary>Told of a commit that failed, and how many requests it had.</summary>
    public required Action<int, Exception> Failed { get; init; }

    /// <summary>Stores the items in one transaction. Returns after they are on disk, with one result each, in order.</summary>
    /// <exception cref="LogUnavailableException">The storage refused, or there was no place within the deadline.</exception>
    public async Task<IReadOnlyList<TResult>> AddAsync(IReadOnlyList<TItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0) return [];
        if (Interlocked.Add(ref _waiting, items.Count) > options.MaxWaiting + items.Count)
        {
            Interlocked.Add(ref _waiting, -items.Count);
            throw new LogUnavailableException("Too many wait for the log.");
        }

        var waiting = new GroupRequest<TItem, TResult>(items);
        if (!_queue.Writer.TryWrite(waiting)) throw new LogUnavailableException("The gateway is stopping.");
        try
        {
            return await waiting.Done.Task.WaitAsync(options.AppendDeadline, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Withdrawn while it still waited: it is not stored. Once the writer has it, only the commit's own outcome is the truth.
            if (!waiting.TryWithdraw()) return await waiting.Done.Task;
            Interlocked.Add(ref _waiting, -items.Count);
            if (e is TimeoutException) throw new LogUnavailableException("The log had no place for this within the deadline.", e);
            throw;
        }
    }

    /// <summary>A thread of its own: waiting for the disk on one of the pool's would take it from the requests.</summary>
    public Task RunAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Write(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Write(CancellationToken stoppingToken)
    {
        IGroupWriter<TItem, TResult>? writer = null;
        var group = new List<GroupRequest<TItem, TResult>>();
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
    private void Commit(ref IGroupWriter<TItem, TResult>? writer, List<GroupRequest<TItem, TResult>> group)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            writer ??= open(options.AppendDeadline);
            BeforeCommit?.Invoke(writer.Connection);
            using var transaction = writer.Begin();
            TakeGroup(group);
            if (group.Count == 0) return;
            var results = writer.Commit(group.ConvertAll(w => w.Items));
            for (var i = 0; i < results.Length; i++) group[i].Results = results[i];
            LastFailure = null;
            Measured?.Invoke(group.Sum(w => w.Items.Count), Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (group.Count == 0) TakeGroup(group);
            LastFailure = store.NameOf(e);
            Failed(group.Count, e);
            foreach (var w in group) w.Fail(e);
            writer?.Dispose();
            writer = null;
        }
    }

    private void TakeGroup(List<GroupRequest<TItem, TResult>> group)
    {
        var size = 0;
        while (_queue.Reader.TryPeek(out var next) && (group.Count == 0 || size + next.Items.Count <= options.MaxGroupSize))
        {
            _queue.Reader.TryRead(out _);
            if (!next.TryTake()) continue;
            group.Add(next);
            size += next.Items.Count;
        }
    }

    private void Answer(List<GroupRequest<TItem, TResult>> group)
    {
        foreach (var w in group)
        {
            Interlocked.Add(ref _waiting, -w.Items.Count);
            if (w.Results is { } results) w.Done.TrySetResult(results);
            else w.Done.TrySetException(new LogUnavailableException("The log could not take the write.", w.Failure!));
        }

        var stored = group.Where(w => w.Results is not null).ToList();
        if (stored.Count > 0) Stored?.Invoke(stored);
    }
}
