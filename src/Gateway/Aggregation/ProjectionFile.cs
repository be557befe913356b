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

    public void Dispose()
    {
        using (var pooled = new SqliteConnection(ConnectionString)) SqliteConnection.ClearPool(pooled);
        WriteGate.Dispose();
    }
}
