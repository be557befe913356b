using System.Data;
using System.Data.Common;
using Gateway.EventLog.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.EventLog.Copying;

/// <summary>
/// Log and ledger as one transaction sees them. Reads beside whoever serves: it takes no lock that would hold a writer up, and writes nothing.
/// </summary>
internal sealed class StoreCut : IDisposable
{
    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;
    private readonly string _position;
    private readonly bool _owned;

    /// <param name="db">Over the connection and in the transaction.</param>
    /// <param name="owned">Connection and transaction are disposed with this.</param>
    internal StoreCut(GatewayDb db, DbConnection connection, DbTransaction transaction, bool owned)
    {
        (Db, _connection, _transaction, _owned) = (db, connection, transaction, owned);
        _position = connection is NpgsqlConnection ? "tx" : "sequence";
        Plan = CopyPlan.Of(db.Model);
    }

    public GatewayDb Db { get; }

    public IReadOnlyList<CopiedTable> Plan { get; }

    /// <exception cref="StoreCopyException">There is no store, or one of another version.</exception>
    public static StoreCut Of(ILogStore store) => store is PostgresStore postgres ? OfPostgres(postgres) : OfFile(((LogFile)store).Path);

    /// <exception cref="StoreCopyException">There is no store, or one of another version.</exception>
    public static StoreCut OfFile(string path)
    {
        if (!File.Exists(path)) throw new StoreCopyException($"There is no store at {path}.");
#pragma warning disable CA2000 // Disposed with the cut.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 30 }.ToString());
#pragma warning restore CA2000
        return Open(connection, () => connection.BeginTransaction(deferred: true), c => FileTarget.Context((SqliteConnection)c));
    }

    /// <exception cref="StoreCopyException">There is no store, or one of another version.</exception>
    /// <exception cref="InvalidOperationException">There is no access; the message names the setting.</exception>
    public static StoreCut OfPostgres(PostgresStore store)
    {
        var connection = store.Source.CreateConnection();
        return Open(connection, () => connection.BeginTransaction(IsolationLevel.RepeatableRead), c => PostgresTarget.Context((NpgsqlConnection)c));
    }

    private static StoreCut Open(DbConnection connection, Func<DbTransaction> begin, Func<DbConnection, GatewayDb> context)
    {
        GatewayDb? db = null;
        DbTransaction? transaction = null;
        try
        {
            connection.Open();
            transaction = begin();
            db = context(connection);
            db.Database.UseTransaction(transaction);
            RefuseOtherVersion(db);
            return new StoreCut(db, connection, transaction, owned: true);
        }
        catch
        {
            db?.Dispose();
            transaction?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    private static void RefuseOtherVersion(GatewayDb db)
    {
        var (has, knows) = (db.Database.GetAppliedMigrations().ToList(), db.Database.GetMigrations().ToList());
        if (has.Count == 0) throw new StoreCopyException("There is no gateway's store in it.");
        if (has.Except(knows, StringComparer.Ordinal).Any())
            throw new StoreCopyException("It was written by a newer version of the gateway. Use that version, or a later one.");
        if (knows.Except(has, StringComparer.Ordinal).Any())
            throw new StoreCopyException("It was written by an older version of the gateway. Use that version here; the first start of this one then brings the store up to date.");
    }

    /// <summary>The positions that the ledger has noted, ascending.</summary>
    public IReadOnlyList<long> Heads() => [.. Db.Set<RunRow>().Where(r => r.Head != null).Select(r => r.Head!.Value).Distinct().Order()];

    public long Count(CopiedTable table)
    {
        using var command = Command($"SELECT count(*) FROM \"{table.Name}\"");
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Every event with its position, in the order of the log. Those too that are not decided yet where the cut was taken: they were answered.</summary>
    public IEnumerable<(long Place, object?[] Row)> Events(CopiedTable log)
    {
        using var command = Command($"SELECT {Names(log)}, {_position} FROM \"{log.Name}\" ORDER BY {_position}, sequence");
        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return (rows.GetInt64(log.Columns.Count), Row(rows, log));
    }

    /// <summary>Every row, in the order of its key, which is the same in every store.</summary>
    /// <param name="table">Not the log.</param>
    /// <param name="through">No row whose key is a greater number.</param>
    public IEnumerable<object?[]> Rows(CopiedTable table, long through = long.MaxValue)
    {
        var where = through == long.MaxValue ? "" : $" WHERE \"{table.Key[0]}\" <= {through.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        using var command = Command($"SELECT {Names(table)} FROM \"{table.Name}\"{where} ORDER BY {string.Join(", ", table.Key.Select(k => $"\"{k}\""))}");
        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return Row(rows, table);
    }

    internal static string Names(CopiedTable table) => string.Join(", ", table.Columns.Select(c => $"\"{c.Name}\""));

    private static object?[] Row(DbDataReader rows, CopiedTable table)
    {
        var row = new object?[table.Columns.Count];
        for (var i = 0; i < row.Length; i++) row[i] = rows.IsDBNull(i) ? null : rows.GetValue(i);
        return row;
    }

    // Names of tables and columns are the model's.
    private DbCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        (command.Transaction, command.CommandTimeout) = (_transaction, 0);
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    public void Dispose()
    {
        if (!_owned) return;
        Db.Dispose();
        _transaction.Dispose();
        _connection.Dispose();
    }
}
