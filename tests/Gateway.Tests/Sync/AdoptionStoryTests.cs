using System.Net;
using System.Text.Json.Nodes;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync;

/// <summary>Taking over an account that has data: what the account looks like afterwards.</summary>
public sealed class AdoptionStoryTests
{
    private static readonly Dictionary<string, string?> WithManual = new()
    {
        ["Gateway:Sources:hris:MatchBy"] = "id", ["Gateway:Sources:hris:Priority"] = "1",
        ["Gateway:Sources:manual:MatchBy"] = "email", ["Gateway:Sources:manual:Unmatched"] = "own-member", ["Gateway:Sources:manual:Priority"] = "90",
    };

    private static readonly string[] Near = ["Développement", "Data  Platform", "Sales Team Europe"];
    private static readonly string[] NearHere = ["Developpement", "data platform", "Sales Europe"];

    [Fact]
    public async Task An_account_with_forty_teams_of_which_three_nearly_match_is_adopted_and_every_team_keeps_its_history()
    {
        await using var sync = await SyncGateway.StartAsync(WithManual);
        sync.Gateway.Source = "hris";
        await FillAsync(sync, Near, Enumerable.Range(3, 37).Select(i => $"Team {i}"), people: 60);
        await sync.Officevibe.ControlAsync("account", new
        {
            members = new object[]
            {
                new { email = "boss@example.test", firstName = "Bo", lastName = "Ss", status = "Active", role = "Administrator" },
                new { email = "left.over@example.test", firstName = "Left", lastName = "Over", status = "Active" },
                new { email = "old.name@example.test", firstName = "Inés", lastName = "Muñoz", status = "Active" },
            },
            teams = new object[]
            {
                new { name = "Book club", members = new[] { "left.over@example.test" }, history = 9 },
                new { name = "Newcomers", rule = new { property = "Hiring Date", value = "2026" }, history = 9 },
                new { name = "Long gone", history = 9 },
            },
        });
        // Here: the same forty, three of them under other names, Inés under another address, and a team that is new.
        await HereAsync(sync, NearHere, Enumerable.Range(3, 37).Select(i => $"Team {i}"), people: 60);
        await sync.EventsAsync(
            """{"id":"ines","type":"hire","employeeId":"E900","member":{"email":"ines.munoz@example.test","firstName":"Ines","lastName":"Munoz"},"teams":[{"teamId":"T3"}]}""",
            """{"id":"new","type":"team","teamId":"T99","name":"Brand new"}""");

        // Nothing is sent before somebody has looked and decided.
        var first = await sync.RequestAsync();
        Assert.Equal(("held", "Adoption, FirstSync"), (first.State(), string.Join(", ", first.Rules())));
        using (var refused = await sync.DecideAsync(first, "approve", new { contentHash = (string?)first["contentHash"], firstSync = true }))
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var report = await ReadAsync(sync);
        Assert.Equal(("open", 37, 60), ((string?)report["state"], (int)report["teamsMatched"]!, (int)report["peopleMatched"]!));
        Assert.Equal(["Data  Platform=T1", "Développement=T0", "Sales Team Europe=T2"],
            report["teamsNear"]!["items"]!.AsArray().Select(n => $"{n!["there"]}={n["id"]}").Order(StringComparer.Ordinal));
        Assert.Equal(["Book club", "Data  Platform", "Développement", "Long gone", "Sales Team Europe"], Names(report["teamsOnlyThere"]!, "name"));
        Assert.Equal(["Newcomers"], Names(report["ruleBased"]!, "name"));
        Assert.Equal(["boss@example.test"], Names(report["administrators"]!, "email"));
        Assert.Equal(["left.over@example.test", "old.name@example.test"], Names(report["peopleOnlyThere"]!, "email"));
        Assert.Equal("E900", (string?)report["peopleNear"]!["items"]![0]!["here"]!["id"]);
        Assert.Equal(7, (int)report["open"]!["count"]!);

        // What was forgotten is taken in; who is who is said; one team may go.
        await OkAsync(sync, "import", new { teams = new[] { "Book club" }, people = new[] { "left.over@example.test" } });
        var decided = await OkAsync(sync, "decisions", new
        {
            reason = "Looked through with HR.",
            decisions = new object[]
            {
                new { kind = "team", there = Near[0], action = "same", here = "T0" }, new { kind = "team", there = Near[1], action = "same", here = "T1" },
                new { kind = "team", there = Near[2], action = "same", here = "T2" }, new { kind = "team", there = "Long gone", action = "letGo" },
                new { kind = "person", there = "old.name@example.test", action = "same", here = "E900" },
            },
        });
        Assert.Equal(("complete", 0), ((string?)decided["state"], (int)decided["open"]!["count"]!));

        var before = await TeamsAsync(sync);
        var run = await sync.RequestAsync();
        Assert.Equal(["FirstSync"], run.Rules());
        Assert.Equal(4, run["later"]!.AsArray().Count);
        await sync.ApproveAsync(run, firstSync: true);
        await sync.WorkAsync();

        // Two runs, and nobody remembered the second.
        var runs = await sync.RunsAsync("?state=accepted");
        Assert.Equal(["follow_up", "request"], runs.Select(r => (string)r!["trigger"]!));
        var after = await TeamsAsync(sync);
        foreach (var (there, here) in Near.Zip(NearHere)) Assert.Equal(before[there].InternalId, after[here].InternalId);
        Assert.All(Enumerable.Range(3, 37), i => Assert.Equal(before[$"Team {i}"].InternalId, after[$"Team {i}"].InternalId));
        Assert.Equal(before["Book club"].InternalId, after["Book club"].InternalId);
        Assert.Equal(["Long gone"], before.Keys.Except(after.Keys.Concat(Near)));
        Assert.All(before.Where(t => t.Key != "Long gone").Select(t => after.Values.Single(a => a.InternalId == t.Value.InternalId)), t => Assert.True(t.History >= 9));
        var people = (await sync.Officevibe.StateAsync())["members"]!.AsArray();
        Assert.DoesNotContain(people, p => (string?)p!["status"] == "deactivated");
        var ines = Assert.Single(people, p => (string?)p!["lastName"] is "Munoz" or "Muñoz");
        Assert.Equal(("ines.munoz@example.test", "E900"), ((string?)ines!["email"], (string?)ines["externalId"]));
    }

    [Fact]
    public async Task Twenty_teams_are_renamed_in_two_steps_and_a_crash_between_them_changes_nothing()
    {
        await using var sync = await SyncGateway.StartAsync();
        await FillAsync(sync, [], Enumerable.Range(0, 20).Select(i => $"Old {i}"), people: 20);
        await HereAsync(sync, [], Enumerable.Range(0, 20).Select(i => $"New {i}"), people: 20);
        // One of them takes the name that another one has there: swapped, and still itself.
        await sync.EventsAsync(
            """{"id":"swap","type":"team","teamId":"T1","name":"Old 0"}""", """{"id":"beside","type":"team","teamId":"T77","name":"Old 5"}""");
        await ReadAsync(sync);
        await OkAsync(sync, "decisions", new { decisions = Enumerable.Range(0, 20).Select(i => new { kind = "team", there = $"Old {i}", action = "same", here = $"T{i}" }) });
        var before = await TeamsAsync(sync);

        var run = await sync.RequestAsync();
        await sync.ApproveAsync(run, firstSync: true);
        var step = await sync.Gateway.Get<Gateway.Sync.SyncWorker>().WorkAsync(SimulatorServer.Cancel);
        Assert.Equal(run.Id(), Gateway.Sync.Views.RunView.IdOf(step!.RunId!.Value));
        Assert.Equal(before.Keys.Append("Old 5 (T77)").Order(StringComparer.Ordinal), (await TeamsAsync(sync)).Keys.Order(StringComparer.Ordinal));

        await sync.Gateway.RestartAsync();
        Assert.Single(await sync.WorkAsync());

        var after = await TeamsAsync(sync);
        for (var i = 0; i < 20; i++)
        {
            var name = i == 1 ? "Old 0" : $"New {i}";
            Assert.Equal((before[$"Old {i}"].InternalId, 11), (after[name].InternalId, after[name].History));
        }

        Assert.Contains("Old 5", after.Keys);
        Assert.Equal(21, after.Count);
        Assert.Empty(await sync.WorkAsync());
        Assert.Equal("unchanged", (await sync.RequestAsync()).State());
    }

    [Fact]
    public async Task An_account_that_cannot_be_read_is_not_taken_over()
    {
        await using var sync = await SyncGateway.StartAsync();
        await sync.CompanyAsync(6);
        await sync.Officevibe.ArmAsync(new { kind = "TruncatedJson", path = "/api/v2/users*", times = 2 });
        var run = await sync.RequestAsync();
        Assert.Equal(["Adoption", "FirstSync"], run.Rules());
        using (var refused = await sync.DecideAsync(run, "approve", new { contentHash = (string?)run["contentHash"], firstSync = true }))
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(0, await sync.SentAsync());
        // It can be read again, and is empty: there is nothing to decide.
        await sync.ApproveAsync(run, firstSync: true);
        await sync.WorkAsync();
        Assert.Equal("accepted", (await sync.LastAsync()).State());
    }

    [Fact]
    public async Task Without_a_hold_of_the_first_sync_an_account_with_data_is_held_all_the_same_until_somebody_waives()
    {
        await using var sync = await SyncGateway.StartAsync(new() { ["Gateway:Sync:Guard:FirstSync"] = "false" });
        await FillAsync(sync, [], ["Old"], people: 3);
        await HereAsync(sync, [], ["New"], people: 3);
        Assert.Equal(["Adoption"], (await sync.RequestAsync()).Rules());
        using (var none = await sync.PostAsync("/v1/adoption/waive", new { reason = " " })) Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        using (var waived = await sync.PostAsync("/v1/adoption/waive", new { reason = "A test account: nothing in it is worth keeping." })) Assert.Equal(HttpStatusCode.NoContent, waived.StatusCode);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(["New"], (await TeamsAsync(sync)).Keys);
    }

    [Fact]
    public async Task What_was_taken_over_and_closed_again_can_be_taken_over_anew()
    {
        await using var sync = await SyncGateway.StartAsync(WithManual);
        sync.Gateway.Source = "hris";
        await FillAsync(sync, [], ["Old"], people: 1);
        await HereAsync(sync, [], ["New"], people: 1);
        Assert.Equal(["Old"], Names((await ReadAsync(sync))["teamsOnlyThere"]!, "name"));
        Assert.Empty(Names((await OkAsync(sync, "import", new { teams = new[] { "Old" } }))["teamsOnlyThere"]!, "name"));

        using var teams = await sync.Gateway.Http.GetAsync(new Uri("/v1/teams", UriKind.Relative), SimulatorServer.Cancel);
        var id = (await SyncGateway.JsonAsync(teams))["items"]!.AsArray().Select(t => (string)t!["id"]!).Single(t => t.StartsWith("manual-", StringComparison.Ordinal));
        sync.Gateway.Source = "manual";
        sync.Advance(TimeSpan.FromSeconds(1));
        await sync.EventsAsync($$"""{"id":"closed","type":"team-close","teamId":"{{id}}"}""");
        Assert.Equal(["Old"], Names((await ReadAsync(sync))["teamsOnlyThere"]!, "name"));
        Assert.Empty(Names((await OkAsync(sync, "import", new { teams = new[] { "Old" } }))["teamsOnlyThere"]!, "name"));
    }

    [Fact]
    public async Task A_decision_about_what_is_not_there_is_refused_by_name()
    {
        await using var sync = await SyncGateway.StartAsync();
        await FillAsync(sync, [], ["Old"], people: 1);
        await HereAsync(sync, [], ["New"], people: 1);
        await ReadAsync(sync);
        using var answer = await sync.PostAsync("/v1/adoption/decisions", new
        {
            decisions = new object[]
            {
                new { kind = "team", there = "Nowhere", action = "letGo" }, new { kind = "team", there = "Old", action = "same", here = "T9" },
                new { kind = "person", there = "nobody@example.test", action = "letGo" },
            },
        });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(["decisions[0].there", "decisions[1].here", "decisions[2].there"], (await SyncGateway.JsonAsync(answer))["errors"]!.AsObject().Select(e => e.Key));
        using var import = await sync.PostAsync("/v1/adoption/import", new { teams = new[] { "Old" } });
        Assert.Equal(HttpStatusCode.Conflict, import.StatusCode);
        Assert.Contains("Gateway:Sources:manual", (string?)(await SyncGateway.JsonAsync(import))["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_team_that_comes_back_under_a_new_id_is_held_and_goes_on_under_the_old_one_once_somebody_says_so()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(12);
        var before = await TeamsAsync(sync);
        await sync.EventsAsync(["""{"id":"n1","type":"team","teamId":"N2","name":"Data"}""",
            .. Enumerable.Range(0, 12).Where(i => i % 2 == 1).Select(i => $$$"""{"id":"m{{{i}}}","type":"move","employeeId":"{{{SyncGateway.Id(i)}}}","teams":[{"teamId":"N2","role":"{{{(i == 1 ? "manager" : "member")}}}"}]}"""),
            """{"id":"c1","type":"team-close","teamId":"T2"}"""]);
        var held = await sync.RequestAsync();
        Assert.Contains("IdChange", held.Rules());
        Assert.Contains("/v1/teams/{id}/alias", (string?)held["reason"], StringComparison.Ordinal);

        using (var wrong = await sync.PostAsync("/v1/teams/N2/alias", new { sameAs = "N2" })) Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using (var said = await sync.PostAsync("/v1/teams/N2/alias", new { sameAs = "T2", reason = "The new HR system numbers teams anew." })) Assert.Equal(HttpStatusCode.OK, said.StatusCode);
        Assert.Equal("unchanged", (await sync.RequestAsync()).State());
        Assert.Equal(before, await TeamsAsync(sync));
        await sync.EventsAsync("""{"id":"n2","type":"team","teamId":"N2","name":"Data and AI"}""");
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(before["Data"].InternalId, (await TeamsAsync(sync))["Data and AI"].InternalId);

        using (var back = await sync.Gateway.Http.DeleteAsync(new Uri("/v1/teams/N2/alias", UriKind.Relative), SimulatorServer.Cancel)) Assert.Equal(HttpStatusCode.NoContent, back.StatusCode);
        Assert.Equal("held", (await sync.RequestAsync()).State());
    }

    /// <summary>Teams with a history of nine syncs, and people in them in turn.</summary>
    private static async Task FillAsync(SyncGateway sync, string[] near, IEnumerable<string> others, int people)
    {
        string[] names = [.. near, .. others];
        await sync.Officevibe.ControlAsync("account", new
        {
            members = Enumerable.Range(0, people).Select(i => new { email = $"{SyncGateway.Id(i)}@example.test", firstName = "Ana", lastName = $"Number {i}", status = "Active" }),
            teams = names.Select((name, t) => new
            {
                name, history = 9, members = Enumerable.Range(0, people).Where(i => i % names.Length == t).Select(i => $"{SyncGateway.Id(i)}@example.test"),
            }),
        });
    }

    private static async Task HereAsync(SyncGateway sync, string[] near, IEnumerable<string> others, int people)
    {
        string[] names = [.. near, .. others];
        await sync.EventsAsync([.. names.Select((name, t) => sync.Team($"T{t}", name))]);
        await sync.EventsAsync([.. Enumerable.Range(0, people).Select(i => sync.Hire(i, $"T{i % names.Length}"))]);
    }

    private static Task<JsonNode> ReadAsync(SyncGateway sync) => OkAsync(sync, "", null);

    private static async Task<JsonNode> OkAsync(SyncGateway sync, string verb, object? body)
    {
        using var answer = await sync.PostAsync($"/v1/adoption/{verb}".TrimEnd('/'), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel));
        return await SyncGateway.JsonAsync(answer);
    }

    private static IEnumerable<string> Names(JsonNode list, string property) => list["items"]!.AsArray().Select(i => (string)i![property]!).Order(StringComparer.Ordinal);

    private static async Task<Dictionary<string, (string InternalId, int History)>> TeamsAsync(SyncGateway sync) =>
        (await sync.Officevibe.StateAsync())["teams"]!.AsArray().ToDictionary(t => (string)t!["name"]!, t => ((string)t!["internalId"]!, (int)t["history"]!));
}
