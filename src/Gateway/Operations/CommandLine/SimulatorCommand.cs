using System.CommandLine;
using Gateway.Officevibe;
using Gateway.Rules;

namespace Gateway.Operations.CommandLine;

/// <summary>
/// <c>gateway simulator</c>: the simulated Officevibe alone, where several gateways share one account. It reads the settings that a gateway would
/// (<c>Gateway:Simulator:*</c>, the key and the catalogue of <c>Gateway:Officevibe:*</c>) and needs none of the others.
/// </summary>
internal static class SimulatorCommand
{
    public static Command Create()
    {
        var command = new Command("simulator", "Plays an Officevibe account until it is stopped; no gateway. Settings: --Key=value.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = WebApplication.CreateBuilder([.. parsed.UnmatchedTokens]).Configuration;
            configuration.AddSecretFiles(Environment.GetEnvironmentVariables());
            var officevibe = configuration.GetSection(OfficevibeOptions.Section).Get<OfficevibeOptions>() ?? new OfficevibeOptions();
            await using var account = BuiltInSimulator.Build(configuration, officevibe, TimeProvider.System);
            await BuiltInSimulator.OpenAsync(account, configuration, cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"A simulated Officevibe account listens on {string.Join(", ", account.Urls)}.");
            await account.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Clean;
        });
        return command;
    }
}
