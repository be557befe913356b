using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.EventLog;

/// <summary>Ready: the log can be appended to. It decides <c>/health/ready</c>.</summary>
internal sealed class LogHealth(EventAppender appender) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await appender.IsWritableAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
}
