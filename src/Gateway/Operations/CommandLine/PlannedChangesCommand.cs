using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway planned-changes …</c>: Monday's reorganisation, approved on Friday.</summary>
internal static class PlannedChangesCommand
{
    private static readonly Argument<string> Plan = new("plan") { Description = "Its id, such as p7." };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; kept in the audit." };

    public static Command Create()
    {
        var limit = new Option<int>("--limit") { Description = "How many, the newest first.", DefaultValueFactory = _ => 20 };
        return new Command("planned-changes", "Approves beforehand: list, show, make, approve, cancel.")
        {
            Verb.Asking("list", "Lists what was approved beforehand, the newest first.", (client, parsed, cancellationToken) =>
                client.GetAsync($"v1/planned-changes?limit={parsed.GetValue(limit)}", cancellationToken),
                (screen, answer) => screen.Table(null, answer.GetProperty("items"), "id", "state", "from", "until", "limits", "contentHash", "reason"), code: null, limit),
            Asking("show", "Shows one: how much of it is used, and the runs that it let through.", (client, parsed, cancellationToken) => client.GetAsync(Path(parsed), cancellationToken), Plan),
            Make(),
            Asking("approve", "The second key's word, where two are needed.", (client, parsed, cancellationToken) =>
                client.PostAsync($"{Path(parsed)}/approve", new { reason = parsed.GetValue(Reason) }, cancellationToken), Plan, Reason),
            Verb.Asking("cancel", "Cancels it; what it let through stays.", (client, parsed, cancellationToken) =>
                client.SendAsync(HttpMethod.Delete, Path(parsed) + (parsed.GetValue(Reason) is { } reason ? "?reason=" + Uri.EscapeDataString(reason) : ""), content: null, cancellationToken),
                (_, _) => { }, code: null, Plan, Reason),
        };
    }

    private static Command Make()
    {
        var from = new Option<string?>("--from") { Description = "When the window opens, such as 2026-03-16T00:00:00Z; without one, now." };
        var until = new Option<string?>("--until") { Description = "When it closes; at most 14 days later." };
        var limits = new Option<string[]>("--limit") { Description = "A rule of the guard, '=' and how many the whole window may have, such as MembersRemoved=40. May be given several times." };
        var hash = new Option<string?>("--content-hash") { Description = "Instead of limits: of exactly the content that may go, once; 'syncs run --dry-run' or GET /v1/snapshot/diff?at= tells it." };
        var also = new Option<string[]>("--also") { Description = "With --content-hash: IdChange or Deletions, where it is to do that too." };
        return Asking("make", "Approves limits for a window, or one content. The reason is needed. Ends 3 while a second key has to approve it.", (client, parsed, cancellationToken) =>
        {
            if (parsed.GetValue(until) is null) throw new GatewayClientException("Say when the window closes: --until, such as 2026-03-18T00:00:00Z.");
            if (parsed.GetValue(hash) is null == (parsed.GetValue(limits) is not { Length: > 0 })) throw new GatewayClientException("Give either --limit (for the window together) or --content-hash (one content), not both.");
            return client.PostAsync("v1/planned-changes", new
            {
                reason = parsed.GetValue(Reason), from = Instant(parsed, from), until = Instant(parsed, until), contentHash = parsed.GetValue(hash),
                also = parsed.GetValue(also) is { Length: > 0 } named ? named : null, limits = Limits(parsed.GetValue(limits)),
            }, cancellationToken);
        }, from, until, limits, hash, also, Reason);
    }

    private static string Path(ParseResult parsed) => $"v1/planned-changes/{Uri.EscapeDataString(parsed.GetRequiredValue(Plan))}";

    /// <summary>With its zone: without one it would be another hour on the gateway's machine than on this one.</summary>
    private static string? Instant(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text) return null;
        var zoned = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text.Contains('T', StringComparison.Ordinal));
        return zoned && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant.ToString("O", CultureInfo.InvariantCulture)
            : throw new GatewayClientException($"{option.Name}: an instant with its zone, such as 2026-03-16T00:00:00Z or 2026-03-16T08:00:00+01:00.");
    }

    private static Dictionary<string, int>? Limits(string[]? given)
    {
        if (given is not { Length: > 0 }) return null;
        var limits = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var limit in given)
        {
            var at = limit.IndexOf('=', StringComparison.Ordinal);
            if (at < 1 || !int.TryParse(limit.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw new GatewayClientException($"--limit {limit}: a rule of the guard, '=' and a number, such as MembersRemoved=40.");
            if (!limits.TryAdd(limit[..at], number)) throw new GatewayClientException($"--limit {limit}: this rule is named twice.");
        }

        return limits;
    }

    private static void Told(Screen screen, JsonElement plan)
    {
        screen.Lines(plan, "id", "state", "from", "until", "contentHash", "also", "reason", "cancelled", "runs");
        if (plan.At("limits") is { } limits) screen.Table("limits", limits, "rule", "limit", "used");
        screen.Table("approved", plan.GetProperty("approvals"), "by", "at", "reason");
    }

    private static Command Asking(string name, string description, Func<Client, ParseResult, CancellationToken, Task<JsonElement>> ask, params Symbol[] own) =>
        Verb.Asking(name, description, ask, Told, plan => plan.Text("state") == "waiting" ? ExitCode.Held : ExitCode.Clean, own);
}
