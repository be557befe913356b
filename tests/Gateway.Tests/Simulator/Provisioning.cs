using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.OfficevibeSimulator;
using Gateway.OfficevibeSimulator.Account;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>Behaviours 15 to 21: the successor's provisioning.</summary>
public sealed class Provisioning
{
    [Theory]
    [InlineData(SimulatorServer.WorkleapKey, null, HttpStatusCode.Accepted)]
    [InlineData(null, SimulatorServer.WorkleapKey, HttpStatusCode.Unauthorized)]
    [InlineData(null, SimulatorServer.Key, HttpStatusCode.Unauthorized)]
    [InlineData(SimulatorServer.Key, null, HttpStatusCode.Unauthorized)]
    [InlineData("reads-only", null, HttpStatusCode.Forbidden)]
    public async Task Only_a_subscription_key_that_may_write_provisions(string? key, string? bearer, HttpStatusCode expected)
    {
        await using var workleap = await SimulatorServer.StartAsync();
        workleap.Authorize(bearer is null ? null : $"Bearer {bearer}");

        using var answer = await SendAsync(workleap, Payload.Small().Workleap(), key);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Accepted ? 2 : 0, (int)(await workleap.StateAsync())["counts"]!["members"]!);
        Assert.Equal("[redacted]", key is null && bearer is null ? "[redacted]" : (string)(await workleap.LastRequestAsync())["key"]!);
    }

    [Fact]
    public async Task A_read_only_key_reads()
    {
        await using var workleap = await SimulatorServer.StartAsync(o => o.Members.Add(new SeedMember { Email = "ana@x.example" }));
        await ProvisionAsync(workleap, Payload.Small());

        var found = await SearchAsync(workleap, new { searchTerm = "ana@x.example", pageSize = 10 }, "reads-only");

        var ana = Assert.Single(found["value"]!.AsArray())!;
        Assert.Equal(("ana@x.example", true), ((string?)ana["emails"]![0]!["value"], (bool)ana["active"]!));
        Assert.False((bool)(await SearchAsync(workleap, new { searchTerm = "bo@x", pageSize = 10 }))["value"]![0]!["active"]!);
        using var one = await GetAsync(workleap, $"/public/users/{(string)ana["id"]!}", "reads-only");
        Assert.Equal("ana@x.example", (string?)JsonNode.Parse(await one.Content.ReadAsStringAsync(SimulatorServer.Cancel))!["userName"]);
    }

    [Fact]
    public async Task A_list_comes_in_pages_and_the_last_one_says_so()
    {
        await using var workleap = await SimulatorServer.StartAsync();
        await ProvisionAsync(workleap, Payload.Small());

        var first = await SearchAsync(workleap, new { searchTerm = "", pageSize = 1 });
        var second = await SearchAsync(workleap, new { searchTerm = "", pageSize = 1, continuationToken = (string?)first["metadata"]!["continuationToken"] });

        Assert.NotEqual((string?)first["value"]![0]!["id"], (string?)second["value"]![0]!["id"]);
        Assert.Null((string?)second["metadata"]!["continuationToken"]);
        var teams = await SearchAsync(workleap, new { searchTerm = "", pageSize = 10 }, what: "groups");
        Assert.Equal(["Company", "R&D"], teams["value"]!.AsArray().Select(t => (string)t!["displayName"]!));
    }

    [Fact]
    public async Task Settings_are_refused_and_change_nothing()
    {
        await using var workleap = await SimulatorServer.StartAsync();

        using var answer = await SendAsync(workleap, Payload.Small().Build());

        Assert.Equal((HttpStatusCode.BadRequest, "ERR_VALIDATION"), (answer.StatusCode, await CodeAsync(answer)));
        Assert.Empty((await workleap.StateAsync())["members"]!.AsArray());
    }

    [Fact]
    public async Task The_legacy_names_are_taken_without_settings()
    {
        await using var workleap = await SimulatorServer.StartAsync();

        using var answer = await SendAsync(workleap, Payload.Small().WithoutSettings());

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(["ana@x.example"], (await workleap.TeamAsync("R&D")).Emails("members"));
    }

    [Fact]
    public async Task A_property_keeps_its_name_and_a_preference_is_read_as_text_or_as_a_list()
    {
        await using var workleap = await SimulatorServer.StartAsync(o => o.Properties.Add(new() { Name = "Country" }));

        await ProvisionAsync(workleap, Payload.Small()
            .User("U3", "cy@x.example", ("Country", "Chile"), ("language", "fr"), ("productAssignations", new[] { "Officevibe", "Performance" }))
            .User("U4", "di@x.example", ("country", "Peru"), ("language", new[] { "en" })));

        var cy = await workleap.MemberAsync("cy@x.example");
        Assert.Equal(("Chile", "fr", 2), ((string?)cy!["properties"]!["Country"], (string?)cy["language"], cy["products"]!.AsArray().Count));
        var di = await workleap.MemberAsync("di@x.example");
        Assert.Equal(("en", 0), ((string?)di!["language"], di["properties"]!.AsObject().Count));
    }

    [Fact]
    public async Task Nothing_is_provisioned_while_the_integration_is_switched_off_and_reading_goes_on()
    {
        await using var workleap = await SimulatorServer.StartAsync(o => o.IntegrationActive = false);

        using var answer = await SendAsync(workleap, Payload.Small().Workleap());

        Assert.Equal((HttpStatusCode.BadRequest, "ERR_PROVISIONING_NOT_ACTIVATED"), (answer.StatusCode, await CodeAsync(answer)));
        Assert.Empty((await SearchAsync(workleap, new { searchTerm = "", pageSize = 10 }))["value"]!.AsArray());
    }

    [Fact]
    public async Task The_work_is_done_after_the_answer_and_no_answer_tells_of_its_end()
    {
        await using var workleap = await SimulatorServer.StartAsync(o => o.Workleap.WorkOnRequest = true);

        var answer = await ProvisionAsync(workleap, Payload.Small());
        Assert.Equal("Pending", (string?)answer["status"]);
        Assert.Equal(("pending", 0), (await StatusAsync(workleap), (int)(await workleap.StateAsync())["counts"]!["members"]!));
        await workleap.ControlAsync("provisioning/work", new { });

        Assert.Equal(("done", 2), (await StatusAsync(workleap), (int)(await workleap.StateAsync())["counts"]!["members"]!));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 2)]
    public async Task A_sync_that_fails_has_changed_nothing_or_the_people_alone(bool half, int members)
    {
        await using var workleap = await SimulatorServer.StartAsync();
        await workleap.ArmAsync(new { kind = "provisioningFails", half });

        var answer = await ProvisionAsync(workleap, Payload.Small());

        Assert.Equal(("Pending", "failed"), ((string?)answer["status"], await StatusAsync(workleap)));
        var counts = (await workleap.StateAsync())["counts"]!;
        Assert.Equal((members, 0), ((int)counts["members"]!, (int)counts["teams"]!));
    }

    [Fact]
    public async Task An_absent_active_member_is_deactivated_and_the_next_sync_deletes_them()
    {
        await using var workleap = await SimulatorServer.StartAsync(o => o.Workleap.AutomaticInvite = true);
        await ProvisionAsync(workleap, Payload.Small());
        await workleap.ControlAsync("account", new { activate = (string[])["ana@x.example"] });

        await ProvisionAsync(workleap, WithoutAna());
        Assert.Equal("deactivated", (string?)(await workleap.MemberAsync("ana@x.example"))!["status"]);
        await ProvisionAsync(workleap, WithoutAna());

        Assert.Null(await workleap.MemberAsync("ana@x.example"));
        var deleted = Assert.Single((await workleap.StateAsync())["deletedMembers"]!.AsArray())!;
        Assert.Equal(("U1", "deactivated", 3), ((string?)deleted["externalId"], (string?)deleted["status"], (int)deleted["deletedBySync"]!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_absent_member_who_was_never_active_is_deleted_at_once(bool invited)
    {
        await using var workleap = await SimulatorServer.StartAsync(o => o.Workleap.AutomaticInvite = invited);
        await ProvisionAsync(workleap, Payload.Small());

        await ProvisionAsync(workleap, WithoutAna());

        Assert.Null(await workleap.MemberAsync("ana@x.example"));
    }

    [Fact]
    public async Task Absent_administrators_and_executives_are_spared_whatever_their_status()
    {
        await using var workleap = await SimulatorServer.StartAsync(o =>
        {
            o.Members.Add(new SeedMember { Email = "admin@x.example", Role = MemberRole.Administrator });
            o.Members.Add(new SeedMember { Email = "new-admin@x.example", Role = MemberRole.Administrator, Status = MemberStatus.Invited });
            o.Members.Add(new SeedMember { Email = "chief@x.example", Role = MemberRole.Executive, Status = MemberStatus.Created });
        });

        await ProvisionAsync(workleap, Payload.Small());

        var statuses = (await workleap.StateAsync())["members"]!.AsArray().Where(m => (string?)m!["role"] != "member").Select(m => (string?)m!["status"]);
        Assert.Equal(["active", "invited", "created"], statuses);
    }

    [Fact]
    public async Task The_first_sync_matches_by_email_and_changes_none_and_later_ones_carry_it_by_the_id()
    {
        await using var workleap = await SimulatorServer.StartAsync(o =>
        {
            o.Members.Add(new SeedMember { Email = "Ana@X.example" });
            o.Members.Add(new SeedMember { Email = "old@x.example", ExternalId = "U9" });
        });
        var before = await workleap.MemberAsync("Ana@X.example");

        await ProvisionAsync(workleap, Payload.Small().User("U9", "new@x.example"));
        var first = await workleap.MemberAsync("Ana@X.example");
        Assert.Equal(((string?)before!["internalId"], "U1"), ((string?)first!["internalId"], (string?)first["externalId"]));
        Assert.NotNull(await workleap.MemberAsync("old@x.example"));
        await ProvisionAsync(workleap, WithoutAna().User("U1", "ana.new@x.example").User("U9", "new@x.example"));

        Assert.Equal((string?)before["internalId"], (string?)(await workleap.MemberAsync("ana.new@x.example"))!["internalId"]);
        Assert.NotNull(await workleap.MemberAsync("new@x.example"));
    }

    [Fact]
    public async Task Somebody_new_who_wants_an_address_that_the_first_sync_leaves_to_another_is_left_out()
    {
        await using var workleap = await SimulatorServer.StartAsync(o => o.Members.Add(new SeedMember { Email = "cy@x.example", ExternalId = "U9" }));

        await ProvisionAsync(workleap, Payload.Small().User("U9", "cy.new@x.example").User("U8", "cy@x.example"));

        Assert.Equal("U9", (string?)(await workleap.MemberAsync("cy@x.example"))!["externalId"]);
        Assert.Equal(2, (int)(await workleap.StateAsync())["syncs"]![0]!["skipped"]!);
    }

    [Fact]
    public async Task Automatic_invite_is_a_switch_of_the_account_and_never_invites_again()
    {
        await using var workleap = await SimulatorServer.StartAsync();
        await ProvisionAsync(workleap, Payload.Small());
        await workleap.ControlAsync("account", new { workleap = new { automaticInvite = true } });

        await ProvisionAsync(workleap, Payload.Small().User("U3", "cy@x.example"));

        Assert.Equal("created", (string?)(await workleap.MemberAsync("ana@x.example"))!["status"]);
        Assert.Equal("invited", (string?)(await workleap.MemberAsync("cy@x.example"))!["status"]);
    }

    [Theory]
    [InlineData(1, null, "Paused")]
    [InlineData(2, null, "Pending")]
    [InlineData(null, 3, "Paused")]
    [InlineData(null, 4, "Pending")]
    [InlineData(0, null, "Paused")]
    public async Task Users_and_teams_are_counted_apart_and_more_than_a_threshold_pauses(int? users, int? teams, string status)
    {
        await using var workleap = await SimulatorServer.StartAsync(o => (o.Workleap.UsersThreshold, o.Workleap.TeamsThreshold) = (users, teams));

        var answer = await ProvisionAsync(workleap, Payload.Small());

        Assert.Equal(status, (string?)answer["status"]);
        Assert.Equal(status == "Paused" ? 0 : 2, (int)(await workleap.StateAsync())["counts"]!["members"]!);
    }

    [Fact]
    public async Task A_threshold_of_zero_pauses_a_sync_that_changes_nothing()
    {
        await using var workleap = await SimulatorServer.StartAsync();
        await ProvisionAsync(workleap, Payload.Small());
        await workleap.ControlAsync("account", new { workleap = new { teamsThreshold = 0 } });

        Assert.Equal("Paused", (string?)(await ProvisionAsync(workleap, Payload.Small()))["status"]);
    }

    [Theory]
    [InlineData(true, "done", 2)]
    [InlineData(false, "rejected", 0)]
    public async Task What_is_paused_is_applied_when_approved_and_leaves_no_trace_when_rejected(bool approve, string status, int members)
    {
        await using var workleap = await SimulatorServer.StartAsync(o => o.Workleap.UsersThreshold = 1);
        await ProvisionAsync(workleap, Payload.Small());
        var before = await workleap.CompanyAsync();

        Assert.Contains("nothing yet; would: created 2: ana@x.example, bo@x.example", await PageAsync(workleap), StringComparison.Ordinal);
        await workleap.ControlAsync($"provisioning/1/{(approve ? "approve" : "reject")}", new { });

        Assert.Equal((status, members), (await StatusAsync(workleap), (int)(await workleap.StateAsync())["counts"]!["members"]!));
        Assert.Equal(!approve, before == await workleap.CompanyAsync());
        using var again = await workleap.Http.PostAsync("/_simulator/provisioning/1/approve", null, SimulatorServer.Cancel);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task A_pause_that_is_found_later_is_told_to_no_caller()
    {
        await using var workleap = await SimulatorServer.StartAsync(o => (o.Workleap.UsersThreshold, o.Workleap.AnswerSaysPaused) = (1, false));

        Assert.Equal("Pending", (string?)(await ProvisionAsync(workleap, Payload.Small()))["status"]);

        Assert.Equal("paused", await StatusAsync(workleap));
    }

    [Fact]
    public async Task The_page_and_the_state_tell_what_each_sync_did_to_the_account()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Teams.Add(new SeedTeam { Name = "Old", History = 7 }));
        await officevibe.SyncAsync(Payload.Small().Inviting().Build());
        await officevibe.ControlAsync("account", new { activate = (string[])["ana@x.example"] });
        await officevibe.SyncAsync(new Payload().User("U2", "bo@x.example", ("jobTitle", "Lead")).Group("G2", "Research").Manager("G2", "U2").Build());

        var syncs = (await officevibe.StateAsync())["syncs"]!;
        var (first, second) = (syncs[0]!["effect"]!, syncs[1]!["effect"]!);
        Assert.Equal((2, 2, "Old"), ((int)first["created"]!["count"]!, (int)first["invited"]!["count"]!, (string?)first["historyLost"]!["first"]![0]));
        Assert.Equal(
            ("ana@x.example", "bo@x.example", "R&D → Research", "Company"),
            ((string?)second["deactivated"]!["first"]![0], (string?)second["updated"]!["first"]![0], (string?)second["teamsRenamed"]!["first"]![0], (string?)second["teamsRemoved"]!["first"]![0]));
        Assert.Contains("updated 1: bo@x.example; deactivated 1: ana@x.example; teams renamed 1: R&amp;D → Research", await PageAsync(officevibe), StringComparison.Ordinal);
    }

    private static Payload WithoutAna() =>
        new Payload().User("U2", "bo@x.example").Group("G1", "Company").Group("G2", "R&D").SubGroup("G1", "G2").Manager("G2", "U2");

    private static async Task<string?> StatusAsync(SimulatorServer workleap) => (string?)(await workleap.StateAsync())["syncs"]!.AsArray()[^1]!["status"];

    private static async Task<JsonNode> ProvisionAsync(SimulatorServer workleap, Payload payload)
    {
        using var answer = await SendAsync(workleap, payload.Workleap());
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel))!;
    }

    private static Task<HttpResponseMessage> SendAsync(SimulatorServer workleap, object payload, string? key = SimulatorServer.WorkleapKey) =>
        SendAsync(workleap, HttpMethod.Post, "/public/provisioning/json", payload, key);

    private static async Task<JsonNode> SearchAsync(SimulatorServer workleap, object order, string key = SimulatorServer.WorkleapKey, string what = "users")
    {
        using var answer = await SendAsync(workleap, HttpMethod.Post, $"/public/{what}/search", order, key);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel))!;
    }

    private static Task<HttpResponseMessage> GetAsync(SimulatorServer workleap, string path, string key) => SendAsync(workleap, HttpMethod.Get, path, null, key);

    private static async Task<HttpResponseMessage> SendAsync(SimulatorServer workleap, HttpMethod method, string path, object? body, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Add("workleap-subscription-key", key);
        return await workleap.Http.SendAsync(request, SimulatorServer.Cancel);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel))!["error"]!["code"];

    private static Task<string> PageAsync(SimulatorServer workleap) => workleap.Http.GetStringAsync("/", SimulatorServer.Cancel);
}
