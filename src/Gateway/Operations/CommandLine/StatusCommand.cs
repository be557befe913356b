using System.CommandLine;
using System.Text.Json;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway status</c>: one look. Ends 3 with a held run, 2 with changes that no run has sent, else 0.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "One look at a running gateway. Ends 0: nothing to do, 2: changes are pending, 3: a run is held.")
        {
            Client.UrlOption, Client.KeyOption, Client.JsonOption,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Client.For(parsed);
            var status = await client.GetAsync("v1/status", cancellationToken);
            if (parsed.GetValue(Client.JsonOption)) await parsed.InvocationConfiguration.Output.WriteLineAsync(status.GetRawText());
            else Screen.Of(parsed).Fields(status);
            return Code(status);
        });
        return command;
    }

    private static int Code(JsonElement status) =>
        status.At("hold") is not null ? ExitCode.Held
        : status.At("pendingChanges") is { ValueKind: JsonValueKind.True } ? ExitCode.Pending
        : ExitCode.Clean;
}
