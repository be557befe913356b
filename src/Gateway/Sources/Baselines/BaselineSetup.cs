using Gateway.Edge.Outgoing;
using Gateway.Sources.Baselines.Pulled;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Sources.Baselines;

/// <summary>The station's parts. Whoever composes the gateway gives the guard's settings, which are the sync's.</summary>
public static class BaselineSetup
{
    public static void AddBaselines(this IServiceCollection services)
    {
        services.TryAddSingleton<GuardedHandler>();
        services.AddSingleton<BaselineStation>();
        services.AddSingleton<Pulls>();
        services.AddSingleton<PullBook>();
        services.AddSingleton<BaselineFetch>();
        services.AddSingleton<BaselinePuller>();
        services.AddSingleton<PullLoop>();
        services.AddHostedService(s => s.GetRequiredService<PullLoop>());
    }
}
