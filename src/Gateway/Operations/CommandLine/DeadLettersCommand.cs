using System.CommandLine;
using System.Text.Json;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway dead-letters …</c>: look at messages that nobody could handle, replay or discard them.</summary>
internal static class DeadLettersCommand
{
    private static readonly Argument<string[]> Ids = new("ids") { Description = "Which; without any, give --limit.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Queue = new("--queue") { Description = "Only of this queue." };
    private static readonly Option<int?> Limit = new("--limit") { Description = "How many, the oldest first; at most 500." };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; kept in the audit." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only says what would come of it." };

    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "Which." };
        var list = Verb("list", "Lists them, the oldest first.", Queue, Limit);
        list.SetAction((parsed, cancellationToken) => AskAsync(
            parsed, client => client.GetAsync($"v1/dead-letters?limit={parsed.GetValue(Limit) ?? 50}{(parsed.GetValue(Queue) is { } queue ? "&queue=" + Uri.EscapeDataString(queue) : "")}", cancellationToken), Listed));
        var show = Verb("show", "Shows one, with the ids, types and dates of its content.", id);
        show.SetAction((parsed, cancellationToken) => AskAsync(
            parsed, client => client.GetAsync($"v1/dead-letters/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", cancellationToken), Shown));
        return new Command("dead-letters", "Messages that nobody could handle: list, show, replay, discard.")
        {
            list, show, Deed("replay", "Judges them anew; what is accepted is in the log. Ends 1 when one is refused or not there."), Deed("discard", "Takes them away for good; the reason is needed."),
        };
    }

    private static Command Deed(string name, string description)
    {
        var command = Verb(name, description, Ids, Queue, Limit, DryRun, Reason);
        command.SetAction((parsed, cancellationToken) =>
        {
            var ids = parsed.GetValue(Ids) is { Length: > 0 } given ? given : null;
            var choice = new { ids, queue = parsed.GetValue(Queue), limit = parsed.GetValue(Limit), dryRun = parsed.GetValue(DryRun), reason = parsed.GetValue(Reason) };
            return AskAsync(parsed, client => client.PostAsync("v1/dead-letters/" + name, choice, cancellationToken), Done);
        });
        return command;
    }

    private static int Listed(Screen screen, JsonElement answer)
    {
        screen.Table(null, answer.GetProperty("items"), "id", "queue", "age", "source", "eventId", "subject", "reason");
        return ExitCode.Clean;
    }

    private static int Shown(Screen screen, JsonElement answer)
    {
        screen.Fields(answer.GetProperty("letter"));
        screen.Say(answer.At("content") is { } content ? JsonSerializer.Serialize(content, Indented) : "Its content is no JSON of an event.");
        return ExitCode.Clean;
    }

    private static int Done(Screen screen, JsonElement answer)
    {
        screen.Table(answer.GetProperty("dryRun").GetBoolean() ? "nothing was done" : null, answer.GetProperty("results"), "id", "outcome", "source", "eventId", "problem");
        return Code(answer);
    }

    private static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    private static int Code(JsonElement answer) =>
        answer.At("results") is { } results && results.EnumerateArray().Any(r => r.Text("outcome") is "refused" or "notFound") ? ExitCode.Error : ExitCode.Clean;

    private static async Task<int> AskAsync(ParseResult parsed, Func<Client, Task<JsonElement>> ask, Func<Screen, JsonElement, int> show)
    {
        using var client = Client.For(parsed);
        var answer = await ask(client);
        if (!parsed.GetValue(Client.JsonOption)) return show(Screen.Of(parsed), answer);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(answer.GetRawText());
        return Code(answer);
    }

    private static Command Verb(string name, string description, params Symbol[] own)
    {
        var command = new Command(name, description) { Client.UrlOption, Client.KeyOption, Client.JsonOption };
        foreach (var symbol in own)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }

        return command;
    }
}
