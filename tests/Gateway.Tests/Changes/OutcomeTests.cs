using System.Text.Json;
using Gateway.Aggregation;
using Gateway.Changes;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Tests.Sync;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.ChangeStreams;

/// <summary>What came of runs stands in the same stream, each outcome once.</summary>
public sealed class OutcomeTests
{
    private static async Task<List<ChangeRow>> OutcomesAsync(SyncGateway sync)
    {
        await sync.Gateway.Get<ChangeTail>().LookAsync(CancellationToken.None);
        await using var db = await sync.Gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync();
        return await db.Changes.AsNoTracking().Where(c => c.Type.StartsWith("sync.")).OrderBy(c => c.Id).ToListAsync();
    }

    private static JsonElement Data(ChangeRow row) => JsonDocument.Parse(row.Data).RootElement;

    [Fact]
    public async Task A_company_that_is_accepted_is_told_with_who_came_and_never_with_a_name()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6);
        await sync.Gateway.Get<ChangeTail>().LookAsync(CancellationToken.None);
        await using var listener = await Listener.StartAsync(sync.Gateway, $"?types=sync.*&after={sync.Gateway.Get<ChangeTail>().Current.Generation}-0");
        var held = await listener.NextAsync();
        var accepted = await listener.NextAsync();
        var run = await sync.LastAsync();

        Assert.Equal(("sync.held", run.Id()), (held.Type, held.Subject));
        Assert.Equal("FirstSync", held.Data.GetProperty("reasons")[0].GetProperty("rule").GetString());
        Assert.Equal(("sync.accepted", run.Id(), "/v1/syncs"), (accepted.Type, accepted.Subject, accepted.Json.GetProperty("source").GetString()));
        Assert.Equal("accepted", accepted.Data.GetProperty("state").GetString());
        Assert.Equal((string)run["contentHash"]!, accepted.Data.GetProperty("contentHash").GetString());
        Assert.Equal(6, accepted.Data.GetProperty("counts").GetProperty("users").GetInt32());
        Assert.Equal(6, accepted.Data.GetProperty("difference").GetProperty("usersAdded").GetInt32());
        Assert.Equal(Enumerable.Range(0, 6).Select(SyncGateway.Id), accepted.Data.GetProperty("membersAdded").EnumerateArray().Select(i => i.GetString()));
        Assert.Equal(["T1", "T2"], accepted.Data.GetProperty("teamsAdded").EnumerateArray().Select(i => i.GetString()));
        Assert.Empty(accepted.Data.GetProperty("membersRemoved").EnumerateArray());
        Assert.False(accepted.Data.GetProperty("truncated").GetBoolean());
        foreach (var word in (string[])["@", "Ana", "Number", "Platform"]) Assert.DoesNotContain(word, listener.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hold_is_told_when_its_reasons_change_and_not_for_each_run()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        await sync.LeaveAsync(10, 6);
        Assert.Equal("held", (await sync.RequestAsync()).State());
        Assert.Equal("held", (await sync.RequestAsync()).State());
        Assert.Equal(["sync.held", "sync.accepted", "sync.held"], (await OutcomesAsync(sync)).Select(c => c.Type));

        await sync.LeaveAsync(16, 1);
        Assert.Equal("held", (await sync.RequestAsync()).State());
        var outcomes = await OutcomesAsync(sync);
        Assert.Equal(4, outcomes.Count);
        var reason = Data(outcomes[3]).GetProperty("reasons")[0];
        Assert.Equal(("MembersRemoved", 7, 5, 7), (reason.GetProperty("rule").GetString(), reason.GetProperty("number").GetInt32(),
            reason.GetProperty("limit").GetInt32(), reason.GetProperty("subjectCount").GetInt32()));
    }

    [Fact]
    public async Task A_failure_is_told_with_a_code_and_when_it_is_tried_again_and_a_dry_run_is_nobodys_news()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        var before = (await OutcomesAsync(sync)).Count;
        await sync.EventsAsync(sync.Update(3, "jobTitle", "Falconer"));
        Assert.Equal("dry_run", (await sync.RequestAsync(dryRun: true)).State());
        await sync.Officevibe.ArmAsync(new { kind = "ServerError", status = 500, path = "/api/v2/sync" });
        var failed = await sync.RequestAsync();
        Assert.Equal("failed", failed.State());

        var outcome = Assert.Single((await OutcomesAsync(sync)).Skip(before));
        Assert.Equal(("sync.failed", failed.Id()), (outcome.Type, outcome.Subject));
        var data = Data(outcome);
        Assert.Equal(("failed", "not_taken", 500, 1), (data.GetProperty("state").GetString(), data.GetProperty("code").GetString(),
            data.GetProperty("httpStatus").GetInt32(), data.GetProperty("attempt").GetInt32()));
        Assert.Equal(DateTimeOffset.Parse((string)failed["retryAt"]!, System.Globalization.CultureInfo.InvariantCulture), data.GetProperty("retryAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task An_empty_section_is_told_as_refused_by_the_guard()
    {
        await using var sync = await SyncGateway.StartAsync();
        Assert.Equal("refused", (await sync.RequestAsync()).State());
        var data = Data(Assert.Single(await OutcomesAsync(sync)));
        Assert.Equal(("refused", "guard_refused"), (data.GetProperty("state").GetString(), data.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_crash_while_an_outcome_is_on_its_way_into_the_stream_tells_it_once()
    {
        await using var sync = await SyncGateway.StartAsync();
        Assert.Equal("refused", (await sync.RequestAsync()).State());
        var mover = sync.Gateway.Get<AnnouncementMover>();
        mover.Told = () => throw new IOException("The process ends here.");
        await Assert.ThrowsAsync<IOException>(() => mover.MoveAsync(CancellationToken.None));
        mover.Told = null;

        Assert.Equal(1, await mover.MoveAsync(CancellationToken.None));
        Assert.Equal(0, await mover.MoveAsync(CancellationToken.None));
        Assert.Single(await OutcomesAsync(sync));
        await using var db = await sync.Gateway.Get<IDbContextFactory<GatewayDb>>().CreateDbContextAsync();
        Assert.False(await db.Set<Announcement>().AnyAsync());
    }
}
