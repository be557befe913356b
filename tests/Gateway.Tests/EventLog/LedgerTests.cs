using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Gateway.Tests.Servers;

namespace Gateway.Tests.EventLogs;

public sealed class LedgerTests
{
    [SqliteFact]
    public async Task A_write_that_reads_first_keeps_others_out_from_its_first_read()
    {
        await using var gateway = await TestGateway.StartAsync();
        var file = gateway.Get<ILogStore>();
        await using var write = await gateway.Get<LedgerWriter>().BeginAsync(CancellationToken.None);
        var read = await write.Db.Audit.CountAsync();
        using (var outside = file.Outside())
        {
            outside.Run("PRAGMA busy_timeout=0");
            ((SqliteConnection)outside).DefaultTimeout = 1;
            var refused = Assert.Throws<SqliteException>(() => outside.Run("UPDATE log_identity SET Id = Id"));
            Assert.Equal(5, refused.SqliteErrorCode);
        }

        write.Db.Add(Entry($"saw {read}"));
        await write.CommitAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Concurrent_writes_that_count_first_lose_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        var ledger = gateway.Get<LedgerWriter>();
        var posts = Enumerable.Range(0, 50).Select(i => gateway.PostAsync("/v1/events", Events.Return("w" + i))).ToList();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            await using var write = await ledger.BeginAsync(CancellationToken.None);
            var count = await write.Db.Audit.CountAsync();
            write.Db.Add(Entry($"n{count}"));
            await write.CommitAsync(CancellationToken.None);
        })));
        Assert.All(await Task.WhenAll(posts), r => Assert.Equal(202, r.Status()));
        await using var read = await ledger.BeginAsync(CancellationToken.None);
        Assert.Equal(50, (await read.Db.Audit.Where(a => a.Action == "test.count").Select(a => a.Subject).ToListAsync()).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Events_and_the_rows_of_the_ledger_stand_or_fall_together()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (ledger, file) = (gateway.Get<LedgerWriter>(), gateway.Get<ILogStore>());
        await using (var write = await ledger.BeginAsync(CancellationToken.None))
        {
            write.Append(Events.Returns(3, "gone"));
            write.Db.Add(Entry("gone"));
            await write.Db.SaveChangesAsync();
        }

        Assert.Equal(0, file.Count());
        await using (var write = await ledger.BeginAsync(CancellationToken.None))
        {
            Assert.All(write.Append(Events.Returns(3, "kept")), a => Assert.Equal(AppendOutcome.Appended, a.Outcome));
            write.Db.Add(Entry("kept"));
            await write.CommitAsync(CancellationToken.None);
        }

        Assert.Equal(3, file.Count());
        Assert.Equal(file.Position(3), gateway.Get<CommitFeed>().Head);
        using var outside = file.Outside();
        Assert.Equal(1, outside.Scalar("SELECT count(*) FROM audit WHERE \"Action\" = 'test.count'"));
    }

    private static AuditEntry Entry(string subject) => new() { At = DateTimeOffset.UnixEpoch, Actor = "test", Action = "test.count", Subject = subject };
}
