using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Tests.EventLogs;

namespace Gateway.Tests.Folds;

/// <summary>Folding gives way to accepting, and still goes on.</summary>
public sealed class FoldPaceTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>Holds the log, so that a request waits for it until this is disposed.</summary>
    private sealed class Crowd(ILogStore file, Task<HttpResponseMessage> request) : IAsyncDisposable
    {
        public static async Task<Crowd> GatherAsync(Folding folding)
        {
            var file = folding.Gateway.Get<ILogStore>();
            await file.WriteGate.WaitAsync();
            var request = folding.Gateway.PostAsync("/v1/events", Events.Return("waits"));
            await Eventually.SeeAsync(() => folding.Gateway.Get<EventAppender>().Waiting, w => w == 1);
            return new Crowd(file, request);
        }

        public async ValueTask DisposeAsync()
        {
            file.WriteGate.Release();
            using var response = await request;
            Assert.Equal(202, response.Status());
        }
    }

    private static Task<int> FoldForAsync(Folding folding, TimeSpan took) => folding.Gateway.Get<FoldPace>().InTurnAsync(
        () =>
        {
            folding.Time.Advance(took);
            return Task.FromResult(1);
        },
        CancellationToken.None);

    [Fact]
    public async Task While_requests_wait_the_next_fold_waits_five_times_as_long_as_the_last_one_took_and_then_goes_on()
    {
        await using var folding = await Folding.StartAsync();
        await using var crowd = await Crowd.GatherAsync(folding);

        var first = FoldForAsync(folding, TimeSpan.FromMilliseconds(100));
        var second = FoldForAsync(folding, TimeSpan.Zero);
        folding.Time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal((false, false), (first.IsCompleted, second.IsCompleted));
        folding.Time.Advance(TimeSpan.FromMilliseconds(1));

        // The same request still waits: it is given way to, and not waited for.
        Assert.Equal(1, await first.WaitAsync(Soon));
        Assert.Equal(1, await second.WaitAsync(Soon));
        Assert.Equal(1, folding.Gateway.Get<EventAppender>().Waiting);
    }

    [Fact]
    public async Task Folding_gives_way_to_deliveries_too()
    {
        await using var folding = await Folding.StartAsync();
        var (file, keeper) = (folding.Gateway.Get<ILogStore>(), folding.Gateway.Get<DeliveryKeeper>());
        await file.WriteGate.WaitAsync();
        var delivery = keeper.KeepAsync(new NewDelivery("hris", null, [1]) { Headers = "{}", ReceivedAt = folding.Time.GetUtcNow(), Trusted = true, RepetitionWithin = TimeSpan.Zero }, CancellationToken.None);
        await Eventually.SeeAsync(() => keeper.Waiting, w => w == 1);

        var fold = FoldForAsync(folding, TimeSpan.FromMilliseconds(100));
        folding.Time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(fold.IsCompleted);
        folding.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, await fold.WaitAsync(Soon));
        file.WriteGate.Release();
        Assert.Equal(new Kept(1, Repeated: false), (await delivery) with { Tx = 0 });
    }

    [Fact]
    public async Task A_long_fold_gives_way_for_a_second_at_most()
    {
        await using var folding = await Folding.StartAsync();
        await using var crowd = await Crowd.GatherAsync(folding);

        var fold = FoldForAsync(folding, TimeSpan.FromSeconds(5));
        folding.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(fold.IsCompleted);
        folding.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, await fold.WaitAsync(Soon));
    }

    [Fact]
    public async Task Where_nobody_waits_folding_does_not_pause()
    {
        await using var folding = await Folding.StartAsync();
        Assert.True(FoldForAsync(folding, TimeSpan.FromSeconds(5)).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task The_sweeper_waits_for_its_turn()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"));
        var others = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = folding.Gateway.Get<FoldPace>().InTurnAsync(() => others.Task, CancellationToken.None);

        var sweep = folding.Sweeper.SweepAsync(everything: true, CancellationToken.None);
        Assert.False(sweep.IsCompleted);
        Assert.Null(await folding.RowAsync(Folding.Member("E1")));
        others.SetResult(0);

        Assert.Equal(1, (await sweep.WaitAsync(Soon)).Missed);
        Assert.Equal(0, await other);
    }
}
