using System.CommandLine;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway</c> and <c>gateway serve</c>: whatever else is on the line are settings (<c>--Gateway:Sync:Mode=observe</c>).</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Serves until it is stopped (also without a command). Settings: --Key=value.");
        Serve(command);
        return command;
    }

    public static void Serve(Command command)
    {
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = await GatewayHost.BuildAsync([.. parsed.UnmatchedTokens], configure: null, cancellationToken);
            await app.RunAsync();
            return ExitCode.Clean;
        });
    }
}
