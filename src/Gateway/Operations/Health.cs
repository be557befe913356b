using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Operations;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: the log can be appended to. Whatever else is unwell is told as
/// degraded in the body and takes no replica out of the load balancer: with the broker down all of them would leave at once.
/// </summary>
public static class Health
{
    /// <summary>The tag of the checks that decide readiness. MassTransit tags its own <c>ready</c>, which decides nothing here.</summary>
    public const string Decides = "gateway:ready";

    internal static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().WithTags("Operations");
        health.MapHealthChecks("/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        health.MapGet("/ready", ReadyAsync).WithName("ready").WithSummary("200: events can be accepted. 503: they cannot.")
            .Produces<HealthAnswer>().Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ReadyAsync(HealthCheckService checks, CancellationToken cancellationToken)
    {
        var report = await checks.CheckHealthAsync(cancellationToken);
        var ready = report.Entries.Values.All(e => e.Status != HealthStatus.Unhealthy || !e.Tags.Contains(Decides, StringComparer.Ordinal));
        return TypedResults.Json(Answer(report, ready), Json, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(Answer(report, ready: true), Json, context.RequestAborted);

    // Anybody may read this: names of parts and how they are, no exception, no address.
    private static HealthAnswer Answer(HealthReport report, bool ready) => new(
        !ready ? "unhealthy" : report.Entries.Values.All(e => e.Status == HealthStatus.Healthy) ? "healthy" : "degraded",
        report.Entries.Where(e => e.Value.Status != HealthStatus.Healthy).ToDictionary(
            e => e.Key,
            e => e.Value.Tags.Contains(Decides, StringComparer.Ordinal) && e.Value.Status == HealthStatus.Unhealthy ? "unhealthy" : "degraded",
            StringComparer.Ordinal));

    private static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);
}

/// <summary>How the gateway is.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> (works, something needs a look) or <c>unhealthy</c> (takes no events).</param>
/// <param name="Parts">The parts that are not healthy, by name.</param>
public sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, string> Parts);
