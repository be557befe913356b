using System.Net;
using System.Text.Json.Nodes;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync;

/// <summary>Something wrong was sent: what the account looks like once an earlier company was sent again.</summary>
public sealed class RestoreStoryTests
{
    [Fact]
    public async Task A_wrong_baseline_that_somebody_approved_is_put_right_and_the_next_run_does_not_undo_it()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        var good = await sync.LastAsync();
        var before = await CompanyAsync(sync);

        // Friday: a file with ten people, and without the team Data.
        var file = new
        {
            users = Enumerable.Range(0, 10).Select(i => new { id = SyncGateway.Id(i), email = $"{SyncGateway.Id(i)}@example.test", firstName = "Ana", lastName = $"Number {i}" }),
            groups = new[] { new { id = "T1", name = "Platform" } },
            mappings = Enumerable.Range(0, 10).Select(i => new { groupId = "T1", userId = SyncGateway.Id(i), isMember = true, isManager = false }),
        };
        var baseline = await BaselineAsync(sync, file);
        var wrong = await sync.RequestAsync();
        Assert.Equal("held", wrong.State());
        await sync.ApproveAsync(wrong);
        await sync.WorkAsync();
        Assert.Equal(10, await sync.MembersAsync());

        // Monday: the company of before, looked at and sent.
        using (var answer = await sync.PostAsync($"/v1/syncs/{good.Id()}/restore", new { reason = "The file of Friday was wrong." })) Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await sync.WorkAsync();
        var restore = await sync.RunAsync((await sync.LastAsync()).Id());
        Assert.Equal(("held", "restore", (string?)good["contentHash"]), (restore.State(), (string?)restore["trigger"], (string?)restore["contentHash"]));
        Assert.Contains("Restore", restore.Rules());
        Assert.Equal(20, (int)restore["diff"]!["counts"]!["usersAdded"]!);
        var said = restore["saidSince"]!.AsArray();
        Assert.Equal(20, said.Count(e => (string?)e!["type"] == "leave"));
        Assert.All(said, e => Assert.StartsWith($"baseline:{baseline}:", (string?)e!["id"], StringComparison.Ordinal));
        await sync.ApproveAsync(restore);
        await sync.WorkAsync();
        Assert.Equal(before, await CompanyAsync(sync));

        // Automatic runs would undo it: they wait.
        sync.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await sync.WorkAsync());
        using (var status = await sync.Gateway.Http.GetAsync(new Uri("/v1/status", UriKind.Relative), SimulatorServer.Cancel))
            Assert.Contains("sent the company of run", await status.Content.ReadAsStringAsync(SimulatorServer.Cancel), StringComparison.Ordinal);
        using (var asked = await sync.PostAsync("/v1/syncs", new { dryRun = false })) Assert.Equal(HttpStatusCode.Conflict, asked.StatusCode);

        // The file is taken back: the log gives that company again, and syncs go on by themselves.
        using (var reverted = await sync.PostAsync($"/v1/baselines/{baseline}/revert", null)) Assert.Equal(HttpStatusCode.OK, reverted.StatusCode);
        sync.Advance(TimeSpan.FromSeconds(1));
        await sync.WorkAsync();
        Assert.Equal("unchanged", (await sync.RequestAsync()).State());
        await sync.EventsAsync(sync.Hire(100));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(31, await sync.MembersAsync());
    }

    [Fact]
    public async Task The_teams_alone_come_back_with_the_people_of_today()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        var good = await sync.LastAsync();
        await sync.EventsAsync(
            [.. Enumerable.Range(0, 30).Where(i => i % 2 == 1).Select(i => $$$"""{"id":"u{{{i}}}","type":"unassign","employeeId":"{{{SyncGateway.Id(i)}}}","teamId":"T2","role":"{{{(i == 1 ? "manager" : "member")}}}"}"""),
            """{"id":"close","type":"team-close","teamId":"T2"}""", """{"id":"open","type":"team","teamId":"T3","name":"Brand new"}""", sync.Hire(100, "T3"), sync.Leave(3)]);
        var wrong = await sync.RequestAsync();
        await sync.ApproveAsync(wrong);
        await sync.WorkAsync();
        Assert.Null(await sync.Officevibe.TeamAsync("Data"));

        using (var answer = await sync.PostAsync($"/v1/syncs/{good.Id()}/restore", new { structureOnly = true })) Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await sync.WorkAsync();
        var run = await sync.RunAsync((await sync.LastAsync()).Id());
        await sync.ApproveAsync(run);
        await sync.WorkAsync();

        var data = await sync.Officevibe.TeamAsync("Data");
        Assert.Equal(13, data.Emails("members").Count());
        Assert.Equal(["E001@example.test"], data.Emails("managers"));
        Assert.Equal(["E100@example.test"], (await sync.Officevibe.TeamAsync("Brand new")).Emails("members"));
        Assert.Equal(30, await sync.MembersAsync());
    }

    [Fact]
    public async Task Only_a_company_that_was_accepted_can_be_sent_again()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6);
        await sync.LeaveAsync(2, 3);
        var held = await sync.RequestAsync();
        using (var answer = await sync.PostAsync($"/v1/syncs/{held.Id()}/restore", new { })) Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        using (var answer = await sync.PostAsync("/v1/syncs/999/restore", new { })) Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<string> BaselineAsync(SyncGateway sync, object file)
    {
        string? hash = null;
        for (var round = 0; ; round++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/sources/hris/baseline{(hash is null ? "" : $"?confirm={hash}")}") { Content = System.Net.Http.Json.JsonContent.Create(file) };
            using var answer = await sync.Gateway.Http.SendAsync(request, SimulatorServer.Cancel);
            var body = await SyncGateway.JsonAsync(answer);
            sync.Advance(TimeSpan.FromSeconds(1));
            if (answer.IsSuccessStatusCode) return (string)body["id"]!;
            Assert.True(round == 0, body.ToJsonString());
            hash = (string)body["hash"]!;
        }
    }

    /// <summary>Who is in which team, and who is there: without what only a history tells.</summary>
    private static async Task<string> CompanyAsync(SyncGateway sync)
    {
        var state = await sync.Officevibe.StateAsync();
        var people = state["members"]!.AsArray().Where(m => (string?)m!["status"] != "deactivated").Select(m => $"{m!["externalId"]} {m["email"]} {m["lastName"]}");
        var teams = state["teams"]!.AsArray().Select(t => $"{t!["externalId"]} {t["name"]}: {string.Join(' ', t.Emails("managers"))} > {string.Join(' ', t.Emails("members"))}");
        return string.Join('\n', people.Order(StringComparer.Ordinal).Concat(teams.Order(StringComparer.Ordinal)));
    }
}
