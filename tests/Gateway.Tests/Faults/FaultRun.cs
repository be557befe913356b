namespace Gateway.Tests.Faults;

/// <summary>A cluster under load, faults played on it one after another, and the reckoning at the end.</summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const int Clients = 5;
    private const double StepsPerSecond = 12;

    /// <summary>A folder for what the gateways wrote.</summary>
    private const string LogsSetting = "GATEWAY_FAULTS_LOGS";

    private readonly CancellationTokenSource _over = new();
    private readonly Dictionary<string, int> _played = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _notRun = new(StringComparer.Ordinal);
    private readonly List<HttpLoad> _loads;
    private readonly Drill _drill;
    private Task _load = Task.CompletedTask;

    private FaultRun(Cluster cluster, int seed)
    {
        Cluster = cluster;
        _drill = new Drill(cluster, Account, new AmqpLoad("q", cluster, Account, seed), new Random(seed));
        _loads = [.. Enumerable.Range(0, Clients).Select(i => new HttpLoad($"c{i}", cluster, Account, (seed * 31) + i))];
    }

    public Cluster Cluster { get; }

    public Account Account { get; } = new();

    public static async Task<FaultRun> StartAsync(int seed)
    {
        var run = new FaultRun(await Cluster.StartAsync(), seed);
        run._load = Task.WhenAll([.. run._loads.Select(l => Task.Run(() => l.RunAsync(StepsPerSecond, run._over.Token))), Task.Run(() => run._drill.Amqp.RunAsync(StepsPerSecond * 2, run._over.Token))]);
        await run.Account.MoreAsync(50);
        await run.Cluster.SendAsync();
        return run;
    }

    /// <summary>Breaks, heals, and lets the load go on for a while in between.</summary>
    public async Task PlayAsync(Fault fault)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        Account.Fault = fault.Name;
        if (await fault.Play(_drill) is { } why) _notRun[fault.Name] = why;
        else _played[fault.Name] = _played.GetValueOrDefault(fault.Name) + 1;
        await Cluster.HealAsync();
        Account.Fault = Account.Calm;
        await Account.MoreAsync(10);
        TestContext.Current.TestOutputHelper?.WriteLine($"{System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds,5:0.0} s  {fault.Name}");
    }

    /// <summary>Ends the load and compares. The lines are for the report; what is wrong beside them is in the reckoning.</summary>
    public async Task<(IReadOnlyList<Line> Lines, Reckoning Reckoning)> CloseAsync()
    {
        await _over.CancelAsync();
        await _load;
        var reckoning = await Reckoning.CloseAsync(Cluster, Account);
        await Cluster.SendAsync();
        reckoning = reckoning with { Wrong = [.. reckoning.Wrong, .. await Reckoning.OfficevibeAsync(Cluster)] };
        var entries = Account.Entries.ToLookup(e => e.Fault, StringComparer.Ordinal);
        var lines = new List<Line> { LineOf(Account.Calm, 1, reckoning, [.. entries[Account.Calm]]) };
        lines.AddRange(_played.Select(p => LineOf(p.Key, p.Value, reckoning, [.. entries[p.Key]])));
        lines.AddRange(_notRun.Where(n => !_played.ContainsKey(n.Key)).Select(n => new Line(n.Key, 0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero, n.Value)));
        return (lines, reckoning);
    }

    private Line LineOf(string fault, int played, Reckoning reckoning, IReadOnlyList<Entry> entries) => new(
        fault, played, entries.Count, entries.Count(e => e.Answer == Answer.Accepted), entries.Count(e => e.Answer == Answer.Refused), entries.Count(e => e.Answer == Answer.None),
        entries.Count(e => reckoning.Lost.Contains(e.Id)), entries.Count(e => reckoning.Doubled.Contains(e.Id)), Account.Longest(fault), null);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _load.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var load in _loads) load.Dispose();
        if (Environment.GetEnvironmentVariable(LogsSetting) is { Length: > 0 } folder)
            foreach (var replica in Cluster.Replicas) await File.WriteAllTextAsync(Path.Combine(folder, $"replica-{replica.Name}.log"), replica.Said);
        _drill.Amqp.Dispose();
        await Cluster.DisposeAsync();
        _over.Dispose();
    }
}
