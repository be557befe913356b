using System.CommandLine;
using Gateway.Aggregation;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway migrate</c> and <c>gateway rebuild</c>: work on the store itself, so nothing may serve on it meanwhile.</summary>
internal static class StoreCommands
{
    public static Command Migrate()
    {
        var command = Of("migrate", "Brings the store's schema up to date, as a start does, and ends.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = await BuildAsync(parsed, cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync("The store is up to date.");
            return ExitCode.Clean;
        });
        return command;
    }

    public static Command Rebuild()
    {
        var command = Of("rebuild", "Folds everything again from the event log.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = await BuildAsync(parsed, cancellationToken);
            var folded = await app.Services.GetRequiredService<Rebuilder>().RebuildAsync(cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"Folded again: {folded} people and teams, each as one source sees them.");
            return ExitCode.Clean;
        });
        return command;
    }

    private static Command Of(string name, string description) => new(name, description + " Settings: --Key=value.") { TreatUnmatchedTokensAsErrors = false };

    /// <summary>Built, and so migrated, but not started: no port is opened.</summary>
    private static Task<WebApplication> BuildAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        GatewayHost.BuildAsync([.. parsed.UnmatchedTokens], b => b.Logging.SetMinimumLevel(LogLevel.Warning), cancellationToken);
}
