using Gateway.Operations.Reading;

namespace Gateway.Operations;

/// <summary>The edge of the gateway and what its operators see.</summary>
public static class OperationsExtensions
{
    public static WebApplicationBuilder AddOperations(this WebApplicationBuilder builder)
    {
        builder.AddEdge();
        builder.Services.AddHealthChecks()
            .AddCheck<LogHealth>("log", tags: [Health.Decides])
            .AddCheck<ProjectionHealth>("projection");
        builder.Services.AddSingleton<CompanyReading>();
        builder.Services.AddSingleton<Verdicts>();
        return builder;
    }

    /// <summary>The middleware. Call it before any endpoint is mapped.</summary>
    public static WebApplication UseOperations(this WebApplication app) => app.UseEdge();

    public static WebApplication MapOperations(this WebApplication app)
    {
        app.MapEdge();
        app.MapHealth();
        app.MapEvents();
        app.MapMembers();
        app.MapTeams();
        app.MapSnapshot();
        app.MapStatus();
        app.MapAudit();
        return app;
    }
}
