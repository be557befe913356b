using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Gateway;

/// <summary>
/// What the gateway measures and traces, under the name <c>Gateway</c>. Tags are sources, outcomes and states: never a person, a
/// team, an event id or a path.
/// </summary>
public static class Telemetry
{
    public const string Name = "Gateway";

    /// <summary>Spans of work that no request carries: <c>fold</c>, <c>sync</c>.</summary>
    public static ActivitySource Source { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);

    /// <summary>Tag <c>source</c>. Each counts once, when it is on disk.</summary>
    public static Counter<long> EventsAccepted { get; } = Meter.CreateCounter<long>("gateway.events.accepted", "{event}", "Events taken into the log.");

    /// <summary>Tags <c>source</c> and <c>reason</c> (<c>invalid</c>, <c>conflict</c>, <c>unavailable</c>).</summary>
    public static Counter<long> EventsRefused { get; } = Meter.CreateCounter<long>("gateway.events.refused", "{event}", "Events that were answered with a problem.");

    /// <summary>Tag <c>source</c>: the same event again.</summary>
    public static Counter<long> EventsRepeated { get; } = Meter.CreateCounter<long>("gateway.events.repeated", "{event}", "Events that were in the log already.");

    /// <summary>From the first waiting request to the flush.</summary>
    public static Histogram<double> CommitDuration { get; } = Seconds("gateway.log.commit.duration", "Time of a group commit.");

    public static Histogram<long> CommitSize { get; } = Meter.CreateHistogram<long>("gateway.log.commit.size", "{event}", "Events in a group commit.");

    public static Counter<long> FacetsFolded { get; } = Meter.CreateCounter<long>("gateway.facets.folded", "{facet}", "Facets folded.");

    public static Histogram<double> FoldDuration { get; } = Seconds("gateway.fold.duration", "Time to read, fold and write the facets of a message.");

    /// <summary>Tag <c>state</c>: the state a run ended in.</summary>
    public static Counter<long> SyncRuns { get; } = Meter.CreateCounter<long>("gateway.sync.runs", "{run}", "Syncs by the state they ended in.");

    public static Histogram<double> SnapshotDuration { get; } = Seconds("gateway.snapshot.duration", "Time to read, resolve and assemble the company.");

    /// <summary>Tag <c>outcome</c>.</summary>
    public static Histogram<double> SendDuration { get; } = Seconds("gateway.sync.send.duration", "Time from the first byte sent to Officevibe to its answer.");

    /// <summary>Who listens to <c>/v1/changes</c> of this process.</summary>
    public static UpDownCounter<long> ChangeListeners { get; } = Meter.CreateUpDownCounter<long>("gateway.changes.listeners", "{listener}", "Listeners to the stream of changes.");

    /// <summary>Confirmed by the broker.</summary>
    public static Counter<long> ChangesPublished { get; } = Meter.CreateCounter<long>("gateway.changes.published", "{change}", "Changes published to the broker.");

    /// <summary>The age of the oldest change that the broker has not confirmed, whenever somebody looks at status or health.</summary>
    public static Gauge<double> PublishLag { get; } = Meter.CreateGauge<double>("gateway.changes.publish.lag", "s", "Age of the oldest change that is not published.");

    /// <summary>Tags <c>source</c> and <c>outcome</c>.</summary>
    public static Histogram<double> EnrichmentDuration { get; } = Seconds("gateway.enrichment.duration", "Time of a call to a vendor's API for what a delivery leaves out.");

    /// <summary>Tags <c>endpoint</c> and <c>outcome</c>: tries, not notifications.</summary>
    public static Counter<long> NotificationsSent { get; } = Meter.CreateCounter<long>("gateway.notifications.sent", "{try}", "Tries to send a notification.");

    /// <summary>Tag <c>source</c>. Each counts once, when it is on disk.</summary>
    public static Counter<long> DeliveriesReceived { get; } = Meter.CreateCounter<long>("gateway.deliveries.received", "{delivery}", "Deliveries of webhooks that were stored.");

    /// <summary>Tag <c>source</c>: the same delivery again.</summary>
    public static Counter<long> DeliveriesRepeated { get; } = Meter.CreateCounter<long>("gateway.deliveries.repeated", "{delivery}", "Deliveries that were there already.");

    /// <summary>Tags <c>source</c> and <c>reason</c> (<c>signature</c>, <c>timestamp</c>, <c>header</c>, <c>network</c>, <c>too-large</c>, <c>rate</c>, <c>unavailable</c>).</summary>
    public static Counter<long> DeliveriesRefused { get; } = Meter.CreateCounter<long>("gateway.deliveries.refused", "{delivery}", "Deliveries that were answered with a problem.");

    /// <summary>Tag <c>source</c>: rightly signed, too long ago or in the future. A series of them is a wrong clock.</summary>
    public static Counter<long> DeliveriesStale { get; } = Meter.CreateCounter<long>("gateway.deliveries.stale", "{delivery}", "Deliveries whose signature is right and whose timestamp is not.");

    /// <summary>Tag <c>source</c>.</summary>
    public static Counter<long> DeliveriesMapped { get; } = Meter.CreateCounter<long>("gateway.deliveries.mapped", "{delivery}", "Deliveries that were mapped to events, or to none.");

    /// <summary>Tags <c>source</c> and <c>reason</c>.</summary>
    public static Counter<long> DeliveriesParked { get; } = Meter.CreateCounter<long>("gateway.deliveries.parked", "{delivery}", "Deliveries that wait for a person.");

    private static Histogram<double> Seconds(string name, string description) => Meter.CreateHistogram(
        name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
}
