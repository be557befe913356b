using System.CommandLine;
using System.Text.Json;
using Gateway.Membership.Sync;
using Spectre.Console;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway syncs …</c>: look at runs, start one, decide a held one, pause.</summary>
internal static class SyncsCommand
{
    private const int MostIds = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private static readonly Argument<string> Run = new("run") { Description = "The id of the run." };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; kept in the audit." };

    public static Command Create() => new("syncs", "Runs: list, show, run, approve, reject, send-rest, restore, settle, pause, resume.")
    {
        List(), Show(), Start(), Approve(), Reject(), SendRest(), Restore(), Settle(), Pause(), Resume(),
    };

    private static Command List()
    {
        var subject = new Option<string?>("--subject") { Description = "Only runs that touched this person or team." };
        var limit = new Option<int>("--limit") { Description = "How many, the newest first.", DefaultValueFactory = _ => 20 };
        return Verb.Asking("list", "Lists runs, the newest first.", (client, parsed, cancellationToken) =>
            client.GetAsync($"v1/syncs?limit={parsed.GetValue(limit)}" + (parsed.GetValue(subject) is { } s ? $"&subject={Uri.EscapeDataString(s)}" : ""), cancellationToken),
            (screen, answer) => screen.Table(null, answer.GetProperty("items"), "id", "state", "trigger", "createdAt", "counts", "diffCounts", "reason"), code: null, subject, limit);
    }

    private static Command Show() => Asking("show", "Shows one run: why it is as it is, and what it changes.", (client, parsed, cancellationToken) =>
        client.GetAsync($"v1/syncs/{Id(parsed)}", cancellationToken), Run);

    private static Command Start()
    {
        var dry = new Option<bool>("--dry-run") { Description = "Computes and shows, sends nothing. Ends 2 when there is something to send." };
        return Asking("run", "Makes a snapshot now and, if the guard lets it, sends it.", (client, parsed, cancellationToken) =>
            RestAsync(client, client.PostAsync("v1/syncs", new { dryRun = parsed.GetValue(dry) }, cancellationToken), cancellationToken), dry);
    }

    private static Command Approve()
    {
        var hash = new Option<string?>("--content-hash") { Description = "Of the content that was looked at; 'syncs show' tells it. Without it the run is shown, and you are asked." };
        var first = new Option<bool>("--first-sync") { Description = "Needed for the very first one: who is in the account and not in it will be deactivated." };
        var unread = new Option<bool>("--without-reading") { Description = "After a restore, where the account could not be read: sends all the same." };
        return Asking("approve", "Lets a held run go, exactly as it was looked at.", async (client, parsed, cancellationToken) =>
        {
            var (content, isFirst) = parsed.GetValue(hash) is { } given ? (given, parsed.GetValue(first)) : await AskAsync(client, parsed, cancellationToken);
            var body = new { contentHash = content, reason = parsed.GetValue(Reason), firstSync = isFirst, withoutReading = parsed.GetValue(unread) };
            return await RestAsync(client, client.PostAsync($"v1/syncs/{Id(parsed)}/approve", body, cancellationToken), cancellationToken);
        }, Run, hash, first, unread, Reason);
    }

    /// <summary>Shows the run and asks the person at the terminal. Where there is none, nothing is approved unseen.</summary>
    private static async Task<(string ContentHash, bool FirstSync)> AskAsync(Client client, ParseResult parsed, CancellationToken cancellationToken)
    {
        var console = Screen.Of(parsed).Console;
        if (!console.Profile.Capabilities.Interactive || parsed.GetValue(Client.JsonOption))
            throw new GatewayClientException("Say which content you looked at: --content-hash, as 'gateway syncs show' tells it.");
        var run = await client.GetAsync($"v1/syncs/{Id(parsed)}", cancellationToken);
        Told(Screen.Of(parsed), run);
        var first = run.At("guard")?.At("reasons") is { } reasons && reasons.EnumerateArray().Any(r => r.Text("rule") == GuardRules.FirstSync);
        var question = first ? "This is the first sync: it takes the account over, and who is not in it is deactivated. Send exactly this?" : "Send exactly this?";
        if (run.Text("contentHash") is not { } hash || !await console.ConfirmAsync(question, defaultValue: false, cancellationToken))
            throw new GatewayClientException("Nothing was approved.");
        return (hash, first);
    }

    private static Command Reject() => Silent("reject", "Refuses a held run; the reason is needed.", (client, parsed, cancellationToken) =>
        client.PostAsync($"v1/syncs/{Id(parsed)}/reject", new { reason = parsed.GetValue(Reason) }, cancellationToken), Run, Reason);

    private static Command SendRest() => Asking("send-rest", "Sends everybody else now; the held people and teams stay as they were accepted last. The reason is needed.", (client, parsed, cancellationToken) =>
        RestAsync(client, client.PostAsync($"v1/syncs/{Id(parsed)}/send-rest", new { reason = parsed.GetValue(Reason) }, cancellationToken), cancellationToken), Run, Reason);

    private static Command Restore()
    {
        var structure = new Option<bool>("--structure") { Description = "Its teams and how they lie in each other only, with today's people." };
        return Asking("restore", "Sends the company of an earlier accepted run again, as a held run.", (client, parsed, cancellationToken) =>
            RestAsync(client, client.PostAsync($"v1/syncs/{Id(parsed)}/restore", new { structureOnly = parsed.GetValue(structure), reason = parsed.GetValue(Reason) }, cancellationToken), cancellationToken),
            Run, structure, Reason);
    }

    private static Command Settle()
    {
        var outcome = new Option<string>("--outcome") { Description = "applied, rejected or not_applied, as Workleap's sync history shows it.", Required = true };
        return Asking("settle", "Says what became of a run in Workleap.", (client, parsed, cancellationToken) =>
            client.PostAsync($"v1/syncs/{Id(parsed)}/settle", new { outcome = parsed.GetValue(outcome), reason = parsed.GetValue(Reason) }, cancellationToken), Run, outcome, Reason);
    }

    private static Command Pause()
    {
        var until = new Option<string?>("--until") { Description = "An instant such as 2026-03-02T09:00:00Z; without one, until 'resume'." };
        return Silent("pause", "Nothing is sent meanwhile.", (client, parsed, cancellationToken) =>
            client.PostAsync("v1/sync/pause", new { reason = parsed.GetValue(Reason), until = parsed.GetValue(until) }, cancellationToken), Reason, until);
    }

    private static Command Resume() => Silent("resume", "Ends a pause.", (client, parsed, cancellationToken) =>
        client.PostAsync("v1/sync/resume", new { reason = parsed.GetValue(Reason) }, cancellationToken), Reason);

    private static string Id(ParseResult parsed) => Uri.EscapeDataString(parsed.GetRequiredValue(Run));

    /// <summary>The run as it is when it has come to rest, or after a while: a sync can take minutes.</summary>
    private static async Task<JsonElement> RestAsync(Client client, Task<JsonElement> asked, CancellationToken cancellationToken)
    {
        var run = await asked;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            while (run.Text("state") is "queued" or "assembling" or "approved" or "sending" && await timer.WaitForNextTickAsync(patience.Token))
                run = await client.GetAsync($"v1/syncs/{run.Text("id")}", patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It goes on without us; what is shown is where it was last.
        }

        return run;
    }

    private static void Told(Screen screen, JsonElement run)
    {
        screen.Lines(run, "id", "state", "reason", "whatToDo", "trigger", "requestedBy", "at", "counts", "diffCounts", "contentHash", "retryAt", "acceptedAt", "decidedBy", "decisionReason", "plan", "restOf", "contentGoneAt", "account");
        if (run.At("guard")?.At("reasons") is { } reasons && reasons.GetArrayLength() > 0) screen.Table("guard", reasons, "rule", "source", "number", "limit", "subjects");
        if (run.At("approvals") is { } approvals)
        {
            var needed = run.Text("approvalsNeeded") is { } of ? $" ({approvals.GetArrayLength()} of {of})" : "";
            screen.Table("approved" + needed, approvals, "by", "at", "reason");
        }

        if (run.At("rest") is { } rest) screen.Fields(rest);
        if (run.At("deletions") is { ValueKind: JsonValueKind.Object } deletions) screen.Table("deleted for good", deletions.GetProperty("members"), "id", "cause");
        if (run.At("answer")?.At("reported") is { } reported && reported.GetArrayLength() > 0) screen.Fields(run.GetProperty("answer"));
        if (run.At("diff") is not { } diff) return;
        foreach (var list in diff.EnumerateObject().Where(l => l.Value.ValueKind == JsonValueKind.Array && l.Value.GetArrayLength() > 0))
        {
            var ids = list.Value.EnumerateArray().Select(i => i.Text("id") ?? $"{i.Text("groupId")}/{i.Text("userId") ?? i.Text("subGroupId")}").ToList();
            screen.Say($"{list.Name}: {string.Join(", ", ids.Take(MostIds))}{(ids.Count > MostIds ? $" and {ids.Count - MostIds} more" : "")}");
        }
    }

    /// <summary>What the state of a run means to a script.</summary>
    private static int Code(JsonElement run) => run.Text("state") switch
    {
        "held" or "rejected" or "awaiting_upstream_approval" => ExitCode.Held,
        "failed" or "refused" or "unknown" => ExitCode.Error,
        // Paused, or still on its way.
        "queued" or "assembling" or "approved" or "sending" or "processing" => ExitCode.Pending,
        "dry_run" or "observed" => HasChanges(run) ? ExitCode.Pending : ExitCode.Clean,
        _ => ExitCode.Clean,
    };

    private static bool HasChanges(JsonElement run) => run.Text("contentHash") is { } content && content != run.Text("baseHash");

    private static Command Asking(string name, string description, Func<Client, ParseResult, CancellationToken, Task<JsonElement>> ask, params Symbol[] own) =>
        Verb.Asking(name, description, ask, Told, Code, own);

    /// <summary>A deed whose answer says nothing new.</summary>
    private static Command Silent(string name, string description, Func<Client, ParseResult, CancellationToken, Task<JsonElement>> ask, params Symbol[] own) =>
        Verb.Asking(name, description, ask, (_, _) => { }, code: null, own);
}
