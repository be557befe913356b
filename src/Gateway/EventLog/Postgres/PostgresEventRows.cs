using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.EventLog;

/// <summary>
/// Writes rows of the log in one statement. A statement does not see the row that it waited for, so what is not stored is read by a
/// second one, only where there is any. Used inside a transaction.
/// </summary>
internal static class PostgresEventRows
{
    // Numbered as they came, stored in order of their keys: two gateways that store the same events in two orders would wait for each other.
    private const string InsertSql = """
        INSERT INTO events (sequence, key, hash, source, id, type, kind, subject, facet, target, replaces, occurred_at, received_at, payload)
        OVERRIDING SYSTEM VALUE
        SELECT * FROM (
            SELECT nextval('events_sequence_seq'), * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                AS r (key, hash, source, id, type, kind, subject, facet, target, replaces, occurred_at, received_at, payload)
            OFFSET 0) AS numbered
        ORDER BY key
        ON CONFLICT (key) DO NOTHING
        RETURNING key, sequence, tx
        """;

    private const string ExistingSql = "SELECT key, sequence, tx, hash, source, id FROM events WHERE key = ANY ($1)";

    /// <summary>The data are to blame, not the storage: a value that does not fit, a constraint, a trigger that refuses.</summary>
    public static bool IsAboutData(PostgresException e) => e.SqlState.Length == 5 && e.SqlState[..2] is "22" or "23" or "P0";

    /// <summary>One result an event, in order. Of events with one key the first stands.</summary>
    public static Appended[] Insert(NpgsqlConnection connection, IReadOnlyList<NewEvent> events, int? timeout = null)
    {
        var first = new Dictionary<UInt128, int>(events.Count);
        var unlike = new List<NewEvent>(events.Count);
        for (var i = 0; i < events.Count; i++)
            if (first.TryAdd(KeyOf(events[i].Key), i)) unlike.Add(events[i]);
        NewEvent[] rows = [.. unlike];

        var stands = InsertRows(connection, rows, timeout);
        var here = stands.Count == rows.Length ? null : rows.Where(r => !stands.ContainsKey(KeyOf(r.Key))).ToArray();
        if (here is not null) ReadRows(connection, here, stands, timeout);

        var results = new Appended[events.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var key = KeyOf(events[i].Key);
            var row = stands[key];
            results[i] = new Appended(row.Outcome(events[i], stored: row.Stored is null && first[key] == i), row.Sequence) { Position = row.Tx };
        }

        return results;
    }

    private static Dictionary<UInt128, Standing> InsertRows(NpgsqlConnection connection, NewEvent[] rows, int? timeout)
    {
        using var command = new NpgsqlCommand(InsertSql, connection);
        if (timeout is { } seconds) command.CommandTimeout = seconds;
        Add(command, NpgsqlDbType.Bytea, rows, r => r.Key);
        Add(command, NpgsqlDbType.Bytea, rows, r => r.Hash);
        Add(command, NpgsqlDbType.Text, rows, r => r.Event.Source);
        Add(command, NpgsqlDbType.Text, rows, r => r.Event.Id);
        Add(command, NpgsqlDbType.Text, rows, r => r.Event.Type);
        Add(command, NpgsqlDbType.Integer, rows, r => (int?)r.Event.Facet?.Kind);
        Add(command, NpgsqlDbType.Text, rows, r => r.Event.Facet?.Subject);
        Add(command, NpgsqlDbType.Bigint, rows, r => r.Facet);
        Add(command, NpgsqlDbType.Bytea, rows, r => r.Target);
        Add(command, NpgsqlDbType.Bytea, rows, r => r.Replaces);
        Add(command, NpgsqlDbType.Bigint, rows, r => Micros.Of(r.Event.OccurredAt));
        Add(command, NpgsqlDbType.Bigint, rows, r => r.ReceivedAt);
        Add(command, NpgsqlDbType.Bytea, rows, r => r.Payload);
        using var stored = command.ExecuteReader();
        var stands = new Dictionary<UInt128, Standing>(rows.Length);
        while (stored.Read()) stands[KeyOf(stored.GetFieldValue<byte[]>(0))] = new Standing(stored.GetInt64(1), stored.GetInt64(2), null);
        stored.Close();
        foreach (var row in rows)
            if (stands.TryGetValue(KeyOf(row.Key), out var standing)) standing.First = row;
        return stands;
    }

    private static void ReadRows(NpgsqlConnection connection, NewEvent[] rows, Dictionary<UInt128, Standing> into, int? timeout)
    {
        using var command = new NpgsqlCommand(ExistingSql, connection);
        if (timeout is { } seconds) command.CommandTimeout = seconds;
        Add(command, NpgsqlDbType.Bytea, rows, r => r.Key);
        using var found = command.ExecuteReader();
        while (found.Read())
        {
            into[KeyOf(found.GetFieldValue<byte[]>(0))] =
                new Standing(found.GetInt64(1), found.GetInt64(2), new Content(found.GetFieldValue<byte[]>(3), found.GetString(4), found.GetString(5)));
        }
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, NewEvent[] rows, Func<NewEvent, T> value) =>
        command.Parameters.Add(new NpgsqlParameter { Value = Array.ConvertAll(rows, r => value(r)), NpgsqlDbType = NpgsqlDbType.Array | type });

    private static UInt128 KeyOf(ReadOnlySpan<byte> key) => MemoryMarshal.Read<UInt128>(key);

    /// <summary>What was there before.</summary>
    private sealed record Content(byte[] Hash, string Source, string Id);

    /// <summary>The row that stands for a key.</summary>
    /// <param name="Sequence">Its place.</param>
    /// <param name="Tx">The transaction that stored it.</param>
    /// <param name="Stored">Null: it was stored now.</param>
    private sealed record Standing(long Sequence, long Tx, Content? Stored)
    {
        public NewEvent? First { get; set; }

        public AppendOutcome Outcome(NewEvent e, bool stored)
        {
            if (stored) return AppendOutcome.Appended;
            // Two ids with one 128-bit hash: as good as never; refused rather than taken for a repetition.
            var (hash, source, id) = Stored is null ? (First!.Hash, First.Event.Source, First.Event.Id) : (Stored.Hash, Stored.Source, Stored.Id);
            return source == e.Event.Source && id == e.Event.Id && hash.AsSpan().SequenceEqual(e.Hash) ? AppendOutcome.Duplicate : AppendOutcome.Conflict;
        }
    }
}
