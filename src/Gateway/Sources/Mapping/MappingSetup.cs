using Gateway.Sources.Mapping.Catalog;
using Gateway.Sources.Mapping.Running;

namespace Gateway.Sources.Mapping;

/// <summary>The part's pieces.</summary>
public static class MappingSetup
{
    public static void AddMapping(this IServiceCollection services)
    {
        services.AddOptions<MappingOptions>().BindConfiguration(MappingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ScriptHost>();
        services.AddSingleton<ScriptCatalog>();
        services.AddSingleton<ScriptRunner>();
        services.AddHostedService<ScriptWatcher>();
    }

    /// <summary>Tests the scripts that sources use, before anything is served.</summary>
    /// <exception cref="Rules.SettingsException">One is missing or fails its self-test.</exception>
    public static Task PrepareMappingAsync(this IServiceProvider services, IReadOnlyCollection<string> inUse, CancellationToken cancellationToken) =>
        services.GetRequiredService<ScriptCatalog>().PrepareAsync(inUse, cancellationToken);
}
