using System.Net;
using System.Text.Json.Nodes;
using Gateway.Membership.Sync;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync;

/// <summary>A company and its account at Workleap, whose answers come later: what the account looks like afterwards counts.</summary>
public class WorkleapTests
{
    private const int People = 6;

    [Fact]
    public async Task A_run_is_accepted_when_the_account_shows_it_and_what_was_paused_there_when_somebody_approves_it()
    {
        await using var sync = await WithAcceptedCompanyAsync(new() { ["Gateway:Sync:Schedule"] = "0 * * * *" });
        await ThresholdAsync(sync, 1);
        await sync.EventsAsync(sync.Hire(10), sync.Hire(11));

        var paused = await sync.RequestAsync();
        Assert.Equal("awaiting_upstream_approval", paused.State());
        Assert.Contains("Sync history", (string?)paused["whatToDo"]);
        Assert.Equal(paused.Id(), (string?)(await StatusAsync(sync))["upstream"]!["run"]);

        // Nothing follows by itself; what somebody asks for is held, and says why.
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        sync.Advance(TimeSpan.FromHours(3));
        Assert.Empty(await sync.WorkAsync());
        var beside = await sync.RequestAsync();
        Assert.Equal(("held", GuardRules.AwaitingUpstream), (beside.State(), Assert.Single(beside.Rules())));
        Assert.Equal(People, await sync.MembersAsync());

        await sync.Officevibe.ControlAsync("provisioning/2/approve", new { });
        sync.Advance(TimeSpan.FromMinutes(11));
        // The schedule goes on at once, and a change that no reading shows counts as taken.
        var next = Assert.Single(await sync.WorkAsync());
        Assert.Equal("accepted", (await sync.RunAsync(paused.Id())).State());
        Assert.Equal("superseded", (await sync.RunAsync(beside.Id())).State());
        Assert.Equal(People + 2, await sync.MembersAsync());
        await SettledAsync(sync);
        Assert.Equal("accepted", (await sync.RunAsync(next)).State());
        Assert.Equal("Lead", (string?)(await sync.Officevibe.MemberAsync("E002@example.test"))!["jobTitle"]);
    }

    [Fact]
    public async Task A_run_that_was_rejected_there_is_not_sent_again_until_what_it_takes_away_is_corrected()
    {
        await using var sync = await WithAcceptedCompanyAsync();
        await ThresholdAsync(sync, 1);
        await sync.LeaveAsync(4, 2);
        var paused = await sync.RequestAsync();
        Assert.Equal("awaiting_upstream_approval", paused.State());

        await sync.Officevibe.ControlAsync("provisioning/2/reject", new { });
        await SettleAsync(sync, paused, "rejected");
        Assert.Equal("rejected", (await sync.RunAsync(paused.Id())).State());
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        var again = await sync.RequestAsync();
        Assert.Equal(("rejected", paused.Id(), 2), (again.State(), (string?)again["rejectedByRun"], await sync.SentAsync()));

        await sync.EventsAsync(sync.Hire(4), sync.Hire(5, "T2"));
        var corrected = await sync.RequestAsync();
        Assert.Equal("processing", corrected.State());
        await SettledAsync(sync);
        Assert.Equal((People, "accepted"), (await sync.MembersAsync(), (await sync.RunAsync(corrected.Id())).State()));
        using var late = await sync.PostAsync($"/v1/syncs/{paused.Id()}/settle", new { outcome = "applied" });
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }

    [Fact]
    public async Task A_pause_that_no_answer_told_is_found_when_nothing_shows_and_a_person_can_say_that_it_was_applied()
    {
        await using var sync = await WithAcceptedCompanyAsync();
        await sync.Officevibe.ControlAsync("account", new { workleap = new { usersThreshold = 1, answerSaysPaused = false } });
        await sync.EventsAsync(sync.Hire(10), sync.Hire(11));

        var run = await sync.RequestAsync();
        Assert.Equal("processing", run.State());
        await SettledAsync(sync);
        Assert.Equal("processing", (await sync.RunAsync(run.Id())).State());
        sync.Advance(TimeSpan.FromHours(1));
        await sync.WorkAsync();
        Assert.Equal("awaiting_upstream_approval", (await sync.RunAsync(run.Id())).State());

        await sync.Officevibe.ControlAsync("provisioning/2/approve", new { });
        using var wrong = await sync.PostAsync($"/v1/syncs/{run.Id()}/settle", new { outcome = "maybe" });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        await SettleAsync(sync, run, "applied");
        Assert.Equal("unchanged", (await sync.RequestAsync()).State());
    }

    [Theory]
    [InlineData("reads-only")]
    [InlineData(SimulatorServer.Key)]
    public async Task A_key_of_the_wrong_kind_is_refused_and_says_which_one_is_wanted(string key)
    {
        await using var sync = await SyncGateway.StartAsync(new()
        {
            ["Gateway:Officevibe:Dialect"] = "workleap", ["Gateway:Officevibe:ApiKey"] = key, ["Gateway:Sync:Guard:FirstSync"] = "false",
        });
        await sync.CompanyAsync(People);

        var run = await sync.RequestAsync();

        Assert.Equal(("refused", 0), (run.State(), await sync.MembersAsync()));
        Assert.Contains("read-write access", (string?)run["whatToDo"]);
    }

    [Fact]
    public async Task Who_left_is_deactivated_then_nothing_follows_for_a_day_and_their_deletion_waits_for_a_person()
    {
        await using var sync = await WithAcceptedCompanyAsync(new() { ["Gateway:Sync:Schedule"] = "0 * * * *" });
        await sync.LeaveAsync(5, 1);
        var left = await sync.RequestAsync();
        Assert.Null(left["deletions"]);
        await SettledAsync(sync);
        Assert.Equal(("accepted", "deactivated"), ((await sync.RunAsync(left.Id())).State(), await StatusOfAsync(sync, 5)));

        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        sync.Advance(TimeSpan.FromHours(23));
        Assert.Empty(await sync.WorkAsync());
        var dry = await sync.RequestAsync(dryRun: true);
        Assert.Equal(("absent_before", SyncGateway.Id(5)), ((string?)dry["deletions"]!["members"]![0]!["cause"], (string?)dry["deletions"]!["members"]![0]!["id"]));

        sync.Advance(TimeSpan.FromHours(1));
        var held = await sync.RunAsync(Assert.Single(await sync.WorkAsync()));
        Assert.Equal(("held", GuardRules.Deletions), (held.State(), Assert.Single(held.Rules())));
        Assert.Equal("deactivated", await StatusOfAsync(sync, 5));

        await sync.ApproveAsync(held);
        await sync.WorkAsync();
        await SettledAsync(sync);
        Assert.Equal(("accepted", null), ((await sync.RunAsync(held.Id())).State(), await StatusOfAsync(sync, 5)));
        await sync.EventsAsync(sync.Update(3, "jobTitle", "Lead"));
        Assert.Equal("processing", (await sync.RequestAsync()).State());
    }

    [Fact]
    public async Task A_wrong_leave_is_undone_within_the_day_and_nobody_is_deleted()
    {
        await using var sync = await WithAcceptedCompanyAsync();
        await sync.LeaveAsync(5, 1);
        await sync.RequestAsync();
        await SettledAsync(sync);

        await sync.EventsAsync(sync.Hire(5, "T2"));
        var back = await sync.RequestAsync();

        Assert.Equal(("processing", null), (back.State(), back["deletions"]));
        await SettledAsync(sync);
        Assert.Equal(("accepted", "active"), ((await sync.RunAsync(back.Id())).State(), await StatusOfAsync(sync, 5)));
    }

    [Fact]
    public async Task Who_was_never_active_or_could_not_be_seen_is_shown_as_a_deletion_at_once()
    {
        await using var sync = await WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Hire(10));
        await sync.RequestAsync();
        await SettledAsync(sync);
        Assert.Equal("invited", await StatusOfAsync(sync, 10));

        await sync.LeaveAsync(10, 1);
        var held = await sync.RequestAsync();
        Assert.Equal(("held", "not_active"), (held.State(), (string?)held["deletions"]!["members"]![0]!["cause"]));
        Assert.Equal("invited", await StatusOfAsync(sync, 10));

        await sync.Officevibe.ArmAsync(new { kind = "serverError", status = 400, path = "/public/users/search" });
        Assert.Equal("unseen", (string?)(await sync.RequestAsync(dryRun: true))["deletions"]!["members"]![0]!["cause"]);
    }

    [Theory]
    [InlineData("cutAfterApply", "accepted", People + 1)]
    [InlineData("cutBeforeApply", "failed", People)]
    public async Task A_cut_after_the_body_is_settled_by_reading_back_and_is_not_taken_for_lost_too_soon(string fault, string state, int members)
    {
        await using var sync = await WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Hire(10));
        await sync.Officevibe.ArmAsync(new { kind = fault, path = "/public/provisioning/json" });

        var run = await sync.RequestAsync();
        Assert.Equal("unknown", run.State());
        await SettledAsync(sync);
        Assert.Equal(state == "failed" ? "unknown" : state, (await sync.RunAsync(run.Id())).State());
        sync.Advance(TimeSpan.FromHours(1));
        await sync.WorkAsync();

        Assert.Equal((state, members), ((await sync.RunAsync(run.Id())).State(), await sync.MembersAsync()));
        if (state == "accepted") return;
        sync.Advance(TimeSpan.FromMinutes(2));
        await sync.WorkAsync();
        Assert.Equal(People + 1, await sync.MembersAsync());
    }

    [Fact]
    public async Task Half_a_run_is_not_taken_for_all_of_it_and_the_next_one_settles_it()
    {
        await using var sync = await WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Team("T3", "Design"), sync.Hire(10, "T3"));
        await sync.Officevibe.ArmAsync(new { kind = "provisioningFails", half = true });

        var half = await sync.RequestAsync();
        await SettledAsync(sync);
        Assert.Equal("processing", (await sync.RunAsync(half.Id())).State());
        sync.Advance(TimeSpan.FromHours(1));
        await sync.WorkAsync();
        Assert.Equal("unknown", (await sync.RunAsync(half.Id())).State());
        sync.Advance(TimeSpan.FromMinutes(2));
        await sync.WorkAsync();
        await SettledAsync(sync);

        Assert.Equal("accepted", (await sync.LastAsync()).State());
        Assert.Equal(["E010@example.test"], (await sync.Officevibe.TeamAsync("Design")).Emails("members"));
    }

    [Fact]
    public async Task An_account_is_moved_to_the_other_dialect_after_a_dry_run_that_names_whom_it_deletes_and_with_a_persons_word()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(People);
        await sync.LeaveAsync(5, 1);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());

        await sync.Gateway.RestartAsync(SyncGateway.Workleap(sync.Officevibe));
        var dry = await sync.RequestAsync(dryRun: true);
        Assert.Equal([GuardRules.DialectChanged, GuardRules.Deletions], dry.Rules());
        Assert.Equal(SyncGateway.Id(5), (string?)dry["deletions"]!["members"]![0]!["id"]);
        var held = await sync.RequestAsync();
        Assert.Equal(("held", "deactivated"), (held.State(), await StatusOfAsync(sync, 5)));

        await sync.ApproveAsync(held);
        await sync.WorkAsync();
        await SettledAsync(sync);
        Assert.Equal(("accepted", null), ((await sync.RunAsync(held.Id())).State(), await StatusOfAsync(sync, 5)));
        Assert.Equal("unchanged", (await sync.RequestAsync()).State());
    }

    [Fact]
    public async Task The_snapshot_is_shown_in_either_dialect()
    {
        await using var sync = await SyncGateway.StartAsync();
        await sync.CompanyAsync(2);

        Assert.Equal(["settings", "users", "groups", "mappings"], Sections(await SnapshotAsync("officevibe")));
        Assert.Equal(["members", "teams", "teamMappings"], Sections(await SnapshotAsync("workleap")));
        Assert.Equal(Sections(await SnapshotAsync("officevibe")), Sections(await SnapshotAsync(null)));
        using var other = await sync.Gateway.Http.GetAsync(new Uri("/v1/snapshot?dialect=klingon", UriKind.Relative), SimulatorServer.Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);

        async Task<JsonNode> SnapshotAsync(string? dialect) =>
            JsonNode.Parse(await sync.Gateway.Http.GetStringAsync(new Uri($"/v1/snapshot{(dialect is null ? "" : $"?dialect={dialect}")}", UriKind.Relative), SimulatorServer.Cancel))!;

        static IEnumerable<string> Sections(JsonNode body) => body.AsObject().Select(s => s.Key);
    }

    /// <summary>A company that Workleap has, everybody in it active.</summary>
    private static async Task<SyncGateway> WithAcceptedCompanyAsync(Dictionary<string, string?>? more = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Officevibe:Dialect"] = "workleap",
            ["Gateway:Sync:Guard:MappingsChanged:Count"] = "2",
        };
        foreach (var (key, value) in more ?? []) settings[key] = value;
        var sync = await SyncGateway.StartAsync(settings, o => o.Workleap.AutomaticInvite = true);
        await sync.CompanyAsync(People);
        var first = await sync.RequestAsync();
        Assert.Equal("held", first.State());
        await sync.ApproveAsync(first, firstSync: true);
        await sync.WorkAsync();
        Assert.Equal("processing", (await sync.RunAsync(first.Id())).State());
        await SettledAsync(sync);
        Assert.Equal("accepted", (await sync.RunAsync(first.Id())).State());
        await sync.Officevibe.ControlAsync("account", new { activate = Enumerable.Range(0, People).Select(i => $"{SyncGateway.Id(i)}@example.test") });
        return sync;
    }

    /// <summary>As long as it takes until an open run is looked for the first time.</summary>
    private static async Task SettledAsync(SyncGateway sync)
    {
        sync.Advance(TimeSpan.FromMinutes(1));
        await sync.WorkAsync();
    }

    private static async Task ThresholdAsync(SyncGateway sync, int users) => await sync.Officevibe.ControlAsync("account", new { workleap = new { usersThreshold = users } });

    private static async Task<string?> StatusOfAsync(SyncGateway sync, int i) => (string?)(await sync.Officevibe.MemberAsync($"{SyncGateway.Id(i)}@example.test"))?["status"];

    private static async Task SettleAsync(SyncGateway sync, JsonNode run, string outcome)
    {
        using var answer = await sync.PostAsync($"/v1/syncs/{run.Id()}/settle", new { outcome, reason = "Seen in Workleap." });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await sync.WorkAsync();
    }

    private static async Task<JsonNode> StatusAsync(SyncGateway sync) =>
        JsonNode.Parse(await sync.Gateway.Http.GetStringAsync(new Uri("/v1/status", UriKind.Relative), SimulatorServer.Cancel))!;
}
