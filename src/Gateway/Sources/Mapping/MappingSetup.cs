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
    public static Task PrepareMappingAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<ScriptCatalog>().PrepareAsync(InUse(services.GetRequiredService<IConfiguration>()), cancellationToken);

    /// <summary>What <c>Gateway:Sources:{name}:Webhook:Script</c> names, else the preset's script, where it has one. <c>events</c> is built in.</summary>
    private static List<string> InUse(IConfiguration configuration) =>
    [
        .. configuration.GetSection("Gateway:Sources").GetChildren().Select(s => s.GetSection("Webhook")).Where(w => w.Exists())
            .Select(w => w["Script"]?.Trim() is { Length: > 0 } named ? named : ScriptFiles.Presets.FirstOrDefault(p => p.Name == w["Preset"]?.Trim().ToLowerInvariant())?.Name)
            .OfType<string>().Where(n => n != "events"),
    ];
}
