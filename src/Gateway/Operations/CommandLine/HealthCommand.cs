using System.CommandLine;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway health</c>: whether the gateway on this machine can take events; what a container's health check runs.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var command = new Command("health", "Ends 0 when a running gateway can take events, 1 when it cannot. Needs no key.") { Client.UrlOption };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Client.For(parsed, Deadline, anonymous: true);
            var answer = await client.GetAsync("health/ready", cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(answer.Text("status"));
            return ExitCode.Clean;
        });
        return command;
    }
}
