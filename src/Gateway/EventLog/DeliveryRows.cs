using Gateway.EventLog.Ledger;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Gateway.EventLog;

/// <summary>Writes deliveries through statements that are prepared once a connection. Used inside a transaction of the connection; not safe for two threads.</summary>
internal sealed class DeliveryRows : IFileRows<NewDelivery, Kept>
{
    private const string InsertSql = """
        INSERT INTO deliveries (key, source, vendor_id, state, received_at, content_type, headers, body, bytes, trusted, reason, reason_text, attempts, tried_since, decided_at, revision)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?5, ?13, 0)
        ON CONFLICT (key) DO NOTHING
        """;

    private const string ExistingSql = "SELECT sequence, state, received_at FROM deliveries WHERE key = ?1";

    private const string ReleaseSql = "UPDATE deliveries SET key = NULL WHERE sequence = ?1";

    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _existing;
    private readonly sqlite3_stmt _release;

    public DeliveryRows(SqliteConnection connection)
    {
        _db = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        Check(sqlite3_prepare_v3(_db, InsertSql, SQLITE_PREPARE_PERSISTENT, out _insert));
        Check(sqlite3_prepare_v3(_db, ExistingSql, SQLITE_PREPARE_PERSISTENT, out _existing));
        Check(sqlite3_prepare_v3(_db, ReleaseSql, SQLITE_PREPARE_PERSISTENT, out _release));
    }

    public Kept Rejected => default;

    public Kept Insert(NewDelivery item)
    {
        if (TryInsert(item) is { } sequence) return new Kept(sequence, Repeated: false);
        var (existing, state, receivedAt) = Existing(item);
        if (!item.IsByBody || state != (int)DeliveryState.Mapped || receivedAt > Micros.Of(item.ReceivedAt - item.RepetitionWithin)) return new Kept(existing, Repeated: true);
        Release(existing);
        return new Kept(TryInsert(item) ?? throw new InvalidOperationException("A key that was given up is still there."), Repeated: false);
    }

    /// <summary>Null: its key is there.</summary>
    private long? TryInsert(NewDelivery d)
    {
        try
        {
            Check(sqlite3_bind_blob(_insert, 1, d.Key));
            Check(sqlite3_bind_text(_insert, 2, d.Source));
            Text(3, d.VendorId);
            Check(sqlite3_bind_int(_insert, 4, (int)d.State));
            Check(sqlite3_bind_int64(_insert, 5, Micros.Of(d.ReceivedAt)));
            Text(6, d.ContentType);
            Check(sqlite3_bind_text(_insert, 7, d.Headers));
            Check(d.Body.Length == 0 ? sqlite3_bind_zeroblob(_insert, 8, 0) : sqlite3_bind_blob(_insert, 8, d.Body));
            Check(sqlite3_bind_int(_insert, 9, d.Body.Length));
            Check(sqlite3_bind_int(_insert, 10, d.Trusted ? 1 : 0));
            Text(11, d.Reason);
            Text(12, d.ReasonText);
            Check(d.Reason is null ? sqlite3_bind_null(_insert, 13) : sqlite3_bind_int64(_insert, 13, Micros.Of(d.ReceivedAt)));
            Check(Step(_insert));
            return sqlite3_changes(_db) == 1 ? sqlite3_last_insert_rowid(_db) : null;
        }
        finally
        {
            sqlite3_reset(_insert);
            sqlite3_clear_bindings(_insert);
        }
    }

    private void Text(int index, string? text) => Check(text is null ? sqlite3_bind_null(_insert, index) : sqlite3_bind_text(_insert, index, text));

    private (long Sequence, int State, long ReceivedAt) Existing(NewDelivery d)
    {
        try
        {
            Check(sqlite3_bind_blob(_existing, 1, d.Key));
            var code = sqlite3_step(_existing);
            if (code == SQLITE_DONE) throw new InvalidOperationException("A row that refused its neighbour is not there.");
            if (code != SQLITE_ROW) Check(code);
            return (sqlite3_column_int64(_existing, 0), sqlite3_column_int(_existing, 1), sqlite3_column_int64(_existing, 2));
        }
        finally
        {
            sqlite3_reset(_existing);
            sqlite3_clear_bindings(_existing);
        }
    }

    private void Release(long sequence)
    {
        try
        {
            Check(sqlite3_bind_int64(_release, 1, sequence));
            Check(Step(_release));
        }
        finally
        {
            sqlite3_reset(_release);
            sqlite3_clear_bindings(_release);
        }
    }

    private static int Step(sqlite3_stmt statement)
    {
        var code = sqlite3_step(statement);
        return code == SQLITE_DONE ? SQLITE_OK : code;
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _db);

    public void Dispose()
    {
        _insert.Dispose();
        _existing.Dispose();
        _release.Dispose();
    }
}
