using System.Net;
using System.Text.Json.Nodes;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Sync;
using Gateway.Tests.Simulator;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.Sync;

/// <summary>Somebody is at work in the account itself: what it looks like afterwards, and what a person is told.</summary>
public sealed class AccountStoryTests
{
    private static readonly object[] Ten = [.. Enumerable.Range(0, 10).Select(i => new { email = $"Hand{i}@example.test", firstName = "Eva", lastName = $"By hand {i}" })];

    [Fact]
    public async Task Ten_people_added_by_hand_hold_the_next_run_that_removes_somebody_and_go_only_when_a_person_says_so()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        await sync.Officevibe.ControlAsync("account", new { members = Ten });
        await sync.LeaveAsync(20, 1);

        var held = await sync.RequestAsync();
        Assert.Equal(("held", GuardRules.AccountDiffers), (held.State(), Assert.Single(held.Rules())));
        var reason = held["guard"]!["reasons"]![0]!;
        Assert.Equal((11, 5), ((int)reason["number"]!, (int)reason["limit"]!));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"hand{i}@example.test"), reason["subjects"]!.AsArray().Select(s => (string)s!));
        Assert.Equal(40, await sync.MembersAsync());

        await sync.ApproveAsync(held);
        await sync.WorkAsync();
        Assert.Equal(29, await sync.MembersAsync());

        // They are deactivated, and should the account list them all the same, nobody is asked about them again.
        await sync.Officevibe.ControlAsync("account", new { listDeactivated = true });
        await sync.LeaveAsync(21, 1);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        sync.Advance(TimeSpan.FromMinutes(2));
        await sync.WorkAsync();
        var account = await GetAsync(sync, "/v1/account");
        Assert.Equal((false, 12), ((bool)account["differs"]!, (int)account["leftAndListed"]!));
    }

    [Fact]
    public async Task A_rejection_keeps_them_whatever_the_next_run_is_about_until_the_last_of_them_is_cared_for()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        await sync.Officevibe.ControlAsync("account", new { members = Ten });
        await sync.LeaveAsync(20, 1);
        var held = await sync.RequestAsync();
        await sync.RejectAsync(held);
        await sync.EventsAsync(sync.Hire(100));
        Assert.Equal("rejected", (await sync.RequestAsync()).State());

        // Nobody leaves any more: what the account has alone is still looked at.
        await sync.EventsAsync("""{"id":"stays","type":"hire","employeeId":"E020","member":{"email":"E020@example.test"},"teams":[{"teamId":"T1"}]}""");
        Assert.Equal("rejected", (await sync.RequestAsync()).State());
        await sync.Officevibe.ControlAsync("account", new { edit = new { people = Enumerable.Range(0, 9).Select(i => new { email = $"hand{i}@example.test", status = "deactivated" }) } });
        Assert.Equal("rejected", (await sync.RequestAsync()).State());
        Assert.Equal(31, await sync.MembersAsync());

        await sync.EventsAsync(sync.Hire(101).Replace("E101@example.test", "hand9@example.test", StringComparison.Ordinal));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(32, await sync.MembersAsync());
        Assert.Equal("active", (string?)(await sync.Officevibe.MemberAsync("hand9@example.test"))!["status"]);
    }

    [Fact]
    public async Task How_many_may_go_unasked_is_a_setting()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(36, new() { ["Gateway:Sync:Guard:AccountDiffers:Count"] = "11" });
        await sync.Officevibe.ControlAsync("account", new { members = Ten });
        await sync.LeaveAsync(20, 1);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(35, await sync.MembersAsync());
    }

    [Fact]
    public async Task A_team_made_by_hand_is_not_lost_beside_one_that_closes()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(12);
        await sync.EventsAsync(sync.Team("T3", "Empty"));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        await sync.Officevibe.ControlAsync("account", new { teams = new[] { new { name = "Works council", history = 9 } } });
        await sync.EventsAsync("""{"id":"close","type":"team-close","teamId":"T3"}""");

        var held = await sync.RequestAsync();
        Assert.Equal(GuardRules.AccountDiffers, Assert.Single(held.Rules()));
        Assert.Contains("1 teams that no sync ever sent", (string?)held["reason"], StringComparison.Ordinal);
        Assert.Equal(9, (int)(await sync.Officevibe.TeamAsync("Works council"))!["history"]!);
    }

    [Fact]
    public async Task Who_was_deactivated_by_a_run_is_not_counted_though_the_account_goes_on_listing_them()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(60, new() { ["Gateway:Sync:Guard:Window"] = "00:00:01" }, o => o.ListDeactivated = true);
        for (var i = 0; i < 3; i++)
        {
            await sync.LeaveAsync(10 + (5 * i), 5);
            sync.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal("accepted", (await sync.RequestAsync()).State());
        }

        Assert.Equal(45, await sync.MembersAsync());
    }

    [Fact]
    public async Task What_is_added_after_somebody_approved_is_asked_about_before_it_goes()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        await sync.ApproveAsync(held);
        await sync.Officevibe.ControlAsync("account", new { members = Ten });

        await sync.WorkAsync();
        Assert.Equal("superseded", (await sync.RunAsync(held.Id())).State());
        var anew = await sync.LastAsync();
        Assert.Equal("held", anew.State());
        Assert.Contains(GuardRules.AccountDiffers, (await sync.RunAsync(anew.Id())).Rules());
        Assert.Equal(40, await sync.MembersAsync());
    }

    [Fact]
    public async Task Without_a_reading_nobody_is_removed_and_it_is_tried_again()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        var sent = await sync.SentAsync();
        await sync.Officevibe.ArmAsync(new { kind = "rateLimited", retryAfterSeconds = 1800, path = "/api/v2/users", untilCleared = true });
        await sync.LeaveAsync(20, 1);
        var failed = await sync.RequestAsync();
        Assert.Equal("failed", failed.State());
        Assert.Contains("Reading users", (string?)failed["reason"], StringComparison.Ordinal);
        Assert.NotNull(failed["retryAt"]);
        Assert.Equal((sent, 30), (await sync.SentAsync(), await sync.MembersAsync()));

        // A run that removes nobody needs none.
        await sync.EventsAsync("""{"id":"stays","type":"hire","employeeId":"E020","member":{"email":"E020@example.test"},"teams":[{"teamId":"T1"}]}""", sync.Hire(100));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        await sync.LeaveAsync(20, 1);
        Assert.Equal("failed", (await sync.RequestAsync()).State());

        using (await sync.Officevibe.Http.DeleteAsync(new Uri("/_simulator/faults", UriKind.Relative), SimulatorServer.Cancel)) { }
        sync.Advance(TimeSpan.FromHours(2));
        Assert.Equal("accepted", (await sync.RunAsync(Assert.Single(await sync.WorkAsync()))).State());
        Assert.Equal(30, await sync.MembersAsync());
        Assert.Equal("deactivated", (string?)(await sync.Officevibe.MemberAsync("E020@example.test"))!["status"]);
    }

    [Fact]
    public async Task A_key_that_cannot_read_any_more_is_a_persons_business_and_the_reading_can_be_switched_off()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        await sync.Officevibe.ControlAsync("account", new { key = "another-key" });
        await sync.LeaveAsync(20, 1);
        var refused = await sync.RequestAsync();
        Assert.Equal("refused", refused.State());
        Assert.Contains("key", (string?)refused["whatToDo"], StringComparison.OrdinalIgnoreCase);

        await sync.Officevibe.ControlAsync("account", new { key = SimulatorServer.Key });
        await sync.Officevibe.ArmAsync(new { kind = "rateLimited", retryAfterSeconds = 1800, path = "/api/v2/users", untilCleared = true });
        await sync.Gateway.RestartAsync(new() { ["Gateway:Officevibe:ReadBack"] = "false" });
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(29, await sync.MembersAsync());
    }

    [Fact]
    public async Task A_minute_after_a_run_what_was_changed_by_hand_is_told_once_and_shown()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(12);
        await sync.Officevibe.ControlAsync("account", new
        {
            members = new[] { new { email = "boss@other.test", role = "administrator" } },
            edit = new
            {
                people = new object[] { new { email = "E004@example.test", newEmail = "ana@example.test" }, new { email = "E006@example.test", jobTitle = "Lead" } },
                teams = new[] { new { name = "Data", newName = "Data and AI" } },
                places = new object[] { new { team = "Platform", email = "E000@example.test", manager = true, gone = true }, new { team = "Platform", email = "E003@example.test" } },
            },
        });
        using (var none = await sync.Gateway.Http.GetAsync(new Uri("/v1/account", UriKind.Relative), SimulatorServer.Cancel)) Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        sync.Advance(TimeSpan.FromSeconds(59));
        await sync.WorkAsync();
        Assert.Null((await GetAsync(sync, "/v1/status"))["account"]);
        sync.Advance(TimeSpan.FromSeconds(2));
        await sync.WorkAsync();

        var account = await GetAsync(sync, "/v1/account");
        Assert.Equal(("afterRun", true, 13), ((string?)account["occasion"], (bool)account["differs"]!, (int)account["people"]!));
        Assert.Equal(["E004"], Items(account, "peopleMissing", "id"));
        Assert.Equal(["ana@example.test"], Items(account, "peopleMore", "email"));
        Assert.Equal(["boss@other.test"], Items(account, "administrators", "email"));
        Assert.Equal(["Data"], Items(account, "teamsMissing", "name"));
        Assert.Equal(["Data and AI"], Items(account, "teamsMore", "name"));
        Assert.Equal(["E000"], Items(account, "rowsMissing", "id"));
        Assert.Equal(["E003"], Items(account, "rowsMore", "id"));
        Assert.Empty(Items(account, "rolesLost", "id"));
        Assert.Contains("status", account["notComparable"]!.AsArray().Select(n => (string)n!));

        var status = (await GetAsync(sync, "/v1/status"))["account"]!;
        Assert.Equal((true, 1, 1), ((bool)status["differs"]!, (int)status["differences"]!["peopleMore"]!, (int)status["differences"]!["teamsMore"]!));
        Assert.Equal((1, 1), await ToldAsync(sync));

        // Asked for again it is the same: no news. Another difference is.
        Assert.Equal(HttpStatusCode.OK, (await ReadAsync(sync)).Status);
        Assert.Equal((1, 1), await ToldAsync(sync));
        await sync.Officevibe.ControlAsync("account", new { members = new[] { new { email = "more@example.test" } } });
        await ReadAsync(sync);
        Assert.Equal((2, 2), await ToldAsync(sync));
        Assert.DoesNotContain("example.test", await DataToldAsync(sync), StringComparison.Ordinal);

        // The next run puts it right, as far as a sync can; what it could take away it was told of before.
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Dev"));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.NotNull(await sync.Officevibe.TeamAsync("Data"));
        Assert.NotNull(await sync.Officevibe.MemberAsync("E004@example.test"));
        Assert.False((bool)(await ReadAsync(sync)).Body["differs"]!);
    }

    [Fact]
    public async Task What_the_account_had_alone_when_it_was_read_counts_in_what_is_said_of_the_next_run()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        Assert.Null((await GetAsync(sync, "/v1/snapshot/diff"))["account"]);
        await sync.Officevibe.ControlAsync("account", new { members = Ten.Take(5), teams = new[] { new { name = "Works council" } } });
        await ReadAsync(sync);
        var read = sync.Time.GetUtcNow();

        // Five and one that leaves are too many; a team by itself is not one.
        var before = await GetAsync(sync, "/v1/snapshot/diff");
        Assert.Equal(("pass", 5, 1), ((string)before["guard"]!["verdict"]!, (int)before["account"]!["peopleOnlyThere"]!, (int)before["account"]!["teamsOnlyThere"]!));
        Assert.Equal((read, "/v1/account"), ((DateTimeOffset)before["account"]!["readAt"]!, (string)before["account"]!["path"]!));
        await sync.LeaveAsync(20, 1);
        var coming = await GetAsync(sync, "/v1/snapshot/diff");
        var reason = Assert.Single(coming["guard"]!["reasons"]!.AsArray())!;
        Assert.Equal(("hold", GuardRules.AccountDiffers, 6, 5), ((string)coming["guard"]!["verdict"]!, (string)reason["rule"]!, (int)reason["number"]!, (int)reason["limit"]!));

        // Who is hired under the address of one of them is no more only there, and neither is the team.
        await sync.EventsAsync(sync.Hire(100).Replace("E100@example.test", "hand0@example.test", StringComparison.Ordinal), sync.Team("T9", "Works council"));
        var taken = await GetAsync(sync, "/v1/snapshot/diff");
        Assert.Equal(("pass", 4, 0), ((string)taken["guard"]!["verdict"]!, (int)taken["account"]!["peopleOnlyThere"]!, (int)taken["account"]!["teamsOnlyThere"]!));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());

        // What was read before the last accepted run says nothing of the account that it made.
        Assert.Null((await GetAsync(sync, "/v1/snapshot/diff"))["account"]);
    }

    [Fact]
    public async Task A_reading_that_failed_says_so_beside_the_last_one_that_did_not_and_is_tried_again()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(12);
        sync.Advance(TimeSpan.FromMinutes(2));
        await sync.WorkAsync();
        var good = (string?)(await GetAsync(sync, "/v1/account"))["readAt"];
        await sync.EventsAsync(sync.Hire(100));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        await sync.Officevibe.ArmAsync(new { kind = "truncatedJson", path = "/api/v2/groups", untilCleared = true });
        sync.Advance(TimeSpan.FromMinutes(2));
        await sync.WorkAsync();
        var status = (await GetAsync(sync, "/v1/status"))["account"]!;
        Assert.Contains("Reading groups", (string?)status["problem"], StringComparison.Ordinal);
        Assert.Equal(good, (string?)status["readAt"]);
        Assert.Equal(good, (string?)(await GetAsync(sync, "/v1/account"))["readAt"]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ReadAsync(sync)).Status);

        using (await sync.Officevibe.Http.DeleteAsync(new Uri("/_simulator/faults", UriKind.Relative), SimulatorServer.Cancel)) { }
        sync.Advance(TimeSpan.FromSeconds(30));
        await sync.WorkAsync();
        Assert.Equal(good, (string?)(await GetAsync(sync, "/v1/account"))["readAt"]);
        sync.Advance(TimeSpan.FromMinutes(2));
        await sync.WorkAsync();
        status = (await GetAsync(sync, "/v1/status"))["account"]!;
        Assert.Null(status["problem"]);
        Assert.NotEqual(good, (string?)status["readAt"]);
    }

    [Fact]
    public async Task Before_anything_was_accepted_there_is_nothing_to_compare_with()
    {
        await using var sync = await SyncGateway.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await ReadAsync(sync)).Status);
    }

    internal static async Task<JsonNode> GetAsync(SyncGateway sync, string path)
    {
        using var answer = await sync.Gateway.Http.GetAsync(new Uri(path, UriKind.Relative), SimulatorServer.Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel));
        return await SyncGateway.JsonAsync(answer);
    }

    internal static async Task<(HttpStatusCode Status, JsonNode Body)> ReadAsync(SyncGateway sync)
    {
        using var answer = await sync.PostAsync("/v1/account/readings", null);
        return (answer.StatusCode, await SyncGateway.JsonAsync(answer));
    }

    private static IEnumerable<string> Items(JsonNode account, string list, string property) => account[list]!["items"]!.AsArray().Select(i => (string)i![property]!);

    /// <summary>How many notices and announcements of the account there are.</summary>
    private static async Task<(int Notices, int Announcements)> ToldAsync(SyncGateway sync)
    {
        await using var db = await sync.Gateway.Get<IDbContextFactory<GatewayDb>>().CreateDbContextAsync(SimulatorServer.Cancel);
        var changes = await ChangesAsync(sync);
        return (await db.Set<Notice>().CountAsync(n => n.Type == "account.drift", SimulatorServer.Cancel), changes.Count);
    }

    private static async Task<string> DataToldAsync(SyncGateway sync)
    {
        await using var db = await sync.Gateway.Get<IDbContextFactory<GatewayDb>>().CreateDbContextAsync(SimulatorServer.Cancel);
        return string.Join('\n', await db.Set<Notice>().Where(n => n.Type == "account.drift").Select(n => n.Data).ToListAsync(SimulatorServer.Cancel)) + string.Join('\n', await ChangesAsync(sync));
    }

    /// <summary>Moved already or not.</summary>
    private static async Task<List<string>> ChangesAsync(SyncGateway sync)
    {
        await sync.Gateway.Get<Gateway.Changes.AnnouncementMover>().MoveAsync(SimulatorServer.Cancel);
        await using var projection = await sync.Gateway.Get<IDbContextFactory<Gateway.Aggregation.ProjectionDb>>().CreateDbContextAsync(SimulatorServer.Cancel);
        return await projection.Set<Gateway.Aggregation.ChangeRow>().Where(c => c.Type == "account.drift").Select(c => c.Data).ToListAsync(SimulatorServer.Cancel);
    }
}
