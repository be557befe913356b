using Microsoft.Data.Sqlite;

namespace Gateway.EventLog;

/// <summary>
/// The SQLite file of log and ledger: where it is, how it is opened, and that no second process opens it. One writer at a time:
/// whoever writes holds <see cref="WriteGate"/>, so that writers queue here and never fail on a locked database.
/// </summary>
public sealed class LogFile : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _connectionString;

    private LogFile(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30 }.ToString();
    }

    public string Path { get; }

    /// <summary>The file of the projection, beside the log: derived data, with a writer of its own.</summary>
    public string ProjectionPath => System.IO.Path.ChangeExtension(Path, ".projection" + System.IO.Path.GetExtension(Path));

    public SemaphoreSlim WriteGate { get; } = new(1, 1);

    public string ConnectionString => _connectionString;

    /// <summary>Takes the file for this process.</summary>
    /// <param name="connectionString">A SQLite connection string or, as a shorthand, a path.</param>
    /// <exception cref="InvalidOperationException">Another process has it.</exception>
    public static LogFile Take(string connectionString)
    {
        var path = PathOf(connectionString);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        try
        {
            return new LogFile(path, new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"ConnectionStrings:Gateway: another process uses {path}. SQLite serves one gateway; stop the other one, or use a file of its own.", e);
        }
    }

    /// <summary>Opens a connection with the settings that durability rests on.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Configure(connection);
        return connection;
    }

    /// <summary>WAL with <c>synchronous=FULL</c>: a commit is on disk when it returns.</summary>
    public static void Configure(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;";
        command.ExecuteNonQuery();
    }

    private static string PathOf(string connectionString)
    {
        var path = connectionString.Contains('=', StringComparison.Ordinal)
            ? new SqliteConnectionStringBuilder(connectionString).DataSource
            : connectionString;
        if (string.IsNullOrWhiteSpace(path) || path == ":memory:")
            throw new InvalidOperationException("ConnectionStrings:Gateway: name a file (\"Data Source=/var/lib/gateway/gateway.db\"); the log must outlive the process.");
        return System.IO.Path.GetFullPath(path);
    }

    public void Dispose()
    {
        WriteGate.Dispose();
        _lock.Dispose();
    }
}
