using System.CommandLine;
using Gateway.OfficevibeSimulator;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway simulator</c>: the simulated Officevibe alone, for a composition where several gateways share one account.</summary>
internal static class SimulatorCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Where it listens, on every address: its control API asks for no key.", DefaultValueFactory = _ => 8090 };
        var key = new Option<string>("--api-key") { Description = "The key that it takes.", DefaultValueFactory = _ => "simulator" };
        var command = new Command("simulator", "Plays an Officevibe account until it is stopped; no gateway.") { port, key };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var account = OfficevibeSimulatorHost.Build(new SimulatorOptions { Port = parsed.GetValue(port), ListenOnAnyAddress = true, Keys = [parsed.GetValue(key)!] });
            await account.StartAsync(cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"A simulated Officevibe account listens on port {parsed.GetValue(port)}.");
            await account.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Clean;
        });
        return command;
    }
}
