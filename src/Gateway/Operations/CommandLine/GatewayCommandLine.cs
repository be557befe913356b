using System.CommandLine;
using Gateway.Edge;
using Gateway.EventLog.Copying;
using Gateway.Rules;
using Microsoft.Extensions.Options;

namespace Gateway.Operations.CommandLine;

/// <summary>What scripts can tell the outcome by.</summary>
public static class ExitCode
{
    public const int Clean = 0;
    public const int Error = 1;

    /// <summary>There are changes that no run has sent.</summary>
    public const int Pending = 2;

    /// <summary>A run waits for a person.</summary>
    public const int Held = 3;
}

/// <summary>The executable's verbs. Without one it serves.</summary>
public static class GatewayCommandLine
{
    /// <param name="args">As the process got them.</param>
    /// <param name="output">Where results go; null: the console. Errors go to <paramref name="error"/>.</param>
    /// <param name="error">Null: the console.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        var configuration = new InvocationConfiguration
        {
            Output = output ?? Console.Out,
            Error = error ?? Console.Error,
            EnableDefaultExceptionHandler = false,
            // The host ends gracefully on its own; a second handler with its own deadline would cut it short.
            ProcessTerminationTimeout = null,
        };
        var root = Root();
        var parsed = root.Parse(args);
        try
        {
            if (Misspelt(parsed) is { } token)
            {
                await configuration.Error.WriteLineAsync($"There is no command '{token}'. 'gateway --help' lists them; settings are given as --Key=value.");
                return ExitCode.Error;
            }

            return await parsed.InvokeAsync(configuration);
        }
        catch (Exception e) when (Explains(e))
        {
            await configuration.Error.WriteLineAsync(e.Message);
            return (e as GatewayClientException)?.ProblemType == ProblemKind.BaselineHeld.Type ? ExitCode.Held : ExitCode.Error;
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("The middleware between HR systems and Officevibe. Without a command it serves.")
        {
            ServeCommand.Create(),
            DemoVerb.Create(),
            SimulatorCommand.Create(),
            StoreCommands.Migrate(),
            StoreCommands.Rebuild(),
            BackupCommands.Backup(),
            BackupCommands.Restore(),
            CopyCommand.Create(),
            StatusCommand.Create(),
            HealthCommand.Create(),
            DoctorCommand.Create(),
            SyncsCommand.Create(),
            PlannedChangesCommand.Create(),
            AdoptCommand.Create(),
            PropertiesCommand.Create(),
            ExportCommand.Create(),
            DeadLettersCommand.Create(),
            ImportCommand.Create(),
            KeysCommand.Create(),
            ScriptsCommand.Create(),
        };
        ServeCommand.Serve(root);
        return root;
    }

    /// <summary>Words that a serving gateway was given and that are no settings: it must not start on a misspelt verb.</summary>
    private static string? Misspelt(ParseResult parsed)
    {
        string? before = null;
        foreach (var token in parsed.UnmatchedTokens)
        {
            var isSetting = token.StartsWith("--", StringComparison.Ordinal);
            var isValue = before is not null && before.StartsWith("--", StringComparison.Ordinal) && !before.Contains('=', StringComparison.Ordinal);
            if (!isSetting && !isValue) return token;
            before = isSetting ? token : null;
        }

        return null;
    }

    /// <summary>Failures whose message is meant for the person at the prompt; whatever else is thrown shows its stack.</summary>
    private static bool Explains(Exception e) =>
        e is SettingsException or OptionsValidationException or GatewayClientException or StoreCopyException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
        // A store that another process uses, or that cannot be opened.
        || (e is InvalidOperationException && e.Message.StartsWith("ConnectionStrings:", StringComparison.Ordinal));
}
