using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gateway.Tests.Faults;

/// <summary>
/// The broker is away for a while under a steady load, of which nobody may notice anything: no request fails or takes longer than a second, and half a
/// minute after its return all that came meanwhile is folded.
/// </summary>
internal static class BrokerOutage
{
    private const int BatchSize = 10;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBacklog = TimeSpan.FromSeconds(30);

    /// <summary>Half of the events one by one, half in batches of ten.</summary>
    public static async Task PlayAsync(Drill d, TimeSpan outage, int eventsPerSecond)
    {
        // What this machine takes for the same load while all is well: what is longer is due to the broker.
        var (_, _, usual) = await UnderLoadAsync(d, eventsPerSecond, () => d.MoreAsync(2 * eventsPerSecond));
        var (away, level) = (TimeSpan.Zero, TimeSpan.Zero);
        var (requests, failed, longest) = await UnderLoadAsync(d, eventsPerSecond, async () => (away, level) = await AwayAsync(d, outage));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"RabbitMQ away for {away.TotalSeconds:0.0} s under {eventsPerSecond} events/s: {requests} requests, {failed} failed, the longest took {longest.TotalSeconds:0.00} s ({usual.TotalSeconds:0.00} s before); level {level.TotalSeconds:0.0} s after its return"));
        Assert.Equal(0, failed);
        Assert.InRange(longest, TimeSpan.Zero, LongestDelay);
    }

    /// <summary>How long the broker was away, and how long after its return all that came until then was folded.</summary>
    private static async Task<(TimeSpan Away, TimeSpan Level)> AwayAsync(Drill d, TimeSpan outage)
    {
        var stopped = Stopwatch.GetTimestamp();
        await d.Cluster.Broker.StopAsync();
        if (outage - Stopwatch.GetElapsedTime(stopped) is { Ticks: > 0 } rest) await Task.Delay(rest);
        await d.Cluster.Broker.HealAsync();
        var back = Stopwatch.GetTimestamp();
        await d.Cluster.FoldedAsync(LongestBacklog);
        return (Stopwatch.GetElapsedTime(stopped, back), Stopwatch.GetElapsedTime(back));
    }

    private static async Task<(int Requests, int Failed, TimeSpan Longest)> UnderLoadAsync(Drill d, int eventsPerSecond, Func<Task> meanwhile)
    {
        using var over = new CancellationTokenSource();
        var load = Task.Run(() => SteadyAsync(d, eventsPerSecond, over.Token));
        try
        {
            await meanwhile();
        }
        finally
        {
            await over.CancelAsync();
        }

        return await load;
    }

    private static async Task<(int Requests, int Failed, TimeSpan Longest)> SteadyAsync(Drill d, int eventsPerSecond, CancellationToken over)
    {
        var script = new Script($"steady{d.Account.Answers}", new Random(eventsPerSecond), d.Cluster.Start);
        var answers = new ConcurrentBag<(bool Ok, TimeSpan Took)>();
        var under = new List<Task>();
        using var pace = new PeriodicTimer(Tick);
        var (started, sent) = (Stopwatch.GetTimestamp(), 0);
        while (!over.IsCancellationRequested)
        {
            for (var due = (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * eventsPerSecond); sent < due; sent += 2 * BatchSize)
            {
                under.Add(PostAsync(d, script.Next(BatchSize), sent, answers));
                under.AddRange(script.Next(BatchSize).Select((fact, i) => PostAsync(d, [fact], sent + i, answers)));
            }

            under.RemoveAll(t => t.IsCompletedSuccessfully);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }

        await Task.WhenAll(under);
        return (answers.Count, answers.Count(a => !a.Ok), answers.Max(a => a.Took));
    }

    private static async Task PostAsync(Drill d, IReadOnlyList<Fact> facts, int replica, ConcurrentBag<(bool Ok, TimeSpan Took)> answers)
    {
        foreach (var fact in facts) d.Account.Sends(fact.Id, fact);
        var (started, during, ok) = (Stopwatch.GetTimestamp(), d.Account.Fault, false);
        try
        {
            using var content = new StringContent($"[{string.Join(',', facts.Select(f => f.Json()))}]", null, "application/json");
            using var response = await d.Cluster.Http.PostAsync(new Uri(d.Cluster.Replicas[replica % 2].Address, "/v1/events/batch"), content);
            if (!response.IsSuccessStatusCode) return;
            foreach (var result in (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results").EnumerateArray())
                d.Account.Accepted(result.GetProperty("id").GetString()!, result.GetProperty("sequence").GetInt64(), result.GetProperty("duplicate").GetBoolean());
            ok = true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Counted as failed.
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(started);
            answers.Add((ok, took));
            d.Account.Ended(took, during);
        }
    }
}
