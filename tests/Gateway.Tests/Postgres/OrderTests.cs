using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Folds;

namespace Gateway.Tests.InPostgres;

/// <summary>Sequence order is not commit order: nothing that commits late is passed, and what is told is numbered as it is committed.</summary>
public sealed class OrderTests
{
    private static Task<Folding> StartAsync(string? folder = null) => Folding.StartAsync(Postgres.Settings, folder);

    [Fact]
    public async Task A_transaction_that_commits_late_is_not_passed_by_sweeper_or_cut()
    {
        await using var folding = await StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"));
        await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);
        folding.Gateway.Store().UndecidedPatience = TimeSpan.FromMilliseconds(50);
        using var other = folding.Log.Outside();
        await using var transaction = await other.BeginTransactionAsync();
        var late = other.Append(Events.New(Folding.Update("late", "E1")))[0];
        await folding.AcceptAsync(Folding.Hire("h2", "E2"), Folding.Update("u1", "E1"));

        // The later one is committed first. Readers stand still before the earlier one, which may bring anything.
        await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);
        Assert.True(await folding.PositionAsync() < late.Position);
        Assert.Null(await folding.RowAsync(Folding.Member("E2")));
        var cut = await folding.CutAsync();
        Assert.True(cut.Head < late.Position);
        Assert.Equal(["E1"], cut.Members.Select(m => m.EmployeeId));

        await transaction.CommitAsync();
        var swept = await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);
        Assert.Equal(2, swept.Missed);
        Assert.True(swept.Position > late.Position);
        Assert.Equal(3, (await folding.RowAsync(Folding.Member("E1")))!.FoldedEvents);
        Assert.Equal(["E1", "E2"], (await folding.CutIsWhatTheLogSaysAsync()).Members.Select(m => m.EmployeeId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_reader_waits_a_moment_for_what_is_about_to_be_decided()
    {
        await using var folding = await StartAsync();
        folding.Gateway.Store().UndecidedPatience = TimeSpan.FromSeconds(30);
        using var other = folding.Log.Outside();
        await using var transaction = await other.BeginTransactionAsync();
        other.Append(Events.New(Folding.Hire("late", "E1")));
        await folding.AcceptAsync(Folding.Hire("h2", "E2"));
        var cut = Task.Run(() => folding.CutAsync());
        // It has looked at least once, and looks again.
        await Eventually.SeeAsync(
            () =>
            {
                using var outside = folding.Log.Outside();
                return outside.Scalar("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'");
            },
            n => n > 0);
        await transaction.CommitAsync();
        Assert.Equal(2, (await cut).Members.Count);
    }

    [Fact]
    public async Task Numbers_of_changes_are_given_out_to_one_transaction_at_a_time()
    {
        await using var folding = await StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"));
        using var other = folding.Log.Outside();
        await using var transaction = await other.BeginTransactionAsync();
        other.Run($"SELECT pg_advisory_xact_lock({AdvisoryLocks.Changes})");
        var fold = Task.Run(() => folding.FoldAsync(Folding.Member("E1")));
        await folding.Gateway.WaitingAsync(1);
        Assert.Null(await folding.RowAsync(Folding.Member("E1")));
        await transaction.CommitAsync();
        Assert.Equal(1, await fold);
        Assert.Single(await folding.ChangesAsync());
    }

    [Fact]
    public async Task Two_gateways_that_fold_the_same_hire_at_once_tell_of_one()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync(one.Gateway.Folder);
        await one.AcceptAsync(Folding.Hire("h1", "E1"), Folding.Hire("h2", "E2"));
        two.Time.Advance(TimeSpan.FromSeconds(2));
        using var other = one.Log.Outside();
        await using var transaction = await other.BeginTransactionAsync();
        // Holds both up where neither sees a row, then goes.
        other.Run("INSERT INTO facets (kind, source, subject, epoch, folded_events, folded_through, folded_at, failures) VALUES (0, 'hris', 'E1', 0, 0, 0, 0, 0)");
        var folds = new[] { one, two }.Select(f => Task.Run(() => f.FoldAsync(Folding.Member("E2"), Folding.Member("E1")))).ToList();
        await one.Gateway.WaitingAsync(2);
        await transaction.RollbackAsync();

        await Task.WhenAll(folds);
        Assert.Equal(["E1", "E2"], (await one.ChangesAsync()).Select(c => c.Subject).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cut_sees_projection_and_log_at_one_instant()
    {
        await using var folding = await StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"));
        await folding.FoldAsync(Folding.Member("E1"));
        using var cut = folding.Gateway.Get<IProjectionStore>().OpenCut();
        Assert.Equal(0, cut.Rows.Position());
        await folding.AcceptAsync(Folding.Update("u1", "E1"));
        await folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);
        Assert.Equal(0, cut.Rows.Position());
        Assert.Equal(folding.Log.Position(1), cut.Log.Head);
        Assert.Equal(folding.Log.Position(1), cut.Rows.FoldedThrough(Folding.Member("E1")));
        Assert.Single(cut.Log.Facet(Folding.Member("E1")));
    }
}
