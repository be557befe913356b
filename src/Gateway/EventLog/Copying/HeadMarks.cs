namespace Gateway.EventLog.Copying;

/// <summary>
/// What the positions that a ledger has noted are in a copy. A position is a sequence in a file and a transaction in PostgreSQL; what it
/// says in either is how many of the log's events are at or before it.
/// </summary>
/// <param name="positions">As the ledger has them, ascending.</param>
internal sealed class HeadMarks(IReadOnlyList<long> positions)
{
    private readonly Dictionary<long, (long Events, long Position)> _marks = [];
    private int _next;

    /// <summary>Told of every event before it is counted. True: a noted position lies between the one before and this one.</summary>
    /// <param name="place">The event's position in the store that is read.</param>
    /// <param name="events">How many were before it.</param>
    /// <param name="position">The position, in the copy, of the one before it; 0: there is none.</param>
    public bool Pass(long place, long events, long position)
    {
        var from = _next;
        for (; _next < positions.Count && positions[_next] < place; _next++) _marks[positions[_next]] = (events, position);
        return _next > from;
    }

    /// <summary>How many events a noted position says, and what it is in the copy.</summary>
    public (long Events, long Position) Of(long noted) => _marks[noted];
}
