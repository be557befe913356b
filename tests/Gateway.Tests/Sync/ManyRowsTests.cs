using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Sync;
using Gateway.Sync.Storing;
using Gateway.Tests.Servers;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Gateway.Tests.Sync;

public sealed class ManyRowsTests
{
    [Fact]
    public async Task More_rows_than_one_statement_takes_are_all_there_and_one_that_was_there_is_changed()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var (from, to, owner) in new[] { (0, 1, "old"), (0, 0, "nobody"), (0, 930, "new") })
        {
            await using var write = await gateway.Get<LedgerWriter>().BeginAsync(CancellationToken.None);
            await ManyRows.InsertAsync(
                write.Db, "accepted_emails (member_id, email)", [owner], Enumerable.Range(from, to - from).Select(i => new[] { $"person.{i}@example.test" }),
                "ON CONFLICT (email) DO UPDATE SET member_id = excluded.member_id", CancellationToken.None);
            await write.CommitAsync(CancellationToken.None);
        }

        await using var read = await gateway.Get<LedgerWriter>().BeginAsync(CancellationToken.None);
        var rows = await read.Db.Set<AcceptedEmail>().AsNoTracking().ToListAsync();
        Assert.Equal(Enumerable.Range(0, 930).Select(i => ($"person.{i}@example.test", "new")).ToHashSet(), rows.Select(r => (r.Email, r.MemberId)).ToHashSet());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData((3 * 64 * 1024) + 1)]
    public void Packed_bytes_are_those_that_were_written(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        using var packed = new PackedBytes();
        for (var at = 0; at < length; at += 9_973) packed.Write(bytes.AsSpan(at, Math.Min(9_973, length - at)));
        Assert.Equal(length, packed.Length);
        Assert.Equal(bytes, packed.ToArray());
    }
}
