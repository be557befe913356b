using System.Threading.Channels;
using Gateway.Edge;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Operations;

/// <summary>What workers do again and again.</summary>
public sealed class RoundsTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_round_that_fails_is_told_and_the_next_one_comes_until_the_end(bool atOnce)
    {
        var (time, failures, rounds) = (new FakeTimeProvider(), new List<string>(), Channel.CreateUnbounded<int>());
        using var stopping = new CancellationTokenSource();
        var number = 0;
        var loop = Rounds.RunAsync(Pause, time, async token =>
        {
            await rounds.Writer.WriteAsync(++number, token);
            if (number == 1) throw new InvalidOperationException("once");
        }, e => failures.Add(e.Message), stopping.Token, atOnce);

        Assert.Equal(atOnce ? 1 : 0, number);
        if (!atOnce) time.Advance(Pause);
        Assert.Equal(1, await NextAsync());
        time.Advance(Pause);
        Assert.Equal(2, await NextAsync());
        Assert.Equal("once", Assert.Single(failures));

        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);

        // A loop that has ended is not waited for.
        async Task<int> NextAsync()
        {
            var next = rounds.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
            if (await Task.WhenAny(next, loop) == loop) await loop;
            return await next;
        }
    }
}
