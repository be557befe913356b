using Gateway.Tests.Simulator;
using Gateway.Tests.Sync.Histories;

namespace Gateway.Tests.Sync;

/// <summary>A call to Workleap that was lost on its way, and whose addresses and names are all there already: nothing there may be taken for a sign of it.</summary>
public sealed class WorkleapLostCallTests
{
    [Fact]
    public async Task Teams_that_exchange_their_names_do_not_show_that_a_lost_call_arrived()
    {
        await using var sync = await WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Team("T1", "Data"), sync.Team("T2", "Platform"));
        await LoseAndSettleAsync(sync);
        Assert.Equal("T1", (string?)(await sync.Officevibe.TeamAsync("Data"))!["externalId"]);
    }

    [Fact]
    public async Task An_address_of_somebody_who_left_long_ago_does_not_show_that_a_lost_call_arrived()
    {
        await using var sync = await WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Leave(5));
        await SettleAsync(sync);
        Assert.Equal("deactivated", (string?)(await sync.Officevibe.MemberAsync("E005@example.test"))!["status"]);

        await sync.EventsAsync(sync.Hire(20).Replace("E020@", "E005@", StringComparison.Ordinal));
        await LoseAndSettleAsync(sync);
        Assert.Equal(("E020", "active"), ((string?)(await sync.Officevibe.MemberAsync("E005@example.test"))!["externalId"], (string?)(await sync.Officevibe.MemberAsync("E005@example.test"))!["status"]));
    }

    private static async Task LoseAndSettleAsync(SyncGateway sync)
    {
        var before = Whole.Of(await sync.Officevibe.StateAsync());
        await sync.Officevibe.ArmAsync(new { kind = "cutBeforeApply", path = "/public/provisioning/json" });
        var lost = await sync.RequestAsync();
        if (lost.State() == "held")
        {
            await sync.ApproveAsync(lost);
            await sync.WorkAsync();
        }

        Assert.Equal("unknown", (await sync.RunAsync(lost.Id())).State());
        Assert.Equal(before, Whole.Of(await sync.Officevibe.StateAsync()));
        await SettleAsync(sync);
        Assert.NotEqual("accepted", (await sync.RunAsync(lost.Id())).State());
        Assert.NotEqual(before, Whole.Of(await sync.Officevibe.StateAsync()));
    }

    /// <summary>Time passes, and whatever is asked is approved, until nothing is left to be sent.</summary>
    private static async Task SettleAsync(SyncGateway sync)
    {
        for (var attempt = 0; ; attempt++)
        {
            Assert.InRange(attempt, 0, 20);
            sync.Advance(TimeSpan.FromMinutes(20));
            await sync.WorkAsync();
            var run = await sync.RequestAsync();
            if (run.State() == "unchanged") return;
            if (run.State() == "held") await sync.ApproveAsync(run, firstSync: true);
            await sync.WorkAsync();
        }
    }

    private static async Task<SyncGateway> WithAcceptedCompanyAsync()
    {
        var sync = await SyncGateway.StartAsync(new() { ["Gateway:Officevibe:Dialect"] = "workleap" }, o => o.Workleap.AutomaticInvite = true);
        await sync.CompanyAsync(6);
        var first = await sync.RequestAsync();
        await sync.ApproveAsync(first, firstSync: true);
        await SettleAsync(sync);
        await sync.Officevibe.ControlAsync("account", new { activate = Enumerable.Range(0, 6).Select(i => $"{SyncGateway.Id(i)}@example.test") });
        return sync;
    }
}
