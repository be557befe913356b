using Gateway.Membership.Sync;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Sources.Baselines;

/// <summary>The station's parts.</summary>
public static class BaselineSetup
{
    public static void AddBaselines(this IServiceCollection services)
    {
        services.TryAddSingleton(new GuardSettings());
        services.AddSingleton<BaselineStation>();
    }
}
