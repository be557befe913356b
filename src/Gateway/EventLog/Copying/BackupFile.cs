using System.Text.Json;
using Gateway.EventLog.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Gateway.EventLog.Copying;

/// <summary>What a backup says of itself. A storage format: fields may be added, never renamed.</summary>
/// <param name="TakenAt">The instant of its cut.</param>
/// <param name="Version">The gateway's.</param>
/// <param name="LogId">The log it is of.</param>
/// <param name="LastAcceptedRun">Null: nothing was ever accepted.</param>
/// <param name="LastAcceptedAt">When that was.</param>
/// <param name="Tables">What it holds.</param>
public sealed record BackupManifest(
    DateTimeOffset TakenAt, string Version, string LogId, long? LastAcceptedRun, DateTimeOffset? LastAcceptedAt, IReadOnlyList<TableContent> Tables)
{
    public long Events => Tables.First(t => t.Name == "events").Rows;

    public long Runs => Tables.First(t => t.Name == "runs").Rows;
}

/// <summary>
/// A backup: a SQLite file with log and ledger, whichever store it was taken of, and with what it should hold. It is marked as what it is, so
/// that no gateway serves on it.
/// </summary>
internal static class BackupFile
{
    /// <summary>SQLite's <c>application_id</c> of a backup: "GWBK".</summary>
    public const int Application = 0x4757_424B;

    /// <summary>Takes a backup of a store that may be serving.</summary>
    /// <exception cref="StoreCopyException">It is not made; the message says why. There is no file then.</exception>
    public static BackupManifest Write(StoreCut from, string path, DateTimeOffset now, string version, CopyProgress tell, CancellationToken cancellationToken)
    {
        if (File.Exists(path)) throw new StoreCopyException($"{path} is there already. A backup never replaces another one: give it a name of its own.");
        using var to = FileTarget.Create(path, Application, overwrite: false);
        var tables = StoreCopier.Copy(from, to, tell, cancellationToken);
        var last = LastAccepted(from.Db);
        var manifest = new BackupManifest(now, version, from.Db.LogIdentity.AsNoTracking().Single().LogId, last?.Id, last?.AcceptedAt, tables);
        to.Db.Database.ExecuteSqlRaw("CREATE TABLE backup (manifest TEXT NOT NULL)");
        to.Db.Database.ExecuteSql($"INSERT INTO backup (manifest) VALUES ({JsonSerializer.Serialize(manifest, JsonSerializerOptions.Web)})");
        to.Commit();
        return manifest;
    }

    /// <summary>Opens a backup, after it was seen to be whole and to hold what it should.</summary>
    /// <exception cref="StoreCopyException">It does not, or is no backup.</exception>
    public static (StoreCut Cut, BackupManifest Manifest) Open(string path, CopyProgress tell, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) throw new StoreCopyException($"There is no file {path}.");
        StoreCut? cut = null;
        try
        {
            var manifest = Look(path);
            cut = StoreCut.OfFile(path);
            var wrong = StoreCopier.Differences(manifest.Tables, StoreCopier.Content(cut, (table, rows, of) => tell($"{table}, checked", rows, of), cancellationToken)).ToList();
            if (wrong.Count > 0) throw new StoreCopyException($"{path} does not hold what was backed up: {string.Join(", ", wrong)} differs. Use another backup.");
            return (cut, manifest);
        }
        catch (Exception e)
        {
            cut?.Dispose();
            if (e is SqliteException s) throw new StoreCopyException($"{path} is damaged, or no backup of a gateway (SQLite error {s.SqliteErrorCode}). Use another backup.", e);
            if (e is JsonException) throw new StoreCopyException($"{path} is damaged: it does not say what it should hold. Use another backup.", e);
            throw;
        }
    }

    /// <summary>True: a file is a backup, which nobody may serve on. False: it is something else, or not there yet.</summary>
    public static bool Is(string path)
    {
        if (!File.Exists(path)) return false;
        using var connection = OpenConnection(path);
        return ApplicationOf(connection) == Application;
    }

    private static BackupManifest Look(string path)
    {
        using var connection = OpenConnection(path);
        if (ApplicationOf(connection) != Application) throw new StoreCopyException($"{path} is no backup of a gateway: 'gateway backup' makes one.");
        if (FileTarget.Check(connection) is { } wrong) throw new StoreCopyException($"{path} is damaged: {wrong}. Use another backup.");
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT manifest FROM backup";
        return JsonSerializer.Deserialize<BackupManifest>(command.ExecuteScalar() as string ?? "", JsonSerializerOptions.Web) ?? throw new JsonException();
    }

    private static SqliteConnection OpenConnection(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static long ApplicationOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA application_id";
        return (long)command.ExecuteScalar()!;
    }

    private static RunRow? LastAccepted(GatewayDb db) =>
        db.Set<RunRow>().AsNoTracking().Where(r => r.AcceptedAt != null).OrderByDescending(r => r.AcceptedAt).ThenByDescending(r => r.Id).FirstOrDefault();
}
