using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.EventLog;

namespace Gateway.Tests.Faults;

/// <summary>Runs of a cluster, as somebody asks for them and as the ledger has them.</summary>
internal static class Runs
{
    /// <summary>A run may wait for the end of another sender's time, which is eighteen seconds here.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly string[] Open = ["Queued", "Assembling", "Sending", "Approved"];

    /// <summary>
    /// The gateway that makes and sends runs; waits until there is one. A session of the server outlives its connection by a few seconds, so the connection
    /// itself is looked for.
    /// </summary>
    public static async Task<Replica> SenderAsync(this Cluster cluster) => (await Eventually.SeeAsync<Replica?>(async () =>
    {
        var port = await cluster.Postgres.RunAsync(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT a.client_port FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database() AND ((l.classid::bigint << 32) | l.objid::bigint) = {AdvisoryLocks.Of(LeaseOf.Syncs)}
            """));
        return cluster.Replicas.FirstOrDefault(r => port is int p && r.Postgres.Carries(p));
    }, sender => sender is not null, Patience))!;

    /// <summary>Until no sender's time is running, and nothing is left that a gateway is about to do.</summary>
    public static Task SettledAsync(this Cluster cluster) => Eventually.SeeAsync(
        async () => (long)(await cluster.Postgres.RunAsync("""
            SELECT count(*) FROM runs WHERE "State" IN ('Queued', 'Assembling', 'Sending', 'Approved')
                OR ("State" = 'Unknown' AND "SupersededByRunId" IS NULL AND "ReadBackAt" IS NULL)
                OR ("State" = 'Unknown' AND "SendUntil" > extract(epoch FROM clock_timestamp()) * 1000000)
            """))!,
        left => left == 0, Patience);

    /// <summary>Asks for a run of today's company; returns its id.</summary>
    /// <param name="through">Default: any gateway that runs.</param>
    public static async Task<string> AskAsync(this Cluster cluster, Replica? through = null)
    {
        through ??= cluster.Replicas.First(r => !r.IsDown);
        using var response = await cluster.Http.PostAsJsonAsync(new Uri(through.Address, "/v1/syncs"), new { dryRun = false });
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (string)(await response.Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
    }

    /// <summary>Asks for a run that is going to be sent, if need be with a person's approval; returns its id.</summary>
    public static async Task<string> AskToSendAsync(this Cluster cluster, Replica? through = null)
    {
        through ??= cluster.Replicas.First(r => !r.IsDown);
        var id = await cluster.AskAsync(through);
        var state = await Eventually.SeeAsync(() => cluster.StateAsync(id), s => s is not ("Queued" or "Assembling"), Patience);
        if (state == "Held") await cluster.ApproveAsync(id, through);
        return id;
    }

    private static async Task ApproveAsync(this Cluster cluster, string id, Replica through)
    {
        var run = await cluster.GetAsync(through, $"/v1/syncs/{id}");
        using var approved = await cluster.Http.PostAsJsonAsync(
            new Uri(through.Address, $"/v1/syncs/{id}/approve"), new { contentHash = (string)run["contentHash"]!, reason = "Looked at it.", firstSync = true });
        // Somebody came back meanwhile whom it would take away: a new run is made of today's company.
        Assert.True(approved.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict, await approved.Content.ReadAsStringAsync());
    }

    /// <summary>A run's state as the ledger has it, whoever is away.</summary>
    public static async Task<string> StateAsync(this Cluster cluster, string id) =>
        (string)(await cluster.Postgres.RunAsync($"SELECT \"State\" FROM runs WHERE \"Id\" = {NumberOf(id)}"))!;

    /// <summary>The run that is in this state now: the one that was asked for, or one that is tried again.</summary>
    public static async Task<string> InStateAsync(this Cluster cluster, string state) => Gateway.Sync.Views.RunView.IdOf((long)(await Eventually.SeeAsync(
        () => cluster.Postgres.RunAsync($"SELECT \"Id\" FROM runs WHERE \"State\" = '{state}' ORDER BY \"Id\" LIMIT 1"), id => id is long, Patience))!);

    public static Task SeeStateAsync(this Cluster cluster, string id, params string[] states) =>
        Eventually.SeeAsync(() => cluster.StateAsync(id), states.Contains, Patience);

    /// <summary>Sends today's company, and again where it did not get through.</summary>
    public static async Task SendAsync(this Cluster cluster)
    {
        for (var tries = 1; ; tries++)
        {
            await cluster.SettledAsync();
            var id = await cluster.AskToSendAsync();
            var state = await Eventually.SeeAsync(() => cluster.StateAsync(id), s => !Open.Contains(s), Patience);
            if (state is "Accepted" or "Unchanged") return;
            Assert.True(tries < 5, $"Run {id} ends as {state}.");
        }
    }

    public static long NumberOf(string id) => Gateway.Sync.Views.RunView.ParseId(id) ?? throw new FormatException($"{id} is no run's id.");
}
