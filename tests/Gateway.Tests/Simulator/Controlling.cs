using System.Net;
using System.Net.Http.Json;
using Gateway.OfficevibeSimulator;
using Gateway.OfficevibeSimulator.Account;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>What somebody who rehearses can change, and the page that shows a person the account.</summary>
public sealed class Controlling
{
    [Fact]
    public async Task A_reset_brings_back_the_account_that_the_options_describe()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o =>
        {
            o.Members.Add(new SeedMember { Email = "admin@x.example", Role = MemberRole.Administrator });
            o.Teams.Add(new SeedTeam { Name = "Board", Members = ["admin@x.example"] });
        });
        var before = await officevibe.StateAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        await officevibe.ArmAsync(new { kind = "serverError", untilCleared = true });
        await officevibe.ControlAsync("account", new { key = "another-key", integrationActive = false });

        await officevibe.ControlAsync("reset", new { });

        Assert.Equal(before.ToJsonString(), (await officevibe.StateAsync()).ToJsonString());
        Assert.Empty((await officevibe.GetAsync("/_simulator/requests")).AsArray());
        Assert.True((bool)(await officevibe.GetAsync("/api/v2/ping"))["isSuccess"]!);
    }

    [Fact]
    public async Task People_teams_and_rule_based_teams_can_be_put_into_the_account_by_hand()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        await officevibe.ControlAsync("account", new
        {
            members = (object[])
            [
                new { email = "admin@x.example", role = "administrator" },
                new { email = "ana@x.example", status = "created", properties = new Dictionary<string, string> { ["Country"] = "Chile" } },
            ],
            teams = (object[])
            [
                new { name = "Company", managers = (string[])["admin@x.example"], history = 12 },
                new { name = "R&D", parent = "Company", members = (string[])["ana@x.example"] },
                new { name = "Chile", rule = new { property = "Country", value = "Chile" } },
            ],
            invite = Array.Empty<string>(),
        });

        var counts = (await officevibe.StateAsync())["counts"]!;
        Assert.Equal((2, 1, 3, 1, 3), (
            (int)counts["members"]!, (int)counts["administrators"]!, (int)counts["teams"]!, (int)counts["ruleBasedTeams"]!, (int)counts["relations"]!));
        Assert.Equal(["ana@x.example"], (await officevibe.TeamAsync("Chile")).Emails("members"));
    }

    [Fact]
    public async Task Only_the_app_invites_somebody_later_and_who_takes_it_up_is_active()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());

        await officevibe.ControlAsync("account", new { invite = (string[])["ana@x.example"] });
        await officevibe.ControlAsync("account", new { activate = (string[])["ana@x.example"], invitations = new Dictionary<string, int> { ["bo@x.example"] = 3 } });

        var ana = await officevibe.MemberAsync("ana@x.example");
        Assert.Equal(("active", 1), ((string?)ana!["status"], (int)ana["invitations"]!));
        Assert.Equal(3, (int)(await officevibe.MemberAsync("bo@x.example"))!["invitations"]!);
    }

    [Fact]
    public async Task Somebody_at_work_in_the_app_changes_people_teams_and_places_all_or_none()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        var before = await officevibe.CompanyAsync();
        using (var wrong = await officevibe.Http.PostAsJsonAsync(
            "/_simulator/account",
            new { edit = new { people = new object[] { new { email = "ana@x.example", role = "administrator" }, new { email = "ana@x.example", newEmail = "BO@x.example" } }, teams = new[] { new { name = "Nowhere" } }, places = new[] { new { team = "R&D", email = "nobody@x.example" } } } },
            SimulatorServer.Cancel))
        {
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
            var problem = await wrong.Content.ReadAsStringAsync(SimulatorServer.Cancel);
            Assert.All((string[])["edit.people[1].newEmail", "edit.teams[0]", "edit.places[0]"], p => Assert.Contains(p, problem, StringComparison.Ordinal));
        }

        Assert.Equal(before, await officevibe.CompanyAsync());
        await officevibe.ControlAsync("account", new
        {
            edit = new
            {
                people = new object[] { new { email = "ana@x.example", newEmail = "ana.maria@x.example", role = "administrator", status = "active", jobTitle = "Boss" } },
                teams = new object[] { new { name = "R&D", newName = "Research" } }, places = new object[] { new { team = "R&D", email = "ana@x.example", manager = true } },
            },
        });
        var ana = await officevibe.MemberAsync("ana.maria@x.example");
        Assert.Equal(("administrator", "active", "Boss"), ((string?)ana!["role"], (string?)ana["status"], (string?)ana["jobTitle"]));
        Assert.Contains("ana.maria@x.example", (await officevibe.TeamAsync("Research")).Emails("managers"));
        await officevibe.ControlAsync("account", new { edit = new { teams = new[] { new { name = "Research", remove = true } } } });
        Assert.Null(await officevibe.TeamAsync("Research"));
    }

    [Fact]
    public async Task A_change_that_cannot_be_made_whole_is_not_made_at_all()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        var before = await officevibe.CompanyAsync();

        using var answer = await officevibe.Http.PostAsJsonAsync(
            "/_simulator/account",
            new { members = (object[])[new { email = "new@x.example" }, new { email = "ANA@x.example" }], activate = (string[])["bo@x.example"] },
            SimulatorServer.Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel);
        Assert.Contains("members[1].email", problem, StringComparison.Ordinal);
        Assert.Contains("activate", problem, StringComparison.Ordinal);
        Assert.Equal(before, await officevibe.CompanyAsync());
    }

    [Fact]
    public void Options_that_contradict_themselves_stop_the_start()
    {
        var options = new SimulatorOptions { Teams = [new SeedTeam { Name = "R&D", Parent = "Company" }] };

        var refused = Assert.Throws<ArgumentException>(() => OfficevibeSimulatorHost.Build(options));

        Assert.Contains("teams[0].parent", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_the_account_and_encodes_what_it_shows()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small()
            .User("U3", "eve@x.example", ("lastName", "<script>alert(1)</script>")).Group("G3", "A <b>bold</b> team").Manager("G3", "U3").Build());

        using var answer = await officevibe.Http.GetAsync("/", SimulatorServer.Cancel);
        var html = await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel);

        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("R&amp;D", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("A &lt;b&gt;bold&lt;/b&gt; team", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(SimulatorServer.Key, html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_for_each_sync_shows_what_it_did_and_the_account_as_it_was_then()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Teams.Add(new SeedTeam { Name = "Old <i>team</i>", ExternalId = "G0", History = 7 }));
        await officevibe.SyncAsync(Payload.Small().Build());
        await officevibe.SyncAsync(Payload.Small().User("U3", "eve@x.example", ("lastName", "Late")).Member("G2", "U3").Build());
        await officevibe.SyncAsync("""{"users":[]}""");

        using var answer = await officevibe.Http.GetAsync("/syncs/1", SimulatorServer.Cancel);
        var first = await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel);
        var second = await officevibe.Http.GetStringAsync("/syncs/2", SimulatorServer.Cancel);

        Assert.Contains("teams removed: Old &lt;i&gt;team&lt;/i&gt;", first, StringComparison.Ordinal);
        Assert.Contains("of them with their history", first, StringComparison.Ordinal);
        Assert.DoesNotContain("eve@x.example", first, StringComparison.Ordinal);
        Assert.Contains("<b>1</b> created: eve@x.example", second, StringComparison.Ordinal);
        Assert.Contains("history 1", second, StringComparison.Ordinal);
        Assert.Contains("As before: nothing was changed.", await officevibe.Http.GetStringAsync("/syncs/3", SimulatorServer.Cancel), StringComparison.Ordinal);
        Assert.Contains("<a href=\"/syncs/2\">", await officevibe.Http.GetStringAsync("/", SimulatorServer.Cancel), StringComparison.Ordinal);
        using (var none = await officevibe.Http.GetAsync("/syncs/9", SimulatorServer.Cancel)) Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);

        // Nothing but its own style, which is named by its hash.
        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        var style = first.Split("<style>")[1].Split("</style>")[0];
        Assert.Contains($"'sha256-{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(style)))}'", policy, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_sync_shows_the_account_as_it_would_be()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Workleap.UsersThreshold = 0);
        using var body = JsonContent.Create(Payload.Small().Workleap());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/public/provisioning/json") { Content = body, Headers = { { "workleap-subscription-key", SimulatorServer.WorkleapKey } } };
        using (await officevibe.Http.SendAsync(request, SimulatorServer.Cancel)) { }

        var paused = await officevibe.Http.GetStringAsync("/syncs/1", SimulatorServer.Cancel);
        Assert.Contains("The account as it would be", paused, StringComparison.Ordinal);
        Assert.Contains("<td>ana@x.example</td>", paused, StringComparison.Ordinal);
        Assert.DoesNotContain("<td>ana@x.example</td>", await officevibe.Http.GetStringAsync("/", SimulatorServer.Cancel), StringComparison.Ordinal);

        await officevibe.ControlAsync("provisioning/1/reject", new { });
        Assert.DoesNotContain("ana@x.example", await officevibe.Http.GetStringAsync("/syncs/1", SimulatorServer.Cancel), StringComparison.Ordinal);
    }
}
