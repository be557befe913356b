using Gateway.Operations.DeadLetters;
using Gateway.Operations.Reading;
using Gateway.Rules;

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
        builder.Services.AddSingleton<DeadLetterBroker>();
        builder.Services.AddSingleton<DeadLetterStation>();
        return builder;
    }

    /// <summary>Call it before anything reads a setting.</summary>
    /// <exception cref="SettingsException">There are settings that nobody reads, or that cannot be read.</exception>
    public static void CheckSettings(this WebApplication app)
    {
        if (SettingsCheck.Errors(app.Configuration) is { Count: > 0 } errors) throw new SettingsException(errors);
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
        app.MapProperties();
        app.MapSources();
        app.MapStatus();
        app.MapAudit();
        app.MapDeadLetters();
        app.MapPreview();
        return app;
    }
}
