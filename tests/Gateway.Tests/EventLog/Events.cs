using System.Data.Common;
using System.Text;
using Gateway.EventLog;
using Gateway.Intake;
using Microsoft.Data.Sqlite;

namespace Gateway.Tests.EventLogs;

/// <summary>Events as their door makes them, and the log as another program sees it.</summary>
internal static class Events
{
    public static string Return(string id, string employeeId = "E1") => $$"""{"id":"{{id}}","type":"return","employeeId":"{{employeeId}}"}""";

    public static NewEvent New(string json, string source = "hris") =>
        ((Received.Valid)EventIntake.Receive(source, Encoding.UTF8.GetBytes(json), null, TimeProvider.System.GetUtcNow(), 32)).Event;

    public static IReadOnlyList<NewEvent> Returns(int count, string prefix) => [.. Enumerable.Range(0, count).Select(i => New(Return(prefix + i)))];

    /// <summary>A connection of its own to the store, as another process would have it.</summary>
    /// <param name="path">Of another file than the log's.</param>
    public static DbConnection Outside(this ILogStore store, string? path = null)
    {
        DbConnection connection = store is PostgresStore postgres
            ? postgres.Source.CreateConnection()
            : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path ?? ((LogFile)store).Path, Pooling = false, DefaultTimeout = 1 }.ToString());
        connection.Open();
        return connection;
    }

    public static long Scalar(this DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public static void Run(this DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static long Count(this ILogStore file, string where = "1 = 1")
    {
        using var connection = file.Outside();
        return connection.Scalar($"SELECT count(*) FROM events WHERE {where}");
    }

    /// <summary>The position of the log at its n-th event; 0: before the first.</summary>
    public static long Position(this ILogStore store, int nth)
    {
        if (store is LogFile || nth == 0) return nth;
        using var outside = store.Outside();
        return outside.Scalar($"SELECT tx FROM events ORDER BY sequence OFFSET {nth - 1} LIMIT 1");
    }

    public static int Status(this HttpResponseMessage response) => (int)response.StatusCode;
}
