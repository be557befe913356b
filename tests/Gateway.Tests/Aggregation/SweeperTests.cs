using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Tests.EventLogs;
using Microsoft.EntityFrameworkCore;
using Gateway.Tests.Servers;

namespace Gateway.Tests.Folds;

/// <summary>What no message told is found all the same.</summary>
public sealed class SweeperTests
{
    private static Task<Swept> LookAsync(Folding folding) => folding.Sweeper.SweepAsync(everything: false, CancellationToken.None);

    [Fact]
    public async Task What_no_message_told_is_found_at_the_second_look()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"), Folding.TeamOf("t1", "T1"));
        // The first look of a process takes everything: nobody was told of what was there before.
        Assert.Equal(2, (await LookAsync(folding)).Missed);
        await folding.AcceptAsync(Folding.Update("u1", "E1"), Folding.Hire("h2", "E2"), """{"id":"r1","type":"retract","eventId":"t1"}""");
        Assert.Equal(0, (await LookAsync(folding)).Missed);
        await folding.FoldAsync(Folding.Member("E2"));
        var swept = await LookAsync(folding);
        Assert.Equal((2, folding.Log.Position(5)), (swept.Missed, swept.Position));
        Assert.Equal("u1", (await folding.MemberAsync("E1")).JobTitle!.Value.Value);
        Assert.False(((TeamFacet)FacetCodec.Read(SubjectKind.Team, (await folding.RowAsync(Folding.Team("T1")))!.Body)).Exists);
        Assert.Equal(0, folding.Sweeper.Backlog);
    }

    [Fact]
    public async Task What_waits_to_be_told_is_left_to_the_messages_while_they_are_told()
    {
        await using var folding = await Folding.StartAsync();
        var feed = folding.Gateway.Get<CommitFeed>();
        await LookAsync(folding);
        await folding.AcceptAsync(Folding.Hire("h1", "E1"));
        await LookAsync(folding);
        await folding.FoldAsync(Folding.Member("E1"));
        // The teller is at work: it has told the first and has yet to come to the second.
        feed.Forget();
        await folding.AcceptAsync(Folding.Hire("h2", "E2"));
        await LookAsync(folding);
        Assert.Equal(0, (await LookAsync(folding)).Missed);
        // It has told nothing since: the next look goes on without it.
        Assert.Equal(1, (await LookAsync(folding)).Missed);
        Assert.NotNull(await folding.RowAsync(Folding.Member("E2")));
    }

    [Fact]
    public async Task The_position_waits_for_what_is_not_written_yet()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"));
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        folding.Folder.BetweenReadAndWrite = _ =>
        {
            reached.TrySetResult();
            return go.Task;
        };
        var sweep = Task.Run(() => LookAsync(folding));
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((0L, folding.Log.Position(1)), (await folding.PositionAsync(), folding.Sweeper.Backlog));
        go.SetResult();
        await sweep;
        Assert.Equal((folding.Log.Position(1), 0L), (await folding.PositionAsync(), folding.Sweeper.Backlog));
    }

    [Fact]
    public async Task What_comes_due_is_folded_when_its_time_has_come()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1", "2026-03-12"), Folding.Hire("h2", "E2", "2026-03-13"));
        await LookAsync(folding);
        Assert.False((await folding.MemberAsync("E1")).Employed);
        Assert.Equal(new DateTimeOffset(2026, 3, 12, 0, 0, 0, TimeSpan.Zero), (await folding.CutIsWhatTheLogSaysAsync()).NextDue);

        folding.Time.AdjustTime(new DateTimeOffset(2026, 3, 12, 0, 0, 0, TimeSpan.Zero).AddTicks(-10));
        Assert.Equal(0, (await LookAsync(folding)).Due);
        folding.Time.Advance(TimeSpan.FromMicroseconds(1));
        Assert.True((await folding.CutIsWhatTheLogSaysAsync()).Members.Single(m => m.EmployeeId == "E1").Employed);
        Assert.Equal(1, (await LookAsync(folding)).Due);
        Assert.Equal((true, false), ((await folding.MemberAsync("E1")).Employed, (await folding.MemberAsync("E2")).Employed));
        Assert.Equal(0, (await LookAsync(folding)).Due);
        Assert.Equal("member.hired", Assert.Single(await folding.ChangesAsync()).Type);
    }

    [Fact]
    public async Task A_corrected_zone_corrects_the_past()
    {
        await using var folding = await Folding.StartAsync(new() { ["Gateway:Sources:hris:TimeZone"] = "UTC" });
        await folding.AcceptAsync(Folding.Hire("h1", "E1", "2026-03-11"), Folding.Hire("h2", "E2", "2026-03-01"));
        await LookAsync(folding);
        Assert.False((await folding.MemberAsync("E1")).Employed);

        // There it is the eleventh already.
        await folding.Gateway.RestartAsync(new() { ["Gateway:Sources:hris:TimeZone"] = "Pacific/Kiritimati" });
        Assert.True((await folding.CutIsWhatTheLogSaysAsync()).Members.Single(m => m.EmployeeId == "E1").Employed);
        Assert.Equal(2, (await LookAsync(folding)).Again);
        Assert.True((await folding.MemberAsync("E1")).Employed);
        Assert.Equal(2, (await folding.RowAsync(Folding.Member("E1")))!.Epoch);
        Assert.Equal(0, (await LookAsync(folding)).Again);
    }

    [Fact]
    public async Task A_projection_folded_by_another_version_is_folded_again()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"));
        await LookAsync(folding);
        await using (var write = await folding.Gateway.Get<LedgerWriter>().BeginAsync(CancellationToken.None))
        {
            (await write.Db.Set<SourceEpoch>().SingleAsync()).FoldVersion = 0;
            await write.CommitAsync(CancellationToken.None);
        }

        await folding.Gateway.RestartAsync();
        Assert.Equal(1, (await LookAsync(folding)).Again);
        Assert.Equal(2, (await folding.RowAsync(Folding.Member("E1")))!.Epoch);
    }

    [SqliteFact]
    public async Task A_projection_of_another_log_is_thrown_away()
    {
        await using var one = await Folding.StartAsync();
        await using var other = await Folding.StartAsync();
        await one.AcceptAsync(Folding.Hire("h1", "E-one"), Folding.Hire("h2", "E-both"));
        await other.AcceptAsync(Folding.Hire("x", "E-both"), Folding.Hire("y", "E-other"));
        await LookAsync(one);
        await LookAsync(other);
        var (from, to) = (((LogFile)one.Log).ProjectionPath, ((LogFile)other.Log).ProjectionPath);
        await one.Gateway.StopAsync();
        await other.Gateway.StopAsync();
        File.Copy(from, to, overwrite: true);
        await other.Gateway.RestartAsync();

        Assert.Equal(2, (await other.CutIsWhatTheLogSaysAsync()).Members.Count);
        Assert.Empty(await other.ChangesAsync());
        await LookAsync(other);
        Assert.Null(await other.RowAsync(Folding.Member("E-one")));
        Assert.Equal("x", (await other.MemberAsync("E-both")).JobTitle!.Value.Value);
        await other.CutIsWhatTheLogSaysAsync();
    }

    [SqliteFact]
    public async Task A_deleted_projection_is_made_again()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"), Folding.TeamOf("t1", "T1"));
        await LookAsync(folding);
        var (before, path) = ((await folding.RowAsync(Folding.Member("E1")))!.Body, ((LogFile)folding.Log).ProjectionPath);
        await folding.Gateway.StopAsync();
        foreach (var file in Directory.GetFiles(folding.Gateway.Folder, Path.GetFileName(path) + "*")) File.Delete(file);
        await folding.Gateway.RestartAsync();
        await folding.CutIsWhatTheLogSaysAsync();
        Assert.Equal(2, (await LookAsync(folding)).Missed);
        Assert.Equal(before, (await folding.RowAsync(Folding.Member("E1")))!.Body);
        await folding.CutIsWhatTheLogSaysAsync();
    }

    [SqliteFact]
    public async Task A_log_restored_from_a_backup_takes_its_projection_back_with_it()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"));
        await LookAsync(folding);
        var path = ((LogFile)folding.Log).Path;
        var backup = path + ".backup";
        await folding.Gateway.StopAsync();
        File.Copy(path, backup);
        await folding.Gateway.RestartAsync();
        // These are lost with the restored file, and so is the epoch that a corrected zone raised.
        await folding.AcceptAsync(Folding.Update("u1", "E1"), Folding.Update("u2", "E1"), Folding.Hire("h2", "E2"));
        await LookAsync(folding);
        await folding.Gateway.RestartAsync(new() { ["Gateway:Sources:hris:TimeZone"] = "Europe/Paris" });
        await LookAsync(folding);
        await folding.Gateway.StopAsync();
        File.Copy(backup, path, overwrite: true);
        await folding.Gateway.RestartAsync(new() { ["Gateway:Sources:hris:TimeZone"] = "UTC" });

        Assert.Equal("h1", (await folding.CutAsync()).Members.Single(m => m.EmployeeId == "E1").JobTitle!.Value.Value);
        await folding.AcceptAsync(Folding.Hire("h3", "E3"));
        await LookAsync(folding);
        await LookAsync(folding);
        Assert.Equal("h1", (await folding.MemberAsync("E1")).JobTitle!.Value.Value);
        Assert.False((await folding.MemberAsync("E2")).Employed);
        Assert.True((await folding.MemberAsync("E3")).Employed);
        Assert.Equal(2, await folding.PositionAsync());
    }

    [Fact]
    public async Task A_rebuild_folds_everything_again_and_tells_nothing()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"), Folding.TeamOf("t1", "T1"));
        await LookAsync(folding);
        using (var outside = folding.OutsideProjection()) outside.Run("UPDATE facets SET next_due = 1 WHERE subject = 'T1'");
        var changes = (await folding.ChangesAsync()).Count;
        Assert.Equal(2, await folding.Gateway.Get<Rebuilder>().RebuildAsync(CancellationToken.None));
        Assert.Equal((2, null), ((await folding.RowAsync(Folding.Team("T1")))!.Epoch, (await folding.RowAsync(Folding.Team("T1")))!.NextDue));
        Assert.Equal(changes, (await folding.ChangesAsync()).Count);
    }
}
