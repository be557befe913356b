using System.Data.Common;
using Gateway.Membership.Events;
using Microsoft.Data.Sqlite;

namespace Gateway.EventLog;

/// <summary>An event as it is read for folding. An erased payload leaves no event, and still counts.</summary>
public readonly record struct LoggedEvent(long Sequence, long Position, long OccurredAt, long ReceivedAt, MembershipEvent? Event);

/// <summary>A facet that the log has news of, and how far the log goes for it.</summary>
public readonly record struct TouchedFacet(FacetKey Facet, long Through);

/// <summary>
/// Reads the log for folding, over one connection in one transaction: everything read through one instance is one cut of the log.
/// </summary>
public sealed class EventReader : IDisposable
{
    private readonly string _position;
    private readonly DbCommand _facet;

    /// <param name="transaction">The cut. Disposed with the reader, and so is its connection.</param>
    /// <param name="position">The column that positions are taken from.</param>
    /// <param name="head">Null: the highest position there is.</param>
    internal EventReader(DbTransaction transaction, string position, long? head)
    {
        (Transaction, Connection, _position) = (transaction, transaction.Connection!, position);
        Head = head ?? Scalar($"SELECT coalesce(max({position}), 0) FROM events");

        // One statement for a facet's events and the retractions that name any of them: a second query could count other rows.
        _facet = Command($"""
            WITH own AS (SELECT sequence, {position} AS place, source, occurred_at, received_at, payload, key FROM events
                         WHERE facet = @facet AND kind = @kind AND source = @source AND subject = @subject AND {position} <= @known)
            SELECT sequence, place, source, occurred_at, received_at, payload FROM own
            UNION ALL
            SELECT r.sequence, r.{position}, r.source, r.occurred_at, r.received_at, r.payload
            FROM own JOIN events r ON r.target = own.key WHERE r.target IS NOT NULL AND r.{position} <= @known
            """);
        foreach (var name in (ReadOnlySpan<string>)["@facet", "@kind", "@source", "@subject", "@known"]) Add(_facet, name, null);
    }

    /// <summary>The highest position in this cut, below which nothing comes any more; 0: the log is empty.</summary>
    public long Head { get; }

    internal DbConnection Connection { get; }

    internal DbTransaction Transaction { get; }

    /// <summary>A file's sequence is its order of commits, so that it is the position too.</summary>
    internal static EventReader OfFile(SqliteConnection connection) => new(connection.BeginTransaction(deferred: true), "sequence", null);

    /// <summary>Every event of a facet up to <paramref name="known"/>, with the retractions that name any of them.</summary>
    /// <exception cref="FormatException">A stored payload cannot be read.</exception>
    public List<LoggedEvent> Facet(FacetKey facet, long known = long.MaxValue)
    {
        _facet.Parameters[0].Value = EventKey.OfFacet(facet);
        _facet.Parameters[1].Value = (int)facet.Kind;
        _facet.Parameters[2].Value = facet.Source;
        _facet.Parameters[3].Value = facet.Subject;
        _facet.Parameters[4].Value = Math.Min(known, Head);
        using var rows = _facet.ExecuteReader();
        return Events(rows);
    }

    /// <summary>The facet of an event, or null where the event is not there (yet) or is a retraction.</summary>
    public TouchedFacet? FacetOf(EventName name)
    {
        using var command = Command($"SELECT kind, source, subject, {_position} FROM events WHERE key = @key AND kind IS NOT NULL");
        Add(command, "@key", EventKey.Of(name.Source, name.Id));
        using var rows = command.ExecuteReader();
        return rows.Read() ? new TouchedFacet(Key(rows, 0), rows.GetInt64(3)) : null;
    }

    /// <summary>
    /// The facets that events in (<paramref name="after"/>, <paramref name="through"/>] are about, retracted ones included, each with
    /// the highest position in that range that concerns it.
    /// </summary>
    public List<TouchedFacet> TouchedBetween(long after, long through)
    {
        using var command = Command($"""
            SELECT kind, source, subject, max(place) FROM (
                SELECT kind, source, subject, {_position} AS place FROM events WHERE {_position} > @after AND {_position} <= @through AND kind IS NOT NULL
                UNION ALL
                SELECT t.kind, t.source, t.subject, r.{_position} FROM events r JOIN events t ON t.key = r.target
                WHERE r.{_position} > @after AND r.{_position} <= @through AND r.target IS NOT NULL AND t.kind IS NOT NULL) AS touched
            GROUP BY kind, source, subject
            """);
        Add(command, "@after", after);
        Add(command, "@through", through);
        using var rows = command.ExecuteReader();
        var touched = new List<TouchedFacet>();
        while (rows.Read()) touched.Add(new TouchedFacet(Key(rows, 0), rows.GetInt64(3)));
        return touched;
    }

    /// <summary>The position of the event that is so many after <paramref name="after"/>; the head, where there are fewer.</summary>
    public long Beyond(long after, int events)
    {
        using var command = Command($"SELECT {_position} FROM events WHERE {_position} > @after AND {_position} <= @head ORDER BY {_position} LIMIT 1 OFFSET @events");
        Add(command, "@after", after);
        Add(command, "@head", Head);
        Add(command, "@events", events - 1);
        return command.ExecuteScalar() is long position ? position : Head;
    }

    /// <summary>All events up to <paramref name="known"/>, in the order of the log, for folding the past.</summary>
    /// <exception cref="FormatException">A stored payload cannot be read.</exception>
    public IEnumerable<LoggedEvent> All(long known)
    {
        using var command = Command($"SELECT sequence, {_position}, source, occurred_at, received_at, payload FROM events WHERE {_position} <= @known ORDER BY {_position}, sequence");
        Add(command, "@known", Math.Min(known, Head));
        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return Event(rows);
    }

    /// <summary>Events that only the log can see something wrong with, up to <paramref name="known"/>. A retracted one leaves no trace.</summary>
    public List<(EventName Event, FacetKey Facet, bool ClockAhead)> Oddities(long known)
    {
        // The filters repeat those of the partial indexes, so that the ordinary event costs nothing here.
        using var command = Command($"""
            SELECT e.source, e.id, e.kind, e.subject, 1 FROM events e
            WHERE e.occurred_at > e.received_at + 600000000 AND e.kind IS NOT NULL AND e.{_position} <= @known
              AND NOT EXISTS (SELECT 1 FROM events r WHERE r.target IS NOT NULL AND r.target = e.key AND r.{_position} <= @known)
            UNION ALL
            SELECT e.source, e.id, e.kind, e.subject, 0 FROM events e JOIN events t ON t.key = e.replaces
            WHERE e.replaces IS NOT NULL AND e.{_position} <= @known AND t.{_position} <= @known AND t.kind IS NOT NULL
              AND (t.kind <> e.kind OR t.subject <> e.subject)
              AND NOT EXISTS (SELECT 1 FROM events r WHERE r.target IS NOT NULL AND r.target = e.key AND r.{_position} <= @known)
            """);
        Add(command, "@known", Math.Min(known, Head));
        using var rows = command.ExecuteReader();
        var found = new List<(EventName, FacetKey, bool)>();
        while (rows.Read())
        {
            var facet = new FacetKey((SubjectKind)rows.GetInt32(2), rows.GetString(0), rows.GetString(3));
            found.Add((new EventName(rows.GetString(0), rows.GetString(1)), facet, rows.GetInt32(4) == 1));
        }

        return found;
    }

    private static List<LoggedEvent> Events(DbDataReader rows)
    {
        var events = new List<LoggedEvent>();
        while (rows.Read()) events.Add(Event(rows));
        return events;
    }

    private static LoggedEvent Event(DbDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(3), row.GetInt64(4),
        row.IsDBNull(5) ? null : EventCodec.Read(row.GetString(2), (byte[])row.GetValue(5)));

    private static FacetKey Key(DbDataReader rows, int at) => new((SubjectKind)rows.GetInt32(at), rows.GetString(at + 1), rows.GetString(at + 2));

    private long Scalar(string sql)
    {
        using var command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }

    private static void Add(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    // Every text that reaches this is a constant of this file, and the name of a column.
    private DbCommand Command(string sql)
    {
        var command = Connection.CreateCommand();
        command.Transaction = Transaction;
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    public void Dispose()
    {
        _facet.Dispose();
        Transaction.Dispose();
        Connection.Dispose();
    }
}
