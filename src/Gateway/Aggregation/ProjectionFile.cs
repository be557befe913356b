using Gateway.EventLog;
using Microsoft.Data.Sqlite;

namespace Gateway.Aggregation;

/// <summary>The SQLite file of the projection. One writer at a time; derived data, so <c>synchronous=NORMAL</c> is enough.</summary>
public sealed class ProjectionFile(LogFile log) : IProjectionStore, IDisposable
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

#pragma warning disable CA2000 // Whoever is given the reader or the cut disposes it, and with it the connection.
    public ProjectionReader OpenReader() => new(Open(), null, owned: true);

    /// <summary>Of two files the derived one is read first: the log may be newer, never older.</summary>
    public CompanyCut OpenCut()
    {
        var connection = Open();
        using var command = connection.CreateCommand();
        // Every row is read once: nothing is worth keeping.
        command.CommandText = "PRAGMA cache_size=-2048;";
        command.ExecuteNonQuery();
        return new CompanyCut(new ProjectionReader(connection, connection.BeginTransaction(deferred: true), owned: true), log.OpenReader);
    }
#pragma warning restore CA2000

    public int Write(IReadOnlyList<FoldedFacet> folded, Action? begun)
    {
        using var connection = Open();
        // Begins as a writer: a transaction that read first would fail when another wrote in between.
        using var transaction = connection.BeginTransaction(deferred: false);
        begun?.Invoke();
        using var rows = new FacetRows(connection, transaction);
        var written = 0;
        foreach (var facet in folded) written += rows.Write(facet) ? 1 : 0;
        transaction.Commit();
        return written;
    }

    public bool SavePosition(long position, IReadOnlyDictionary<string, int> epochs)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE position SET folded_through = max(folded_through, $position)";
        command.Parameters.AddWithValue("$position", position);
        command.ExecuteNonQuery();
        // Nobody else folds into this file.
        return true;
    }

    public void Tell(IReadOnlyList<ChangeRow> changes)
    {
        using var connection = OpenDurable();
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var change in changes)
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = """
                INSERT INTO changes (type, source, subject, at, data, announcement) VALUES ($type, $source, $subject, $at, $data, $announcement)
                ON CONFLICT DO NOTHING
                """;
            foreach (var (name, value) in (ReadOnlySpan<(string, object?)>)
                [("$type", change.Type), ("$source", change.Source), ("$subject", change.Subject), ("$at", change.At), ("$data", change.Data), ("$announcement", change.Announcement)])
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public void Harden()
    {
        using var connection = OpenDurable();
        using var command = connection.CreateCommand();
        // Any commit will do: the flush takes along whatever the WAL has before it.
        command.CommandText = "UPDATE position SET log_id = log_id";
        command.ExecuteNonQuery();
    }

    private SqliteConnection OpenDurable()
    {
        var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous=FULL;";
        command.ExecuteNonQuery();
        return connection;
    }

    public void Dispose()
    {
        using (var pooled = new SqliteConnection(ConnectionString)) SqliteConnection.ClearPool(pooled);
        WriteGate.Dispose();
    }
}
