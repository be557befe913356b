using System.Text.Json.Nodes;
using Gateway.Membership.Sync;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync;

/// <summary>Somebody leaves, and somebody who stays gets their address. The account keeps it for whoever had it (assumed): what it has afterwards, and what a person is told.</summary>
public sealed class TakenAddressTests
{
    private const string Wanted = "E005@example.test";

    [Theory]
    [InlineData("officevibe")]
    [InlineData("workleap")]
    public async Task Somebody_who_gets_a_leavers_address_is_held_seen_to_be_without_it_and_has_it_once_it_is_free_there(string dialect)
    {
        var workleap = dialect == "workleap";
        await using var sync = await SyncGateway.StartAsync(new() { ["Gateway:Officevibe:Dialect"] = dialect, ["Gateway:Sync:Guard:Deletions"] = "1", ["Gateway:Officevibe:InviteNewUsers"] = "true" }, o => o.Workleap.AutomaticInvite = true);
        await sync.CompanyAsync(30);
        await ApproveAsync(sync, await sync.RequestAsync(), firstSync: true);

        await sync.Officevibe.ControlAsync("account", new { activate = Enumerable.Range(0, 30).Select(i => $"{SyncGateway.Id(i)}@example.test") });

        await sync.EventsAsync(sync.Leave(5), sync.Update(6, "email", Wanted));
        var held = await sync.RequestAsync();
        Assert.Equal(("held", GuardRules.IdChange), (held.State(), Assert.Single(held.Rules())));
        Assert.Contains("IdChange: 1 are to get the address of somebody who goes", (string?)held["reason"], StringComparison.Ordinal);
        await ApproveAsync(sync, held);

        // Nobody has lost anything: the account has both as they were.
        var (leaver, heir) = (await sync.Officevibe.MemberAsync(Wanted), await sync.Officevibe.MemberAsync("E006@example.test"));
        Assert.Equal((SyncGateway.Id(5), "deactivated", SyncGateway.Id(6)), ((string?)leaver!["externalId"], (string?)leaver["status"], (string?)heir!["externalId"]));
        Assert.NotEqual("deactivated", (string?)heir["status"]);

        // The legacy API says so in its answer; a reading shows it in either dialect.
        Assert.Equal(workleap ? "accepted" : "accepted_with_issues", (await sync.RunAsync(held.Id())).State());
        sync.Advance(TimeSpan.FromMinutes(2));
        await sync.WorkAsync();
        var seen = (await AccountAsync(sync))[workleap ? "fields" : "peopleMissing"]!["items"]!.AsArray();
        Assert.Equal([SyncGateway.Id(6)], seen.Select(p => (string)p!["id"]!));

        // Somebody frees it in the app. The next run brings it, since each carries it.
        await sync.Officevibe.ControlAsync("account", new { edit = new { people = new[] { new { email = Wanted, newEmail = "left@example.test" } } } });
        await sync.EventsAsync(sync.Update(7, "jobTitle", "Dev"));
        await ApproveAsync(sync, await sync.RequestAsync());
        Assert.Equal(SyncGateway.Id(6), (string?)(await sync.Officevibe.MemberAsync(Wanted))!["externalId"]);
        Assert.Null(await sync.Officevibe.MemberAsync("E006@example.test"));
    }

    private static async Task ApproveAsync(SyncGateway sync, JsonNode run, bool firstSync = false)
    {
        if (run.State() == "held") await sync.ApproveAsync(run, firstSync);
        await sync.WorkAsync();
        sync.Advance(TimeSpan.FromMinutes(1));
        await sync.WorkAsync();
    }

    private static async Task<JsonNode> AccountAsync(SyncGateway sync)
    {
        using var account = await sync.Gateway.Http.GetAsync(new Uri("/v1/account", UriKind.Relative), SimulatorServer.Cancel);
        return await SyncGateway.JsonAsync(account);
    }
}
