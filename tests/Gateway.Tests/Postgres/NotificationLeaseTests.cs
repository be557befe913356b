using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Tests.Notifications;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.InPostgres;

/// <summary>Of all gateways on one database exactly one tells people outside.</summary>
public sealed class NotificationLeaseTests
{
    private const int Notices = 20;

    [Fact]
    public async Task Two_gateways_tell_once_and_the_other_goes_on_when_the_first_one_stops()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
        await using var receiver = await Receiver.StartAsync();
        var settings = receiver.Settings();
        foreach (var (key, value) in Postgres.Settings) settings[key] = value;
        await using var gateway = await TestGateway.StartAsync(settings, time);
        await using var other = await gateway.ReplicaAsync();
        async Task NoteAsync(int many)
        {
            await using var write = await other.Get<LedgerWriter>().BeginAsync(CancellationToken.None);
            for (var i = 0; i < many; i++) write.Db.Notify(NoticeTypes.SyncHeld, "{}", time.GetUtcNow());
            await write.CommitAsync(CancellationToken.None);
        }

        // Their clock goes as fast as it is asked for, so that both look again and again while the first ones are on their way.
        Task ToldAsync(int many) => Eventually.SeeAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return receiver.Got.Count;
            },
            n => n >= many);

        await NoteAsync(Notices);
        await ToldAsync(Notices);
        await NoteAsync(1);
        await ToldAsync(Notices + 1);
        await gateway.StopAsync();
        await NoteAsync(1);
        await ToldAsync(Notices + 2);

        Assert.Equal(Notices + 2, receiver.Got.Select(g => g.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Notices + 2, receiver.Got.Count);
    }
}
