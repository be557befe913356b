using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Sources.Enrichment;
using Gateway.Sources.Mapping;
using Gateway.Sources.Webhooks.Deliveries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Sources.Webhooks;

/// <summary>The station's parts.</summary>
public static class WebhookSetup
{
    public static void AddWebhooks(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<WebhooksOptions>().BindConfiguration(WebhooksOptions.Section)
            .Validate(o => o.Retention >= TimeSpan.FromHours(1), "Gateway:Webhooks:Retention: at least 01:00:00.")
            .Validate(o => o.GiveUpAfter >= TimeSpan.FromMinutes(1) && o.GiveUpAfter <= TimeSpan.FromDays(30), "Gateway:Webhooks:GiveUpAfter: between 00:01:00 and 30.00:00:00.")
            .Validate(o => o.PollInterval >= TimeSpan.FromMilliseconds(50) && o.PollInterval <= TimeSpan.FromMinutes(1), "Gateway:Webhooks:PollInterval: between 00:00:00.05 and 00:01:00.")
            .Validate(o => o.Concurrency is >= 1 and <= 64, "Gateway:Webhooks:Concurrency: between 1 and 64.")
            .ValidateOnStart();
        services.AddSingleton(s => WebhookReader.Read(s.GetRequiredService<IConfiguration>(), s.GetRequiredService<IOptions<LimitsOptions>>().Value));
        services.AddSingleton<HandshakeBook>();
        services.AddSingleton<DeliveryDoor>();
        services.TryAddSingleton<MapDelivery>(s => s.GetRequiredService<ScriptRunner>().RunAsync);
        services.TryAddSingleton<FetchAnswers>(s => s.GetRequiredService<Enricher>().FetchAsync);
        services.AddSingleton<DeliveryMapper>();
        services.AddSingleton<DeliveryCommitter>();
        services.AddSingleton(s => new DeliveryPreview(s.GetRequiredService<WebhookSources>(), s.GetRequiredService<DeliveryMapper>(), s.GetRequiredService<IDbContextFactory<GatewayDb>>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DeliveryPruner>();
        services.AddSingleton<StaleWatch>();
        services.AddSingleton<DeliveryWorker>();
        services.AddHostedService(s => s.GetRequiredService<DeliveryWorker>());
    }
}
