using Microsoft.Data.Sqlite;

namespace Gateway.EventLog;

/// <summary>The one connection that appends, with its prepared statements. Thrown away after any failure.</summary>
internal sealed class LogWriter : IDisposable
{
    private readonly EventRows _rows;

    public LogWriter(SqliteConnection connection)
    {
        Connection = connection;
        try
        {
            _rows = new EventRows(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteConnection Connection { get; }

    /// <summary>Begins as a writer; waits where another process writes.</summary>
    public SqliteTransaction Begin() => Connection.BeginTransaction(deferred: false);

    /// <summary>One result an event, in order.</summary>
    public Appended[] Write(IReadOnlyList<NewEvent> events)
    {
        var results = new Appended[events.Count];
        for (var i = 0; i < results.Length; i++) results[i] = Insert(events[i]);
        return results;
    }

    /// <summary>A row that cannot be stored fails alone: SQLite takes back the one statement and keeps the transaction.</summary>
    private Appended Insert(NewEvent e)
    {
        try
        {
            return _rows.Insert(e);
        }
        catch (SqliteException x) when (IsAboutData(x))
        {
            return new Appended(AppendOutcome.Rejected, 0);
        }
    }

    /// <summary>SQLITE_TOOBIG, CONSTRAINT, MISMATCH: the row is to blame, not the storage.</summary>
    private static bool IsAboutData(SqliteException e) => e.SqliteErrorCode is 18 or 19 or 20;

    public void Dispose()
    {
        _rows.Dispose();
        Connection.Dispose();
    }
}
