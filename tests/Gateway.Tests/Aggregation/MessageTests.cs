using Gateway.Membership.Fold;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Tests.EventLogs;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.Folds;

/// <summary>The queue's part: what is accepted is folded at once, without the sweeper, and a lost message does no harm.</summary>
public sealed class MessageTests
{
    private static Task<TestGateway> WithoutSweeperAsync() => TestGateway.StartAsync(new() { ["Gateway:Aggregation:SweepInterval"] = "01:00:00" });

    private static async Task<string> TitleAsync(TestGateway gateway, string employeeId)
    {
        await using var db = await gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync();
        var row = await db.Facets.AsNoTracking().SingleOrDefaultAsync(f => f.Subject == employeeId);
        if (row?.Body is null) return "";
        var facet = (MemberFacet)FacetCodec.Read(row.Kind, row.Body);
        return facet.Employed ? facet.JobTitle?.Value ?? "" : "not employed";
    }

    [Fact]
    public async Task What_is_accepted_is_told_and_folded()
    {
        await using var gateway = await WithoutSweeperAsync();
        await gateway.AcceptAsync([.. Enumerable.Range(0, 2500).Select(i => Folding.Hire("h" + i, "E" + i))]);
        await Eventually.SeeAsync(() => TitleAsync(gateway, "E2499"), t => t == "h2499");
        await gateway.AcceptAsync(Folding.Update("u", "E0"), """{"id":"r","type":"retract","eventId":"h1"}""");
        await Eventually.SeeAsync(() => TitleAsync(gateway, "E0"), t => t == "u");
        await Eventually.SeeAsync(() => TitleAsync(gateway, "E1"), t => t == "not employed");
        await Eventually.SeeAsync(() => gateway.Get<FoldQueue>().Free, f => f == FoldQueue.Most);
    }

    [Fact]
    public async Task What_the_ledger_appends_is_told_too()
    {
        await using var gateway = await WithoutSweeperAsync();
        await using (var write = await gateway.Get<LedgerWriter>().BeginAsync(CancellationToken.None))
        {
            write.Append([Events.New(Folding.Hire("of a baseline", "E1"))]);
            await write.CommitAsync(CancellationToken.None);
        }

        await Eventually.SeeAsync(() => TitleAsync(gateway, "E1"), t => t == "of a baseline");
    }

    [Fact]
    public async Task A_message_that_fails_for_good_keeps_no_place_and_stops_nobody()
    {
        await using var gateway = await WithoutSweeperAsync();
        var folder = gateway.Get<FacetFolder>();
        var attempts = 0;
        folder.BetweenReadAndWrite = _ =>
        {
            Interlocked.Increment(ref attempts);
            throw new IOException("The disk of the projection is away.");
        };
        await gateway.AcceptAsync(Folding.Hire("lost", "E1"));
        await Eventually.SeeAsync(() => attempts, a => a == 4);
        folder.BetweenReadAndWrite = null;
        await Eventually.SeeAsync(() => gateway.Get<FoldQueue>().Free, f => f == FoldQueue.Most);
        await gateway.AcceptAsync(Folding.Hire("next", "E2"));
        await Eventually.SeeAsync(() => TitleAsync(gateway, "E2"), t => t == "next");
        Assert.Equal("", await TitleAsync(gateway, "E1"));
        await gateway.FoldAsync();
        Assert.Equal("lost", await TitleAsync(gateway, "E1"));
    }
}
