namespace Gateway.Exports;

/// <summary>Puts the exports together.</summary>
public static class ExportsSetup
{
    public static IServiceCollection AddExports(this IServiceCollection services)
    {
        services.AddOptions<ExportsOptions>().BindConfiguration(ExportsOptions.Section).ValidateOnStart();
        services.AddSingleton<ExportDesk>();
        return services;
    }
}
