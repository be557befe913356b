using System.Net;
using System.Text.Json.Nodes;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync;

/// <summary>A reorganisation that was approved on Friday: what the account looks like on Monday.</summary>
public sealed class PlannedChangeStoryTests
{
    [Fact]
    public async Task What_was_planned_on_Friday_goes_out_on_Monday_unasked_and_what_is_beyond_it_is_held()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(60);
        var friday = sync.Time.GetUtcNow();
        var monday = friday + TimeSpan.FromDays(3);
        var plan = await PlanAsync(sync, new
        {
            from = monday, until = monday.AddDays(5), reason = "The Lyon site closes.",
            limits = new { MembersRemoved = 12, LastTeamLost = 0, MappingsChanged = 40 },
        });
        Assert.Equal("planned", (string)plan["state"]!);

        // Before the window the usual limits hold.
        await sync.LeaveAsync(10, 6);
        Assert.Equal("held", (await sync.RequestAsync()).State());
        sync.Advance(monday - sync.Time.GetUtcNow());

        // It opens, and what was held is asked about again, by the limits of these days.
        var opened = await sync.RunAsync((await sync.WorkAsync())[0]);
        Assert.Equal(("accepted", "plan", (string)plan["id"]!), (opened.State(), (string)opened["trigger"]!, (string?)opened["plan"]));
        Assert.Equal(54, await sync.MembersAsync());

        await sync.LeaveAsync(20, 6);
        var second = await sync.RequestAsync();
        Assert.Equal(("accepted", (string)plan["id"]!), (second.State(), (string?)second["plan"]));
        Assert.Equal(48, await sync.MembersAsync());

        // Used up: one more is one too many, however small the run.
        await sync.LeaveAsync(30, 1);
        var beyond = await sync.RequestAsync();
        var reason = Assert.Single(beyond["guard"]!["reasons"]!.AsArray())!;
        Assert.Equal(("held", "MembersRemoved", 13, 12, 12), (beyond.State(), (string)reason["rule"]!, (int)reason["number"]!, (int)reason["earlier"]!, (int)reason["limit"]!));
        Assert.Equal((string)plan["id"]!, (string?)reason["plan"]);
        Assert.Equal(48, await sync.MembersAsync());

        Assert.Equal((string)plan["id"]!, (string?)(await GetAsync(sync, "/v1/status"))["plans"]![0]!["id"]);
        var page = await GetAsync(sync, $"/v1/planned-changes/{plan["id"]}");
        Assert.Equal("open", (string)page["state"]!);
        Assert.Equal([second.Id(), opened.Id()], page["runs"]!.AsArray().Select(r => (string)r!));
        Assert.Equal(12, (int)page["limits"]!.AsArray().Single(l => (string)l!["rule"]! == "MembersRemoved")!["used"]!);
        Assert.Equal(["plan.use", "plan.use", "plan.make"], await ApprovalStoryTests.AuditAsync(sync, (string)plan["id"]!));

        // Cancelled: the usual limits hold again, and what the plan let through uses up nothing of them.
        using (var gone = await sync.Gateway.Http.DeleteAsync(new Uri($"/v1/planned-changes/{plan["id"]}?reason=Done.", UriKind.Relative), SimulatorServer.Cancel)) Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        await sync.LeaveAsync(31, 4);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(43, await sync.MembersAsync());
        Assert.Equal("plan.cancel", (await ApprovalStoryTests.AuditAsync(sync, (string)plan["id"]!))[0]);
    }

    [Fact]
    public async Task A_content_that_was_looked_at_before_goes_out_on_its_day_and_once()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        var monday = sync.Time.GetUtcNow() + TimeSpan.FromDays(3);
        await sync.EventsAsync([.. Enumerable.Range(10, 8).Select(i => $$"""{"id":"m{{i}}","type":"leave","employeeId":"{{SyncGateway.Id(i)}}","effectiveAt":"{{monday:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""")]);
        var preview = await GetAsync(sync, $"/v1/snapshot/diff?at={monday:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        Assert.Equal(("hold", (JsonNode?)null), ((string)preview["guard"]!["verdict"]!, preview["plan"]));
        var plan = await PlanAsync(sync, new { contentHash = (string)preview["contentHash"]!, until = monday.AddDays(2), reason = "Looked at with the managers." });
        Assert.Equal("open", (string)plan["state"]!);
        Assert.Equal((string)plan["id"]!, (string?)(await GetAsync(sync, $"/v1/snapshot/diff?at={monday:yyyy-MM-dd'T'HH:mm:ss'Z'}"))["plan"]);

        // Another content of the same day is not that one.
        sync.Advance(monday - sync.Time.GetUtcNow());
        await sync.EventsAsync(sync.Update(0, "jobTitle", "Lead"));
        Assert.Equal("held", (await sync.RequestAsync()).State());
        Assert.Equal(30, await sync.MembersAsync());
        await sync.EventsAsync($$$"""{"id":"back","type":"update","employeeId":"{{{SyncGateway.Id(0)}}}","member":{"jobTitle":null}}""");
        var sent = await sync.RequestAsync();
        Assert.Equal(("accepted", (string)plan["id"]!), (sent.State(), (string?)sent["plan"]));
        Assert.Equal(22, await sync.MembersAsync());
        Assert.Equal("used", (string)(await GetAsync(sync, $"/v1/planned-changes/{plan["id"]}"))["state"]!);

        // They come back and leave again: the very same content, which somebody looks at this time.
        await sync.EventsAsync([.. Enumerable.Range(10, 8).Select(i => sync.Hire(i, i % 2 == 0 ? "T1" : "T2"))]);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        sync.Advance(TimeSpan.FromMinutes(1));
        await sync.LeaveAsync(10, 8);
        var again = await sync.RequestAsync();
        Assert.Equal(("held", (string)preview["contentHash"]!), (again.State(), (string)again["contentHash"]!));
    }

    [Fact]
    public async Task No_plan_lets_an_id_change_through_that_it_does_not_name()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        await PlanAsync(sync, new { until = sync.Time.GetUtcNow().AddDays(1), reason = "Everything moves.", limits = new { MembersRemoved = 30, TeamsRemoved = 2, MappingsChanged = 100, LastTeamLost = 30 } });
        await sync.EventsAsync([sync.Team("T9", "Data"), """{"id":"gone","type":"team-close","teamId":"T2"}""",
            .. Enumerable.Range(0, 30).Where(i => i % 2 == 1).Select(i => $$"""{"id":"mv{{i}}","type":"move","employeeId":"{{SyncGateway.Id(i)}}","teams":[{"teamId":"T9"}]}""")]);

        var held = await sync.RequestAsync();

        Assert.Equal(("held", "IdChange"), (held.State(), Assert.Single(held.Rules())));
        Assert.Equal(15, (await sync.Officevibe.TeamAsync("Data")).Emails("members").Count() + 1);
    }

    [Fact]
    public async Task With_two_keys_a_plan_waits_for_the_second_one()
    {
        await using var sync = await SyncGateway.StartAsync(ApprovalStoryTests.TwoKeys());
        await sync.CompanyAsync(30);
        await ApprovalStoryTests.BothAsync(sync, await sync.RequestAsync());
        using var made = await ApprovalStoryTests.AsAsync(sync, "gwk_nadia", "/v1/planned-changes", new { until = sync.Time.GetUtcNow().AddDays(1), reason = "Ten leave.", limits = new { MembersRemoved = 10 } });
        Assert.Equal(HttpStatusCode.Accepted, made.StatusCode);
        var id = (string)(await SyncGateway.JsonAsync(made))["id"]!;
        await sync.LeaveAsync(10, 7);
        Assert.Equal("held", (await sync.RequestAsync()).State());

        using (var same = await ApprovalStoryTests.AsAsync(sync, "gwk_nadia", $"/v1/planned-changes/{id}/approve", new { })) Assert.Equal(HttpStatusCode.Conflict, same.StatusCode);
        using (var other = await ApprovalStoryTests.AsAsync(sync, "gwk_omar", $"/v1/planned-changes/{id}/approve", new { reason = "I know of them." })) Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        await sync.WorkAsync();

        Assert.Equal(23, await sync.MembersAsync());
        Assert.Equal(["plan.use", "plan.approve", "plan.make"], await ApprovalStoryTests.AuditAsync(sync, id));
    }

    [Theory]
    [InlineData("""{"until":"2026-03-11T00:00:00Z","limits":{"MembersRemoved":5}}""", "reason")]
    [InlineData("""{"until":"2026-03-25T00:00:00Z","reason":"x","limits":{"MembersRemoved":5}}""", "until")]
    [InlineData("""{"reason":"x","limits":{"MembersRemoved":5}}""", "until")]
    [InlineData("""{"from":"2026-03-09T00:00:00Z","until":"2026-03-11T00:00:00Z","reason":"x","limits":{"MembersRemoved":5}}""", "from")]
    [InlineData("""{"until":"2026-03-11T00:00:00Z","reason":"x","limits":{"FirstSync":5}}""", "limits.FirstSync")]
    [InlineData("""{"until":"2026-03-11T00:00:00Z","reason":"x","limits":{"MembersRemoved":-1}}""", "limits.MembersRemoved")]
    [InlineData("""{"until":"2026-03-11T00:00:00Z","reason":"x"}""", "contentHash")]
    [InlineData("""{"until":"2026-03-11T00:00:00Z","reason":"x","contentHash":"abc"}""", "contentHash")]
    [InlineData("""{"until":"2026-03-11T00:00:00Z","reason":"x","limits":{"MembersRemoved":5},"also":["IdChange"]}""", "also")]
    public void A_plan_that_cannot_be_names_its_field(string body, string field)
    {
        var plan = System.Text.Json.JsonSerializer.Deserialize<Gateway.Sync.Approvals.PlanChange>(body, System.Text.Json.JsonSerializerOptions.Web)!;
        Assert.Equal([field], plan.Check(SyncGateway.Start)!.Errors!.Keys);
    }

    [Fact]
    public async Task Two_windows_with_limits_do_not_overlap()
    {
        await using var sync = await SyncGateway.StartAsync();
        var now = sync.Time.GetUtcNow();
        await PlanAsync(sync, new { until = now.AddDays(2), reason = "One.", limits = new { TeamsRemoved = 3 } });
        using var second = await sync.PostAsync("/v1/planned-changes", new { from = now.AddDays(1), until = now.AddDays(3), reason = "Two.", limits = new { TeamsRemoved = 3 } });
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        await PlanAsync(sync, new { from = now.AddDays(2), until = now.AddDays(3), reason = "After it.", limits = new { TeamsRemoved = 3 } });
        Assert.Equal(2, (await GetAsync(sync, "/v1/planned-changes"))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_gateway_that_was_put_back_from_a_backup_has_no_plans()
    {
        await using var sync = await SyncGateway.StartAsync();
        var plan = await PlanAsync(sync, new { until = sync.Time.GetUtcNow().AddDays(2), reason = "Ten leave.", limits = new { MembersRemoved = 10 } });
        await using (var write = await sync.Gateway.Get<LedgerWriter>().BeginAsync(SimulatorServer.Cancel))
        {
            await Restoration.MarkAsync(write.Db, sync.Time.GetUtcNow(), "Put back.", null, SimulatorServer.Cancel);
            await write.CommitAsync(SimulatorServer.Cancel);
        }

        var page = await GetAsync(sync, $"/v1/planned-changes/{plan["id"]}");
        Assert.Equal(("cancelled", "system", "Put back."), ((string)page["state"]!, (string)page["cancelled"]!["by"]!, (string)page["cancelled"]!["reason"]!));
    }

    private static async Task<JsonNode> PlanAsync(SyncGateway sync, object plan)
    {
        using var answer = await sync.PostAsync("/v1/planned-changes", plan);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel));
        return await SyncGateway.JsonAsync(answer);
    }

    private static async Task<JsonNode> GetAsync(SyncGateway sync, string path)
    {
        using var answer = await sync.Gateway.Http.GetAsync(new Uri(path, UriKind.Relative), SimulatorServer.Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel));
        return await SyncGateway.JsonAsync(answer);
    }
}
