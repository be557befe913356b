using System.Text.Json;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.InPostgres;

/// <summary>What a start on PostgreSQL finds, and refuses.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Several_gateways_start_at_once_on_an_empty_database()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-test-").FullName;
        var gateways = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Postgres.GatewayAsync(folder)));
        try
        {
            foreach (var gateway in gateways) Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("of-" + gateway.Address.Port))).Status());
            Assert.Equal(3, gateways[0].Get<ILogStore>().Count());
            using var outside = gateways[0].Get<ILogStore>().Outside();
            Assert.Equal(1, outside.Scalar("SELECT count(*) FROM log_identity"));
        }
        finally
        {
            foreach (var gateway in gateways) await gateway.DisposeAsync();
            await TestStore.DropAsync(folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_start_waits_for_another_one_that_brings_the_schema_up_to_date()
    {
        await using var gateway = await Postgres.GatewayAsync();
        using var other = gateway.Get<ILogStore>().Outside();
        other.Run($"SELECT pg_advisory_lock({AdvisoryLocks.Start})");
        var start = Postgres.GatewayAsync(gateway.Folder);
        await gateway.WaitingAsync(1);
        Assert.False(start.IsCompleted);
        other.Run($"SELECT pg_advisory_unlock({AdvisoryLocks.Start})");
        await using var second = await start;
        Assert.Equal(202, (await second.PostAsync("/v1/events", Events.Return("r1"))).Status());
    }

    [Fact]
    public async Task A_server_that_may_lose_what_it_confirmed_is_refused_by_name()
    {
        await using var gateway = await Postgres.GatewayAsync();
        using (var outside = gateway.Get<ILogStore>().Outside())
            outside.Run($"ALTER DATABASE \"{outside.Database}\" SET synchronous_commit = off");
        await gateway.StopAsync();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Postgres.GatewayAsync(gateway.Folder));
        Assert.Contains("synchronous_commit", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_from_a_server_with_higher_numbers_is_refused()
    {
        await using var gateway = await Postgres.GatewayAsync();
        await gateway.AcceptAsync(Events.Return("r1"));
        using (var outside = gateway.Get<ILogStore>().Outside()) outside.Run("UPDATE events SET tx = tx + 1000000000000");
        await gateway.StopAsync();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Postgres.GatewayAsync(gateway.Folder));
        Assert.Contains("another server", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Host=db")]
    [InlineData("Username=gateway;Password=secret-word", "Host")]
    [InlineData("Host=127.0.0.1;Password=secret-word;Nonsense=1", "not a connection string")]
    [InlineData("Host=127.0.0.1;Port=1;Database=gateway;Username=gateway;Password=secret-word", "127.0.0.1:1")]
    public async Task A_connection_that_cannot_be_is_refused_by_the_settings_name_and_without_its_password(string? connectionString, string named)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => TestGateway.StartAsync(new(Postgres.Settings) { ["ConnectionStrings:Gateway"] = connectionString }));
        Assert.StartsWith("ConnectionStrings:Gateway:", refused.Message, StringComparison.Ordinal);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", refused.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Migrations only add, with a default or null, so that the version before goes on; another version of the fold has a higher epoch.</summary>
    [Fact]
    public async Task A_gateway_of_the_version_before_goes_on_beside_one_of_the_next()
    {
        await using var before = await Postgres.GatewayAsync();
        await before.AcceptAsync(Hire("h1", "E1"), Hire("h2", "E2"));
        await before.FoldAsync();
        await using var next = await before.ReplicaAsync();
        using (var outside = before.Get<ILogStore>().Outside())
        {
            outside.Run("""
                ALTER TABLE events ADD COLUMN later text; ALTER TABLE runs ADD COLUMN later text NOT NULL DEFAULT 'none'; ALTER TABLE facets ADD COLUMN later bigint;
                CREATE TABLE later (id bigint PRIMARY KEY);
                INSERT INTO migrations_log VALUES ('20991231000000_Later', '99.0.0'); INSERT INTO migrations_projection VALUES ('20991231000000_Later', '99.0.0')
                """);
        }

        await next.Get<Rebuilder>().RebuildAsync(CancellationToken.None);
        await Task.WhenAll(before.AcceptAsync(Hire("h3", "E3"), Leave("l1", "E1")), next.AcceptAsync(Hire("h4", "E4"), Leave("l2", "E2")));
        await before.FoldAsync();
        Assert.Equal(["E3", "E4"], await SnapshotAsync(before));
        Assert.Equal(["E3", "E4"], await SnapshotAsync(next));

        await next.FoldAsync();
        using (var outside = before.Get<ILogStore>().Outside())
            Assert.Equal(2, outside.Scalar("SELECT count(*) FROM facets WHERE subject IN ('E1', 'E2') AND epoch = 2 AND folded_events = 2"));
        await before.RestartAsync();
        await before.AcceptAsync(Hire("h5", "E5"));
        Assert.Equal(["E3", "E4", "E5"], await SnapshotAsync(before));
        Assert.Equal(["E3", "E4", "E5"], await SnapshotAsync(next));
    }

    private static string Hire(string id, string employeeId) => $$$"""{"id":"{{{id}}}","type":"hire","employeeId":"{{{employeeId}}}","member":{"email":"{{{employeeId}}}@example.test"}}""";

    private static string Leave(string id, string employeeId) => $$"""{"id":"{{id}}","type":"leave","employeeId":"{{employeeId}}"}""";

    private static async Task<IEnumerable<string?>> SnapshotAsync(TestGateway gateway) =>
        JsonDocument.Parse(await gateway.Http.GetStringAsync("/v1/snapshot")).RootElement.GetProperty("users").EnumerateArray().Select(u => u.GetProperty("id").GetString()).Order(StringComparer.Ordinal);

    [Fact]
    public async Task All_gateways_go_by_the_clock_of_the_store()
    {
        await using var gateway = await Postgres.GatewayAsync();
        // Its machine is five minutes behind.
        var machine = new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(5));
        var clock = new StoreClock(machine);
        await clock.AskAsync(gateway.Source(), CancellationToken.None);
        Assert.InRange(clock.Ahead.TotalSeconds, 299, 301 + 20);
        Assert.Equal(machine.GetUtcNow() + clock.Ahead, clock.GetUtcNow());
        machine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(machine.GetUtcNow() + clock.Ahead, clock.GetUtcNow());
        Assert.IsType<StoreClock>(gateway.Get<TimeProvider>());
    }
}
