using System.Collections.Concurrent;
using Gateway.EventLog;
using Gateway.Membership.Events;
using Microsoft.Extensions.Options;

namespace Gateway.Aggregation;

/// <param name="Missed">Facets that the log had news of and no message had told.</param>
/// <param name="Due">Facets that changed by time.</param>
/// <param name="Again">Facets of another epoch, or whose last fold failed.</param>
/// <param name="Position">All of the log up to here is folded.</param>
public sealed record Swept(int Missed, int Due, int Again, long Position);

/// <summary>
/// Finds what messages did not bring: between the position below which all is folded and the head it saw at its last look, and
/// what is due, of another epoch, or to be tried again.
/// </summary>
public sealed partial class Sweeper(
    ILogStore log, IProjectionStore projection, FacetFolder folder, SourceEpochs epochs, CommitFeed feed, FoldPace pace, TimeProvider time, IOptions<AggregationOptions> options,
    ILogger<Sweeper> logger) : BackgroundService
{
    private const int Stride = 20_000;
    private const int Chunk = 500;
    private readonly ConcurrentDictionary<string, int> _epochsDone = new(StringComparer.Ordinal);
    private long _seen = -1;
    private long _waiting = -1;
    private bool _outdated;

    /// <summary>All of the log up to here is folded, or known not to fold.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// One look. What arrived since the last look is left to the messages, unless <paramref name="everything"/> or there was no look
    /// yet: nobody in this process was told of what was there before it.
    /// </summary>
    public async Task<Swept> SweepAsync(bool everything, CancellationToken cancellationToken)
    {
        var (missed, position) = await CatchUpAsync(everything, cancellationToken);
        var due = await FoldSelectedAsync(
            "SELECT kind, source, subject FROM facets WHERE next_due IS NOT NULL AND next_due <= @now AND error IS NULL ORDER BY next_due LIMIT @most", cancellationToken);
        var failed = await FoldSelectedAsync(
            "SELECT kind, source, subject FROM facets WHERE error IS NOT NULL AND retry_at <= @now ORDER BY retry_at LIMIT @most", cancellationToken);
        var old = 0;
        foreach (var (source, epoch) in epochs.All) old += await FoldOldAsync(source, epoch, cancellationToken);
        Position = Math.Max(Position, position);
        return new Swept(missed, due, failed + old, position);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled) return;
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        do
        {
            try
            {
                await SweepAsync(everything: false, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was: without its looks the projection would silently stay behind.
                Log.SweepFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<(int Missed, long Position)> CatchUpAsync(bool everything, CancellationToken cancellationToken)
    {
        var mine = epochs.All;
        using var rows = projection.OpenReader();
        var position = rows.Position();
        long head;
        using (var reader = log.OpenReader()) head = reader.Head;
        var until = everything || _seen < 0 ? head : Math.Min(_seen, head);
        _seen = LeftToMessages(head);

        var missed = 0;
        while (position < until)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long through;
            List<TouchedFacet> touched;
            using (var reader = log.OpenReader())
            {
                through = Math.Min(reader.Beyond(position, Stride), until);
                touched = reader.TouchedBetween(position, through);
            }

            var behind = touched.Where(t => rows.FoldedThrough(t.Facet) is not { } folded || folded < t.Through).Select(t => t.Facet).ToList();
            foreach (var chunk in behind.Chunk(Chunk)) await FoldAsync(chunk, cancellationToken);
            missed += behind.Count;
            position = through;
            await SavePositionAsync(position, mine, cancellationToken);
        }

        return (missed, position);
    }

    /// <summary>
    /// How far the next look goes. What waits to be told is left to the messages, else it would be folded twice where folding lags; but
    /// nobody waits for a teller that has told nothing since the last look.
    /// </summary>
    private long LeftToMessages(long head)
    {
        var (before, waiting) = (_waiting, feed.WaitingFrom);
        _waiting = waiting;
        return waiting == before ? head : Math.Min(head, waiting - 1);
    }

    /// <summary>A source's rows are searched for older epochs until there are none, and then not again until its epoch is raised.</summary>
    private async Task<int> FoldOldAsync(string source, int epoch, CancellationToken cancellationToken)
    {
        var folded = 0;
        while (!(_epochsDone.TryGetValue(source, out var done) && done == epoch))
        {
            List<FacetKey> old;
            using (var rows = projection.OpenReader()) old = rows.OfOlderEpoch(source, epoch, Chunk);
            if (old.Count == 0) _epochsDone[source] = epoch;
            else if (await FoldAsync(old, cancellationToken) is > 0 and var written) folded += written;
            else break;
        }

        return folded;
    }

    private async Task<int> FoldSelectedAsync(string sql, CancellationToken cancellationToken)
    {
        var folded = 0;
        while (true)
        {
            List<FacetKey> keys;
            using (var rows = projection.OpenReader()) keys = rows.Select(sql, Micros.Of(time.GetUtcNow()), Chunk);
            if (keys.Count == 0) return folded;
            var written = await FoldAsync(keys, cancellationToken);
            folded += written;
            if (written == 0 || keys.Count < Chunk) return folded;
        }
    }

    private Task<int> FoldAsync(IReadOnlyCollection<FacetKey> facets, CancellationToken cancellationToken) =>
        pace.InTurnAsync(() => folder.FoldAsync(facets, cancellationToken), cancellationToken);

    private async Task SavePositionAsync(long position, IReadOnlyDictionary<string, int> mine, CancellationToken cancellationToken)
    {
        await projection.WriteGate.WaitAsync(cancellationToken);
        try
        {
            var outdated = !projection.SavePosition(position, mine);
            if (outdated && !_outdated) Log.Outdated(logger);
            _outdated = outdated;
        }
        finally
        {
            projection.WriteGate.Release();
        }
    }

    /// <summary>How many events the log has beyond what the last look knew to be folded.</summary>
    public long Backlog => Math.Max(0, feed.Head - Position);

    private static partial class Log
    {
        [LoggerMessage(EventId = 2004, Level = LogLevel.Warning, Message = "Another gateway of this store folds by later rules (a newer version, or another time zone of a source): what this one folds does not count. Start it again with the same settings")]
        public static partial void Outdated(ILogger logger);

        [LoggerMessage(EventId = 2003, Level = LogLevel.Error, Message = "The sweeper could not read or write; it looks again at its next turn")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
