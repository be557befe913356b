using Gateway.Aggregation;
using Microsoft.Extensions.Options;

namespace Gateway.Changes;

/// <summary>The newest changes, for all readers of a process. Never changed; another one takes its place.</summary>
/// <param name="Generation">Of their ids.</param>
/// <param name="After">All after this number are in it.</param>
/// <param name="Through">The last number that was looked at.</param>
/// <param name="Changes">In order.</param>
/// <param name="Next">Ends when there is a newer one.</param>
internal sealed record ChangeWindow(string Generation, long After, long Through, IReadOnlyList<Change> Changes, Task Next)
{
    /// <summary>Those after a number; null: some of them are only in the table.</summary>
    public IReadOnlyList<Change>? Since(long number)
    {
        if (number < After) return null;
        var first = Changes.Count;
        while (first > 0 && Changes[first - 1].Number > number) first--;
        return first == 0 ? Changes : [.. Changes.Skip(first)];
    }
}

/// <summary>
/// Looks for new changes, once for all listeners of the process, and tells runs' outcomes that nobody has told yet. Readers take what is new
/// from a window that they share; whoever is slower than the window reads the table. So nothing is kept for anybody.
/// </summary>
internal sealed partial class ChangeTail(
    ChangeReader reader, AnnouncementMover announcements, IProjectionStore projection, TimeProvider time, IOptions<ChangesOptions> options, ILogger<ChangeTail> logger) : BackgroundService
{
    private const int Most = 1000;
    private TaskCompletionSource _next = NewNext();
    private ChangeWindow? _current;

    /// <summary>What is told is on disk: no failure takes its numbers back.</summary>
    public ChangeWindow Current => Volatile.Read(ref _current) ?? throw new InvalidOperationException("There was no look yet.");

    /// <summary>The first look: what was there before this process is in the table.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var state = await reader.StateAsync(cancellationToken);
        await HardenAsync(cancellationToken);
        Volatile.Write(ref _current, new ChangeWindow(state.Generation, state.Last, state.Last, [], _next.Task));
    }

    /// <summary>One look. Returns how many changes are new.</summary>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        await announcements.MoveAsync(cancellationToken);
        var found = 0;
        while (true)
        {
            var current = Current;
            var (fresh, _) = await reader.ReadAsync(current.Through, long.MaxValue, Most, cancellationToken);
            if (fresh.Count == 0) return found;
            await HardenAsync(cancellationToken);
            IReadOnlyList<Change> all = [.. current.Changes, .. fresh];
            var dropped = Math.Max(0, all.Count - Most);
            var after = dropped == 0 ? current.After : all[dropped - 1].Number;
            var (told, next) = (_next, NewNext());
            _next = next;
            Volatile.Write(ref _current, new ChangeWindow(current.Generation, after, all[^1].Number, dropped == 0 ? all : [.. all.Skip(dropped)], next.Task));
            told.SetResult();
            found += fresh.Count;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The store is away or broken for now. Nothing is lost: the next look begins where the last one ended.
                Log.LookFailed(logger, e);
            }
        }
    }

    private async Task HardenAsync(CancellationToken cancellationToken)
    {
        await projection.WriteGate.WaitAsync(cancellationToken);
        try
        {
            projection.Harden();
        }
        finally
        {
            projection.WriteGate.Release();
        }
    }

    // Whoever waits goes on in a turn of its own, not in this one's.
    private static TaskCompletionSource NewNext() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(EventId = 6001, Level = LogLevel.Error, Message = "Changes could not be looked for; they are at the next turn")]
        public static partial void LookFailed(ILogger logger, Exception exception);
    }
}
