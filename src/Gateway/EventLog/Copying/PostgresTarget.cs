using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.EventLog.Copying;

/// <summary>
/// Empty tables of a PostgreSQL database, written in one transaction. A position is a transaction there; the events of a copy get the numbers
/// of transactions that are past, so that each position the ledger has noted has one of its own and everything that comes later has a greater one.
/// </summary>
internal sealed class PostgresTarget : ICopyTarget
{
    /// <summary>The most events with one position: whoever pages by position reads no more at once.</summary>
    private const int MostTogether = 1000;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly long _newest;
    private NpgsqlBinaryImporter? _import;
    private CopiedTable? _table;
    private long _place;
    private int _together;

    private PostgresTarget(NpgsqlConnection connection, NpgsqlTransaction transaction, long positions)
    {
        (_connection, _transaction) = (connection, transaction);
        Db = Context(connection);
        Db.Database.UseTransaction(transaction);
        _newest = Scalar("SELECT pg_current_xact_id()::text::bigint");
        _place = _newest - positions;
    }

    public GatewayDb Db { get; }

    /// <param name="store">Its tables are there and hold nothing but what every start makes, which is taken away.</param>
    /// <param name="from">What will be written.</param>
    public static PostgresTarget Begin(PostgresStore store, StoreCut from)
    {
        var positions = from.Heads().Count + (from.Count(from.Plan[0]) / MostTogether) + 2;
        var connection = store.Source.OpenConnection();
        NpgsqlTransaction? transaction = null;
        try
        {
            SpendNumbers(connection, positions);
            transaction = connection.BeginTransaction();
            var target = new PostgresTarget(connection, transaction, positions);
            foreach (var type in CopyPlan.MadeByEveryStart.Append(typeof(LogIdentity))) target.Run($"DELETE FROM \"{target.Db.Model.FindEntityType(type)!.GetTableName()}\"");
            return target;
        }
        catch
        {
            transaction?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    internal static GatewayDb Context(NpgsqlConnection connection) =>
        new PostgresGatewayDb(new DbContextOptionsBuilder<PostgresGatewayDb>().UseNpgsql(connection, PostgresGatewayDb.Configure).Options);

    /// <summary>A young server has not had as many transactions as there are positions.</summary>
    private static void SpendNumbers(NpgsqlConnection connection, long positions)
    {
        using var command = new NpgsqlCommand("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint", connection) { CommandTimeout = 0 };
        var missing = positions + 1 - (long)command.ExecuteScalar()!;
        if (missing <= 0) return;
#pragma warning disable CA2100 // A number.
        command.CommandText = FormattableString.Invariant($"DO $$ BEGIN FOR i IN 1..{missing} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Begin(CopiedTable table)
    {
        _table = table;
        _import = _connection.BeginBinaryImport($"COPY \"{table.Name}\" ({StoreCut.Names(table)}{(table.IsLog ? ", tx" : "")}) FROM STDIN (FORMAT BINARY)");
        _import.Timeout = TimeSpan.Zero;
    }

    public long Place(long sequence, bool apart)
    {
        if (apart || _together == 0 || _together == MostTogether) (_place, _together) = (_place + 1, 0);
        _together++;
        return _place;
    }

    public void Write(object?[] row)
    {
        _import!.StartRow();
        for (var i = 0; i < row.Length; i++) Write(row[i], _table!.Columns[i].Type);
        if (_table!.IsLog) _import.Write(_place, NpgsqlDbType.Bigint);
    }

    private void Write(object? value, Type type)
    {
        switch (value)
        {
            case null: _import!.WriteNull(); break;
            case string text: _import!.Write(text, NpgsqlDbType.Text); break;
            case byte[] bytes: _import!.Write(bytes, NpgsqlDbType.Bytea); break;
            case bool flag: _import!.Write(flag, NpgsqlDbType.Boolean); break;
            // A file has one kind of number.
            case long or int when type == typeof(bool): _import!.Write(Number(value) != 0, NpgsqlDbType.Boolean); break;
            case long or int when type == typeof(int): _import!.Write(checked((int)Number(value)), NpgsqlDbType.Integer); break;
            case long or int: _import!.Write(Number(value), NpgsqlDbType.Bigint); break;
            default: throw new InvalidOperationException($"A store holds no {value.GetType().Name}.");
        }
    }

    private static long Number(object value) => value is int i ? i : (long)value;

    public void End()
    {
        _import!.Complete();
        _import.Dispose();
        _import = null;
        if (_place > _newest) throw new InvalidOperationException("The copy has more positions than were counted before it.");

        // What is given out next follows what was copied.
        if (_table!.Key is not [var key] || _table.Columns.Single(c => c.Name == key).Type != typeof(long)) return;
        Run($"SELECT setval(s.name, greatest(1, (SELECT max(\"{key}\") FROM \"{_table.Name}\"))) FROM (SELECT pg_get_serial_sequence('\"{_table.Name}\"', '{key}') AS name) AS s WHERE s.name IS NOT NULL AND EXISTS (SELECT 1 FROM \"{_table.Name}\")");
    }

    public StoreCut Written() => new(Db, _connection, _transaction, owned: false);

    public void Commit()
    {
        Db.SaveChanges();
        Run("ANALYZE");
        _transaction.Commit();
    }

    // Names of tables and columns are the model's.
    private NpgsqlCommand Command(string sql)
    {
#pragma warning disable CA2100
        return new NpgsqlCommand(sql, _connection, _transaction) { CommandTimeout = 0 };
#pragma warning restore CA2100
    }

    private void Run(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private long Scalar(string sql)
    {
        using var command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose()
    {
        _import?.Dispose();
        _transaction.Dispose();
        Db.Dispose();
        _connection.Dispose();
    }
}
