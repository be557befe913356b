using System.Data.Common;
using Gateway.EventLog.Copying;
using Gateway.EventLog.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Gateway.EventLog;

/// <summary>
/// The SQLite file of log and ledger: where it is, how it is opened, and that no second process opens it. One writer at a time:
/// whoever writes holds <see cref="WriteGate"/>, so that writers queue here and never fail on a locked database.
/// </summary>
public sealed class LogFile : ILogStore, IDisposable
{
    private const string Key = "ConnectionStrings:Gateway";
    private readonly FileStream _lock;

    private LogFile(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30 }.ToString();
    }

    public string Path { get; }

    /// <summary>The file of the projection, beside the log: derived data, with a writer of its own.</summary>
    public string ProjectionPath => System.IO.Path.ChangeExtension(Path, ".projection" + System.IO.Path.GetExtension(Path));

    public SemaphoreSlim WriteGate { get; } = new(1, 1);

    public string ConnectionString { get; }

    /// <summary>Takes the file for this process.</summary>
    /// <param name="connectionString">A SQLite connection string or, as a shorthand, a path.</param>
    /// <exception cref="InvalidOperationException">Another process has it, or it cannot be written; the message names the setting.</exception>
    public static LogFile Take(string connectionString)
    {
        var path = PathOf(connectionString);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return new LogFile(path, new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException || (e is IOException && !File.Exists(path + ".lock")))
        {
            throw new InvalidOperationException($"{Key}: {path} cannot be written; give the gateway a folder of its own that it may write to. {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"{Key}: another process uses {path}. SQLite serves one gateway; stop the other one, or use a file of its own.", e);
        }
    }

    /// <summary>Opens a connection for reading, or for a short write under <see cref="WriteGate"/>.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        Configure(connection);
        return connection;
    }

    public IGroupWriter<NewEvent, Appended> OpenWriter(TimeSpan patience) => new LogWriter<NewEvent, Appended>(OpenWriterConnection(patience), c => new EventRows(c));

    public IGroupWriter<NewDelivery, Kept> OpenDeliveryWriter(TimeSpan patience) => new LogWriter<NewDelivery, Kept>(OpenWriterConnection(patience), c => new DeliveryRows(c));

    public EventReader OpenReader()
    {
#pragma warning disable CA2000 // Disposed with the reader.
        var connection = Open();
#pragma warning restore CA2000
        try
        {
            return EventReader.OfFile(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Microsoft.Data.Sqlite begins transactions as BEGIN IMMEDIATE: nobody else writes to the file.</summary>
    public Task KeepOthersOutAsync(GatewayDb db, CancellationToken cancellationToken) => Task.CompletedTask;

    public Appended[] Append(DbTransaction transaction, IReadOnlyList<NewEvent> events)
    {
        using var rows = new EventRows((SqliteConnection)transaction.Connection!);
        var results = new Appended[events.Count];
        for (var i = 0; i < results.Length; i++) results[i] = rows.Insert(events[i]);
        return results;
    }

    public void Note(DbTransaction transaction, IReadOnlyList<DeliveryEvent> events) => DeliveryEventRows.Insert((SqliteTransaction)transaction, events);

    /// <summary>The file is this process's since <see cref="Take"/>, and so is all that is done with it.</summary>
    public Task<Lease?> TryLeaseAsync(LeaseOf what, CancellationToken cancellationToken) => Task.FromResult<Lease?>(new Lease(null, CancellationToken.None));

    /// <summary>As above.</summary>
    public Task<IAsyncDisposable> LockStartAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new Nothing());

    public async Task MigrateAsync(DbContext db, CancellationToken cancellationToken)
    {
        if (db is GatewayDb)
        {
            if (BackupFile.Is(Path))
                throw new InvalidOperationException($"{Key}: {Path} is a backup. Name another file there, and put the backup into it with 'gateway restore {Path}'.");
            using (OpenWriterConnection(TimeSpan.FromSeconds(30)))
            {
                // Opening makes the file and switches it to WAL, which lasts.
            }
        }

        await db.MigrateAloneAsync(cancellationToken);
    }

    public string NameOf(Exception failure) => failure is SqliteException s ? $"SQLite error {s.SqliteErrorCode}" : failure.GetType().Name;

    /// <summary>
    /// Opens the appender's connection. Its cache is for the unique index, which is hit at random; SQLite walks through all of it at each
    /// commit, so that a larger one costs more than it saves.
    /// </summary>
    /// <param name="patience">How long it waits where another process writes.</param>
    private SqliteConnection OpenWriterConnection(TimeSpan patience)
    {
        var connection = OpenAlone(patience);
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA cache_size=-16384;";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that is kept. Not from the pool: after a failure the next one is really new.</summary>
    /// <param name="patience">How long it waits where another process writes. Default 30 s.</param>
    public SqliteConnection OpenAlone(TimeSpan? patience = null)
    {
        var settings = new SqliteConnectionStringBuilder(ConnectionString) { Pooling = false };
        if (patience is { } longest) settings.DefaultTimeout = (int)Math.Ceiling(longest.TotalSeconds);
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            Configure(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// <c>synchronous=FULL</c>: with the log's WAL, a commit is on disk when it returns. A setting of the connection, not of the file.
    /// Commits leave the copying of the WAL to <see cref="LogCheckpointer"/> until it has 64 MB.
    /// </summary>
    public static void Configure(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=16384;";
        command.ExecuteNonQuery();
    }

    internal static string PathOf(string connectionString)
    {
        string path;
        try
        {
            path = connectionString.Contains('=', StringComparison.Ordinal)
                ? new SqliteConnectionStringBuilder(connectionString).DataSource
                : connectionString;
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"{Key}: not a SQLite connection string (\"Data Source=/var/lib/gateway/gateway.db\"). {e.Message}", e);
        }

        if (string.IsNullOrWhiteSpace(path) || path == ":memory:")
            throw new InvalidOperationException($"{Key}: name a file (\"Data Source=/var/lib/gateway/gateway.db\"); the log must outlive the process.");
        return System.IO.Path.GetFullPath(path);
    }

    public void Dispose()
    {
        // Closed before the next process may take the file.
        using (var pooled = new SqliteConnection(ConnectionString)) SqliteConnection.ClearPool(pooled);
        WriteGate.Dispose();
        _lock.Dispose();
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
