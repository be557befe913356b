using System.Net;
using System.Text.Json.Nodes;
using Gateway.Tests.Simulator;
using static Gateway.Tests.Sync.AccountStoryTests;

namespace Gateway.Tests.Sync;

/// <summary>What no sync can do and somebody has to do in the app: never lost, whatever becomes of the run, the address or the number.</summary>
public sealed class TodoStoryTests
{
    [Fact]
    public async Task Who_was_created_without_an_invitation_stays_on_the_list_through_a_restart_another_address_another_number_and_invitations_switched_on()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(20);
        Assert.Equal(Enumerable.Range(0, 20).Select(SyncGateway.Id), await OpenAsync(sync));
        await TickAsync(sync, "done", new { run = "1", kind = "invite", reason = "Invited everybody from the app." });
        await sync.EventsAsync(sync.Hire(30), sync.Hire(31), sync.Hire(32), sync.Hire(33));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(["E030", "E031", "E032", "E033"], await OpenAsync(sync));

        await sync.Gateway.RestartAsync(new() { ["Gateway:Officevibe:InviteNewUsers"] = "true" });
        await sync.EventsAsync(sync.Update(30, "email", "married@example.test"));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        await sync.EventsAsync(sync.Leave(31), sync.Hire(41).Replace("E041@", "E031@", StringComparison.Ordinal), sync.Leave(32), sync.Hire(50));
        var renumbered = await sync.RequestAsync();
        Assert.Equal("held", renumbered.State());
        await sync.ApproveAsync(renumbered);
        await sync.WorkAsync();
        Assert.Equal(["E030", "E033", "E041"], await OpenAsync(sync));
        Assert.Equal("married@example.test", (string?)(await ListAsync(sync)).First(i => (string?)i["subject"] == "E030")["email"]);

        // Nobody on it was invited, and whoever was created since was.
        foreach (var email in (string[])["married@example.test", "E031@example.test", "E033@example.test"]) Assert.Equal("created", (string?)(await sync.Officevibe.MemberAsync(email))!["status"]);
        Assert.Equal("invited", (string?)(await sync.Officevibe.MemberAsync("E050@example.test"))!["status"]);
        Assert.All(await ListAsync(sync), i => Assert.Contains("invites nobody who is there already", (string?)i["whatToDo"], StringComparison.Ordinal));

        // Who comes back is still not invited.
        await sync.EventsAsync(sync.Hire(32));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal("created", (string?)(await sync.Officevibe.MemberAsync("E032@example.test"))!["status"]);
        Assert.Equal(["E030", "E032", "E033", "E041"], await OpenAsync(sync));

        // Until a person says that it is done, and who said so stands in the audit.
        await TickAsync(sync, "done", new { items = new[] { new { kind = "invite", subject = "E033" } }, reason = "Invited by hand." });
        Assert.Equal(["E030", "E032", "E041"], await OpenAsync(sync));
        var done = (await ListAsync(sync, "?state=done")).First(i => (string?)i["subject"] == "E033")["done"]!;
        Assert.Equal(("done", "Invited by hand."), ((string?)done["as"], (string?)done["reason"]));
        Assert.Equal("todo.done", (string?)(await GetAsync(sync, "/v1/audit?subject=E033"))["items"]![0]!["action"]);
        await TickAsync(sync, "reopen", new { items = new[] { new { kind = "invite", subject = "E033" } }, reason = "It was another one." });
        Assert.Equal(4, (int)(await GetAsync(sync, "/v1/status"))["todo"]!);
        Assert.Equal(["E030", "E032", "E033", "E041"], await OpenAsync(sync, limit: 1));
    }

    [Fact]
    public async Task A_run_without_an_answer_leaves_nobody_out_though_the_setting_is_another_one_when_it_is_read_back()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(20);
        await TickAsync(sync, "done", new { run = "1", kind = "invite", reason = "Invited everybody from the app." });
        await sync.EventsAsync(sync.Hire(30), sync.Hire(31));
        await sync.Officevibe.ArmAsync(new { kind = "cutAfterApply", path = "/api/v2/sync" });
        var unknown = await sync.RequestAsync();
        Assert.Equal("unknown", unknown.State());
        Assert.Empty(await OpenAsync(sync));

        await sync.Gateway.RestartAsync(new() { ["Gateway:Officevibe:InviteNewUsers"] = "true" });
        sync.Advance(TimeSpan.FromMinutes(10));
        await sync.WorkAsync();
        Assert.Equal("accepted", (await sync.RunAsync(unknown.Id())).State());
        Assert.Equal(["E030", "E031"], await OpenAsync(sync));
        Assert.Equal("created", (string?)(await sync.Officevibe.MemberAsync("E030@example.test"))!["status"]);
    }

    [Fact]
    public async Task Who_may_have_been_created_by_a_run_that_nobody_could_settle_is_listed_though_the_next_one_invites()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(20);
        await TickAsync(sync, "done", new { run = "1", kind = "invite", reason = "Invited everybody from the app." });
        await sync.EventsAsync(sync.Hire(30));
        await sync.Officevibe.ArmAsync(new { kind = "cutAfterApply", path = "/api/v2/sync" });
        Assert.Equal("unknown", (await sync.RequestAsync()).State());
        await sync.Officevibe.ArmAsync(new { kind = "truncatedJson", path = "/api/v2/users" });
        await sync.Gateway.RestartAsync(new() { ["Gateway:Officevibe:InviteNewUsers"] = "true" });
        await sync.EventsAsync(sync.Hire(31));
        sync.Advance(TimeSpan.FromMinutes(10));
        await sync.WorkAsync();
        sync.Advance(TimeSpan.FromMinutes(10));
        await sync.WorkAsync();

        Assert.Equal("accepted", (await sync.LastAsync()).State());
        Assert.Equal("created", (string?)(await sync.Officevibe.MemberAsync("E030@example.test"))!["status"]);
        Assert.Equal("invited", (string?)(await sync.Officevibe.MemberAsync("E031@example.test"))!["status"]);
        var item = Assert.Single(await ListAsync(sync));
        Assert.Equal(("E030", false), ((string?)item["subject"], (bool)item["certain"]!));
    }

    [Fact]
    public async Task Whom_the_account_had_before_the_first_sync_was_not_created_by_it()
    {
        await using var sync = await SyncGateway.StartAsync();
        await sync.Officevibe.ControlAsync("account", new { members = Enumerable.Range(0, 4).Select(i => new { email = $"{SyncGateway.Id(i)}@EXAMPLE.test", status = "active" }) });
        await sync.CompanyAsync(6);
        var first = await sync.RequestAsync();
        await sync.ApproveAsync(first, firstSync: true);
        await sync.WorkAsync();
        Assert.Equal("accepted", (await sync.RunAsync(first.Id())).State());
        Assert.Equal(["E004", "E005"], await OpenAsync(sync));
    }

    [Fact]
    public async Task An_administrator_who_left_keeps_their_access_and_is_listed_until_the_account_shows_otherwise()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6, new() { ["Gateway:Sync:Guard:Exempt:0"] = "E005" }, o => o.ListDeactivated = true);
        await sync.Officevibe.ControlAsync("account", new { edit = new { people = new object[] { new { email = "E003@example.test", role = "administrator" } } } });
        await sync.LeaveAsync(3, 1);
        await sync.LeaveAsync(5, 1);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal("created", (string?)(await sync.Officevibe.MemberAsync("E003@example.test"))!["status"]);
        Assert.Equal(["E003", "E005"], await OpenAsync(sync, "administrator"));

        // One is put right in the app, one comes back.
        await sync.Officevibe.ControlAsync("account", new { edit = new { people = new[] { new { email = "E003@example.test", role = "member", status = "deactivated" } } } });
        sync.Advance(TimeSpan.FromMinutes(2));
        await sync.WorkAsync();
        Assert.Equal(["E005"], await OpenAsync(sync, "administrator"));
        await sync.EventsAsync(sync.Hire(5));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Empty(await OpenAsync(sync, "administrator"));
    }

    [Fact]
    public async Task An_administrator_who_left_while_nobody_read_the_account_is_found_by_the_next_reading()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(20);
        await sync.Officevibe.ControlAsync("account", new { edit = new { people = new[] { new { email = "E003@example.test", role = "administrator" } } } });
        await sync.Gateway.RestartAsync(new() { ["Gateway:Officevibe:ReadBack"] = "false" });
        await sync.LeaveAsync(3, 1);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Empty(await OpenAsync(sync, "administrator"));
        Assert.Equal(HttpStatusCode.OK, (await ReadAsync(sync)).Status);
        Assert.Equal(["E003"], await OpenAsync(sync, "administrator"));
    }

    [Fact]
    public async Task An_erasure_is_noted_for_whom_the_account_has_and_nothing_else_can_be_added_or_ticked_off()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(20);
        await TickAsync(sync, "", new { kind = "erase", subject = "E002", reason = "Asked for on 3 May." });
        var item = Assert.Single(await ListAsync(sync, "?kind=erase"));
        Assert.Equal(("E002", "e002@example.test"), ((string?)item["subject"], (string?)item["email"]));

        foreach (var (verb, body, field) in new (string, object, string)[]
        {
            ("", new { kind = "erase", subject = "E999", reason = "Asked." }, "subject"), ("", new { kind = "invite", subject = "E002", reason = "x" }, "kind"),
            ("", new { kind = "erase", subject = "E002", reason = " " }, "reason"), ("/done", new { items = new[] { new { kind = "erase", subject = "E999" } }, reason = "x" }, "items[0].subject"),
            ("/done", new { reason = "x" }, "items"), ("/done", new { run = "77", kind = "invite", reason = "x" }, "run"), ("/done", new { items = Array.Empty<object>(), reason = "" }, "reason"),
        })
        {
            using var answer = await sync.PostAsync("/v1/todo" + verb, body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal([field], (await SyncGateway.JsonAsync(answer))["errors"]!.AsObject().Select(e => e.Key));
        }
    }

    [Fact]
    public async Task At_Workleap_a_reading_shows_who_took_up_an_invitation_and_what_was_added_by_hand()
    {
        await using var sync = await SyncGateway.StartAsync(new() { ["Gateway:Officevibe:Dialect"] = "workleap" });
        await sync.CompanyAsync(30);
        var first = await sync.RequestAsync();
        await sync.ApproveAsync(first, firstSync: true);
        await SettleAsync(sync);
        Assert.Equal("accepted", (await sync.RunAsync(first.Id())).State());
        Assert.Equal(30, (await OpenAsync(sync)).Length);
        Assert.All(await ListAsync(sync), i => Assert.Contains("Automatic Invite", (string?)i["whatToDo"], StringComparison.Ordinal));

        await sync.Officevibe.ControlAsync("account", new { edit = new { people = Enumerable.Range(0, 29).Select(i => new { email = $"{SyncGateway.Id(i)}@example.test", status = "active" }) }, members = Enumerable.Range(0, 10).Select(i => new { email = $"hand{i}@example.test" }) });
        await ReadAsync(sync);
        Assert.Equal(["E029"], await OpenAsync(sync));
        var account = await GetAsync(sync, "/v1/account");
        Assert.Equal(10, (int)account["peopleMore"]!["count"]!);
        Assert.Equal(["ids", "hierarchy", "properties", "administrators", "jobTitles", "memberships"], account["notComparable"]!.AsArray().Select(n => (string)n!));
        Assert.Equal(0, (int)account["rowsMissing"]!["count"]! + (int)account["fields"]!["count"]!);

        await sync.LeaveAsync(20, 1);
        var held = await sync.RequestAsync();
        Assert.Equal(("held", "AccountDiffers"), (held.State(), Assert.Single(held.Rules())));
        Assert.Equal(40, await sync.MembersAsync());
    }

    private static async Task SettleAsync(SyncGateway sync)
    {
        for (var i = 0; i < 3; i++)
        {
            await sync.WorkAsync();
            await sync.Officevibe.ControlAsync("provisioning/work", new { });
            sync.Advance(TimeSpan.FromMinutes(11));
        }

        await sync.WorkAsync();
    }

    private static async Task TickAsync(SyncGateway sync, string verb, object body)
    {
        using var answer = await sync.PostAsync($"/v1/todo/{verb}".TrimEnd('/'), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel));
        Assert.True((int)(await SyncGateway.JsonAsync(answer))["changed"]! > 0);
    }

    private static async Task<List<JsonNode>> ListAsync(SyncGateway sync, string query = "?kind=invite") => [.. (await GetAsync(sync, "/v1/todo" + query))["items"]!.AsArray().Select(i => i!)];

    /// <summary>Subjects of what is open, page by page.</summary>
    private static async Task<string[]> OpenAsync(SyncGateway sync, string kind = "invite", int limit = 500)
    {
        var subjects = new List<string>();
        string? after = null;
        do
        {
            var page = await GetAsync(sync, $"/v1/todo?kind={kind}&limit={limit}{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}");
            subjects.AddRange(page["items"]!.AsArray().Select(i => (string)i!["subject"]!));
            after = (string?)page["next"];
        }
        while (after is not null);
        return [.. subjects];
    }
}
