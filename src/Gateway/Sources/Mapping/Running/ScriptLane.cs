#pragma warning disable CA1508 // it does not see that what is awaited changes a variable
using System.ComponentModel;
using System.Diagnostics;
using System.Threading.Channels;
using Gateway.Sources.Mapping.Child;

namespace Gateway.Sources.Mapping.Running;

/// <summary>
/// Keeps one child at work: feeds it ahead of its answers, ends it when the run at its head takes too long, starts another, and runs again what it had not answered.
/// Only the run at the head, which the child was at, answers for the child's end.
/// </summary>
/// <param name="jobs">What to run.</param>
/// <param name="options">The limits.</param>
/// <param name="handsOver">What came behind a run of the same script that was ended is not run here.</param>
/// <param name="logger">For what becomes of children.</param>
internal sealed partial class ScriptLane(ChannelReader<ScriptJob> jobs, MappingOptions options, bool handsOver, ILogger logger)
{
    /// <summary>Sent and not answered: enough that the child never waits.</summary>
    private const int Ahead = 32;

    private const int MostScripts = 100;

    /// <summary>A machine that is too busy to give a child its share is no fault of the script: then its processor time counts, up to this many times the wall clock.</summary>
    private const int Patience = 4;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Queue<ScriptJob> _sent = new();
    private readonly Queue<ScriptJob> _again = new();
    private long _number;

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (await StartAsync(stopping) is { } child)
                {
                    await using (child) await ServeAsync(child, stopping);
                    continue;
                }

                FailAll("The process that runs scripts could not be started.");
                await Task.Delay(Pause, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What waits is told below.
        }

        FailAll("The gateway is stopping.");
    }

    /// <returns>Null: there is none, for now.</returns>
    private async Task<ScriptProcess?> StartAsync(CancellationToken stopping)
    {
        ScriptProcess? child = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(StartLimit);
        try
        {
            child = ScriptProcess.Start(options.HeapMegabytes);
            // Reading a pipe does not end with a token, but with the pipe.
            await using var giveUp = limit.Token.Register(child.Kill);
            if (await Frame.ReadAsync(child.Output, ScriptMessages.Default.ScriptAnswer, limit.Token) is { Header.Kind: AnswerKind.Ready } ready)
            {
                Log.Started(logger, child.Id, options.HeapMegabytes);
                if (!ready.Header.Bounded) Log.Unbounded(logger);
                return child;
            }

            Log.NotStarted(logger, "it ended at once");
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidDataException or UnauthorizedAccessException || (e is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            Log.NotStarted(logger, e.GetType().Name);
        }
        catch (OperationCanceledException)
        {
            if (child is not null) await child.DisposeAsync();
            throw;
        }

        if (child is not null) await child.DisposeAsync();
        return null;
    }

    private async Task ServeAsync(ScriptProcess child, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var end = over.Token.Register(child.Kill);
        using var window = new SemaphoreSlim(Ahead);
#pragma warning disable CA2025 // both are awaited below, before the child is disposed of
        var feeding = FeedAsync(child, window, over.Token);
        var watching = WatchAsync(child, over.Token);
#pragma warning restore CA2025
        try
        {
            while (await Frame.ReadAsync(child.Output, ScriptMessages.Default.ScriptAnswer, stopping) is { } said)
            {
                ScriptJob? job;
                lock (_sent) job = _sent.TryPeek(out var head) && head.Request.Id == said.Header.Id ? _sent.Dequeue() : null;
                if (job is null) break;
                child.Retiring |= said.Header.Last;
                job.Finish(new ScriptReply(said.Header, said.Body));
                window.Release();
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException || (e is OperationCanceledException && stopping.IsCancellationRequested))
        {
            // It is ended and replaced, below.
        }

        await over.CancelAsync();
        var ending = await child.EndAsync();
        await Task.WhenAll(feeding, watching);
        if (!stopping.IsCancellationRequested) Settle(child, ending);
    }

    private async Task FeedAsync(ScriptProcess child, SemaphoreSlim window, CancellationToken over)
    {
        try
        {
            while (true)
            {
                await window.WaitAsync(over);
                if (!_again.TryDequeue(out var job)) job = await NextAsync(over);
                job = Numbered(job);
                lock (_sent) _sent.Enqueue(job);
                await SendAsync(child, job, over);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ChannelClosedException)
        {
            // The child is gone, or we are: its answers end too, and that is seen where they are read.
        }
    }

    private async ValueTask<ScriptJob> NextAsync(CancellationToken over)
    {
        while (true)
        {
            var job = await jobs.ReadAsync(over);
            if (!job.Done.IsCompleted) return job;
        }
    }

    private ScriptJob Numbered(ScriptJob job)
    {
        job.Request.Id = ++_number;
        return job;
    }

    private static async Task SendAsync(ScriptProcess child, ScriptJob job, CancellationToken over)
    {
        if (child.Loaded.Count >= MostScripts && !child.Loaded.Contains(job.Script.Hash))
        {
            await child.Input.WriteAsync(Frame.Write(new ScriptRequest { Kind = RequestKind.Forget }, ScriptMessages.Default.ScriptRequest, []), over);
            child.Loaded.Clear();
        }

        if (child.Loaded.Add(job.Script.Hash))
        {
            var load = new ScriptRequest { Kind = RequestKind.Load, Hash = job.Script.Hash };
            await child.Input.WriteAsync(Frame.Write(load, ScriptMessages.Default.ScriptRequest, System.Text.Encoding.UTF8.GetBytes(job.Script.Text)), over);
        }

        await child.Input.WriteAsync(Frame.Write(job.Request, ScriptMessages.Default.ScriptRequest, job.Body.Span), over);
        await child.Input.FlushAsync(over);
    }

    /// <summary>Looks at the head of what was sent: the child is at that one since it came to the head.</summary>
    private async Task WatchAsync(ScriptProcess child, CancellationToken over)
    {
        // By the machine's clock: a process takes its time, whatever clock a test keeps.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Clamp(options.WallClock.TotalMilliseconds / 10, 10, 100)));
        var (at, since, worked) = (0L, 0L, TimeSpan.Zero);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                long head;
                lock (_sent) head = _sent.TryPeek(out var job) ? job.Request.Id : 0;
                if (head != at)
                {
                    (at, since, worked) = (head, Stopwatch.GetTimestamp(), head == 0 ? TimeSpan.Zero : child.Worked);
                    continue;
                }

                var elapsed = Stopwatch.GetElapsedTime(since);
                if (at == 0 || elapsed < options.WallClock || (child.Worked - worked < options.WallClock / 2 && elapsed < options.WallClock * Patience)) continue;
                child.KillAsTooLong();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // The child is gone.
        }
    }

    private void Settle(ScriptProcess child, Ending ending)
    {
        List<ScriptJob> left;
        lock (_sent)
        {
            left = [.. _sent];
            _sent.Clear();
        }

        Log.Ended(logger, child.Id, ending, left.Count);
        if (left.Count == 0) return;
        var head = left[0];
        var reply = child.Retiring ? null : ending switch
        {
            Ending.TooLong => ScriptReply.Failed("script-timeout", $"The run took longer than {options.WallClock.TotalMilliseconds:0} ms and was ended."),
            Ending.Memory => ScriptReply.Failed("script-memory", "The memory of the process that runs scripts was used up."),
            Ending.Stack => ScriptReply.Failed("script-error", "Functions call each other too deep."),
            _ => ++head.Lost < 2 ? null : ScriptReply.Failed("script-host", "The process that runs scripts ended twice at this delivery, and did not say why."),
        };
        if (reply is not null) head.Finish(reply);
        var waiting = _again.ToArray();
        _again.Clear();
        foreach (var job in left.Skip(reply is null ? 0 : 1).Concat(waiting))
        {
            if (handsOver && reply is not null && ending is (Ending.TooLong or Ending.Memory) && job.Script.Hash == head.Script.Hash) job.Finish(ScriptReply.NotHere);
            else _again.Enqueue(job);
        }
    }

    private void FailAll(string why)
    {
        List<ScriptJob> left;
        lock (_sent)
        {
            left = [.. _sent];
            _sent.Clear();
        }

        while (_again.TryDequeue(out var job)) left.Add(job);
        while (jobs.TryRead(out var job)) left.Add(job);
        foreach (var job in left) job.Finish(ScriptReply.Failed("script-host", why, transient: true));
    }

    private static partial class Log
    {
        [LoggerMessage(7100, LogLevel.Information, "Mapping scripts run in process {Process}, with a heap of {Megabytes} MB.")]
        public static partial void Started(ILogger logger, int process, int megabytes);

        [LoggerMessage(7101, LogLevel.Warning, "This system does not bound the memory of the process that runs mapping scripts; only the runtime's heap limit does.")]
        public static partial void Unbounded(ILogger logger);

        [LoggerMessage(7102, LogLevel.Error, "The process that runs mapping scripts could not be started: {Reason}. Deliveries wait; it is tried again.")]
        public static partial void NotStarted(ILogger logger, string reason);

        [LoggerMessage(7103, LogLevel.Warning, "Process {Process} that ran mapping scripts is gone ({Ending}); {Left} deliveries were with it. Another is started.")]
        public static partial void Ended(ILogger logger, int process, Ending ending, int left);
    }
}
