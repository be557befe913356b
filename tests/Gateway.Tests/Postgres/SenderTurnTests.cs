using System.Text.Json.Nodes;
using Gateway.EventLog;
using Gateway.Sync;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Simulator;
using Gateway.Tests.Sync;

namespace Gateway.Tests.InPostgres;

/// <summary>
/// Of all gateways on one database exactly one makes and sends runs; whoever lost that right, and does not know yet, does no harm. What a
/// test sees in mid-send it notes, and asserts afterwards: a run that breaks is a failed run and nothing else.
/// </summary>
public sealed class SenderTurnTests
{
    private static Task<SyncGateway> StartAsync() => SyncGateway.WithAcceptedCompanyAsync(settings: Postgres.Settings);

    [Fact]
    public async Task One_gateway_makes_and_sends_runs_and_the_others_leave_them_to_it()
    {
        await using var sync = await StartAsync();
        await using var other = await sync.Gateway.ReplicaAsync();
        await sync.EventsAsync(sync.Hire(100));
        using var asked = await sync.PostAsync("/v1/syncs", new { });

        Assert.Null(await WorkAsync(other));
        Assert.Equal("queued", (await sync.LastAsync()).State());
        await sync.WorkAsync();

        Assert.Equal("accepted", (await sync.LastAsync()).State());
        Assert.Equal(2, await sync.SentAsync());
    }

    [Fact]
    public async Task The_turn_passes_at_once_when_its_holder_stops()
    {
        await using var sync = await StartAsync();
        await using var other = await sync.Gateway.ReplicaAsync();
        using var asked = await sync.PostAsync("/v1/syncs", new { });

        await sync.Gateway.StopAsync();

        Assert.NotNull(await WorkAsync(other));
    }

    [Fact]
    public async Task A_gateway_that_starts_leaves_a_run_alone_that_another_one_sends()
    {
        await using var sync = await StartAsync();
        await sync.EventsAsync(sync.Hire(100));
        using var asked = await sync.PostAsync("/v1/syncs", new { });
        SyncWork? done = null;
        string? meanwhile = null;
        sync.Gateway.Get<SyncSender>().Answered = async after =>
        {
            if (after) return;
            await using var other = await sync.Gateway.ReplicaAsync();
            done = await WorkAsync(other);
            meanwhile = (await sync.LastAsync()).State();
        };

        await sync.WorkAsync();

        Assert.Equal((null, "sending"), (done, meanwhile));
        Assert.Equal("accepted", (await sync.LastAsync()).State());
    }

    [Fact]
    public async Task A_sender_that_lost_its_turn_before_it_sent_sends_nothing_and_says_so()
    {
        await using var sync = await StartAsync();
        await using var other = await sync.Gateway.ReplicaAsync();
        await sync.EventsAsync(sync.Hire(100));
        using var asked = await sync.PostAsync("/v1/syncs", new { });
        string? meanwhile = null;
        sync.Gateway.Get<SyncSender>().Answered = async after =>
        {
            if (after) return;
            await LoseTheTurnAsync(sync.Gateway);
            while (await WorkAsync(other) is not null)
            {
                // Until it waits for the end of the first one's time.
            }

            meanwhile = (await sync.LastAsync()).State();
        };

        await sync.WorkAsync();

        Assert.Equal(("unknown", "failed"), (meanwhile, (await sync.LastAsync()).State()));
        Assert.Equal(1, await sync.SentAsync());
    }

    [Fact]
    public async Task A_sender_that_wakes_after_another_one_has_sent_sends_nothing_and_changes_nothing()
    {
        await using var sync = await StartAsync();
        await using var other = await sync.Gateway.ReplicaAsync();
        await sync.EventsAsync(sync.Hire(100));
        using var asked = await sync.PostAsync("/v1/syncs", new { });
        var id = (await SyncGateway.JsonAsync(asked)).Id();
        var left = new List<string>();
        sync.Gateway.Get<SyncSender>().Answered = async after =>
        {
            if (after) return;
            await LoseTheTurnAsync(sync.Gateway);
            for (var looked = 0; looked < 3; looked++)
            {
                // The next one waits until the time of the first is over, reads back, and tries again what it finds missing.
                while (await WorkAsync(other) is not null)
                {
                    // Until there is nothing left to do.
                }

                sync.Advance(TimeSpan.FromMinutes(10));
            }

            left.Add((await sync.LastAsync()).State());
            left.Add((await sync.RunAsync(id)).ToJsonString());
        };

        Assert.Empty(await sync.WorkAsync());

        Assert.Equal(["accepted", (await sync.RunAsync(id)).ToJsonString()], left);
        Assert.Equal(2, await sync.SentAsync());
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_turn_was_lost_settles_its_run()
    {
        await using var sync = await StartAsync();
        await using var other = await sync.Gateway.ReplicaAsync();
        await sync.EventsAsync(sync.Hire(100));
        using var asked = await sync.PostAsync("/v1/syncs", new { });
        string? meanwhile = null;
        sync.Gateway.Get<SyncSender>().Answered = async after =>
        {
            if (!after) return;
            await LoseTheTurnAsync(sync.Gateway);
            await WorkAsync(other);
            meanwhile = (await sync.LastAsync()).State();
        };

        await sync.WorkAsync();

        Assert.Equal(("unknown", "accepted"), (meanwhile, (await sync.LastAsync()).State()));
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_account_was_read_back_changes_nothing()
    {
        await using var sync = await StartAsync();
        await using var other = await sync.Gateway.ReplicaAsync();
        await sync.EventsAsync(sync.Hire(100));
        using var asked = await sync.PostAsync("/v1/syncs", new { });
        string? settled = null;
        sync.Gateway.Get<SyncSender>().Answered = async after =>
        {
            if (!after) return;
            await LoseTheTurnAsync(sync.Gateway);
            await WorkAsync(other);
            sync.Advance(TimeSpan.FromMinutes(10));
            await WorkAsync(other);
            settled = (await sync.LastAsync()).ToJsonString();
        };

        Assert.Empty(await sync.WorkAsync());

        Assert.Contains("read back", settled, StringComparison.Ordinal);
        Assert.Equal(settled, (await sync.LastAsync()).ToJsonString());
    }

    [Fact]
    public async Task A_lease_that_the_server_took_back_is_lost_for_its_holder_and_free_for_others()
    {
        await using var gateway = await Postgres.GatewayAsync();
        await using var lease = await gateway.Get<ILogStore>().TryLeaseAsync(LeaseOf.ChangesOut, SimulatorServer.Cancel);
        Assert.NotNull(lease);
        Assert.Null(await gateway.Get<ILogStore>().TryLeaseAsync(LeaseOf.ChangesOut, SimulatorServer.Cancel));

        using var outside = gateway.Get<ILogStore>().Outside();
        outside.Scalar($"SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE {OfLease(LeaseOf.ChangesOut)}");

        await Eventually.SeeAsync(() => lease.Lost.IsCancellationRequested, lost => lost);
        await using var next = await Eventually.SeeAsync<Lease?>(() => gateway.Get<ILogStore>().TryLeaseAsync(LeaseOf.ChangesOut, SimulatorServer.Cancel), l => l is not null);
    }

    private static Task<SyncWork?> WorkAsync(TestGateway gateway) => gateway.Get<SyncWorker>().WorkAsync(SimulatorServer.Cancel);

    private static string OfLease(LeaseOf what) =>
        $"locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND ((classid::bigint << 32) | objid::bigint) = {AdvisoryLocks.Of(what)}";

    /// <summary>As the server does with a session that fell silent. Its holder knows by its next heartbeat.</summary>
    private static async Task LoseTheTurnAsync(TestGateway gateway)
    {
        using var outside = gateway.Get<ILogStore>().Outside();
        Assert.Equal(1, outside.Scalar($"SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE {OfLease(LeaseOf.Syncs)}"));
        await Eventually.SeeAsync(() => outside.Scalar($"SELECT count(*) FROM pg_locks WHERE {OfLease(LeaseOf.Syncs)}"), n => n == 0);
        var turn = gateway.Get<SenderTurn>();
        await Eventually.SeeAsync(() => turn.Lost.IsCancellationRequested, lost => lost);
    }
}
