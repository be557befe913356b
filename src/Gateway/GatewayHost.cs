using Gateway.Aggregation;
using Gateway.Bus;
using Gateway.Changes;
using Gateway.EventLog;
using Gateway.Exports;
using Gateway.Intake;
using Gateway.Notifications;
using Gateway.Officevibe;
using Gateway.Operations;
using Gateway.Rules;
using Gateway.Sources.Baselines;
using Gateway.Sources.Baselines.Pulled;
using Gateway.Sources.Enrichment;
using Gateway.Sources.Webhooks;
using Gateway.Sources.Webhooks.Deliveries;
using Gateway.Sources.Mapping;
using Gateway.Sources.Mapping.Catalog;
using Gateway.Sync;
using Microsoft.Extensions.Options;

namespace Gateway;

/// <summary>The one executable, station by station. Everything that serves a gateway (the command line, the demo, the tests) builds it here.</summary>
public static class GatewayHost
{
    private const string PollSettings = "DOTNET_USE_POLLING_FILE_WATCHER";

    /// <summary>Sections that are read by hand. Each throws for what is wrong with its own, so that a start stops at it and <c>doctor</c> names all.</summary>
    internal static IReadOnlyList<Action<IServiceProvider>> SettingsReaders { get; } =
    [
        s => s.GetRequiredService<RulesInForce>(), s => s.GetRequiredService<BusAddress>(), s => s.GetRequiredService<EnrichmentCalls>(),
        s => s.GetRequiredService<NotificationEndpoints>(), s => s.GetRequiredService<WebhookSources>(), s => s.GetRequiredService<Pulls>(),
    ];

    /// <summary>Composes the gateway and brings its store up to date; the caller runs it.</summary>
    /// <param name="args">Settings as <c>--Key=value</c>.</param>
    /// <param name="configure">Last word on settings and services, before anything is built.</param>
    /// <exception cref="SettingsException">Settings that cannot be started with; the message names each key.</exception>
    public static async Task<WebApplication> BuildAsync(string[] args, Action<WebApplicationBuilder>? configure, CancellationToken cancellationToken)
    {
        var app = Compose(args, configure);
        try
        {
            app.CheckSettings();
            foreach (var read in SettingsReaders) read(app.Services);
            await app.Services.PrepareMappingAsync(cancellationToken);
            await app.Services.MigrateEventLogAsync(cancellationToken);
            await app.Services.MigrateAggregationAsync(cancellationToken);
            await app.Services.PrepareSyncAsync(cancellationToken);
            await app.Services.PrepareChangesAsync(cancellationToken);
            app.UseOperations();
            app.MapOperations();
            app.MapIntake();
            app.MapBaselines();
            app.MapWebhooks();
            app.MapDeliveries();
            app.MapScripts();
            app.MapSync();
            app.MapChanges();
            app.MapNotifications();
            app.MapExports();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>The parts put together; nothing is opened or changed yet.</summary>
    public static WebApplication Compose(string[] args, Action<WebApplicationBuilder>? configure)
    {
        // Settings files are looked at every few seconds. A watcher would hear of each write to a store that lies beneath them.
        if (Environment.GetEnvironmentVariable(PollSettings) is null) Environment.SetEnvironmentVariable(PollSettings, "1");
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.AddSecretFiles(Environment.GetEnvironmentVariables());
        builder.Services.AddSingleton(s => RulesReader.Read(s.GetRequiredService<IConfiguration>(), s.GetRequiredService<IHostEnvironment>()));
        builder.AddOperations();
        builder.AddBus();
        builder.AddEventLog();
        builder.AddIntake();
        builder.AddAggregation();
        builder.Services.AddBaselines();
        builder.Services.AddEnrichment();
        builder.AddWebhooks();
        builder.Services.AddMapping();
        builder.Services.AddOfficevibe();
        builder.AddSync();
        builder.AddChanges();
        builder.Services.AddNotifications();
        builder.Services.AddExports();
        builder.Services.AddSingleton(s => s.GetRequiredService<IOptions<SyncOptions>>().Value.Guard.ToSettings());
        configure?.Invoke(builder);
        return builder.Build();
    }
}
