using Gateway.Sync.Adoption;
using Gateway.Sync.Approvals;
using Gateway.Sync.Composing;
using Gateway.Sync.Readings;
using Gateway.Sync.Restoring;
using Gateway.Sync.Todo;
using Gateway.Sync.Upstream;
using Microsoft.Extensions.Options;

namespace Gateway.Sync;

/// <summary>The station's parts.</summary>
public static class SyncSetup
{
    public static void AddSync(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SyncOptions>().BindConfiguration(SyncOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SyncOptions>, SyncOptionsValidator>();
        services.AddSingleton<SyncSignal>();
        services.AddSingleton<SenderTurn>();
        services.AddSingleton<CompanyComposer>();
        services.AddSingleton<AccountWatch>();
        services.AddSingleton<AccountReadings>();
        services.AddSingleton<TodoDesk>();
        services.AddSingleton<CompanyJudge>();
        services.AddSingleton<SourceWatch>();
        services.AddSingleton<UpstreamWatch>();
        services.AddSingleton<UpstreamSettler>();
        services.AddSingleton<SyncRunner>();
        services.AddSingleton<SyncSender>();
        services.AddSingleton<SyncSettler>();
        services.AddSingleton<HoldDecisions>();
        services.AddSingleton<SyncPause>();
        services.AddSingleton<AdoptionDesk>();
        services.AddSingleton<RestoreWatch>();
        services.AddSingleton<SyncWorker>();
        services.AddHostedService<SyncLoop>();
        services.AddSingleton<RunContentPruner>();
        services.AddHostedService(s => s.GetRequiredService<RunContentPruner>());
    }

    /// <summary>After the log's migration, before anything runs.</summary>
    public static Task PrepareSyncAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<SyncWorker>().PrepareAsync(cancellationToken);
}
