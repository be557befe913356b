using System.Text.Json;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.EventLog.Copying;

/// <summary>Puts a backup, or another store, into the empty store of a gateway that does not serve.</summary>
internal static class Restorer
{
    /// <summary>Whole or not at all. The gateway starts paused, and knows that it was put back.</summary>
    /// <exception cref="StoreCopyException">The backup or the store is not one to use; nothing was changed.</exception>
    public static async Task<BackupManifest> RestoreAsync(IServiceProvider services, string file, CopyProgress tell, CancellationToken cancellationToken)
    {
        var (cut, backup) = BackupFile.Open(file, tell, cancellationToken);
        using (cut)
        {
            await IntoAsync(services, cut, tell, (db, now) => Restoration.MarkAsync(
                db, now, FormattableString.Invariant($"Restored from the backup of {backup.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z."),
                JsonSerializer.Serialize(new { backup.LogId, backup.TakenAt, backup.Events, backup.Runs, backup.LastAcceptedRun }, JsonSerializerOptions.Web), cancellationToken), cancellationToken);
        }

        return backup;
    }

    /// <summary>As above, from a store that nobody serves on. What waits in it goes on, once somebody has resumed: two gateways of one company would send by turns.</summary>
    /// <exception cref="StoreCopyException">One of the stores is not one to use; nothing was changed.</exception>
    public static async Task CopyAsync(ILogStore from, IServiceProvider to, CopyProgress tell, CancellationToken cancellationToken)
    {
        using var cut = StoreCut.Of(from);
        var logId = cut.Db.LogIdentity.AsNoTracking().Single().LogId;
        await IntoAsync(to, cut, tell, async (db, now) =>
        {
            await Restoration.PauseAsync(db, now, "Copied from another store. Resume when the old gateway is stopped for good: two of one company would send by turns.", cancellationToken);
            db.Audit.Add(new AuditEntry { At = now, Actor = "system", Action = "store.copy", Detail = JsonSerializer.Serialize(new { logId }, JsonSerializerOptions.Web) });
        }, cancellationToken);
    }

    /// <summary>A store that was put back by other means, such as the database server's own.</summary>
    public static async Task MarkAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (services.GetRequiredService<ILogStore>() is PostgresStore postgres) EmptyStore.RefuseServed(postgres);
        await services.MigrateEventLogAsync(cancellationToken);
        await using var write = await services.GetRequiredService<LedgerWriter>().BeginAsync(cancellationToken);
        await Restoration.MarkAsync(write.Db, services.GetRequiredService<TimeProvider>().GetUtcNow(), "The store was put back by other means.", null, cancellationToken);
        await write.CommitAsync(cancellationToken);
    }

    private static async Task IntoAsync(
        IServiceProvider services, StoreCut from, CopyProgress tell, Func<GatewayDb, DateTimeOffset, Task> mark, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<ILogStore>();
        await services.MigrateEventLogAsync(cancellationToken);
        await using var alone = await store.LockStartAsync(cancellationToken);
        using var to = await EmptyStore.TakeAsync(services, from, cancellationToken);
        await Task.Run(() => StoreCopier.Copy(from, to, tell, cancellationToken), cancellationToken);

        // A log of its own: its positions are other ones, and a projection of the old one is thrown away at the first start.
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        to.Db.Add(new LogIdentity { LogId = Guid.NewGuid().ToString("N"), CreatedAt = now });
        await mark(to.Db, now);
        await Task.Run(to.Commit, cancellationToken);
    }
}
