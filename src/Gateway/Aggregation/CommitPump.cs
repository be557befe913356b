using Gateway.Bus;
using Gateway.EventLog;
using Gateway.Membership.Events;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Gateway.Aggregation;

/// <summary>
/// How many messages are on their way. The in-memory transport takes whatever it is handed, so the pump hands it no more than a few;
/// what waits meanwhile is merged into the next message. A broker keeps its own queue, and says when it has a message.
/// </summary>
public sealed class FoldQueue(IOptions<BusOptions> options) : IDisposable
{
    internal const int Most = 4;
    private readonly SemaphoreSlim _places = new(Most, Most);
    private readonly bool _untilFolded = options.Value.Transport == BusTransport.Memory;

    /// <summary>How many more messages may be on their way.</summary>
    internal int Free => _places.CurrentCount;

    /// <summary>Waits for a place, but not for ever: a message that was lost must not stop the rest.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _places.WaitAsync(longest, cancellationToken);

    /// <summary>The transport has the message.</summary>
    public void Published()
    {
        if (!_untilFolded) GiveBack();
    }

    /// <summary>The transport did not take the message.</summary>
    public void NotPublished() => GiveBack();

    /// <summary>A message was consumed here.</summary>
    public void Folded()
    {
        if (_untilFolded) GiveBack();
    }

    private void GiveBack()
    {
        try
        {
            _places.Release();
        }
        catch (SemaphoreFullException)
        {
            // A message that came twice, or whose place was given up on: there is nothing to give back.
        }
    }

    public void Dispose() => _places.Dispose();
}

/// <summary>After each commit, tells the queue which facets have news: one message a commit, or one for several when folding lags.</summary>
public sealed partial class CommitPump(CommitFeed feed, FoldQueue queue, IBus bus, IOptions<AggregationOptions> options, ILogger<CommitPump> logger) : BackgroundService
{
    /// <summary>The most facets in one message.</summary>
    public const int MostFacets = 1000;

    private static readonly TimeSpan PublishDeadline = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled) return;
        var facets = new HashSet<FacetKey>();
        var retracted = new HashSet<EventName>();
        while (await feed.Reader.WaitToReadAsync(stoppingToken))
        {
            while (facets.Count + retracted.Count < MostFacets && feed.Reader.TryRead(out var committed))
            {
                facets.UnionWith(committed.Facets);
                retracted.UnionWith(committed.Retracted);
            }

            // A single commit can name more than a message holds.
            foreach (var chunk in facets.Select(f => new ChangedFacet(f.Kind, f.Source, f.Subject)).Chunk(MostFacets))
                await PublishAsync(new FacetsChanged { Facets = chunk }, stoppingToken);
            foreach (var chunk in retracted.Select(r => new RetractedEvent(r.Source, r.Id)).Chunk(MostFacets))
                await PublishAsync(new FacetsChanged { Facets = [], Retracted = chunk }, stoppingToken);
            facets.Clear();
            retracted.Clear();
        }
    }

    private async Task PublishAsync(FacetsChanged message, CancellationToken stoppingToken)
    {
        await queue.WaitAsync(PublishDeadline, stoppingToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        deadline.CancelAfter(PublishDeadline);
        try
        {
            await bus.Publish(message, deadline.Token);
            queue.Published();
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // The log has the events, and the sweeper finds what was not told.
            Log.NotPublished(logger, message.Facets.Count + message.Retracted.Count, e);
            queue.NotPublished();
            feed.Forget();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "News of {Facets} facets could not be published; the sweeper will fold them")]
        public static partial void NotPublished(ILogger logger, int facets, Exception exception);
    }
}
