using System.Data.Common;
using Gateway.EventLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Operations;

/// <summary>
/// The log can be appended to, shown by a write: without one a full disk would be noticed only by a caller, and its end by nobody.
/// The write changes nothing.
/// </summary>
internal sealed class LogHealth(ILogStore store, IDbContextFactory<GatewayDb> contexts) : IHealthCheck
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // A long write of our own (a baseline) is no illness: events wait for it and are taken.
        if (!await store.WriteGate.WaitAsync(Deadline, cancellationToken)) return HealthCheckResult.Degraded("A long write is under way.");
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            db.Database.SetCommandTimeout(Deadline);
            var rows = await db.LogIdentity.ExecuteUpdateAsync(l => l.SetProperty(x => x.LogId, x => x.LogId), cancellationToken);
            return rows == 1 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The store is not migrated.");
        }
        catch (Exception e) when (e is DbException or IOException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The store takes no writes.", e);
        }
        finally
        {
            store.WriteGate.Release();
        }
    }
}
