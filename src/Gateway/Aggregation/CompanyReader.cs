using System.Text.Json;
using Gateway.EventLog;
using Gateway.Membership;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Snapshots;
using Gateway.Rules;

namespace Gateway.Aggregation;

/// <summary>All facets at one instant, from one cut of the log.</summary>
public sealed record Cut
{
    /// <summary>The instant that effective dates are compared with.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The position of the log: nothing later is in it, everything before is.</summary>
    public required long Head { get; init; }

    public required MemberFacets Members { get; init; }

    public required IReadOnlyList<TeamFacet> Teams { get; init; }

    /// <summary>What only the log can see: clocks ahead, events that replace another facet's.</summary>
    public required IReadOnlyList<Issue> LogIssues { get; init; }

    /// <summary>When the next facet changes without a new event; null: never. Only told for "now".</summary>
    public DateTimeOffset? NextDue { get; init; }
}

/// <summary>A facet could not be folded, so there is no whole company to read; it is never left out.</summary>
public sealed class CutFailedException : Exception
{
    public CutFailedException() { }

    public CutFailedException(string message) : base(message) { }

    public CutFailedException(string message, Exception innerException) : base(message, innerException) { }
}

/// <summary>
/// Reads the company as one consistent cut. For "now": the projection first, then the log, which may be newer and never older; what
/// the log is ahead of, or what is due, is folded in memory and laid over. For the past or the future, or what was known at a position: the log alone.
/// </summary>
public sealed class CompanyReader(ILogStore log, IProjectionStore projection, FacetFolder folder, SourceEpochs epochs, RulesInForce rules, TimeProvider time)
{
    /// <param name="at">The instant asked about; null: now.</param>
    /// <param name="known">The position of the log; null: its end.</param>
    /// <param name="packed">For whoever goes through the members once: they are not held as they are.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="CutFailedException">A facet cannot be folded.</exception>
    public Task<Cut> ReadAsync(DateTimeOffset? at, long? known, bool packed, CancellationToken cancellationToken) => Task.Run(
        () => at is null && known is null
            ? Now(new Gathered(packed), cancellationToken)
            : FromLog(new Gathered(packed), Micros.Cut(at ?? time.GetUtcNow()), known ?? long.MaxValue, cancellationToken),
        cancellationToken);

    /// <summary>One facet at an instant, with the events it was folded from and the retractions that name them.</summary>
    public (Facet Facet, IReadOnlyList<LoggedEvent> Events)? ReadFacet(FacetKey key, DateTimeOffset? at, long? known)
    {
        using var reader = log.OpenReader();
        var events = reader.Facet(key, known ?? long.MaxValue);
        return events.Count == 0
            ? null
            : (FacetFold.Fold(key, events.Where(e => e.Event is not null).Select(e => e.Event!), Micros.Cut(at ?? time.GetUtcNow()), rules.ZoneOf(key.Source)), events);
    }

    /// <summary>The cut as it would be if these events had come too. Nothing is stored.</summary>
    /// <param name="cut">A cut of any instant and position.</param>
    /// <param name="events">An event whose id is in the log already changes nothing, as at the door.</param>
    /// <exception cref="CutFailedException">A facet cannot be folded with them.</exception>
    public Cut Suppose(Cut cut, IReadOnlyList<MembershipEvent> events)
    {
        using var reader = log.OpenReader();
        var touched = events.Select(e => e.Facet).Concat(events.OfType<Retract>().Select(r => reader.FacetOf(new EventName(r.Source, r.EventId))?.Facet))
            .OfType<FacetKey>().ToHashSet();
        var supposed = new Dictionary<FacetKey, Facet>();
        foreach (var key in touched)
        {
            var logged = reader.Facet(key, cut.Head).Where(e => e.Event is not null).Select(e => e.Event!).ToList();
            var (known, ids) = (logged.Select(e => (e.Source, e.Id)).ToHashSet(), events.Where(e => e.Facet == key).Select(e => e.Id).Concat(logged.Select(e => e.Id)).ToHashSet(StringComparer.Ordinal));
            logged.AddRange(events.Where(e => (e.Facet == key || (e is Retract retract && retract.Source == key.Source && ids.Contains(retract.EventId))) && known.Add((e.Source, e.Id))));
            try
            {
                supposed[key] = FacetFold.Fold(key, logged, cut.At, rules.ZoneOf(key.Source));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new CutFailedException($"A facet of source {key.Source} cannot be folded with these events.", e);
            }
        }

        return cut with
        {
            Members = MemberFacets.Of(cut.Members.Where(m => !supposed.ContainsKey(m.Key)).Concat(supposed.Values.OfType<MemberFacet>())),
            Teams = [.. cut.Teams.Where(t => !supposed.ContainsKey(new FacetKey(SubjectKind.Team, t.Source, t.TeamId))), .. supposed.Values.OfType<TeamFacet>()],
        };
    }

    private Cut Now(Gathered gathered, CancellationToken cancellationToken)
    {
        using var cut = projection.OpenCut();
        var rows = cut.Rows;
        var position = rows.Position();
        var reader = cut.Log;
        var at = Micros.Cut(time.GetUtcNow());
        var newer = reader.TouchedBetween(position, reader.Head).ToDictionary(t => t.Facet, t => t.Through);
        var stale = new List<FacetKey>();
        var texts = TextPool.Current;
        foreach (var row in rows.All())
        {
            var isNewer = newer.Remove(row.Key, out var through) && through > row.FoldedThrough;
            if (isNewer || IsStale(row, at) || Body(row, texts) is not { } facet) stale.Add(row.Key);
            else gathered.Add(facet, row.Body);
        }

        cancellationToken.ThrowIfCancellationRequested();
        foreach (var key in stale.Concat(newer.Keys)) gathered.Add(Fold(reader, key, at));
        return gathered.ToCut(at, reader.Head, Issues(reader, long.MaxValue));
    }

    /// <summary>Null: to be folded again, since it failed, was folded under other rules, or was written by another version.</summary>
    private Facet? Body(ProjectedFacet row, TextPool texts)
    {
        if (row.Failed || row.Body is null || row.Epoch != epochs.Of(row.Key.Source)) return null;
        try
        {
            return FacetCodec.Read(row.Key.Kind, row.Body, texts);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Folded for a later instant, or for one that has passed.</summary>
    private static bool IsStale(in ProjectedFacet row, DateTimeOffset at) => row.FoldedAt > Micros.Of(at) || row.NextDue <= Micros.Of(at);

    private Facet Fold(EventReader reader, FacetKey key, DateTimeOffset at) =>
        folder.Fold(reader, key, at) is { Facet: { } facet } folded
            ? facet
            : throw new CutFailedException($"A facet of source {key.Source} cannot be folded; see the log. Nothing is sent until it can.");

    private Cut FromLog(Gathered gathered, DateTimeOffset at, long known, CancellationToken cancellationToken)
    {
        using var reader = log.OpenReader();
        var head = Math.Min(known, reader.Head);
        var byFacet = new Dictionary<FacetKey, List<MembershipEvent>>();
        var retractions = new Dictionary<EventName, List<Retract>>();
        try
        {
            foreach (var logged in reader.All(head))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (logged.Event is Retract retract) Add(retractions, new EventName(retract.Source, retract.EventId), retract);
                else if (logged.Event is { Facet: { } key } e) Add(byFacet, key, e);
            }
        }
        catch (FormatException e)
        {
            throw new CutFailedException("An event of the log cannot be read.", e);
        }

        foreach (var (key, events) in byFacet)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var own = events.Count;
            for (var i = 0; i < own; i++)
                if (retractions.TryGetValue(new EventName(events[i].Source, events[i].Id), out var of)) events.AddRange(of);
            try
            {
                gathered.Add(FacetFold.Fold(key, events, at, rules.ZoneOf(key.Source)));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new CutFailedException($"A facet of source {key.Source} cannot be folded.", e);
            }
        }

        return gathered.ToCut(at, head, Issues(reader, head));
    }

    private static void Add<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key, T item)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list)) lists[key] = list = [];
        list.Add(item);
    }

    private static List<Issue> Issues(EventReader reader, long known) =>
    [
        .. reader.Oddities(known).Select(o => o.ClockAhead
            ? new Issue(IssueCodes.SourceClockAhead, o.Facet.Kind, o.Facet.Subject, LeftOut: false,
                "The source recorded this more than 10 minutes after it arrived here: look at its clock.") { Source = o.Event.Source, EventId = o.Event.Id }
            : new Issue(IssueCodes.EventReplacesOther, o.Facet.Kind, o.Facet.Subject, LeftOut: false,
                "The event replaces one that is about somebody or something else, which has no effect: retract that one and send a new event.") { Source = o.Event.Source, EventId = o.Event.Id }),
    ];

    private sealed class Gathered(bool packed)
    {
        private readonly MemberFacets _members = new(packed);
        private readonly List<TeamFacet> _teams = [];
        private DateTimeOffset? _nextDue;

        /// <param name="facet">Folded for the instant.</param>
        /// <param name="stored">As it is kept, where that is at hand.</param>
        public void Add(Facet facet, byte[]? stored = null)
        {
            if (facet is MemberFacet m) _members.Add(m, stored);
            else if (facet is TeamFacet t) _teams.Add(t);
            if (facet.NextDue is { } due && (_nextDue is null || due < _nextDue)) _nextDue = due;
        }

        public Cut ToCut(DateTimeOffset at, long head, List<Issue> issues) =>
            new() { At = at, Head = head, Members = _members, Teams = _teams, LogIssues = issues, NextDue = _nextDue };
    }
}
