using System.Data;
using Gateway.Membership.Events;
using Microsoft.Data.Sqlite;

namespace Gateway.EventLog;

/// <summary>An event as it is read for folding. An erased payload leaves no event, and still counts.</summary>
public readonly record struct LoggedEvent(long Sequence, long OccurredAt, long ReceivedAt, MembershipEvent? Event);

/// <summary>A facet that the log has news of, and how far the log goes for it.</summary>
public readonly record struct TouchedFacet(FacetKey Facet, long Through);

/// <summary>
/// Reads the log for folding, over one connection in one transaction: everything read through one instance is one cut of the log.
/// </summary>
public sealed class EventReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteCommand _facet;

    private EventReader(SqliteConnection connection)
    {
        _connection = connection;
        _transaction = connection.BeginTransaction(deferred: true);
        Head = Scalar("SELECT coalesce(max(sequence), 0) FROM events");

        // One statement for a facet's events and the retractions that name any of them: a second query could count other rows.
        _facet = Command("""
            WITH own AS (SELECT sequence, source, occurred_at, received_at, payload, key FROM events
                         WHERE facet = $facet AND kind = $kind AND source = $source AND subject = $subject AND sequence <= $known)
            SELECT sequence, source, occurred_at, received_at, payload FROM own
            UNION ALL
            SELECT r.sequence, r.source, r.occurred_at, r.received_at, r.payload
            FROM own JOIN events r ON r.target = own.key WHERE r.target IS NOT NULL AND r.sequence <= $known
            """);
        foreach (var name in (ReadOnlySpan<string>)["$facet", "$kind", "$source", "$subject", "$known"])
            _facet.Parameters.Add(new SqliteParameter { ParameterName = name });
    }

    /// <summary>The highest sequence in this cut; 0: the log is empty.</summary>
    public long Head { get; }

    public static EventReader Open(LogFile file)
    {
        var connection = file.Open();
        try
        {
            return new EventReader(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Every event of a facet up to <paramref name="known"/>, with the retractions that name any of them.</summary>
    /// <exception cref="FormatException">A stored payload cannot be read.</exception>
    public List<LoggedEvent> Facet(FacetKey facet, long known = long.MaxValue)
    {
        _facet.Parameters[0].Value = EventKey.OfFacet(facet);
        _facet.Parameters[1].Value = (int)facet.Kind;
        _facet.Parameters[2].Value = facet.Source;
        _facet.Parameters[3].Value = facet.Subject;
        _facet.Parameters[4].Value = known;
        using var rows = _facet.ExecuteReader();
        return Events(rows);
    }

    /// <summary>The facet of an event, or null where the event is not there (yet) or is a retraction.</summary>
    public TouchedFacet? FacetOf(EventName name)
    {
        using var command = Command("SELECT kind, source, subject, sequence FROM events WHERE key = $key AND kind IS NOT NULL");
        command.Parameters.AddWithValue("$key", EventKey.Of(name.Source, name.Id));
        using var rows = command.ExecuteReader();
        return rows.Read() ? new TouchedFacet(Key(rows, 0), rows.GetInt64(3)) : null;
    }

    /// <summary>
    /// The facets that events in (<paramref name="after"/>, <paramref name="through"/>] are about, retracted ones included, each with
    /// the highest sequence in that range that concerns it.
    /// </summary>
    public List<TouchedFacet> TouchedBetween(long after, long through)
    {
        using var command = Command("""
            SELECT kind, source, subject, max(sequence) FROM (
                SELECT kind, source, subject, sequence FROM events WHERE sequence > $after AND sequence <= $through AND kind IS NOT NULL
                UNION ALL
                SELECT t.kind, t.source, t.subject, r.sequence FROM events r JOIN events t ON t.key = r.target
                WHERE r.sequence > $after AND r.sequence <= $through AND r.target IS NOT NULL AND t.kind IS NOT NULL)
            GROUP BY kind, source, subject
            """);
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$through", through);
        using var rows = command.ExecuteReader();
        var touched = new List<TouchedFacet>();
        while (rows.Read()) touched.Add(new TouchedFacet(Key(rows, 0), rows.GetInt64(3)));
        return touched;
    }

    /// <summary>All events up to <paramref name="known"/>, in the order of the log, for folding the past.</summary>
    /// <exception cref="FormatException">A stored payload cannot be read.</exception>
    public IEnumerable<LoggedEvent> All(long known)
    {
        using var command = Command("SELECT sequence, source, occurred_at, received_at, payload FROM events WHERE sequence <= $known ORDER BY sequence");
        command.Parameters.AddWithValue("$known", known);
        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return Event(rows);
    }

    /// <summary>Events that only the log can see something wrong with, up to <paramref name="known"/>. A retracted one leaves no trace.</summary>
    public List<(EventName Event, FacetKey Facet, bool ClockAhead)> Oddities(long known)
    {
        // The filters repeat those of the partial indexes, so that the ordinary event costs nothing here.
        using var command = Command("""
            SELECT e.source, e.id, e.kind, e.subject, 1 FROM events e
            WHERE e.occurred_at > e.received_at + 600000000 AND e.kind IS NOT NULL AND e.sequence <= $known
              AND NOT EXISTS (SELECT 1 FROM events r WHERE r.target IS NOT NULL AND r.target = e.key AND r.sequence <= $known)
            UNION ALL
            SELECT e.source, e.id, e.kind, e.subject, 0 FROM events e JOIN events t ON t.key = e.replaces
            WHERE e.replaces IS NOT NULL AND e.sequence <= $known AND t.sequence <= $known AND t.kind IS NOT NULL
              AND (t.kind <> e.kind OR t.subject <> e.subject)
              AND NOT EXISTS (SELECT 1 FROM events r WHERE r.target IS NOT NULL AND r.target = e.key AND r.sequence <= $known)
            """);
        command.Parameters.AddWithValue("$known", known);
        using var rows = command.ExecuteReader();
        var found = new List<(EventName, FacetKey, bool)>();
        while (rows.Read())
        {
            var facet = new FacetKey((SubjectKind)rows.GetInt32(2), rows.GetString(0), rows.GetString(3));
            found.Add((new EventName(rows.GetString(0), rows.GetString(1)), facet, rows.GetInt32(4) == 1));
        }

        return found;
    }

    private static List<LoggedEvent> Events(SqliteDataReader rows)
    {
        var events = new List<LoggedEvent>();
        while (rows.Read()) events.Add(Event(rows));
        return events;
    }

    private static LoggedEvent Event(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetInt64(2), row.GetInt64(3),
        row.IsDBNull(4) ? null : EventCodec.Read(row.GetString(1), (byte[])row.GetValue(4)));

    private static FacetKey Key(SqliteDataReader rows, int at) => new((SubjectKind)rows.GetInt32(at), rows.GetString(at + 1), rows.GetString(at + 2));

    private long Scalar(string sql)
    {
        using var command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }

    // Every text that reaches this is a constant of this file.
    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.Transaction = _transaction;
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    public void Dispose()
    {
        _facet.Dispose();
        _transaction.Dispose();
        _connection.Dispose();
    }
}
