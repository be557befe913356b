using System.Diagnostics;

namespace Gateway.Tests;

/// <summary>Waits for what another thread or process does, by looking until it is so.</summary>
internal static class Eventually
{
    /// <summary>Looks every few milliseconds; fails with what it last saw.</summary>
    public static async Task<T> SeeAsync<T>(Func<Task<T>> look, Func<T, bool> wanted, TimeSpan? within = null)
    {
        var (started, longest) = (Stopwatch.GetTimestamp(), within ?? TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (true)
        {
            var seen = await look();
            if (wanted(seen)) return seen;
            if (Stopwatch.GetElapsedTime(started) > longest) Assert.Fail($"Not within {longest}. Last seen: {seen}");
            await timer.WaitForNextTickAsync();
        }
    }

    public static Task<T> SeeAsync<T>(Func<T> look, Func<T, bool> wanted, TimeSpan? within = null) => SeeAsync(() => Task.FromResult(look()), wanted, within);
}
