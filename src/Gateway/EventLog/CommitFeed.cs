using System.Threading.Channels;
using Gateway.Membership.Events;

namespace Gateway.EventLog;

/// <summary>What a commit touched: facets, and the events that its retractions name.</summary>
/// <param name="First">The lowest of its positions.</param>
public sealed record Committed(IReadOnlyCollection<FacetKey> Facets, IReadOnlyCollection<EventName> Retracted, long First);

/// <summary>An event's name: its source and its id within it.</summary>
public readonly record struct EventName(string Source, string Id);

/// <summary>
/// Tells the aggregation which facets changed, after each commit. Bounded, and never waited for: what does not fit is found by
/// the sweeper, since the log itself is the truth.
/// </summary>
public sealed class CommitFeed
{
    private readonly Channel<Committed> _channel = Channel.CreateBounded<Committed>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private long _head;

    /// <summary>The highest position that this process knows to be committed.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>The lowest position that nobody has taken from this feed yet; <see cref="long.MaxValue"/>: there is none.</summary>
    public long WaitingFrom => _channel.Reader.TryPeek(out var next) ? next.First : long.MaxValue;

    /// <summary>What the log had when this process started.</summary>
    internal void StartAt(long head) => Raise(head);

    public ChannelReader<Committed> Reader => _channel.Reader;

    /// <summary>Forgets what waits, where telling fails: the sweeper finds it in the log.</summary>
    public void Forget()
    {
        while (_channel.Reader.TryRead(out _))
        {
            // Each is thrown away.
        }
    }

    public void Tell(IReadOnlyList<NewEvent> events, IReadOnlyList<Appended> results)
    {
        var facets = new HashSet<FacetKey>();
        List<EventName>? retracted = null;
        var (first, head) = (long.MaxValue, 0L);
        for (var i = 0; i < events.Count; i++)
        {
            if (results[i].Outcome != AppendOutcome.Appended) continue;
            first = Math.Min(first, results[i].Position);
            head = Math.Max(head, results[i].Position);
            if (events[i].Event.Facet is { } facet) facets.Add(facet);
            else if (events[i].Event is Retract retract) (retracted ??= []).Add(new EventName(retract.Source, retract.EventId));
        }

        if (head == 0) return;
        Raise(head);
        _channel.Writer.TryWrite(new Committed(facets, retracted ?? [], first));
    }

    /// <summary>Never lowers: two writers tell of their commits in any order.</summary>
    private void Raise(long head)
    {
        for (var seen = Head; head > seen;)
        {
            var before = Interlocked.CompareExchange(ref _head, head, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
