using Gateway.Aggregation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Operations;

/// <summary>Facets that cannot be folded block every run: worth a look, and no reason to refuse events.</summary>
internal sealed class ProjectionHealth(IDbContextFactory<ProjectionDb> contexts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Facets.AnyAsync(f => f.Error != null, cancellationToken)
            ? HealthCheckResult.Degraded("Some people or teams cannot be folded; see /v1/status.")
            : HealthCheckResult.Healthy();
    }
}
