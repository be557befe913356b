using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Gateway.EventLog;

/// <summary>The appender's connection to the file, with its prepared statements.</summary>
internal sealed class LogWriter : ILogWriter
{
    private readonly SqliteConnection _connection;
    private readonly EventRows _rows;
    private SqliteTransaction? _transaction;

    public LogWriter(SqliteConnection connection)
    {
        _connection = connection;
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

    public DbConnection Connection => _connection;

    public IDisposable Begin() => _transaction = _connection.BeginTransaction(deferred: false);

    public Appended[][] Commit(IReadOnlyList<IReadOnlyList<NewEvent>> requests)
    {
        var results = new Appended[requests.Count][];
        for (var i = 0; i < results.Length; i++) results[i] = Write(requests[i]);
        _transaction!.Commit();
        return results;
    }

    private Appended[] Write(IReadOnlyList<NewEvent> events)
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
        _transaction?.Dispose();
        _rows.Dispose();
        _connection.Dispose();
    }
}
