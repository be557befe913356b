using Gateway.Aggregation;
using Gateway.Changes;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Folds;
using Gateway.Tests.InPostgres;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.ChangeStreams;

/// <summary>One stream, however many gateways write and read it.</summary>
public sealed class ReplicaTests
{
    private static Task<TestGateway> StartAsync(string? folder = null) =>
        TestGateway.StartAsync(new(Postgres.Settings) { ["Gateway:Changes:PollInterval"] = "00:00:00.05", ["Gateway:Aggregation:SweepInterval"] = "00:00:00.2" }, folder: folder);

    [Fact]
    public async Task Who_comes_back_to_another_gateway_misses_nothing_and_hears_nothing_twice()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync(one.Folder);
        var heard = new List<Heard>();
        var last = one.Get<ChangeTail>().Current.Generation + "-0";
        for (var round = 0; round < 6; round++)
        {
            await (round % 2 == 0 ? two : one).AcceptAsync([.. Enumerable.Range(0, 20).Select(i => Folding.Hire($"h{round}-{i}", $"E{round}-{i}"))]);
            await using var listener = await Listener.StartAsync(round % 2 == 0 ? one : two, lastEventId: last);
            heard.AddRange(await listener.NextAsync(round < 5 ? 11 : 120 - heard.Count));
            last = heard[^1].Id;
        }

        Assert.Equal(120, heard.Select(h => h.Subject).Distinct().Count());
        Assert.Equal(heard.Select(h => h.Number).Distinct().Order(), heard.Select(h => h.Number));
        Assert.Single(heard.Select(h => h.Id.Split('-')[0]).Distinct());
    }

    [Fact]
    public async Task However_many_write_at_once_a_reader_never_sees_a_number_before_a_lower_one()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync(one.Folder);
        await one.AcceptAsync([.. Enumerable.Range(0, 400).Select(i => Folding.Hire("h" + i, "E" + i))]);
        using var over = new CancellationTokenSource();
        var heard = new List<long>();
        var reading = Task.Run(async () =>
        {
            var reader = two.Get<ChangeReader>();
            for (var last = 0L; ;)
            {
                var finished = over.IsCancellationRequested;
                var (page, _) = await reader.ReadAsync(last, long.MaxValue, 1000, CancellationToken.None);
                heard.AddRange(page.Select(c => c.Number));
                if (page.Count > 0) last = page[^1].Number;
                else if (finished) return;
            }
        });

        // Folds of both gateways, one person at a time, and outcomes of runs, which come another way.
        var folds = new[] { one, two }.SelectMany(gateway => Enumerable.Range(0, 2).Select(part => Task.Run(async () =>
        {
            for (var i = gateway == one ? 0 : 200; i < (gateway == one ? 200 : 400); i++)
                if (i % 2 == part) await gateway.Get<FacetFolder>().FoldAsync([Folding.Member("E" + i)], CancellationToken.None);
        })));
        var outcomes = Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await using (var write = await one.Get<LedgerWriter>().BeginAsync(CancellationToken.None))
                {
                    write.Db.Add(new Announcement { Type = "sync.failed", Subject = i.ToString(System.Globalization.CultureInfo.InvariantCulture), At = DateTimeOffset.UnixEpoch, Data = "{}" });
                    await write.CommitAsync(CancellationToken.None);
                }

                await (i % 2 == 0 ? one : two).Get<AnnouncementMover>().MoveAsync(CancellationToken.None);
            }
        });
        await Task.WhenAll([outcomes, .. folds]);
        await Eventually.SeeAsync(() => CountAsync(one), n => n == 450);
        await over.CancelAsync();
        await reading;

        Assert.Equal(450, heard.Count);
        Assert.Equal(await NumbersAsync(one), heard);
    }

    [Fact]
    public async Task An_outcome_that_two_gateways_find_at_once_is_told_once()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync(one.Folder);
        using var other = one.Get<ILogStore>().Outside();
        await using var transaction = await other.BeginTransactionAsync();
        // Both have read it and wait for their number.
        other.Run($"SELECT pg_advisory_xact_lock({AdvisoryLocks.Changes})");
        await using (var write = await one.Get<LedgerWriter>().BeginAsync(CancellationToken.None))
        {
            write.Db.Add(new Announcement { Type = "sync.failed", Subject = "7", At = DateTimeOffset.UnixEpoch, Data = "{}" });
            await write.CommitAsync(CancellationToken.None);
        }

        await one.WaitingAsync(2);
        await transaction.CommitAsync();
        await Eventually.SeeAsync(
            async () =>
            {
                await using var db = await one.Get<IDbContextFactory<GatewayDb>>().CreateDbContextAsync();
                return await db.Set<Announcement>().CountAsync();
            },
            n => n == 0);
        Assert.Equal(1, await CountAsync(one));
    }

    private static async Task<int> CountAsync(TestGateway gateway)
    {
        await using var db = await gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync();
        return await db.Changes.CountAsync();
    }

    private static async Task<List<long>> NumbersAsync(TestGateway gateway)
    {
        await using var db = await gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync();
        return await db.Changes.OrderBy(c => c.Id).Select(c => c.Id).ToListAsync();
    }
}
