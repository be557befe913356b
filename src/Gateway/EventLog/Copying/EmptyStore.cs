using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.EventLog.Copying;

/// <summary>Makes sure that a store is one to be copied into: nobody's, and empty.</summary>
internal static class EmptyStore
{
    /// <param name="services">Of a gateway with this store, which is not serving; its schema is up to date.</param>
    /// <param name="from">What will be written to it.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="StoreCopyException">It is in use, or not empty.</exception>
    public static async Task<ICopyTarget> TakeAsync(IServiceProvider services, StoreCut from, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<ILogStore>();
        await using (var db = await services.GetRequiredService<IDbContextFactory<GatewayDb>>().CreateDbContextAsync(cancellationToken)) RefuseFilled(db);
        if (store is PostgresStore postgres)
        {
            RefuseServed(postgres);
            return PostgresTarget.Begin(postgres, from);
        }

        var file = (LogFile)store;
        Close(file);
        return FileTarget.Create(file.Path, application: 0, overwrite: true);
    }

    /// <summary>A file is this process's since it was taken. In PostgreSQL only the other sessions tell; one that has just ended may still be listed.</summary>
    /// <exception cref="StoreCopyException">Somebody else is connected.</exception>
    public static void RefuseServed(PostgresStore store)
    {
        using var connection = store.Source.OpenConnection();
        using var command = new NpgsqlCommand(
            """
            SELECT string_agg(DISTINCT coalesce(nullif(application_name, ''), 'without a name'), ', ') FROM pg_stat_activity
            WHERE datname = current_database() AND usename = current_user AND backend_type = 'client backend' AND application_name <> current_setting('application_name')
            """, connection);
        string? others = null;
        for (var look = 0; look < 20; look++)
        {
            if ((others = command.ExecuteScalar() as string) is null) return;
            using var pause = new NpgsqlCommand("SELECT pg_sleep(0.1)", connection);
            pause.ExecuteNonQuery();
        }

        throw new StoreCopyException($"The database is in use by the same role ({others}). Stop every gateway on it, and close what else is connected.");
    }

    private static void RefuseFilled(GatewayDb db)
    {
        db.Database.OpenConnection();
        var filled = CopyPlan.Of(db.Model).Where(t => !CopyPlan.MadeByEveryStart.Contains(t.Entity) && HasRows(db.Database.GetDbConnection(), t.Name)).Select(t => t.Name).ToList();
        if (filled.Count > 0)
            throw new StoreCopyException($"The store is not empty: there is something in {string.Join(", ", filled)}. Name an empty database, or a file that is not there yet, in ConnectionStrings:Gateway.");
    }

    /// <summary>An empty file makes way for the one that is written, without leaving its write-ahead log to it.</summary>
    private static void Close(LogFile file)
    {
        using (var pooled = new SqliteConnection(file.ConnectionString)) SqliteConnection.ClearPool(pooled);
        using (var last = file.OpenAlone()) FileTarget.Run(last, "PRAGMA wal_checkpoint(TRUNCATE)");
        foreach (var beside in (ReadOnlySpan<string>)["-wal", "-shm"]) File.Delete(file.Path + beside);
    }

    private static bool HasRows(DbConnection connection, string table)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of tables are the model's.
        command.CommandText = $"SELECT EXISTS (SELECT 1 FROM \"{table}\")";
#pragma warning restore CA2100
        return command.ExecuteScalar() is true or 1L;
    }
}
