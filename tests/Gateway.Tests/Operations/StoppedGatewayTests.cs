using System.Runtime.CompilerServices;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Operations;

/// <summary>What a gateway leaves behind, and whom it tells of itself.</summary>
public sealed class StoppedGatewayTests
{
    /// <summary>A timer that nobody disposes would keep all of it: measured once as 7.5 MB a gateway.</summary>
    [Fact]
    public async Task A_stopped_gateway_is_not_kept_in_memory()
    {
        var gone = new List<WeakReference>();
        for (var i = 0; i < 3; i++) gone.Add(await StartedAndStoppedAsync());
        // The last one may still be in somebody's hand.
        await Eventually.SeeAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return gone.Take(2).Count(g => g.IsAlive);
        }, alive => alive == 0);
    }

    [Fact]
    public async Task Nobody_is_told_of_this_installation()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.False(gateway.Get<IOptions<UsageTelemetryOptions>>().Value.Enabled);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> StartedAndStoppedAsync()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Http.GetAsync(new Uri("/v1/status", UriKind.Relative));
        Assert.True(answer.IsSuccessStatusCode);
        return new WeakReference(gateway.Get<Gateway.Sync.SyncWorker>());
    }
}
