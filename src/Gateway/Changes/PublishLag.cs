using Gateway.Aggregation;
using Gateway.Bus;
using Gateway.EventLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Changes;

/// <summary>What the broker has not confirmed yet.</summary>
/// <param name="Changes">How many.</param>
/// <param name="Age">Of the oldest one; zero: there is none.</param>
/// <param name="Degraded">They wait for so long that somebody should look.</param>
public sealed record Unpublished(long Changes, TimeSpan Age, bool Degraded);

/// <summary>How far publishing lags behind, the same seen from every gateway.</summary>
internal sealed class PublishLag(PublishedPosition published, IDbContextFactory<ProjectionDb> contexts, BusAddress bus, TimeProvider time)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    /// <summary>Null: changes are not published to a broker.</summary>
    public async Task<Unpublished?> ReadAsync(CancellationToken cancellationToken)
    {
        if (bus.Broker is null) return null;
        var position = await published.FindAsync(cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var generation = await db.Position.Select(p => p.Generation).SingleAsync(cancellationToken);
        var through = position is { } found && found.Generation == generation ? found.Number : 0;
        var waiting = db.Changes.Where(c => c.Id > through);
        var oldest = await waiting.OrderBy(c => c.Id).Select(c => (long?)c.At).FirstOrDefaultAsync(cancellationToken);
        var age = oldest is { } at && time.GetUtcNow() - Micros.ToInstant(at) is var since && since > TimeSpan.Zero ? since : TimeSpan.Zero;
        Telemetry.PublishLag.Record(age.TotalSeconds);
        return new Unpublished(oldest is null ? 0 : await waiting.LongCountAsync(cancellationToken), age, age > Long);
    }
}

/// <summary>Changes that wait long for the broker: worth a look, and no reason to refuse events.</summary>
internal sealed class PublishHealth(PublishLag lag) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await lag.ReadAsync(cancellationToken) is { Degraded: true }
            ? HealthCheckResult.Degraded("Changes wait for the broker.")
            : HealthCheckResult.Healthy();
}
