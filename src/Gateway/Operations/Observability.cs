using System.Diagnostics;
using Gateway.Edge;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Operations;

/// <summary><c>Gateway:Metrics</c>.</summary>
public sealed class MetricsOptions
{
    public const string Section = "Gateway:Metrics";

    /// <summary>
    /// A port on which <c>/metrics</c> needs no key, for a scraper inside the cluster; it must be one that the gateway listens on
    /// (<c>ASPNETCORE_HTTP_PORTS=8080;9090</c>). Null: the scope <c>read</c> is needed on every port.
    /// </summary>
    public int? Port { get; set; }
}

/// <summary>
/// Metrics for Prometheus at <c>/metrics</c>; metrics and traces over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. Both carry
/// route templates only.
/// </summary>
internal static class Observability
{
    private const string Path = "/metrics";

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section)
            .Validate(o => o.Port is null or (> 0 and < 65536), $"{MetricsOptions.Section}:Port must be a port, 1 to 65535.").ValidateOnStart();
        var exports = !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService(builder.Configuration["OTEL_SERVICE_NAME"] ?? "gateway", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Telemetry.Name, "MassTransit", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http")
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter();
                if (exports) metrics.AddOtlpExporter();
            });

        // Without a receiver nobody sees a trace: it would only cost.
        if (!exports) return;
        telemetry.WithTracing(tracing => tracing
            .AddSource(Telemetry.Name)
            .AddAspNetCoreInstrumentation(o => o.Filter = context => !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
            .AddHttpClientInstrumentation()
            .AddProcessor(new WithoutPaths())
            .AddOtlpExporter());
    }

    /// <summary>Before authentication: on its own port the page needs no key.</summary>
    public static void Use(WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value.Port is { } open)
            app.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Connection.LocalPort == open && context.Request.Path == Path);
    }

    public static void Map(WebApplication app) => app.MapPrometheusScrapingEndpoint(Path).RequireAuthorization(Scopes.Read);
}

/// <summary>Takes the address of a request out of its span: employee numbers and names stand in paths and queries.</summary>
public sealed class WithoutPaths : BaseProcessor<Activity>
{
    private static readonly string[] Personal = ["url.path", "url.query", "url.full", "http.url", "http.target", "user_agent.original", "client.address"];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in Personal) data.SetTag(tag, null);
    }
}
