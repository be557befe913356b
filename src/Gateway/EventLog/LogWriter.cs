using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Gateway.EventLog;

/// <summary>Writes rows of a kind through statements that are prepared once a connection.</summary>
internal interface IFileRows<in TItem, out TResult> : IDisposable
{
    /// <summary>The result of an item that cannot be stored.</summary>
    TResult Rejected { get; }

    /// <exception cref="SqliteException">The row could not be written; its code tells whether the data or the storage is to blame.</exception>
    TResult Insert(TItem item);
}

/// <summary>A connection to the file that one kind of items is stored on, with its prepared statements.</summary>
internal sealed class LogWriter<TItem, TResult> : IGroupWriter<TItem, TResult>
{
    private readonly SqliteConnection _connection;
    private readonly IFileRows<TItem, TResult> _rows;
    private SqliteTransaction? _transaction;

    public LogWriter(SqliteConnection connection, Func<SqliteConnection, IFileRows<TItem, TResult>> prepare)
    {
        _connection = connection;
        try
        {
            _rows = prepare(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public DbConnection Connection => _connection;

    public IDisposable Begin() => _transaction = _connection.BeginTransaction(deferred: false);

    public TResult[][] Commit(IReadOnlyList<IReadOnlyList<TItem>> requests)
    {
        var results = new TResult[requests.Count][];
        for (var i = 0; i < results.Length; i++) results[i] = Write(requests[i]);
        _transaction!.Commit();
        return results;
    }

    private TResult[] Write(IReadOnlyList<TItem> items)
    {
        var results = new TResult[items.Count];
        for (var i = 0; i < results.Length; i++) results[i] = Insert(items[i]);
        return results;
    }

    /// <summary>A row that cannot be stored fails alone: SQLite takes back the one statement and keeps the transaction.</summary>
    private TResult Insert(TItem item)
    {
        try
        {
            return _rows.Insert(item);
        }
        catch (SqliteException x) when (IsAboutData(x))
        {
            return _rows.Rejected;
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
