using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Npgsql;

namespace Gateway.EventLog;

/// <summary>How rows of a kind are written to PostgreSQL.</summary>
/// <param name="Insert">All of them in one statement, within the transaction; the number is a time-out in seconds.</param>
/// <param name="TxOf">The transaction that stored a row; 0: none did now.</param>
/// <param name="Rejected">The result of an item that cannot be stored.</param>
internal sealed record PostgresRows<TItem, TResult>(
    Func<NpgsqlConnection, IReadOnlyList<TItem>, int, TResult[]> Insert, Func<TResult, long> TxOf, TResult Rejected);

/// <summary>A connection to PostgreSQL that one kind of items is stored on: a group of requests is one transaction and, unless rows are there already, three round trips.</summary>
internal sealed class PostgresWriter<TItem, TResult> : IGroupWriter<TItem, TResult>
{
    private readonly PostgresRows<TItem, TResult> _rows;
    private readonly NpgsqlDataSource _source;
    private readonly TimeSpan _patience;
    private readonly int _timeout;
    private NpgsqlConnection _connection;
    private NpgsqlTransaction? _transaction;

    public PostgresWriter(NpgsqlDataSource source, TimeSpan patience, PostgresRows<TItem, TResult> rows)
    {
        (_source, _patience, _rows) = (source, patience, rows);
        _timeout = (int)Math.Ceiling(patience.TotalSeconds);
        _connection = source.OpenConnection();
    }

    public DbConnection Connection => _connection;

    public IDisposable Begin()
    {
        BeginTransaction();
        return new Open(this);
    }

    private void BeginTransaction()
    {
        try
        {
            BeginOnce();
        }
        catch (NpgsqlException) when (_connection.State != ConnectionState.Open)
        {
            // The server was restarted since the last group: nothing of this one is under way yet.
            _transaction?.Dispose();
            _connection.Dispose();
            _source.Clear();
            _connection = _source.OpenConnection();
            BeginOnce();
        }
    }

    private void BeginOnce()
    {
        _transaction?.Dispose();
        _transaction = _connection.BeginTransaction();
        using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock_shared($1)", _connection) { CommandTimeout = _timeout };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = AdvisoryLocks.Log });
        command.ExecuteNonQuery();
    }

    public TResult[][] Commit(IReadOnlyList<IReadOnlyList<TItem>> requests)
    {
        var started = Stopwatch.GetTimestamp();
        var oneByOne = false;
        while (true)
        {
            try
            {
                var results = oneByOne ? [.. requests.Select(Apart)] : Together(requests);
                Flush(results);
                return results;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure && Stopwatch.GetElapsedTime(started) < _patience)
            {
                // Somebody else stored what we store, in another order. All of it was taken back.
                BeginTransaction();
            }
            catch (PostgresException e) when (!oneByOne && PostgresEventRows.IsAboutData(e))
            {
                oneByOne = true;
                BeginTransaction();
            }
        }
    }

    private void Flush(TResult[][] results)
    {
        try
        {
            _transaction!.Commit();
        }
        catch (NpgsqlException e) when (e is not PostgresException p || p.SqlState[..2] is "57" or "08")
        {
            // The answer was lost, and with it whether they are stored: whoever is told that they are not must be able to rely on it.
            var tx = results.SelectMany(r => r).Select(_rows.TxOf).FirstOrDefault(t => t != 0);
            if (tx != 0 && !PostgresWriter.WasCommitted(_source, tx, _patience)) throw;
        }
    }

    private TResult[][] Together(IReadOnlyList<IReadOnlyList<TItem>> requests)
    {
        if (requests.Count == 1) return [_rows.Insert(_connection, requests[0], _timeout)];
        var all = _rows.Insert(_connection, [.. requests.SelectMany(r => r)], _timeout);
        var results = new TResult[requests.Count][];
        var at = 0;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = all[at..(at + requests[i].Count)];
            at += requests[i].Count;
        }

        return results;
    }

    /// <summary>A request that fails on its data is tried row by row; a row that does is rejected.</summary>
    private TResult[] Apart(IReadOnlyList<TItem> items)
    {
        const string Name = "request";
        _transaction!.Save(Name);
        try
        {
            var results = _rows.Insert(_connection, items, _timeout);
            _transaction.Release(Name);
            return results;
        }
        catch (PostgresException e) when (PostgresEventRows.IsAboutData(e))
        {
            _transaction.Rollback(Name);
            _transaction.Release(Name);
            return items.Count == 1 ? [_rows.Rejected] : [.. items.SelectMany(one => Apart([one]))];
        }
    }

    public void Dispose()
    {
        _transaction?.Dispose();
        _connection.Dispose();
    }

    private sealed class Open(PostgresWriter<TItem, TResult> writer) : IDisposable
    {
        public void Dispose()
        {
            writer._transaction?.Dispose();
            writer._transaction = null;
        }
    }
}

/// <summary>What every such connection asks of the server.</summary>
internal static class PostgresWriter
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>What became of a transaction, asked of the server as soon as it answers again.</summary>
    /// <exception cref="NpgsqlException">It did not within the time given.</exception>
    /// <exception cref="TimeoutException">It still does not know.</exception>
    internal static bool WasCommitted(NpgsqlDataSource source, long tx, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var connection = source.OpenConnection();
                using var command = new NpgsqlCommand("SELECT pg_xact_status($1::text::xid8)", connection);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = tx });
                if (command.ExecuteScalar() is string status and not "in progress") return status == "committed";
                if (Stopwatch.GetElapsedTime(started) > patience) throw new TimeoutException("The server does not say whether the events are stored.");
            }
            catch (NpgsqlException) when (Stopwatch.GetElapsedTime(started) < patience)
            {
                // Not yet back.
            }

            Thread.Sleep(BetweenLooks);
        }
    }
}
