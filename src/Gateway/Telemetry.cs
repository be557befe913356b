using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Gateway;

/// <summary>What the stations measure. Names and tags are part of the outside; no tag ever holds a person's data.</summary>
public static class Telemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Gateway";

    public static ActivitySource Source { get; } = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Events stored, by source. Duplicates do not count.</summary>
    public static Counter<long> EventsAccepted { get; } = Meter.CreateCounter<long>("gateway.events.accepted", "{event}", "Events stored.");

    /// <summary>Facets folded, whether or not the row was fresher already.</summary>
    public static Counter<long> FacetsFolded { get; } = Meter.CreateCounter<long>("gateway.facets.folded", "{facet}", "Facets folded.");

    /// <summary>From reading the log to the committed projection, for one message.</summary>
    public static Histogram<double> FoldDuration { get; } = Meter.CreateHistogram<double>("gateway.fold.duration", "s", "Time to fold and write the facets of one message.");
}
