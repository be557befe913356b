using System.CommandLine;
using System.Text.Json;

namespace Gateway.Operations.CommandLine;

/// <summary>A verb that asks a running gateway: it shows the answer, or prints it with <c>--json</c>, and ends with what the answer means to a script.</summary>
internal static class Verb
{
    /// <param name="name">The word.</param>
    /// <param name="description">Its help.</param>
    /// <param name="ask">Undefined: an answer without a body.</param>
    /// <param name="show">Puts it on the terminal; not called where there is no body.</param>
    /// <param name="code">What to end with; null: 0.</param>
    /// <param name="own">Arguments and options.</param>
    public static Command Asking(
        string name, string description, Func<Client, ParseResult, CancellationToken, Task<JsonElement>> ask, Action<Screen, JsonElement> show, Func<JsonElement, int>? code, params Symbol[] own)
    {
        var command = Of(name, description, [.. own, Client.JsonOption]);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Client.For(parsed);
            var answer = await ask(client, parsed, cancellationToken);
            var told = answer.ValueKind != JsonValueKind.Undefined;
            if (parsed.GetValue(Client.JsonOption)) await parsed.InvocationConfiguration.Output.WriteLineAsync(told ? answer.GetRawText() : "{}");
            else if (told) show(Screen.Of(parsed), answer);
            return told && code is not null ? code(answer) : ExitCode.Clean;
        });
        return command;
    }

    /// <summary>A command with these arguments and options, and where the gateway is.</summary>
    public static Command Of(string name, string description, params Symbol[] own)
    {
        var command = new Command(name, description) { Client.UrlOption, Client.KeyOption };
        foreach (var symbol in own)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }

        return command;
    }
}
