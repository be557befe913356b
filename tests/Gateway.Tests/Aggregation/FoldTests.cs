using Gateway.Aggregation;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;
using Microsoft.Data.Sqlite;

namespace Gateway.Tests.Folds;

/// <summary>Folds may run twice, late and in any order.</summary>
public sealed class FoldTests
{
    [Fact]
    public async Task A_stale_fold_never_overwrites_a_fresher_one()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("first", "E1"));
        var (stale, go) = await folding.PausedFoldAsync(Folding.Member("E1"));
        await folding.AcceptAsync(Folding.Update("second", "E1"));
        Assert.Equal(1, await folding.FoldAsync(Folding.Member("E1")));
        go.SetResult();
        Assert.Equal(0, await stale);
        Assert.Equal("second", (await folding.MemberAsync("E1")).JobTitle!.Value.Value);
        Assert.Equal((2L, folding.Log.Position(2)), ((await folding.RowAsync(Folding.Member("E1")))!.FoldedEvents, (await folding.RowAsync(Folding.Member("E1")))!.FoldedThrough));
        Assert.Equal("member.hired", Assert.Single(await folding.ChangesAsync()).Type);
    }

    [Fact]
    public async Task A_fold_for_an_earlier_instant_never_overwrites_a_later_one()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h", "E1", "2026-03-11"));
        var (early, go) = await folding.PausedFoldAsync(Folding.Member("E1"));
        folding.Jump(TimeSpan.FromDays(1));
        await folding.FoldAsync(Folding.Member("E1"));
        go.SetResult();
        Assert.Equal(0, await early);
        Assert.True((await folding.MemberAsync("E1")).Employed);
    }

    [Fact]
    public async Task A_fold_that_failed_on_old_news_says_nothing_of_a_fresher_one()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h", "E1"));
        Corrupt(folding, "h");
        var (failing, go) = await folding.PausedFoldAsync(Folding.Member("E1"));
        Heal(folding, "h");
        folding.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await folding.FoldAsync(Folding.Member("E1")));
        go.SetResult();
        await failing;
        Assert.Null((await folding.RowAsync(Folding.Member("E1")))!.Error);
    }

    [Fact]
    public async Task Folding_twice_changes_and_tells_nothing()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h", "E1"));
        await folding.FoldAsync(Folding.Member("E1"), Folding.Member("E1"));
        await folding.FoldAsync(Folding.Member("E1"));
        Assert.Single(await folding.ChangesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_retraction_works_whichever_of_the_two_arrives_and_is_folded_first(bool foldBetween)
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync("""{"id":"r1","type":"retract","eventId":"h1"}""", Folding.Hire("h2", "E2"));
        if (foldBetween) await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);
        await folding.AcceptAsync(Folding.Hire("h1", "E1"), """{"id":"r2","type":"retract","eventId":"h2"}""");
        await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);

        Assert.False((await folding.MemberAsync("E1")).EverHired);
        Assert.False((await folding.MemberAsync("E2")).EverHired);
        Assert.Equal(2, (await folding.RowAsync(Folding.Member("E1")))!.FoldedEvents);
        Assert.Equal(2, (await folding.RowAsync(Folding.Member("E2")))!.FoldedEvents);
        Assert.Equal(folding.Sweeper.Position, await folding.PositionAsync());
        await folding.CutIsWhatTheLogSaysAsync();
    }

    [Fact]
    public async Task What_a_retraction_names_is_looked_up_after_the_commit()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h", "E1"), """{"id":"r","type":"retract","eventId":"h"}""", """{"id":"rr","type":"retract","eventId":"r"}""");
        Assert.Equal([Folding.Member("E1")], folding.Folder.FacetsOf([new("hris", "h"), new("hris", "r"), new("hris", "never"), new("other", "h")]));
    }

    [SqliteFact]
    public async Task What_changed_is_written_with_the_facet_or_not_at_all()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h", "E1"));
        using (var outside = folding.OutsideProjection()) outside.Run("CREATE TRIGGER no BEFORE INSERT ON changes BEGIN SELECT RAISE(ABORT, 'no'); END");
        await Assert.ThrowsAsync<SqliteException>(() => folding.FoldAsync(Folding.Member("E1")));
        Assert.Null(await folding.RowAsync(Folding.Member("E1")));
        using (var outside = folding.OutsideProjection()) outside.Run("DROP TRIGGER no");
        await folding.FoldAsync(Folding.Member("E1"));
        Assert.NotNull(await folding.RowAsync(Folding.Member("E1")));
        Assert.Single(await folding.ChangesAsync());
    }

    [Fact]
    public async Task A_change_holds_names_of_fields_and_ids_and_no_values()
    {
        await using var folding = await Folding.StartAsync();
        string[] story =
        [
            """{"id":"1","type":"hire","employeeId":"E1","member":{"email":"ines@example.test","firstName":"Inés","attributes":{"salary":"high"}},"teams":[{"teamId":"T1"}]}""",
            """{"id":"2","type":"move","employeeId":"E1","to":"T2"}""",
            """{"id":"3","type":"update","employeeId":"E1","member":{"lastName":"Muñoz","attributes":{"salary":null}}}""",
            """{"id":"4","type":"absence","employeeId":"E1"}""",
            """{"id":"5","type":"leave","employeeId":"E1","reason":"quarrel"}""",
            """{"id":"6","type":"team","teamId":"T1","name":"Platform"}""",
            """{"id":"7","type":"team-close","teamId":"T1"}""",
        ];
        foreach (var e in story)
        {
            await folding.AcceptAsync(e);
            await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);
        }

        Assert.Equal(
        [
            """member.hired E1 {"teamsGained":["T1:member"],"teamsLost":[],"fields":["email","firstName","attributes.salary"]}""",
            """member.moved E1 {"teamsGained":["T2:member"],"teamsLost":["T1:member"],"fields":[]}""",
            """member.updated E1 {"teamsGained":[],"teamsLost":[],"fields":["lastName","attributes.salary"]}""",
            """member.updated E1 {"teamsGained":[],"teamsLost":[],"fields":["absent"]}""",
            """member.left E1 {"teamsGained":[],"teamsLost":["T2:member"],"fields":["absent"]}""",
            """team.changed T1 {"exists":true,"fields":["exists","name"]}""",
            """team.changed T1 {"exists":false,"fields":["exists"]}""",
        ], (await folding.ChangesAsync()).Select(c => $"{c.Type} {c.Subject} {c.Data}"));
    }

    [SqliteFact]
    public async Task Folding_begins_as_a_writer_before_it_reads()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"));
        using var outside = folding.OutsideProjection();
        ((SqliteConnection)outside).DefaultTimeout = 1;
        var keptOut = new List<Exception?>();
        folding.Folder.TransactionBegun = () => keptOut.Add(Record.Exception(() => outside.Run("UPDATE position SET folded_through = folded_through")));

        await folding.FoldAsync(Folding.Member("E1"));

        // SQLITE_BUSY: a transaction that only began to read would have let the other one write, and failed at its own first write.
        Assert.All(keptOut, e => Assert.Equal(5, Assert.IsType<SqliteException>(e).SqliteErrorCode));
        Assert.NotEmpty(keptOut);
    }

    [SqliteFact]
    public async Task Folding_waits_for_another_writer_and_keeps_it_out_from_its_first_read()
    {
        await using var folding = await Folding.StartAsync();
        var keys = Enumerable.Range(0, 50).Select(i => Folding.Member("E" + i)).ToArray();
        await folding.AcceptAsync([.. keys.Select(k => Folding.Hire("h" + k.Subject, k.Subject))]);
        await folding.FoldAsync(keys);
        using var outside = folding.OutsideProjection();
        ((SqliteConnection)outside).DefaultTimeout = 30;
        for (var round = 0; round < 5; round++)
        {
            var update = $"u{round}-";
            await folding.AcceptAsync([.. keys.Select(k => Folding.Update(update + k.Subject, k.Subject))]);
            // Somebody else writes to the file all the while, as a backup or an operator does.
            using var stop = new CancellationTokenSource();
            var writing = Task.Run(() =>
            {
                while (!stop.IsCancellationRequested) outside.Run("UPDATE position SET folded_through = folded_through");
            });
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => folding.FoldAsync(keys)))).WaitAsync(TimeSpan.FromSeconds(20));
            await stop.CancelAsync();
            await writing;
        }

        Assert.Equal("u4-E49", (await folding.MemberAsync("E49")).JobTitle!.Value.Value);
        Assert.Equal(50 + (5 * 50), (await folding.ChangesAsync()).Count);
    }

    [Fact]
    public async Task A_row_that_another_version_wrote_is_folded_anew_without_false_news()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h", "E1"), Folding.Hire("h2", "E2"));
        await folding.FoldAsync(Folding.Member("E1"), Folding.Member("E2"));
        using (var outside = folding.OutsideProjection()) outside.Run($"UPDATE facets SET body = CAST('{{\"shape\":\"of another version\"}}' AS {(TestStore.IsSqlite ? "BLOB" : "bytea")}) WHERE subject = 'E1'");
        await folding.FoldAsync(Folding.Member("E1"), Folding.Member("E2"));
        Assert.True((await folding.MemberAsync("E1")).Employed);
        Assert.Equal(2, (await folding.ChangesAsync()).Count);
    }

    internal static void Corrupt(Folding folding, string id) => Payload(folding, TestStore.IsSqlite ? "CAST(X'7B22' || payload AS BLOB)" : "'\\x7B22'::bytea || payload", id);

    internal static void Heal(Folding folding, string id) => Payload(folding, TestStore.IsSqlite ? "CAST(substr(payload, 3) AS BLOB)" : "substr(payload, 3)", id);

    private static void Payload(Folding folding, string expression, string id)
    {
        using var outside = folding.Log.Outside();
        outside.Run($"UPDATE events SET payload = {expression} WHERE id = '{id}'");
    }
}
