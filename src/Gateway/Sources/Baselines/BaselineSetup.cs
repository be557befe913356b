namespace Gateway.Sources.Baselines;

/// <summary>The station's parts. Whoever composes the gateway gives the guard's settings, which are the sync's.</summary>
public static class BaselineSetup
{
    public static void AddBaselines(this IServiceCollection services) => services.AddSingleton<BaselineStation>();
}
