using Gateway.Edge.Outgoing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Sources.Enrichment;

/// <summary>The station's parts.</summary>
public static class EnrichmentSetup
{
    public static void AddEnrichment(this IServiceCollection services)
    {
        services.TryAddSingleton<GuardedHandler>();
        services.AddSingleton<EnrichmentCalls>();
        services.AddSingleton<Enricher>();
    }
}
