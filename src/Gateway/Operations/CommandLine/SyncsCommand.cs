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
        return Verb("list", "Lists runs, the newest first.", async (client, parsed, cancellationToken) =>
        {
            var path = $"v1/syncs?limit={parsed.GetValue(limit)}" + (parsed.GetValue(subject) is { } s ? $"&subject={Uri.EscapeDataString(s)}" : "");
            return (await client.GetAsync(path, cancellationToken), answer =>
            {
                Screen.Of(parsed).Table(null, answer.GetProperty("items"), "id", "state", "trigger", "createdAt", "counts", "diffCounts", "reason");
                return ExitCode.Clean;
            });
        }, subject, limit);
    }

    private static Command Show() => Verb("show", "Shows one run: why it is as it is, and what it changes.", async (client, parsed, cancellationToken) =>
        (await client.GetAsync($"v1/syncs/{Id(parsed)}", cancellationToken), answer => Told(parsed, answer)), Run);

    private static Command Start()
    {
        var dry = new Option<bool>("--dry-run") { Description = "Computes and shows, sends nothing. Ends 2 when there is something to send." };
        return Verb("run", "Makes a snapshot now and, if the guard lets it, sends it.", async (client, parsed, cancellationToken) =>
            (await RestAsync(client, await client.PostAsync("v1/syncs", new { dryRun = parsed.GetValue(dry) }, cancellationToken), cancellationToken), answer => Told(parsed, answer)), dry);
    }

    private static Command Approve()
    {
        var hash = new Option<string?>("--content-hash") { Description = "Of the content that was looked at; 'syncs show' tells it. Without it the run is shown, and you are asked." };
        var first = new Option<bool>("--first-sync") { Description = "Needed for the very first one: who is in the account and not in it will be deactivated." };
        var unread = new Option<bool>("--without-reading") { Description = "After a restore, where the account could not be read: sends all the same." };
        return Verb("approve", "Lets a held run go, exactly as it was looked at.", async (client, parsed, cancellationToken) =>
        {
            var (content, isFirst) = parsed.GetValue(hash) is { } given ? (given, parsed.GetValue(first)) : await AskAsync(client, parsed, cancellationToken);
            var body = new { contentHash = content, reason = parsed.GetValue(Reason), firstSync = isFirst, withoutReading = parsed.GetValue(unread) };
            var run = await client.PostAsync($"v1/syncs/{Id(parsed)}/approve", body, cancellationToken);
            return (await RestAsync(client, run, cancellationToken), answer => Told(parsed, answer));
        }, Run, hash, first, unread, Reason);
    }

    /// <summary>Shows the run and asks the person at the terminal. Where there is none, nothing is approved unseen.</summary>
    private static async Task<(string ContentHash, bool FirstSync)> AskAsync(Client client, ParseResult parsed, CancellationToken cancellationToken)
    {
        var console = Screen.Of(parsed).Console;
        if (!console.Profile.Capabilities.Interactive || parsed.GetValue(Client.JsonOption))
            throw new GatewayClientException("Say which content you looked at: --content-hash, as 'gateway syncs show' tells it.");
        var run = await client.GetAsync($"v1/syncs/{Id(parsed)}", cancellationToken);
        Told(parsed, run);
        var first = run.At("guard")?.At("reasons") is { } reasons && reasons.EnumerateArray().Any(r => r.Text("rule") == GuardRules.FirstSync);
        var question = first ? "This is the first sync: it takes the account over, and who is not in it is deactivated. Send exactly this?" : "Send exactly this?";
        if (run.Text("contentHash") is not { } hash || !await console.ConfirmAsync(question, defaultValue: false, cancellationToken))
            throw new GatewayClientException("Nothing was approved.");
        return (hash, first);
    }

    private static Command Reject() => Verb("reject", "Refuses a held run; the reason is needed.", async (client, parsed, cancellationToken) =>
        (await client.PostAsync($"v1/syncs/{Id(parsed)}/reject", new { reason = parsed.GetValue(Reason) }, cancellationToken), _ => ExitCode.Clean), Run, Reason);

    private static Command SendRest() => Verb("send-rest", "Sends everybody else now; the held people and teams stay as they were accepted last. The reason is needed.", async (client, parsed, cancellationToken) =>
        (await RestAsync(client, await client.PostAsync($"v1/syncs/{Id(parsed)}/send-rest", new { reason = parsed.GetValue(Reason) }, cancellationToken), cancellationToken), answer => Told(parsed, answer)), Run, Reason);

    private static Command Restore()
    {
        var structure = new Option<bool>("--structure") { Description = "Its teams and how they lie in each other only, with today's people." };
        return Verb("restore", "Sends the company of an earlier accepted run again, as a held run.", async (client, parsed, cancellationToken) =>
        {
            var run = await client.PostAsync($"v1/syncs/{Id(parsed)}/restore", new { structureOnly = parsed.GetValue(structure), reason = parsed.GetValue(Reason) }, cancellationToken);
            return (await RestAsync(client, run, cancellationToken), answer => Told(parsed, answer));
        }, Run, structure, Reason);
    }

    private static Command Settle()
    {
        var outcome = new Option<string>("--outcome") { Description = "applied, rejected or not_applied, as Workleap's sync history shows it.", Required = true };
        return Verb("settle", "Says what became of a run in Workleap.", async (client, parsed, cancellationToken) =>
            (await client.PostAsync($"v1/syncs/{Id(parsed)}/settle", new { outcome = parsed.GetValue(outcome), reason = parsed.GetValue(Reason) }, cancellationToken), answer => Told(parsed, answer)), Run, outcome, Reason);
    }

    private static Command Pause()
    {
        var until = new Option<string?>("--until") { Description = "An instant such as 2026-03-02T09:00:00Z; without one, until 'resume'." };
        return Verb("pause", "Nothing is sent meanwhile.", async (client, parsed, cancellationToken) =>
            (await client.PostAsync("v1/sync/pause", new { reason = parsed.GetValue(Reason), until = parsed.GetValue(until) }, cancellationToken), _ => ExitCode.Clean), Reason, until);
    }

    private static Command Resume() => Verb("resume", "Ends a pause.", async (client, parsed, cancellationToken) =>
        (await client.PostAsync("v1/sync/resume", new { reason = parsed.GetValue(Reason) }, cancellationToken), _ => ExitCode.Clean), Reason);

    private static string Id(ParseResult parsed) => Uri.EscapeDataString(parsed.GetRequiredValue(Run));

    /// <summary>The run as it is when it has come to rest, or after a while: a sync can take minutes.</summary>
    private static async Task<JsonElement> RestAsync(Client client, JsonElement run, CancellationToken cancellationToken)
    {
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

    private static int Told(ParseResult parsed, JsonElement run)
    {
        var screen = Screen.Of(parsed);
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
        if (run.At("diff") is not { } diff) return Code(run);
        foreach (var list in diff.EnumerateObject().Where(l => l.Value.ValueKind == JsonValueKind.Array && l.Value.GetArrayLength() > 0))
        {
            var ids = list.Value.EnumerateArray().Select(i => i.Text("id") ?? $"{i.Text("groupId")}/{i.Text("userId") ?? i.Text("subGroupId")}").ToList();
            screen.Say($"{list.Name}: {string.Join(", ", ids.Take(MostIds))}{(ids.Count > MostIds ? $" and {ids.Count - MostIds} more" : "")}");
        }

        return Code(run);
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

    /// <summary>A verb: asks, shows (or prints the JSON), and tells the code by the answer.</summary>
    private static Command Verb(
        string name, string description, Func<Client, ParseResult, CancellationToken, Task<(JsonElement Answer, Func<JsonElement, int> Show)>> ask, params Symbol[] own)
    {
        var command = new Command(name, description) { Client.UrlOption, Client.KeyOption, Client.JsonOption };
        foreach (var symbol in own)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Client.For(parsed);
            var (answer, show) = await ask(client, parsed, cancellationToken);
            if (!parsed.GetValue(Client.JsonOption)) return show(answer);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(answer.ValueKind == JsonValueKind.Undefined ? "{}" : answer.GetRawText());
            return Code(answer);
        });
        return command;
    }
}
