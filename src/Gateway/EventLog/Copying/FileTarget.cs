using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Gateway.EventLog.Copying;

/// <summary>
/// A new SQLite file. It is written under a name of its own beside the one it is to have, checked, flushed, and then given that name:
/// whatever happens, there is a whole file of this name or none.
/// </summary>
internal sealed class FileTarget : ICopyTarget
{
    private readonly string _path;
    private readonly string _part;
    private readonly int _application;
    private readonly bool _overwrite;
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private SqliteCommand? _insert;

    private FileTarget(string path, string part, int application, bool overwrite, SqliteConnection connection)
    {
        (_path, _part, _application, _overwrite, _connection) = (path, part, application, overwrite, connection);
        Db = Context(connection);
        try
        {
            Db.Database.Migrate();
            _transaction = connection.BeginTransaction();
            Db.Database.UseTransaction(_transaction);
        }
        catch
        {
            Db.Dispose();
            throw;
        }
    }

    public GatewayDb Db { get; }

    /// <param name="path">The name it gets in the end.</param>
    /// <param name="application">SQLite's <c>application_id</c>, by which a file says what it is; 0: a store.</param>
    /// <param name="overwrite">A file that has this name already is replaced.</param>
    /// <exception cref="StoreCopyException">It cannot be written.</exception>
    public static FileTarget Create(string path, int application, bool overwrite)
    {
        var part = $"{path}.{Guid.NewGuid().ToString("N")[..8]}.part";
        SqliteConnection? connection = null;
        try
        {
            // Nobody else reads it: it holds everybody's names and e-mails.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            new FileStream(part, options).Dispose();
#pragma warning disable CA2000 // Disposed with the target.
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = part, ForeignKeys = false, Pooling = false }.ToString());
#pragma warning restore CA2000
            connection.Open();
            // Nothing of it counts before it is complete: it is flushed once, then.
            Run(connection, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;");
            return new FileTarget(path, part, application, overwrite, connection);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            if (File.Exists(part)) File.Delete(part);
            if (e is IOException or UnauthorizedAccessException) throw new StoreCopyException($"{path} cannot be written. {e.Message}", e);
            throw;
        }
    }

    internal static GatewayDb Context(SqliteConnection connection) => new(new DbContextOptionsBuilder<GatewayDb>().UseSqlite(connection).Options);

    public void Begin(CopiedTable table)
    {
        _insert = _connection.CreateCommand();
        _insert.Transaction = _transaction;
#pragma warning disable CA2100 // Names of tables and columns are the model's.
        _insert.CommandText = $"INSERT INTO \"{table.Name}\" ({StoreCut.Names(table)}) VALUES ({string.Join(", ", table.Columns.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"${i}")))})";
#pragma warning restore CA2100
        for (var i = 0; i < table.Columns.Count; i++) _insert.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i}") });
    }

    public long Place(long sequence, bool apart) => sequence;

    public void Write(object?[] row)
    {
        for (var i = 0; i < row.Length; i++) _insert!.Parameters[i].Value = row[i] ?? DBNull.Value;
        _insert!.ExecuteNonQuery();
    }

    public void End()
    {
        _insert!.Dispose();
        _insert = null;
    }

    public StoreCut Written() => new(Db, _connection, _transaction, owned: false);

    /// <exception cref="StoreCopyException">SQLite finds the file not whole, or there is a file of this name by now.</exception>
    public void Commit()
    {
        Db.SaveChanges();
        _transaction.Commit();
        Run(_connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id={_application}"));
        if (Check(_connection) is { } wrong) throw new StoreCopyException($"The file that was written is not whole: {wrong}");
        Db.Dispose();
        _connection.Dispose();
        using (var file = new FileStream(_part, FileMode.Open, FileAccess.ReadWrite)) file.Flush(flushToDisk: true);
        try
        {
            File.Move(_part, _path, _overwrite);
        }
        catch (IOException e) when (!_overwrite && File.Exists(_path))
        {
            throw new StoreCopyException($"{_path} is there already. A backup never replaces another one.", e);
        }

        // The name has to last too. SQLite flushes the folder when it makes the journal of a transaction.
        using var named = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        named.Open();
        Run(named, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA user_version=1;");
    }

    /// <summary>What SQLite finds wrong in a file; null: nothing.</summary>
    internal static string? Check(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        command.CommandTimeout = 0;
        var found = (string)command.ExecuteScalar()!;
        return found == "ok" ? null : found;
    }

    internal static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _insert?.Dispose();
        _transaction.Dispose();
        Db.Dispose();
        _connection.Dispose();
        File.Delete(_part);
    }
}
