using System.Data.Common;
using System.Diagnostics;
using Gateway.EventLog;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Rules;

namespace Gateway.Aggregation;

/// <summary>A facet as one reading of the log gives it, ready to be written.</summary>
/// <param name="Facet">Null: the fold failed.</param>
public sealed record FoldedFacet(FacetKey Key, int Epoch, long Events, long Through, long At, Facet? Facet, string? Error);

/// <summary>
/// Reads facets' events, folds them and writes the projection. Any number may run at once, twice, late: a fold of fewer events or
/// an earlier instant never overwrites a fresher one.
/// </summary>
public sealed partial class FacetFolder(
    ILogStore log, IProjectionStore projection, SourceEpochs epochs, RulesInForce rules, TimeProvider time, ILogger<FacetFolder> logger)
{
    /// <summary>For tests: awaited between reading the log and writing the projection, where races live.</summary>
    internal Func<CancellationToken, Task>? BetweenReadAndWrite { get; set; }

    /// <summary>For tests: called when the writing transaction has begun, and nothing is read or written in it yet.</summary>
    internal Action? TransactionBegun { get; set; }

    /// <summary>Folds these facets as the log has them now. Returns how many rows were written; staler ones are not.</summary>
    public async Task<int> FoldAsync(IReadOnlyCollection<FacetKey> facets, CancellationToken cancellationToken)
    {
        if (facets.Count == 0) return 0;
        var started = Stopwatch.GetTimestamp();
        using var activity = Telemetry.Source.StartActivity("fold");
        var folded = Read(facets);
        if (BetweenReadAndWrite is { } pause) await pause(cancellationToken);
        var written = await WriteAsync(folded, cancellationToken);
        Telemetry.FacetsFolded.Add(folded.Count);
        Telemetry.FoldDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return written;
    }

    /// <summary>The facets of the events that are there; one that is not yet there finds its retraction by itself.</summary>
    public IReadOnlyList<FacetKey> FacetsOf(IEnumerable<EventName> events)
    {
        List<FacetKey>? facets = null;
        EventReader? reader = null;
        try
        {
            foreach (var name in events)
                if ((reader ??= log.OpenReader()).FacetOf(name) is { } touched) (facets ??= []).Add(touched.Facet);
        }
        finally
        {
            reader?.Dispose();
        }

        return facets ?? [];
    }

    /// <summary>One cut of the log, folded in memory.</summary>
    private List<FoldedFacet> Read(IReadOnlyCollection<FacetKey> facets)
    {
        using var reader = log.OpenReader();
        var at = Micros.Cut(time.GetUtcNow());
        var folded = new List<FoldedFacet>(facets.Count);
        foreach (var key in facets) folded.Add(Fold(reader, key, at));
        return folded;
    }

    /// <summary>Folds one facet as a cut of the log has it at an instant. A failure is a value: it blocks runs, not its neighbours.</summary>
    internal FoldedFacet Fold(EventReader reader, FacetKey key, DateTimeOffset at)
    {
        try
        {
            var events = reader.Facet(key);
            var through = events.Count == 0 ? 0 : events.Max(e => e.Position);
            var facet = FacetFold.Fold(key, events.Where(e => e.Event is not null).Select(e => e.Event!), at, rules.ZoneOf(key.Source));
            return new FoldedFacet(key, epochs.Of(key.Source), events.Count, through, Micros.Of(at), facet, null);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or DbException))
        {
            // A rule that throws is a bug of ours, a payload that cannot be read a broken store: it is shown, tried again, and no run
            // goes out meanwhile. Storage that cannot be read at all is no word on any facet.
            Log.FoldFailed(logger, key.Kind, key.Source, key.Subject, e);
            return new FoldedFacet(key, epochs.Of(key.Source), 0, 0, Micros.Of(at), null, e.GetType().Name);
        }
    }

    private async Task<int> WriteAsync(List<FoldedFacet> folded, CancellationToken cancellationToken)
    {
        await projection.WriteGate.WaitAsync(cancellationToken);
        try
        {
            return projection.Write(folded, TransactionBegun);
        }
        finally
        {
            projection.WriteGate.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "Facet {Kind} {Source}/{Subject} cannot be folded; runs wait until it can")]
        public static partial void FoldFailed(ILogger logger, SubjectKind kind, string source, string subject, Exception exception);
    }
}
