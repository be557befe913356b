using System.CommandLine;
using System.Text.Json;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway adopt</c>: what the account has beside the company, and who there is who here.</summary>
internal static class AdoptCommand
{
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; kept in the audit." };

    public static Command Create()
    {
        var team = new Option<string[]>("--team") { Description = "The name there, '=' and the team's id here: they are the same. Without '=': the first sync may remove it." };
        var person = new Option<string[]>("--person") { Description = "The e-mail there, '=' and the person's id here. Without '=': the first sync may deactivate them." };
        var decide = Asking("decide", "Says who there is who here, or who may go.", (client, parsed, cancellationToken) => client.PostAsync("v1/adoption/decisions", new
        {
            decisions = Words("team", parsed.GetValue(team)).Concat(Words("person", parsed.GetValue(person))).ToList(), reason = parsed.GetValue(Reason),
        }, cancellationToken), team, person, Reason);

        var teams = new Option<string[]>("--team") { Description = "The name of a team that is only there." };
        var people = new Option<string[]>("--person") { Description = "The e-mail of a person who is only there." };
        var import = Asking("import", "Takes what is only there over into the source manual.", (client, parsed, cancellationToken) =>
            client.PostAsync("v1/adoption/import", new { teams = parsed.GetValue(teams) ?? [], people = parsed.GetValue(people) ?? [] }, cancellationToken), teams, people);

        var waive = Asking("waive", "Lets the first sync go without an adoption; the reason is needed.", (client, parsed, cancellationToken) =>
            client.PostAsync("v1/adoption/waive", new { reason = parsed.GetValue(Reason) }, cancellationToken), Reason);

        var show = Asking("show", "Shows the account as it was read last.", (client, _, cancellationToken) => client.GetAsync("v1/adoption", cancellationToken));
        var adopt = Asking("adopt", "Reads the account and shows what a first sync would make of it. Ends 2 while something is not decided.",
            (client, _, cancellationToken) => client.PostAsync("v1/adoption", new { }, cancellationToken));
        foreach (var verb in new[] { show, decide, import, waive }) adopt.Add(verb);
        return adopt;
    }

    private static IEnumerable<object> Words(string kind, string[]? given) => (given ?? []).Select(word =>
    {
        // A team's name may hold one; an id hardly does.
        var at = word.LastIndexOf('=');
        return at < 0 ? (object)new { kind, there = word, action = "letGo" } : new { kind, there = word[..at], action = "same", here = word[(at + 1)..] };
    });

    private static void Told(Screen screen, JsonElement adoption)
    {
        screen.Lines(adoption, "state", "readAt", "peopleMatched", "teamsMatched");
        foreach (var list in adoption.EnumerateObject().Where(l => l.Value.At("count") is { } count && count.GetInt32() > 0))
        {
            var items = list.Value.GetProperty("items");
            if (items[0].ValueKind != JsonValueKind.Object) screen.Say($"{list.Name}: {string.Join(", ", items.EnumerateArray().Select(i => i.GetString()))}");
            else screen.Table($"{list.Name} ({list.Value.GetProperty("count")})", items, [.. items[0].EnumerateObject().Select(p => p.Name)]);
        }
    }

    private static int Code(JsonElement adoption) => adoption.Text("state") == "open" ? ExitCode.Pending : ExitCode.Clean;

    private static Command Asking(string name, string description, Func<Client, ParseResult, CancellationToken, Task<JsonElement>> ask, params Symbol[] own) =>
        Verb.Asking(name, description, ask, Told, Code, own);
}
