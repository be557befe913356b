using System.CommandLine;
using Gateway.Sources.Mapping;
using Gateway.Sources.Mapping.Catalog;
using Gateway.Sources.Mapping.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway scripts test FILE</c>: the self-test of a mapping script, for whoever writes one. Needs no gateway and no settings.</summary>
internal static class ScriptsCommand
{
    public static Command Create() => new("scripts", "Mapping scripts: test.") { Test() };

    private static Command Test()
    {
        var file = new Argument<FileInfo>("file") { Description = "A script, such as acme.js." };
        var wallClock = new Option<TimeSpan>("--wall-clock") { Description = "What one run may take.", DefaultValueFactory = _ => new MappingOptions().WallClock };
        var command = new Command("test", "Runs a script on its own samples, as the gateway would. Ends 1 when one fails.") { file, wallClock };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (path, output) = (parsed.GetRequiredValue(file).FullName, parsed.InvocationConfiguration.Output);
            if (!File.Exists(path)) throw new FileNotFoundException($"There is no file {path}.");
            var (script, problem) = ScriptFiles.Read(path);
            if (script is null)
            {
                await output.WriteLineAsync(problem);
                return ExitCode.Error;
            }

            await using var host = new ScriptHost(Options.Create(new MappingOptions { WallClock = parsed.GetValue(wallClock) }), NullLogger<ScriptHost>.Instance);
            var result = await SelfTest.RunAsync(host, script, cancellationToken);
            foreach (var failure in result.Failures) await output.WriteLineAsync(failure);
            await output.WriteLineAsync(result.Passed ? $"{script.Name}: all {result.Samples} samples passed ({script.Hash[..12]})." : $"{script.Name}: {result.Failures.Count} of {result.Samples} samples failed.");
            return result.Passed ? ExitCode.Clean : ExitCode.Error;
        });
        return command;
    }
}
