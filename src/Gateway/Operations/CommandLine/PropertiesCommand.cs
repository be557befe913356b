using System.CommandLine;
using System.Text.Json;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway properties</c>: what is declared, what Officevibe's answers have taught, and who carries what.</summary>
internal static class PropertiesCommand
{
    public static Command Create()
    {
        var refused = new Option<bool>("--refused") { Description = "Only those that Officevibe does not find, or of which it does not find an option." };
        return Verb.Asking("properties", "Lists properties: declared, refused by Officevibe with the likely name there, and how many people carry them.", async (client, parsed, cancellationToken) =>
        {
            var all = await client.AllAsync("v1/properties", cancellationToken);
            return JsonSerializer.SerializeToElement(new { items = parsed.GetValue(refused) ? all.Where(IsRefused) : all });
        }, (screen, answer) => screen.Table(null, JsonSerializer.SerializeToElement(answer.GetProperty("items").EnumerateArray().Select(Row)), "name", "declared", "there", "refusedOptions", "nearMisses", "members", "membersLeftOut"),
            code: null, refused);
    }

    private static bool IsRefused(JsonElement property) => property.At("refused") is not null || property.GetProperty("refusedOptions").GetArrayLength() > 0;

    private static object Row(JsonElement p) => new
    {
        name = p.Text("name"),
        declared = p.At("declared")?.Text("type") ?? "no",
        there = p.At("refused") is { } refused ? $"not found since {Day(refused)}, run {refused.Text("sinceRun")}" : p.At("taken") is { } taken ? $"since {Day(taken)}" : "not known",
        refusedOptions = p.GetProperty("refusedOptions").EnumerateArray().Select(o => o.Text("value") ?? "(one that was not named)"),
        nearMisses = p.At("nearMisses"),
        members = p.At("members"),
        membersLeftOut = p.At("membersLeftOut"),
    };

    private static string Day(JsonElement answered) => answered.GetProperty("since").GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
