using System.Runtime.InteropServices;
using Gateway.EventLog.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.EventLog;

/// <summary>Writes deliveries in one statement; used inside a transaction. As <see cref="PostgresEventRows"/>, in the order of their keys.</summary>
internal static class PostgresDeliveryRows
{
    /// <summary>A body that was mapped a while ago may come again: its key is given up.</summary>
    private const string ReleaseSql = """
        UPDATE deliveries SET key = NULL WHERE sequence IN (
            SELECT sequence FROM deliveries WHERE key = ANY ($1) AND state = $2 AND received_at <= $3 ORDER BY key FOR UPDATE)
        """;

    private const string InsertSql = """
        INSERT INTO deliveries (sequence, key, source, vendor_id, state, received_at, content_type, headers, body, bytes, trusted, reason, reason_text, attempts, tried_since, decided_at, revision)
        OVERRIDING SYSTEM VALUE
        SELECT n.sequence, n.key, n.source, n.vendor_id, n.state, n.received_at, n.content_type, n.headers, n.body, length(n.body), n.trusted, n.reason, n.reason_text, 0, n.received_at,
            CASE WHEN n.reason IS NULL THEN NULL ELSE n.received_at END, 0
        FROM (
            SELECT nextval('deliveries_sequence_seq') AS sequence, r.* FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                AS r (key, source, vendor_id, state, received_at, content_type, headers, body, trusted, reason, reason_text)
            OFFSET 0) AS n
        ORDER BY n.key
        ON CONFLICT (key) DO NOTHING
        RETURNING key, sequence, pg_current_xact_id()::text::bigint
        """;

    private const string ExistingSql = "SELECT key, sequence FROM deliveries WHERE key = ANY ($1)";

    public static Kept[] Insert(NpgsqlConnection connection, IReadOnlyList<NewDelivery> deliveries, int? timeout)
    {
        var first = new Dictionary<UInt128, int>(deliveries.Count);
        for (var i = 0; i < deliveries.Count; i++) first.TryAdd(KeyOf(deliveries[i].Key), i);
        NewDelivery[] rows = [.. first.Values.Order().Select(i => deliveries[i])];

        foreach (var alike in rows.Where(r => r.IsByBody).GroupBy(r => r.RepetitionWithin)) Release(connection, [.. alike], timeout);
        var stored = InsertRows(connection, rows, timeout);
        var here = stored.Count == rows.Length ? [] : Existing(connection, [.. rows.Where(r => !stored.ContainsKey(KeyOf(r.Key)))], timeout);

        var kept = new Kept[deliveries.Count];
        for (var i = 0; i < kept.Length; i++)
        {
            var key = KeyOf(deliveries[i].Key);
            if (!stored.TryGetValue(key, out var now)) kept[i] = new Kept(here[key], Repeated: true);
            else if (first[key] == i) kept[i] = new Kept(now.Sequence, Repeated: false) { Tx = now.Tx };
            else kept[i] = new Kept(now.Sequence, Repeated: true);
        }

        return kept;
    }

    private static void Release(NpgsqlConnection connection, NewDelivery[] rows, int? timeout)
    {
        using var command = new NpgsqlCommand(ReleaseSql, connection);
        if (timeout is { } seconds) command.CommandTimeout = seconds;
        Add(command, NpgsqlDbType.Bytea, rows, r => r.Key);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)DeliveryState.Mapped });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Micros.Of(rows.Max(r => r.ReceivedAt) - rows[0].RepetitionWithin) });
        command.ExecuteNonQuery();
    }

    private static Dictionary<UInt128, (long Sequence, long Tx)> InsertRows(NpgsqlConnection connection, NewDelivery[] rows, int? timeout)
    {
        using var command = new NpgsqlCommand(InsertSql, connection);
        if (timeout is { } seconds) command.CommandTimeout = seconds;
        Add(command, NpgsqlDbType.Bytea, rows, r => r.Key);
        Add(command, NpgsqlDbType.Text, rows, r => r.Source);
        Add(command, NpgsqlDbType.Text, rows, r => r.VendorId);
        Add(command, NpgsqlDbType.Integer, rows, r => (int)r.State);
        Add(command, NpgsqlDbType.Bigint, rows, r => Micros.Of(r.ReceivedAt));
        Add(command, NpgsqlDbType.Text, rows, r => r.ContentType);
        Add(command, NpgsqlDbType.Text, rows, r => r.Headers);
        Add(command, NpgsqlDbType.Bytea, rows, r => r.Body);
        Add(command, NpgsqlDbType.Boolean, rows, r => r.Trusted);
        Add(command, NpgsqlDbType.Text, rows, r => r.Reason);
        Add(command, NpgsqlDbType.Text, rows, r => r.ReasonText);
        using var reader = command.ExecuteReader();
        var stored = new Dictionary<UInt128, (long, long)>(rows.Length);
        while (reader.Read()) stored[KeyOf(reader.GetFieldValue<byte[]>(0))] = (reader.GetInt64(1), reader.GetInt64(2));
        return stored;
    }

    private static Dictionary<UInt128, long> Existing(NpgsqlConnection connection, NewDelivery[] rows, int? timeout)
    {
        using var command = new NpgsqlCommand(ExistingSql, connection);
        if (timeout is { } seconds) command.CommandTimeout = seconds;
        Add(command, NpgsqlDbType.Bytea, rows, r => r.Key);
        using var reader = command.ExecuteReader();
        var here = new Dictionary<UInt128, long>(rows.Length);
        while (reader.Read()) here[KeyOf(reader.GetFieldValue<byte[]>(0))] = reader.GetInt64(1);
        return here;
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, NewDelivery[] rows, Func<NewDelivery, T> value) =>
        command.Parameters.Add(new NpgsqlParameter { Value = Array.ConvertAll(rows, r => value(r)), NpgsqlDbType = NpgsqlDbType.Array | type });

    private static UInt128 KeyOf(ReadOnlySpan<byte> key) => MemoryMarshal.Read<UInt128>(key);
}
