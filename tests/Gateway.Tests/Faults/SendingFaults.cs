namespace Gateway.Tests.Faults;

/// <summary>Officevibe at its worst, and the gateway that sends killed or stopped in every state of a run.</summary>
internal static class SendingFaults
{
    private const string SyncPath = "/api/v2/sync";
    private const int Some = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<Fault> All { get; } =
    [
        Fault.Of("Officevibe slow, no answer in time", d => OfficevibeAsync(d, new { kind = "Slow", path = SyncPath, untilCleared = true }, "Unknown")),
        Fault.Of("Officevibe answers 429", d => OfficevibeAsync(d, new { kind = "RateLimited", path = SyncPath, retryAfterSeconds = 1, untilCleared = true }, "Failed")),
        Fault.Of("Officevibe answers 500", d => OfficevibeAsync(d, new { kind = "ServerError", path = SyncPath, untilCleared = true }, "Failed", "Unknown")),
        Fault.Of("Officevibe cuts the connection after the body", d => OfficevibeAsync(d, new { kind = "CutAfterApply", path = SyncPath, untilCleared = true }, "Unknown")),
        Fault.Of("Officevibe's key revoked in between", async d =>
        {
            await OfficevibeAsync(d, new { kind = "KeyRegenerated", path = SyncPath, untilCleared = true }, "Refused");
            await d.Cluster.Officevibe.ControlAsync("account", new { key = Simulator.SimulatorServer.Key });
        }),
        Fault.Of("sender killed while it assembles", AssemblingAsync),
        Fault.Of("sender killed before the body arrives", BeforeTheBodyAsync),
        Fault.Of("sender killed after the body, before the answer", BeforeTheAnswerAsync),
        Fault.Of("sender killed after the answer, before it is recorded", BeforeItIsRecordedAsync),
        Fault.Of("sender stopped (SIGSTOP) in mid-send, woken after the takeover", PausedAsync),
    ];

    /// <summary>A run meets this, and ends so; a later one puts it right.</summary>
    private static async Task OfficevibeAsync(Drill d, object fault, params string[] ends)
    {
        await d.LevelWithOfficevibeAsync();
        await d.Cluster.Officevibe.ArmAsync(fault);
        var id = await d.Cluster.AskToSendAsync();
        await d.Cluster.SeeStateAsync(id, ends);
        await d.MoreAsync(Some);
    }

    private static async Task AssemblingAsync(Drill d)
    {
        await d.LevelWithOfficevibeAsync();
        var sender = await d.Cluster.SenderAsync();
        string id;
        // What a run has to read is out of reach for the moment: it stands still where it is.
        await using (var maintenance = await d.Cluster.Postgres.ConnectAsync())
        await using (var transaction = await maintenance.BeginTransactionAsync())
        {
            await using var locking = new Npgsql.NpgsqlCommand("LOCK TABLE run_contents IN ACCESS EXCLUSIVE MODE", maintenance);
            await locking.ExecuteNonQueryAsync();
            await d.Cluster.AskAsync();
            id = await d.Cluster.InStateAsync("Assembling");
            await sender.KillAsync();
        }

        await d.MoreAsync(Some);
        await d.Cluster.SeeStateAsync(id, "Failed");
    }

    private static async Task BeforeTheBodyAsync(Drill d)
    {
        await d.LevelWithOfficevibeAsync();
        var sender = await d.Cluster.SenderAsync();
        var onItsWay = sender.Officevibe.Hold("POST /api/v2/sync"u8);
        await d.Cluster.AskToSendAsync();
        await onItsWay.WaitAsync(Patience);
        var id = await d.Cluster.InStateAsync("Sending");
        await sender.KillAsync();
        sender.Officevibe.Reset();
        await d.MoreAsync(Some);
        await d.Cluster.SeeStateAsync(id, "Unknown");
    }

    private static async Task BeforeTheAnswerAsync(Drill d)
    {
        await d.LevelWithOfficevibeAsync();
        var sender = await d.Cluster.SenderAsync();
        await d.Cluster.Officevibe.ArmAsync(new { kind = "Slow", path = SyncPath, afterApply = true });
        await d.Cluster.AskToSendAsync();
        await d.Cluster.Officevibe.GetAsync("/_simulator/faults/held").WaitAsync(Patience);
        var id = await d.Cluster.InStateAsync("Sending");
        await sender.KillAsync();
        await d.MoreAsync(Some);
        await d.Cluster.SeeStateAsync(id, "Unknown", "Accepted");
    }

    private static async Task BeforeItIsRecordedAsync(Drill d)
    {
        await d.LevelWithOfficevibeAsync();
        var sender = await d.Cluster.SenderAsync();
        await d.Cluster.Officevibe.ArmAsync(new { kind = "Slow", path = SyncPath, afterApply = true });
        await d.Cluster.AskToSendAsync();
        await d.Cluster.Officevibe.GetAsync("/_simulator/faults/held").WaitAsync(Patience);
        var id = await d.Cluster.InStateAsync("Sending");
        // The answer comes, and the row that it is to be written to is somebody else's for the moment.
        await using (var holder = await d.Cluster.Postgres.ConnectAsync())
        await using (var transaction = await holder.BeginTransactionAsync())
        {
            await using var row = new Npgsql.NpgsqlCommand($"SELECT 1 FROM runs WHERE \"Id\" = {Runs.NumberOf(id)} FOR UPDATE", holder);
            await row.ExecuteNonQueryAsync();
            await d.Cluster.Officevibe.ControlAsync("faults/release", new { });
            await Eventually.SeeAsync(
                () => d.Cluster.Postgres.RunAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event IN ('transactionid', 'tuple')"),
                waiting => waiting is > 0L, Patience);
            await sender.KillAsync();
        }

        await d.MoreAsync(Some);
        await d.Cluster.SeeStateAsync(id, "Unknown", "Accepted");
    }

    /// <summary>
    /// It has stored that it sends, and sleeps before it does. Another one waits until its time is over, and sends a newer company. Then it wakes: the older
    /// company must not go out, and nothing may be written over.
    /// </summary>
    private static async Task PausedAsync(Drill d)
    {
        await d.LevelWithOfficevibeAsync();
        // New connections: statements that were prepared before do not show what they do.
        foreach (var replica in d.Cluster.Replicas) replica.Postgres.Reset();
        foreach (var replica in d.Cluster.Replicas) await d.Cluster.IsReadyAsync(replica);
        var sender = await d.Cluster.SenderAsync();
        var stored = sender.Postgres.HoldAnswerTo("\"SendingAt\" = $"u8, "COMMIT"u8);
        await d.Cluster.AskToSendAsync();
        await stored.WaitAsync(Patience);
        var id = await d.Cluster.InStateAsync("Sending");
        sender.Pause();
        try
        {
            await d.Cluster.SeeStateAsync(id, "Unknown");
            await Eventually.SeeAsync(async () => (await d.Cluster.SenderAsync()).Name, name => name != sender.Name, Patience);
            var awake = d.Cluster.Replicas.Single(r => r != sender);
            // Asked for at once, and sent when the time of the first one is over.
            await AcceptedByAsync(d, awake);
        }
        finally
        {
            sender.GoOn();
        }

        var (sent, company) = (await SyncsAsync(d), await d.Cluster.Officevibe.CompanyAsync());
        sender.Heal();
        // It has noticed: it says so, or it sends.
        await Eventually.SeeAsync(async () => sender.Said.Contains("Another gateway makes and sends runs by now", StringComparison.Ordinal) || await SyncsAsync(d) != sent, seen => seen, Patience);
        Assert.Equal(sent, await SyncsAsync(d));
        Assert.Equal(company, await d.Cluster.Officevibe.CompanyAsync());
    }

    private static async Task AcceptedByAsync(Drill d, Replica replica) =>
        await d.Cluster.SeeStateAsync(await d.Cluster.AskToSendAsync(replica), "Accepted", "Unchanged");

    /// <summary>How many companies Officevibe was sent, to whatever end.</summary>
    private static async Task<int> SyncsAsync(Drill d)
    {
        var counts = (await d.Cluster.Officevibe.StateAsync())["counts"]!;
        return (int)counts["syncsApplied"]! + (int)counts["syncsRefused"]!;
    }
}
