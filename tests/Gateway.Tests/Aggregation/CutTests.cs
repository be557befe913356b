using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Membership.Snapshots;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;

namespace Gateway.Tests.Folds;

/// <summary>A reading of "now" is one whole company, whatever the projection is in the middle of.</summary>
public sealed class CutTests
{
    [Fact]
    public async Task In_the_middle_of_a_reorganisation_the_cut_sees_all_of_it()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(
            Folding.TeamOf("t1", "T1"), Folding.TeamOf("t2", "T2", "T1"), Folding.TeamOf("t3", "T3", "T2"),
            Folding.Hire("h1", "E1", teams: """[{"teamId":"T2"}]"""), Folding.Hire("h2", "E2", teams: """[{"teamId":"T3","role":"manager"}]"""), Folding.Hire("h3", "E3"));
        await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);

        // T2 is dissolved into T1: half of it is in the projection, the other half read from the log and not written.
        await folding.AcceptAsync(
            """{"id":"c2","type":"team-close","teamId":"T2"}""", Folding.TeamOf("t3b", "T3", "T1"), """{"id":"m1","type":"move","employeeId":"E1","to":"T1"}""",
            """{"id":"l3","type":"leave","employeeId":"E3"}""", """{"id":"x2","type":"retract","eventId":"h2"}""");
        var (paused, go) = await folding.PausedFoldAsync(Folding.Team("T3"), Folding.Member("E1"), Folding.Member("E2"));
        await folding.FoldAsync(Folding.Team("T2"));
        await folding.AcceptAsync(Folding.TeamOf("t4", "T4", "T1"));

        var cut = await folding.CutIsWhatTheLogSaysAsync();
        Assert.Equal(folding.Log.Position(12), cut.Head);
        Assert.Equal(["T1", "T3", "T4"], cut.Teams.Where(t => t.Exists).Select(t => t.TeamId).Order(StringComparer.Ordinal));
        Assert.Equal("T1", cut.Teams.Single(t => t.TeamId == "T3").ParentId!.Value.Value);
        Assert.Equal("T1", cut.Members.Single(m => m.EmployeeId == "E1").Assignments.Single().TeamId);
        Assert.Equal(["E1"], cut.Members.Where(m => m.Employed).Select(m => m.EmployeeId));

        go.SetResult();
        await paused;
        await folding.CutIsWhatTheLogSaysAsync();
        await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);
        await folding.CutIsWhatTheLogSaysAsync();
    }

    [Fact]
    public async Task A_cut_under_load_is_always_what_the_log_says()
    {
        await using var gateway = await TestGateway.StartAsync(new() { ["Gateway:Aggregation:SweepInterval"] = "00:00:00.1" });
        var reader = gateway.Get<CompanyReader>();
        var posting = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await gateway.AcceptAsync([.. Enumerable.Range(0, 10).Select(n => Folding.Hire($"{i}-{n}", $"E{(i * 3) + n}")),
                    $$"""{"id":"r{{i}}","type":"retract","eventId":"{{i}}-{{i % 10}}"}"""]);
            }
        });
        var seen = 0L;
        while (!posting.IsCompleted)
        {
            var now = await reader.ReadAsync(null, null, packed: true, CancellationToken.None);
            var log = await reader.ReadAsync(now.At, now.Head, packed: false, CancellationToken.None);
            Assert.Equal(People(log), People(now));
            Assert.True(now.Head >= seen);
            seen = now.Head;
        }

        await posting;
        await Eventually.SeeAsync(() => gateway.Get<Sweeper>().Backlog, b => b == 0);
        Assert.Equal(gateway.Get<ILogStore>().Position(440), (await reader.ReadAsync(null, null, packed: false, CancellationToken.None)).Head);

        static string People(Cut cut) => string.Join('\n', cut.Members.Select(m => $"{m.EmployeeId} {m.Employed} {m.JobTitle?.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_facet_that_cannot_be_folded_fails_every_cut_is_shown_and_is_tried_again_later_and_later()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("bad", "E1", "2026-03-01"), Folding.Hire("good", "E2"));
        await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);
        FoldTests.Corrupt(folding, "bad");
        await folding.AcceptAsync(Folding.Update("u1", "E1"), Folding.Update("u2", "E2"));
        await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);

        // The neighbour is folded, the bad one is shown with what was last known of it.
        Assert.Equal("u2", (await folding.MemberAsync("E2")).JobTitle!.Value.Value);
        var row = (await folding.RowAsync(Folding.Member("E1")))!;
        Assert.Equal(("FormatException", 1, "bad"), (row.Error, row.Failures, (await folding.MemberAsync("E1")).JobTitle!.Value.Value));
        Assert.Equal(folding.Log.Position(4), await folding.PositionAsync());
        await Assert.ThrowsAsync<CutFailedException>(() => folding.CutAsync());
        await Assert.ThrowsAsync<CutFailedException>(() => folding.CutAsync(at: Folding.Start));

        int[] waits = [0, 1, 2, 4, 8];
        for (var failures = 1; failures < waits.Length; failures++)
        {
            folding.Time.Advance(TimeSpan.FromSeconds(waits[failures]) - TimeSpan.FromMilliseconds(1));
            await folding.Sweeper.SweepAsync(everything: false, CancellationToken.None);
            Assert.Equal(failures, (await folding.RowAsync(Folding.Member("E1")))!.Failures);
            folding.Time.Advance(TimeSpan.FromMilliseconds(1));
            await folding.Sweeper.SweepAsync(everything: false, CancellationToken.None);
            Assert.Equal(failures + 1, (await folding.RowAsync(Folding.Member("E1")))!.Failures);
        }

        FoldTests.Heal(folding, "bad");
        Assert.Equal("u1", (await folding.CutAsync()).Members.Single(m => m.EmployeeId == "E1").JobTitle!.Value.Value);
        folding.Jump(TimeSpan.FromHours(2));
        Assert.Equal(1, (await folding.Sweeper.SweepAsync(everything: false, CancellationToken.None)).Again);
        row = (await folding.RowAsync(Folding.Member("E1")))!;
        Assert.Equal((null, 0), (row.Error, row.Failures));
        await folding.CutIsWhatTheLogSaysAsync();
    }

    [Fact]
    public async Task A_facet_that_is_due_and_cannot_be_folded_is_backed_off_too()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h", "E1", "2026-03-12"));
        await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);
        FoldTests.Corrupt(folding, "h");
        folding.Jump(TimeSpan.FromDays(3));
        for (var look = 0; look < 5; look++) await folding.Sweeper.SweepAsync(everything: false, CancellationToken.None);
        Assert.Equal(1, (await folding.RowAsync(Folding.Member("E1")))!.Failures);
        await Assert.ThrowsAsync<CutFailedException>(() => folding.CutAsync());
    }

    [Fact]
    public async Task The_sweeper_outlives_what_it_cannot_read()
    {
        await using var gateway = await TestGateway.StartAsync(new() { ["Gateway:Aggregation:SweepInterval"] = "00:00:00.1" });
        var folder = gateway.Get<FacetFolder>();
        var thrown = 0;
        folder.BetweenReadAndWrite = _ => Interlocked.Increment(ref thrown) > 0 ? throw new InvalidCastException("Nobody thought of this.") : Task.CompletedTask;
        await gateway.AcceptAsync(Folding.Hire("h", "E1"));
        await Eventually.SeeAsync(() => thrown, t => t > 5);
        folder.BetweenReadAndWrite = null;
        await Eventually.SeeAsync(() => gateway.Get<Sweeper>().Position, p => p == gateway.Get<ILogStore>().Position(1));
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("alive"))).Status());
    }

    [Fact]
    public async Task The_past_and_what_was_known_are_read_from_the_log_alone()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h", "E1", "2026-03-01"));
        await folding.AcceptAsync("""{"id":"l","type":"leave","employeeId":"E1","effectiveAt":"2026-03-20"}""");
        await folding.AcceptAsync("""{"id":"r","type":"retract","eventId":"l"}""");
        async Task<bool> EmployedAsync(string? at, int? known) =>
            (await folding.CutAsync(at is null ? null : DateTimeOffset.Parse(at, null), known is { } nth ? folding.Log.Position(nth) : null)).Members.Single().Employed;
        Assert.True(await EmployedAsync(null, null));
        Assert.False(await EmployedAsync("2026-02-28T00:00:00Z", null));
        Assert.True(await EmployedAsync("2026-03-20T00:00:00Z", null));
        Assert.False(await EmployedAsync("2026-03-20T00:00:00Z", 2));
        Assert.True(await EmployedAsync("2026-03-19T23:59:59Z", 2));
        Assert.Empty((await folding.CutAsync(known: 0)).Members);
    }

    [Fact]
    public async Task A_clock_ahead_and_a_replacement_of_another_facet_are_issues_until_they_are_retracted()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(
            Folding.Hire("h", "E1"), """{"id":"ahead","type":"return","employeeId":"E1","occurredAt":"2026-03-10T13:00:00Z"}""",
            """{"id":"near","type":"return","employeeId":"E1","occurredAt":"2026-03-10T12:05:00Z"}""",
            """{"id":"wrong","type":"hire","employeeId":"E2","replaces":"h"}""", """{"id":"right","type":"hire","employeeId":"E1","replaces":"h"}""");
        Assert.Equal([(IssueCodes.SourceClockAhead, "ahead"), (IssueCodes.EventReplacesOther, "wrong")], (await folding.CutAsync()).LogIssues.Select(i => (i.Code, i.EventId!)));
        await folding.AcceptAsync("""{"id":"r1","type":"retract","eventId":"ahead"}""", """{"id":"r2","type":"retract","eventId":"wrong"}""");
        Assert.Empty((await folding.CutAsync()).LogIssues);
        Assert.Equal(2, (await folding.CutAsync(known: folding.Log.Position(5))).LogIssues.Count);
    }

    [SqliteFact]
    public async Task A_facet_finds_its_retractions_by_the_index()
    {
        await using var folding = await Folding.StartAsync();
        using var outside = folding.Log.Outside();
        using var command = outside.CreateCommand();
        command.CommandText = """
            EXPLAIN QUERY PLAN WITH own AS (SELECT key FROM events WHERE facet = 1 AND kind = 0 AND source = 's' AND subject = 'e' AND sequence <= 9)
            SELECT r.payload FROM own JOIN events r ON r.target = own.key WHERE r.target IS NOT NULL AND r.sequence <= 9
            """;
        using var rows = command.ExecuteReader();
        var plan = new List<string>();
        while (rows.Read()) plan.Add(rows.GetString(3));
        Assert.Contains(plan, p => p.Contains("ix_events_facet", StringComparison.Ordinal));
        Assert.Contains(plan, p => p.Contains("ix_events_target", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, p => p.StartsWith("SCAN events", StringComparison.Ordinal));
    }
}
