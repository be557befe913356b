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
        return new Command("dead-letters", "Messages that nobody could handle: list, show, replay, discard.")
        {
            Verb.Asking("list", "Lists them, the oldest first.", (client, parsed, cancellationToken) =>
                client.GetAsync($"v1/dead-letters?limit={parsed.GetValue(Limit) ?? 50}{(parsed.GetValue(Queue) is { } queue ? "&queue=" + Uri.EscapeDataString(queue) : "")}", cancellationToken),
                (screen, answer) => screen.Table(null, answer.GetProperty("items"), "id", "queue", "age", "source", "eventId", "subject", "reason"), code: null, Queue, Limit),
            Verb.Asking("show", "Shows one, with the ids, types and dates of its content.", (client, parsed, cancellationToken) =>
                client.GetAsync($"v1/dead-letters/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", cancellationToken), Shown, code: null, id),
            Deed("replay", "Judges them anew; what is accepted is in the log. Ends 1 when one is refused or not there."), Deed("discard", "Takes them away for good; the reason is needed."),
        };
    }

    private static Command Deed(string name, string description) => Verb.Asking(name, description, (client, parsed, cancellationToken) =>
    {
        var ids = parsed.GetValue(Ids) is { Length: > 0 } given ? given : null;
        return client.PostAsync(
            "v1/dead-letters/" + name,
            new { ids, queue = parsed.GetValue(Queue), limit = parsed.GetValue(Limit), dryRun = parsed.GetValue(DryRun), reason = parsed.GetValue(Reason) }, cancellationToken);
    }, Done, Code, Ids, Queue, Limit, DryRun, Reason);

    private static void Shown(Screen screen, JsonElement answer)
    {
        screen.Fields(answer.GetProperty("letter"));
        screen.Say(answer.At("content") is { } content ? JsonSerializer.Serialize(content, Indented) : "Its content is no JSON of an event.");
    }

    private static void Done(Screen screen, JsonElement answer) =>
        screen.Table(answer.GetProperty("dryRun").GetBoolean() ? "nothing was done" : null, answer.GetProperty("results"), "id", "outcome", "source", "eventId", "problem");

    private static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    private static int Code(JsonElement answer) =>
        answer.At("results") is { } results && results.EnumerateArray().Any(r => r.Text("outcome") is "refused" or "notFound") ? ExitCode.Error : ExitCode.Clean;
}
