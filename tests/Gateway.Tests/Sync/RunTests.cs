using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.EventLog;
using Gateway.Tests.EventLogs;

namespace Gateway.Tests.Sync;

/// <summary>What runs come to, and what they keep.</summary>
public class RunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_keeps_the_very_bytes_that_were_sent_and_what_it_was_made_of()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6);

        var run = await sync.LastAsync();

        using var bytes = await sync.Gateway.Http.GetAsync(new Uri($"/v1/syncs/{run.Id()}/snapshot", UriKind.Relative), Cancel);
        var body = await bytes.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal((string)run["contentHash"]!, Convert.ToHexStringLower(SHA256.HashData(body)));
        Assert.Equal($"\"{(string)run["contentHash"]!}\"", bytes.Headers.ETag!.Tag);
        Assert.Equal("application/json", bytes.Content.Headers.ContentType!.MediaType);
        Assert.Equal(6, JsonNode.Parse(body)!["users"]!.AsArray().Count);
        Assert.Equal(sync.Gateway.Get<ILogStore>().Position(8), (long)run["head"]!);
        Assert.Equal(64, ((string)run["rules"]!).Length);
        Assert.NotNull((string?)run["version"]);
    }

    [Fact]
    public async Task Unchanged_content_is_sent_again_only_after_its_time()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6);

        var same = await sync.RequestAsync();
        Assert.Equal(("unchanged", 1), (same.State(), await sync.SentAsync()));
        using var bytes = await sync.Gateway.Http.GetAsync(new Uri($"/v1/syncs/{same.Id()}/snapshot", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, bytes.StatusCode);

        sync.Advance(TimeSpan.FromDays(7));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(2, await sync.SentAsync());
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen_and_sends_nothing()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);

        var run = await sync.RequestAsync(dryRun: true);

        Assert.Equal(("dry_run", "hold"), (run.State(), (string)run["guard"]!["verdict"]!));
        Assert.Equal(6, (int)run["diff"]!["counts"]!["usersRemoved"]!);
        Assert.Equal(1, await sync.SentAsync());
        Assert.Equal(30, await sync.MembersAsync());
    }

    [Fact]
    public async Task In_mode_observe_runs_are_computed_and_kept_and_never_sent()
    {
        await using var sync = await SyncGateway.StartAsync(new() { ["Gateway:Sync:Mode"] = "observe" });
        await sync.CompanyAsync(6);
        var run = await sync.RequestAsync();
        Assert.Equal(("observed", 0), (run.State(), await sync.SentAsync()));
        using var bytes = await sync.Gateway.Http.GetAsync(new Uri($"/v1/syncs/{run.Id()}/snapshot", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, bytes.StatusCode);
    }

    [Fact]
    public async Task In_mode_hold_every_run_needs_approval()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6, new() { ["Gateway:Sync:Mode"] = "hold" });
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        var run = await sync.RequestAsync();
        Assert.Equal(("held", "Mode"), (run.State(), Assert.Single(run.Rules())));
        await sync.ApproveAsync(run);
        await sync.WorkAsync();
        Assert.Equal("accepted", (await sync.RunAsync(run.Id())).State());
    }

    [Fact]
    public async Task An_empty_section_is_refused_and_cannot_be_approved()
    {
        await using var sync = await SyncGateway.StartAsync();
        await sync.EventsAsync(sync.Team("T1", "Platform"));
        var run = await sync.RequestAsync();
        Assert.Equal(("refused", 0), (run.State(), await sync.SentAsync()));
        Assert.Equal(["users", "mappings"], run["guard"]!["emptySections"]!.AsArray().Select(s => (string)s!));
        using var answer = await sync.DecideAsync(run, "approve", new { contentHash = (string?)run["contentHash"], firstSync = true });
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_is_found_out_before_anything_is_sent()
    {
        await using var sync = await SyncGateway.StartAsync(new() { ["Gateway:Officevibe:ApiKey"] = "wrong", ["Gateway:Sync:Guard:FirstSync"] = "false" });
        await sync.CompanyAsync(6);
        Assert.Equal(("refused", 0), ((await sync.RequestAsync()).State(), await sync.SentAsync()));
    }

    [Fact]
    public async Task A_failed_run_is_tried_again_as_a_new_run_of_the_content_of_that_time()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        await sync.Officevibe.ArmAsync(new { kind = "RateLimited", retryAfterSeconds = 1800, path = "/api/v2/sync" });
        var failed = await sync.RequestAsync();
        var wait = (DateTimeOffset)failed["retryAt"]! - (DateTimeOffset)failed["finishedAt"]!;
        Assert.InRange(wait, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(36));

        await sync.EventsAsync(sync.Hire(100));
        sync.Advance(TimeSpan.FromMinutes(29));
        Assert.Empty(await sync.WorkAsync());
        sync.Advance(TimeSpan.FromMinutes(8));
        var retried = await sync.RunAsync(Assert.Single(await sync.WorkAsync()));

        Assert.NotEqual(failed.Id(), retried.Id());
        Assert.Equal(("accepted", "retry"), (retried.State(), (string)retried["trigger"]!));
        Assert.Equal(31, await sync.MembersAsync());
    }

    [Fact]
    public async Task An_approved_run_that_fails_is_tried_again_itself()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        await sync.Officevibe.ArmAsync(new { kind = "ServerError", status = 500, path = "/api/v2/sync" });
        await sync.ApproveAsync(held);
        await sync.WorkAsync();
        Assert.Equal("failed", (await sync.RunAsync(held.Id())).State());

        sync.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([held.Id()], await sync.WorkAsync());

        Assert.Equal("accepted", (await sync.RunAsync(held.Id())).State());
        Assert.Equal(24, await sync.MembersAsync());
    }

    [Fact]
    public async Task A_source_without_its_required_baseline_or_silent_for_too_long_holds_the_run()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.Gateway.RestartAsync(new()
        {
            ["Gateway:Sources:hris:Baseline"] = "required",
            ["Gateway:Sources:hris:SilentAfter"] = "1.00:00:00",
            ["Gateway:Sources:hris:SilentAction"] = "hold",
        });
        await sync.EventsAsync(sync.Hire(100));
        Assert.Equal(["BaselineMissing"], (await sync.RequestAsync()).Rules());

        sync.Advance(TimeSpan.FromDays(2));
        Assert.Equal(["BaselineMissing", "SourceSilent"], (await sync.RequestAsync()).Rules());
        Assert.Equal(30, await sync.MembersAsync());
    }

    [Fact]
    public async Task Content_accepted_with_issues_is_sent_again_by_the_next_schedule()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6, new() { ["Gateway:Sync:Schedule"] = "0 3 * * *" });
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        await sync.Officevibe.ArmAsync(new { kind = "SuccessWithErrors", path = "/api/v2/sync" });
        Assert.Equal("accepted_with_issues", (await sync.RequestAsync()).State());
        Assert.Equal("unchanged", (await sync.RequestAsync()).State());

        sync.Advance(TimeSpan.FromHours(16));
        await sync.WorkAsync();
        Assert.Equal("accepted", (await sync.LastAsync()).State());
    }

    [Fact]
    public async Task Runs_are_found_by_whom_they_touched()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6);
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        await sync.RequestAsync();
        Assert.Equal(["2", "1"], (await sync.RunsAsync("?subject=E002")).Select(r => r!.Id()));
        Assert.Equal(["1"], (await sync.RunsAsync("?subject=E003")).Select(r => r!.Id()));
        Assert.Empty(await sync.RunsAsync("?subject=nobody"));
        Assert.Equal(["2"], (await sync.RunsAsync("?limit=1")).Select(r => r!.Id()));
    }

    [Fact]
    public async Task Pages_follow_each_other_and_a_strange_cursor_is_refused()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6);
        await sync.RequestAsync(dryRun: true);
        using var first = await sync.Gateway.Http.GetAsync(new Uri("/v1/syncs?limit=1", UriKind.Relative), Cancel);
        var next = (string)(await SyncGateway.JsonAsync(first))["next"]!;
        using var second = await sync.Gateway.Http.GetAsync(new Uri($"/v1/syncs?limit=1&after={next}", UriKind.Relative), Cancel);
        var page = await SyncGateway.JsonAsync(second);
        Assert.Equal(("1", null), (page["items"]![0]!.Id(), (string?)page["next"]));
        using var strange = await sync.Gateway.Http.GetAsync(new Uri("/v1/syncs?after=zzz", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, strange.StatusCode);
    }

    [Fact]
    public async Task An_export_is_verbatim_for_a_sync_and_harmless_and_marked_for_a_spreadsheet()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(4);
        await sync.EventsAsync(sync.Update(2, "jobTitle", "=1+1, Lead"));
        var run = await sync.RequestAsync();

        var verbatim = await FilesAsync(sync, $"/v1/syncs/{run.Id()}/export?for=sync");
        Assert.Equal(["users.csv", "groups.csv", "groups-mapping.csv"], verbatim.Keys);
        Assert.StartsWith("id,email,firstName,lastName,jobTitle,imageUrl,language\r\n", verbatim["users.csv"], StringComparison.Ordinal);
        Assert.Contains("E002,E002@example.test,Ana,Number 2,\"=1+1, Lead\",,\r\n", verbatim["users.csv"], StringComparison.Ordinal);
        Assert.Contains("T1,E000,,FALSE,TRUE\r\n", verbatim["groups-mapping.csv"], StringComparison.Ordinal);

        var harmless = await FilesAsync(sync, $"/v1/syncs/{run.Id()}/export?for=spreadsheet");
        Assert.Contains("\"'=1+1, Lead\"", harmless["users-spreadsheet.csv"], StringComparison.Ordinal);
        Assert.All(harmless.Values, file => Assert.Contains(Gateway.Edge.SpreadsheetCopy.Mark, file, StringComparison.Ordinal));
    }

    private static async Task<Dictionary<string, string>> FilesAsync(SyncGateway sync, string path)
    {
        await using var stream = await sync.Gateway.Http.GetStreamAsync(new Uri(path, UriKind.Relative), Cancel);
        using var zip = new ZipArchive(stream);
        return zip.Entries.ToDictionary(e => e.Name, e =>
        {
            using var reader = new StreamReader(e.Open());
            return reader.ReadToEnd();
        });
    }
}
