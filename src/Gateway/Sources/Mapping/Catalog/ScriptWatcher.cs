namespace Gateway.Sources.Mapping.Catalog;

/// <summary>Looks at the folder of scripts every few seconds, and tests presets that were not yet.</summary>
internal sealed partial class ScriptWatcher(ScriptCatalog catalog, TimeProvider time, ILogger<ScriptWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await catalog.LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.NotRead(logger, e.GetType().Name);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7113, LogLevel.Warning, "The folder of mapping scripts could not be read ({Reason}); those in force stay.")]
        public static partial void NotRead(ILogger logger, string reason);
    }
}
