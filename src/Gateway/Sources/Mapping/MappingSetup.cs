using Gateway.Sources.Mapping.Catalog;
using Gateway.Sources.Mapping.Running;
using Gateway.Sources.Webhooks;

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
    public static Task PrepareMappingAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<ScriptCatalog>().PrepareAsync(InUse(services.GetRequiredService<WebhookSources>()), cancellationToken);

    /// <summary>All but <see cref="WebhookSource.BuiltInScript"/>, which is none.</summary>
    private static List<string> InUse(WebhookSources sources) => [.. sources.ByName.Values.Select(s => s.Script).Where(n => n != WebhookSource.BuiltInScript)];
}
