using System.Net;
using System.Text.Json.Nodes;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync;

/// <summary>Some are held, and everybody else is sent: what the account looks like.</summary>
public sealed class SendRestStoryTests
{
    [Fact]
    public async Task Held_leavers_stay_with_their_teams_while_the_joiners_arrive_and_the_next_run_asks_again()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        await sync.LeaveAsync(10, 6);
        await sync.EventsAsync(
            sync.Hire(100), sync.Hire(101, "T2"), sync.Update(0, "jobTitle", "Lead"),
            // Who comes has the e-mail of one who goes.
            $$$"""{"id":"heir","type":"hire","employeeId":"E200","member":{"email":"{{{SyncGateway.Id(12)}}}@example.test","firstName":"An","lastName":"Heir"},"teams":[{"teamId":"T1"}]}""");
        var held = await sync.RequestAsync();
        Assert.Equal(("held", true), (held.State(), held.Rules().Contains("MembersRemoved")));

        using var unsaid = await sync.PostAsync($"/v1/syncs/{held.Id()}/send-rest", new { });
        Assert.Equal(HttpStatusCode.BadRequest, unsaid.StatusCode);
        var rest = await RestAsync(sync, held);

        Assert.Equal(("accepted", "send_rest", held.Id()), (rest.State(), (string)rest["trigger"]!, (string)rest["restOf"]!));
        Assert.Equal(Enumerable.Range(10, 6).Select(SyncGateway.Id), Ids(rest, "keptMembers"));
        Assert.Equal(["E200"], Ids(rest, "waitingMembers"));
        Assert.Equal(32, await sync.MembersAsync());
        var data = (await sync.Officevibe.TeamAsync("Data")).Emails("members").ToList();
        Assert.Contains($"{SyncGateway.Id(11)}@example.test", data);
        Assert.Contains("E101@example.test", data);
        Assert.Equal("superseded", (await sync.RunAsync(held.Id())).State());

        // They are still held: nobody has let them go.
        var next = await sync.RequestAsync();
        Assert.Equal("held", next.State());
        Assert.Equal(6, next["diff"]!["usersRemoved"]!.AsArray().Count);
        await sync.ApproveAsync(next);
        await sync.WorkAsync();
        Assert.Equal(27, await sync.MembersAsync());
        Assert.Equal("sync.send_rest", (await ApprovalStoryTests.AuditAsync(sync, held.Id()))[0]);
    }

    [Fact]
    public async Task Teams_held_for_removal_stay_under_their_name_and_place()
    {
        await using var sync = await SyncGateway.StartAsync();
        await sync.EventsAsync([sync.Team("T1", "Platform"), sync.Team("T2", "Data"), """{"id":"s1","type":"team","teamId":"T3","name":"Ingest","parentId":"T2"}""", """{"id":"s2","type":"team","teamId":"T4","name":"Models","parentId":"T2"}"""]);
        await sync.EventsAsync([.. Enumerable.Range(0, 30).Select(i => sync.Hire(i, i is > 0 and < 4 ? $"T{1 + i}" : "T1", i < 4 ? "manager" : "member"))]);
        var first = await sync.RequestAsync();
        await sync.ApproveAsync(first, firstSync: true);
        await sync.WorkAsync();
        await sync.EventsAsync(
            """{"id":"c2","type":"team-close","teamId":"T2"}""", """{"id":"c3","type":"team-close","teamId":"T3"}""", """{"id":"c4","type":"team-close","teamId":"T4"}""",
            """{"id":"r1","type":"team","teamId":"T1","name":"Platforms"}""", sync.Hire(50));
        var held = await sync.RequestAsync();
        Assert.Equal(["TeamsRemoved"], held.Rules());

        var rest = await RestAsync(sync, held);

        Assert.Equal("accepted", rest.State());
        Assert.Equal(["T2", "T3", "T4"], Ids(rest, "keptTeams"));
        Assert.NotNull(await sync.Officevibe.TeamAsync("Ingest"));
        Assert.NotNull(await sync.Officevibe.TeamAsync("Platforms"));
        Assert.Null(await sync.Officevibe.TeamAsync("Platform"));
        Assert.Equal(31, await sync.MembersAsync());
        Assert.Equal("held", (await sync.RequestAsync()).State());
    }

    [Fact]
    public async Task A_team_that_came_under_another_id_keeps_its_history_while_the_others_go()
    {
        await using var sync = await SyncGateway.StartAsync();
        await sync.EventsAsync([sync.Team("T1", "Platform"), sync.Team("T2", "Data")]);
        await sync.EventsAsync([.. Enumerable.Range(0, 30).Select(i => sync.Hire(i, i < 4 ? "T2" : "T1"))]);
        await sync.ApproveAsync(await sync.RequestAsync(), firstSync: true);
        await sync.WorkAsync();
        var before = await sync.Officevibe.TeamAsync("Data");
        await sync.EventsAsync([sync.Team("T9", "Data"), """{"id":"c2","type":"team-close","teamId":"T2"}""", sync.Hire(100), sync.Hire(101, "T9"),
            .. Enumerable.Range(0, 4).Select(i => $$"""{"id":"mv{{i}}","type":"move","employeeId":"{{SyncGateway.Id(i)}}","teams":[{"teamId":"T9"}]}""")]);
        var held = await sync.RequestAsync();
        Assert.Equal(["IdChange"], held.Rules());

        var rest = await RestAsync(sync, held);

        Assert.Equal("accepted", rest.State());
        Assert.Equal(["T2"], Ids(rest, "keptTeams"));
        Assert.Equal(["T9"], Ids(rest, "waitingTeams"));
        // Who comes into the new team waits with it; who comes elsewhere does not.
        Assert.Equal(["E101"], Ids(rest, "waitingMembers"));
        Assert.Equal(31, await sync.MembersAsync());
        var data = await sync.Officevibe.TeamAsync("Data");
        Assert.Equal(((string?)before!["internalId"], before.Emails("members").Count()), ((string?)data!["internalId"], data.Emails("members").Count()));
    }

    [Fact]
    public async Task After_a_rejection_everybody_else_is_sent()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        await sync.LeaveAsync(10, 6);
        await sync.RejectAsync(await sync.RequestAsync());
        sync.Advance(TimeSpan.FromMinutes(1));
        // So few are left of what was rejected that the guard alone would let them pass.
        await sync.EventsAsync([sync.Hire(100), .. Enumerable.Range(12, 4).Select(i => sync.Hire(i, i % 2 == 0 ? "T1" : "T2"))]);
        var ended = await sync.RequestAsync();
        Assert.Equal(("rejected", "pass", 30), (ended.State(), (string)ended["guard"]!["verdict"]!, await sync.MembersAsync()));

        var rest = await RestAsync(sync, ended);

        Assert.Equal(("accepted", 31), (rest.State(), await sync.MembersAsync()));
        Assert.Equal([SyncGateway.Id(10), SyncGateway.Id(11)], Ids(rest, "keptMembers"));
    }

    [Fact]
    public async Task Where_nobody_is_held_or_nobody_is_left_there_is_no_rest()
    {
        await using var sync = await SyncGateway.StartAsync();
        await sync.CompanyAsync(30);
        var first = await sync.RequestAsync();
        Assert.Equal((HttpStatusCode.Conflict, "FirstSync"), await RefusedAsync(first));
        await sync.ApproveAsync(first, firstSync: true);
        await sync.WorkAsync();
        using (var over = await sync.PostAsync($"/v1/syncs/{first.Id()}/send-rest", new { reason = "All." })) Assert.Equal(HttpStatusCode.Conflict, over.StatusCode);

        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        Assert.Equal((HttpStatusCode.Conflict, ""), await RefusedAsync(held));
        Assert.Equal(("held", 30), ((await sync.RunAsync(held.Id())).State(), await sync.MembersAsync()));

        async Task<(HttpStatusCode, string)> RefusedAsync(JsonNode run)
        {
            using var answer = await sync.PostAsync($"/v1/syncs/{run.Id()}/send-rest", new { reason = "Everybody else." });
            var problem = await SyncGateway.JsonAsync(answer);
            Assert.Equal("urn:gateway:problem:not-partable", (string?)problem["type"]);
            return (answer.StatusCode, string.Join(',', problem["rules"]!.AsArray().Select(r => (string)r!)));
        }
    }

    private static async Task<JsonNode> RestAsync(SyncGateway sync, JsonNode held)
    {
        using var answer = await sync.PostAsync($"/v1/syncs/{held.Id()}/send-rest", new { reason = "The joiners cannot wait." });
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel));
        await sync.WorkAsync();
        return await sync.RunAsync((await SyncGateway.JsonAsync(answer)).Id());
    }

    private static IEnumerable<string> Ids(JsonNode run, string list) => run["rest"]![list]!.AsArray().Select(i => (string)i!);
}
