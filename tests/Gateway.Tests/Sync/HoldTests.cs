using Gateway.OfficevibeSimulator.Account;
using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Sync;

/// <summary>The life of a hold, as its people meet it.</summary>
public class HoldTests
{
    [Fact]
    public async Task The_first_sync_is_held_shows_the_account_and_is_sent_once_it_is_approved_as_such()
    {
        await using var sync = await SyncGateway.StartAsync(officevibe: o =>
        {
            o.Members.Add(new() { Email = "old@example.test", FirstName = "Old", LastName = "Hand", Role = MemberRole.Administrator });
            o.Members.Add(new() { Email = "E000@example.test", FirstName = "Ana", LastName = "Number 0" });
        });
        await sync.CompanyAsync(10);

        var run = await sync.RequestAsync();

        Assert.Equal("held", run.State());
        Assert.Equal(["FirstSync"], run.Rules());
        Assert.Equal((10, 2, 10), ((int)run["counts"]!["users"]!, (int)run["counts"]!["groups"]!, (int)run["counts"]!["mappings"]!));
        Assert.Equal((2, 1), ((int)run["account"]!["members"]!, (int)run["account"]!["membersNotInIt"]!));
        Assert.Equal(0, await sync.SentAsync());

        using var unnamed = await sync.DecideAsync(run, "approve", new { contentHash = (string?)run["contentHash"], reason = "Fine." });
        Assert.Equal(HttpStatusCode.BadRequest, unnamed.StatusCode);
        Assert.NotNull((await SyncGateway.JsonAsync(unnamed))["errors"]!["firstSync"]);

        await sync.ApproveAsync(run, firstSync: true);
        await sync.WorkAsync();

        run = await sync.RunAsync(run.Id());
        Assert.Equal("accepted", run.State());
        Assert.Equal("key:development", (string?)run["decidedBy"]);
        Assert.Equal(1, await sync.SentAsync());
    }

    [Fact]
    public async Task What_is_approved_is_what_is_sent_whatever_came_since()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        Assert.Equal("held", held.State());
        Assert.Equal(["MembersRemoved"], held.Rules());

        await sync.EventsAsync(sync.Hire(100));
        Assert.Equal(1, (int)(await sync.RunAsync(held.Id()))["since"]!["difference"]!["counts"]!["usersAdded"]!);
        await sync.ApproveAsync(held);
        await sync.WorkAsync();

        Assert.Equal("accepted", (await sync.RunAsync(held.Id())).State());
        Assert.Equal(24, await sync.MembersAsync());
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(25, await sync.MembersAsync());
    }

    [Fact]
    public async Task An_approval_names_the_content_that_was_looked_at()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();

        using var other = await sync.DecideAsync(held, "approve", new { contentHash = new string('0', 64), reason = "" });
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        using var none = await sync.DecideAsync(held, "approve", new { reason = "Fine." });
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        using var unknown = await sync.PostAsync("/v1/syncs/4711/approve", new { contentHash = (string?)held["contentHash"] });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("held", (await sync.RunAsync(held.Id())).State());
    }

    [Fact]
    public async Task A_decided_run_cannot_be_decided_again()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        await sync.RejectAsync(held);

        using var approve = await sync.DecideAsync(held, "approve", new { contentHash = (string?)held["contentHash"] });
        using var reject = await sync.DecideAsync(held, "reject", new { reason = "Again." });
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (approve.StatusCode, reject.StatusCode));
    }

    [Fact]
    public async Task Held_bytes_that_would_take_away_somebody_who_is_back_are_refused_and_asked_anew()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        sync.Advance(TimeSpan.FromMinutes(1));
        await sync.EventsAsync(sync.Hire(12));

        using var answer = await sync.DecideAsync(held, "approve", new { contentHash = (string?)held["contentHash"] });

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var problem = await SyncGateway.JsonAsync(answer);
        Assert.Equal(["E012"], problem["members"]!.AsArray().Select(m => (string)m!));
        Assert.Equal("superseded", (await sync.RunAsync(held.Id())).State());

        await sync.WorkAsync();
        // Five leavers pass.
        Assert.Equal("accepted", (await sync.RunAsync((string)problem["newRun"]!)).State());
        Assert.Equal(25, await sync.MembersAsync());
    }

    [Fact]
    public async Task A_run_on_request_supersedes_the_held_one_and_no_other_run_does()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(settings: new() { ["Gateway:Sync:OnChange"] = "true", ["Gateway:Sync:Schedule"] = "0 * * * *" });
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();

        await sync.EventsAsync(sync.Hire(100));
        sync.Advance(TimeSpan.FromHours(3));
        Assert.Empty(await sync.WorkAsync());
        Assert.Equal("dry_run", (await sync.RequestAsync(dryRun: true)).State());
        Assert.Equal("held", (await sync.RunAsync(held.Id())).State());

        var next = await sync.RequestAsync();

        Assert.Equal("held", next.State());
        var superseded = await sync.RunAsync(held.Id());
        Assert.Equal(("superseded", next.Id()), (superseded.State(), (string)superseded["supersededBy"]!));
        Assert.Equal(6, superseded["diff"]!["usersRemoved"]!.AsArray().Count);
        using var bytes = await sync.Gateway.Http.GetAsync(new Uri($"/v1/syncs/{held.Id()}/snapshot", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, bytes.StatusCode);
    }

    [Fact]
    public async Task A_hold_expires_and_the_next_schedule_asks_anew()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(settings: new() { ["Gateway:Sync:Schedule"] = "0 3 * * *", ["Gateway:Sync:OnChange"] = "true" });
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();

        sync.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.Empty(await sync.WorkAsync());
        sync.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await sync.WorkAsync());
        Assert.Equal("expired", (await sync.RunAsync(held.Id())).State());

        sync.Advance(TimeSpan.FromHours(15));
        var asked = await sync.RunAsync(Assert.Single(await sync.WorkAsync()));
        Assert.Equal(("held", "schedule"), (asked.State(), (string)asked["trigger"]!));
    }

    [Fact]
    public async Task A_later_run_whose_held_changes_were_approved_is_sent_without_asking()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        await sync.Officevibe.ArmAsync(new { kind = "ServerError", status = 500, path = "/api/v2/sync" });
        await sync.ApproveAsync(held);
        await sync.WorkAsync();
        Assert.Equal("failed", (await sync.RunAsync(held.Id())).State());

        await sync.EventsAsync(sync.Hire(100));
        var later = await sync.RequestAsync();

        Assert.Equal("accepted", later.State());
        Assert.Equal(25, await sync.MembersAsync());
        // The approved one has nothing left to try.
        Assert.Null((await sync.RunAsync(held.Id()))["retryAt"]);

        // What a person approved does not use up what may pass unasked.
        await sync.LeaveAsync(20, 5);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
    }

    [Fact]
    public async Task Small_runs_cannot_do_together_what_one_may_not()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 4);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        sync.Advance(TimeSpan.FromHours(20));
        await sync.LeaveAsync(14, 2);

        var second = await sync.RequestAsync();

        Assert.Equal("held", second.State());
        var reason = Assert.Single(second["guard"]!["reasons"]!.AsArray())!;
        Assert.Equal(("MembersRemoved", 6, 4, 5), ((string)reason["rule"]!, (int)reason["number"]!, (int)reason["earlier"]!, (int)reason["limit"]!));

        sync.Advance(TimeSpan.FromHours(5));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
    }

    [Fact]
    public async Task While_the_content_has_a_rejected_change_runs_end_as_rejected_and_nothing_is_sent()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        await sync.RejectAsync(held);
        Assert.Equal("rejected", (await sync.RunAsync(held.Id())).State());

        await sync.EventsAsync(sync.Hire(100));
        var next = await sync.RequestAsync();
        Assert.Equal(("rejected", held.Id()), (next.State(), (string)next["rejectedByRun"]!));
        Assert.Equal(30, await sync.MembersAsync());

        // The source is corrected: they never left.
        sync.Advance(TimeSpan.FromMinutes(1));
        await sync.EventsAsync([.. Enumerable.Range(10, 6).Select(i => sync.Hire(i, i % 2 == 0 ? "T1" : "T2"))]);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(31, await sync.MembersAsync());
    }

    [Fact]
    public async Task Whoever_changes_their_mind_approves_the_run_that_ended_by_an_earlier_rejection()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);
        await sync.RejectAsync(await sync.RequestAsync());
        var again = await sync.RequestAsync();
        Assert.Equal("rejected", again.State());

        await sync.ApproveAsync(again);
        await sync.WorkAsync();

        Assert.Equal("accepted", (await sync.RunAsync(again.Id())).State());
        Assert.Equal(24, await sync.MembersAsync());
    }

    [Fact]
    public async Task Decisions_need_their_scope_and_leave_their_trace()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        using var nobody = new HttpClient { BaseAddress = sync.Gateway.Address };
        using var answer = await nobody.PostAsync(new Uri("/v1/syncs/1/approve", UriKind.Relative), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);

        await using var db = await sync.Gateway.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<Gateway.EventLog.GatewayDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var entry = Assert.Single(db.Audit, a => a.Action == "sync.approve");
        Assert.Equal(("key:development", "1", "Looked at it."), (entry.Actor, entry.Subject, entry.Reason));
    }
}
