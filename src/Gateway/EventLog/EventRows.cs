using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Gateway.EventLog;

/// <summary>
/// Writes rows of the log through two statements that are prepared once a connection. Every id is compared by its fixed-size hash
/// in the unique index, and on a hit by itself. Used inside a transaction of the connection; not safe for two threads.
/// </summary>
internal sealed class EventRows : IFileRows<NewEvent, Appended>
{
    private const string InsertSql = """
        INSERT INTO events (key, hash, source, id, type, kind, subject, facet, target, replaces, occurred_at, received_at, payload)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        ON CONFLICT (key) DO NOTHING
        """;

    private const string ExistingSql = "SELECT sequence, hash, source, id FROM events WHERE key = ?1";

    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _existing;

    public EventRows(SqliteConnection connection)
    {
        _db = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        Check(sqlite3_prepare_v3(_db, InsertSql, SQLITE_PREPARE_PERSISTENT, out _insert));
        Check(sqlite3_prepare_v3(_db, ExistingSql, SQLITE_PREPARE_PERSISTENT, out _existing));
    }

    public Appended Rejected { get; } = new(AppendOutcome.Rejected, 0);

    public Appended Insert(NewEvent item)
    {
        var e = item;
        try
        {
            BindAll(e);
            Check(Step(_insert));
            if (sqlite3_changes(_db) == 1) return new Appended(AppendOutcome.Appended, sqlite3_last_insert_rowid(_db));
        }
        finally
        {
            sqlite3_reset(_insert);
            sqlite3_clear_bindings(_insert);
        }

        return Existing(e);
    }

    private void BindAll(NewEvent e)
    {
        var facet = e.Event.Facet;
        Check(sqlite3_bind_blob(_insert, 1, e.Key));
        Check(sqlite3_bind_blob(_insert, 2, e.Hash));
        Check(sqlite3_bind_text(_insert, 3, e.Event.Source));
        Check(sqlite3_bind_text(_insert, 4, e.Event.Id));
        Check(sqlite3_bind_text(_insert, 5, e.Event.Type));
        Check(facet is { } f ? sqlite3_bind_int(_insert, 6, (int)f.Kind) : sqlite3_bind_null(_insert, 6));
        Check(facet is { } g ? sqlite3_bind_text(_insert, 7, g.Subject) : sqlite3_bind_null(_insert, 7));
        Check(sqlite3_bind_int64(_insert, 8, e.Facet));
        Check(e.Target is null ? sqlite3_bind_null(_insert, 9) : sqlite3_bind_blob(_insert, 9, e.Target));
        Check(e.Replaces is null ? sqlite3_bind_null(_insert, 10) : sqlite3_bind_blob(_insert, 10, e.Replaces));
        Check(sqlite3_bind_int64(_insert, 11, Micros.Of(e.Event.OccurredAt)));
        Check(sqlite3_bind_int64(_insert, 12, e.ReceivedAt));
        Check(sqlite3_bind_blob(_insert, 13, e.Payload));
    }

    private Appended Existing(NewEvent e)
    {
        try
        {
            Check(sqlite3_bind_blob(_existing, 1, e.Key));
            var code = sqlite3_step(_existing);
            if (code == SQLITE_DONE) throw new InvalidOperationException("A row that refused its neighbour is not there.");
            if (code != SQLITE_ROW) Check(code);
            var sequence = sqlite3_column_int64(_existing, 0);
            var sameHash = sqlite3_column_blob(_existing, 1).SequenceEqual(e.Hash);
            var sameId = sqlite3_column_text(_existing, 2).utf8_to_string() == e.Event.Source
                && sqlite3_column_text(_existing, 3).utf8_to_string() == e.Event.Id;
            // Two ids with one 128-bit hash: as good as never; refused rather than taken for a repetition.
            return new Appended(sameId && sameHash ? AppendOutcome.Duplicate : AppendOutcome.Conflict, sequence);
        }
        finally
        {
            sqlite3_reset(_existing);
            sqlite3_clear_bindings(_existing);
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
    }
}
