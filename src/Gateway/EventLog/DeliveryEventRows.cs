using Gateway.EventLog.Ledger;
using Microsoft.Data.Sqlite;

namespace Gateway.EventLog;

/// <summary>Writes which events came of deliveries, through one statement that is prepared once a transaction.</summary>
internal static class DeliveryEventRows
{
    private const string InsertSql = """
        INSERT INTO delivery_events ("Delivery", "Number", "Source", "EventId", "Name", "Undoes", "RecordedAt", "EffectiveAt")
        VALUES ($delivery, $number, $source, $event, $name, $undoes, $recorded, $effective)
        """;

    public static void Insert(SqliteTransaction transaction, IReadOnlyList<DeliveryEvent> events)
    {
        using var insert = new SqliteCommand(InsertSql, transaction.Connection, transaction);
        SqliteParameter Of(string name, SqliteType type) => insert.Parameters.Add(name, type);
        var (delivery, number, source, id) = (Of("$delivery", SqliteType.Integer), Of("$number", SqliteType.Integer), Of("$source", SqliteType.Text), Of("$event", SqliteType.Text));
        var (name, undoes, recorded, effective) = (Of("$name", SqliteType.Text), Of("$undoes", SqliteType.Text), Of("$recorded", SqliteType.Integer), Of("$effective", SqliteType.Integer));
        insert.Prepare();
        foreach (var e in events)
        {
            (delivery.Value, number.Value, source.Value, id.Value) = (e.Delivery, e.Number, e.Source, (object?)e.EventId ?? DBNull.Value);
            (name.Value, undoes.Value, recorded.Value) = (e.Name, (object?)e.Undoes ?? DBNull.Value, Instant(e.RecordedAt));
            effective.Value = Instant(e.EffectiveAt);
            insert.ExecuteNonQuery();
        }

        static object Instant(DateTimeOffset? at) => at is { } known ? Micros.Of(known) : DBNull.Value;
    }
}
