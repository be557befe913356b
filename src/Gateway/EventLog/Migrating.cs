using Microsoft.EntityFrameworkCore;

namespace Gateway.EventLog;

internal static class Migrating
{
    /// <summary>
    /// Brings a schema up to date. EF Core guards migrations by a row in the database, which a killed process leaves behind and the
    /// next start would wait for without end. The file belongs to this process alone, so such a row is nobody's.
    /// </summary>
    public static async Task MigrateAloneAsync(this DbContext db, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }
}
