using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Gateway.EventLog.Copying;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway backup</c>, beside a gateway that serves, and <c>gateway restore</c>, into a store that nobody serves on.</summary>
internal static class BackupCommands
{
    private static readonly string Version = typeof(BackupCommands).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static Command Backup()
    {
        var file = new Argument<FileInfo>("file") { Description = "The backup to make; it must not be there yet." };
        var command = new Command("backup", "Backs log and ledger up into one file, while the gateway runs. Run it where the gateway runs, with its settings (--Key=value).") { file };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = StoreHost.Compose(parsed.UnmatchedTokens);
            var (cut, store) = StoreHost.OpenBeside(app.Configuration);
            using (store)
            using (cut)
            {
                var path = parsed.GetRequiredValue(file).FullName;
                var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
                var made = await StoreHost.WithProgressAsync(parsed, tell => Task.FromResult(BackupFile.Write(cut, path, now, Version, tell, cancellationToken)));
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"Backed up {Told(made)}, to {path}.");
            }

            return ExitCode.Clean;
        });
        return command;
    }

    public static Command Restore()
    {
        var file = new Argument<string?>("file") { Description = "A backup.", Arity = ArgumentArity.ZeroOrOne };
        var mark = new Option<bool>("--in-place") { Description = "Without a file: the store was put back by other means, such as the database server's own; only says so to the gateway." };
        var command = new Command("restore", "Puts a backup into the empty store that the settings (--Key=value) name. The gateway starts paused, and sends nothing that nobody has looked at.") { file, mark };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (given, output) = (parsed.GetValue(file), parsed.InvocationConfiguration.Output);
            // Without a file the first setting stands where it would.
            var path = given is null || given.StartsWith("--", StringComparison.Ordinal) ? null : Path.GetFullPath(given);
            string[] settings = given is not null && path is null ? [given, .. parsed.UnmatchedTokens] : [.. parsed.UnmatchedTokens];
            if (path is null != parsed.GetValue(mark)) throw new StoreCopyException("Give either a backup, or --in-place.");
            await using var app = StoreHost.Compose(settings);
            if (path is null)
            {
                await Restorer.MarkAsync(app.Services, cancellationToken);
                await output.WriteLineAsync("The gateway knows that its store was put back. It starts paused.");
                return ExitCode.Clean;
            }

            var restored = await StoreHost.WithProgressAsync(parsed, tell => Restorer.RestoreAsync(app.Services, path, tell, cancellationToken));
            await output.WriteLineAsync($"Restored {Told(restored)}. The gateway starts paused: start it, send it what came since, resume, and look at the run that is then held.");
            return ExitCode.Clean;
        });
        return command;
    }

    private static string Told(BackupManifest backup) => string.Create(CultureInfo.InvariantCulture,
        $"{backup.Events} events and {backup.Runs} runs as of {backup.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z ({(backup.LastAcceptedRun is { } run ? $"run {run} was the last that was accepted" : "no run was ever accepted")})");
}
