using Gateway.EventLog;
using Microsoft.Data.Sqlite;

namespace Gateway.Aggregation;

/// <summary>The SQLite file of the projection. One writer at a time; derived data, so <c>synchronous=NORMAL</c> is enough.</summary>
public sealed class ProjectionFile(LogFile log) : IDisposable
{
    public SemaphoreSlim WriteGate { get; } = new(1, 1);

    public string ConnectionString { get; } = new SqliteConnectionStringBuilder { DataSource = log.ProjectionPath, DefaultTimeout = 30 }.ToString();

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=4096;";
        command.ExecuteNonQuery();
        return connection;
    }

    public void Dispose()
    {
        using (var pooled = new SqliteConnection(ConnectionString)) SqliteConnection.ClearPool(pooled);
        WriteGate.Dispose();
    }
}
