using System.Data.Common;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.EventLog;
using Gateway.Tests.EventLogs;

namespace Gateway.Tests.InPostgres;

/// <summary>Appending to PostgreSQL: what one statement does not see, what two gateways do to each other, and what fails alone.</summary>
public sealed class AppendTests
{
    [Fact]
    public async Task Equal_keys_in_one_group_are_one_event()
    {
        await using var gateway = await Postgres.GatewayAsync();
        var (log, store) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        await store.WriteGate.WaitAsync();
        var first = gateway.PostAsync("/v1/events", Events.Return("d"));
        await Eventually.SeeAsync(() => log.Waiting, w => w == 1);
        var batch = gateway.PostAsync("/v1/events/batch", $"[{Events.Return("d")},{Events.Return("d", "E2")},{Events.Return("e")},{Events.Return("e")}]");
        await Eventually.SeeAsync(() => log.Waiting, w => w == 5);
        store.WriteGate.Release();

        Assert.Equal(202, (await first).Status());
        var results = (await (await batch).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results").EnumerateArray().ToList();
        Assert.Equal([200, 409, 202, 200], results.Select(r => r.GetProperty("status").GetInt32()));
        Assert.Equal(results[2].GetProperty("sequence").GetInt64(), results[3].GetProperty("sequence").GetInt64());
        Assert.Equal(2, store.Count());
    }

    [Fact]
    public async Task What_another_gateway_is_about_to_commit_is_waited_for_and_then_read()
    {
        await using var gateway = await Postgres.GatewayAsync();
        using var other = gateway.Get<ILogStore>().Outside();
        await using var transaction = await other.BeginTransactionAsync();
        var theirs = other.Append(Events.New(Events.Return("same")), Events.New(Events.Return("other")));
        var batch = gateway.PostAsync("/v1/events/batch", $"[{Events.Return("same")},{Events.Return("other", "E2")},{Events.Return("mine")}]");
        await gateway.WaitingAsync(1);
        await transaction.CommitAsync();

        var results = (await (await batch).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results").EnumerateArray().ToList();
        Assert.Equal([200, 409, 202], results.Select(r => r.GetProperty("status").GetInt32()));
        Assert.Equal(theirs[0].Sequence, results[0].GetProperty("sequence").GetInt64());
        Assert.Equal(3, gateway.Get<ILogStore>().Count());
    }

    [Fact]
    public async Task A_doubled_burst_in_two_orders_is_no_deadlock()
    {
        await using var gateway = await Postgres.GatewayAsync();
        var store = gateway.Get<ILogStore>();
        for (var round = 0; round < 3; round++)
        {
            var burst = Events.Returns(4000, $"r{round}-");
            var appended = await Task.WhenAll(new IReadOnlyList<NewEvent>[] { burst, [.. burst.Reverse()] }.Select(events => Task.Run(() =>
            {
                // Without the writer's second try, which would hide it.
                using var connection = store.Outside();
                using var transaction = connection.BeginTransaction();
                var results = connection.Append(events);
                transaction.Commit();
                return results.Count(r => r.Outcome == AppendOutcome.Appended);
            })));
            Assert.Equal(4000, appended.Sum());
        }

        Assert.Equal(12_000, store.Count());
    }

    [Fact]
    public async Task A_deadlock_that_happens_all_the_same_is_tried_again_within_the_deadline()
    {
        await using var gateway = await Postgres.GatewayAsync();
        var burst = Postgres.InOrderOfKeys(Events.Returns(2, "d"));
        using var other = gateway.Get<ILogStore>().Outside();
        // The gateway is the one that looks for a deadlock, and so the one that is broken off.
        other.Run("SET deadlock_timeout = '1h'");
        await using var transaction = await other.BeginTransactionAsync();
        other.Append(burst[1]);
        var append = gateway.Get<EventAppender>().AppendAsync(burst, CancellationToken.None);
        await gateway.WaitingAsync(1);
        await Task.Run(() => other.Append(burst[0]));
        await transaction.RollbackAsync();

        Assert.All(await append, a => Assert.Equal(AppendOutcome.Appended, a.Outcome));
        Assert.Equal(2, gateway.Get<ILogStore>().Count());
    }

    [Fact]
    public async Task A_row_that_cannot_be_stored_fails_alone_in_its_group()
    {
        await using var gateway = await Postgres.GatewayAsync();
        var (log, store) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        using (var outside = store.Outside())
        {
            outside.Run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$");
            outside.Run("CREATE TRIGGER poison BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.id = 'poison') EXECUTE FUNCTION refuse()");
        }

        await store.WriteGate.WaitAsync();
        var before = gateway.PostAsync("/v1/events", Events.Return("p1"));
        await Eventually.SeeAsync(() => log.Waiting, w => w == 1);
        var poison = gateway.PostAsync("/v1/events", Events.Return("poison"));
        await Eventually.SeeAsync(() => log.Waiting, w => w == 2);
        var batch = gateway.PostAsync("/v1/events/batch", $"[{Events.Return("p2")},{Events.Return("poison")},{Events.Return("p3")},{Events.Return("p1")}]");
        await Eventually.SeeAsync(() => log.Waiting, w => w == 6);
        store.WriteGate.Release();

        Assert.Equal((202, 400), ((await before).Status(), (await poison).Status()));
        var results = (await (await batch).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results");
        Assert.Equal([202, 400, 202, 200], results.EnumerateArray().Select(r => r.GetProperty("status").GetInt32()));
        Assert.Equal(3, store.Count());
    }

    [Fact]
    public async Task A_write_to_the_ledger_keeps_the_appenders_of_all_gateways_out_until_it_ends()
    {
        await using var one = await Postgres.GatewayAsync();
        await using var other = await Postgres.GatewayAsync(one.Folder);
        Task<HttpResponseMessage> post;
        await using (var write = await one.Get<LedgerWriter>().BeginAsync(CancellationToken.None))
        {
            post = other.PostAsync("/v1/events", Events.Return("later"));
            await one.WaitingAsync(1);
            Assert.False(post.IsCompleted);
            write.Append(Events.Returns(1, "of the ledger"));
            await write.CommitAsync(CancellationToken.None);
        }

        Assert.Equal(202, (await post).Status());
        Assert.Equal(2, one.Get<ILogStore>().Count());
    }

    [Fact]
    public async Task Numbers_of_a_group_follow_its_order()
    {
        await using var gateway = await Postgres.GatewayAsync();
        var appended = await gateway.Get<EventAppender>().AppendAsync(Events.Returns(300, "n"), CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => appended[0].Sequence + i), appended.Select(a => a.Sequence));
        Assert.Single(appended.Select(a => a.Position).Distinct());
    }

    [Fact]
    public async Task Connections_that_the_server_ended_fail_no_event_after_it()
    {
        await using var gateway = await Postgres.GatewayAsync();
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("before"))).Status());
        using (var outside = gateway.Get<ILogStore>().Outside())
            outside.Run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("after"))).Status());
        Assert.Equal(2, gateway.Get<ILogStore>().Count());
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_is_503_until_it_does()
    {
        await using var gateway = await Postgres.GatewayAsync();
        using var outside = gateway.Get<ILogStore>().Outside();
        // Who connects from now on may only read.
        outside.Run($"ALTER DATABASE \"{outside.Database}\" SET default_transaction_read_only = on");
        EndOthers(gateway, outside);
        await GroupCommitTests.IsUnavailableAsync(await gateway.PostAsync("/v1/events", Events.Return("during")));
        Assert.Equal("PostgreSQL error 25006", gateway.Get<EventAppender>().LastFailure);
        await GroupCommitTests.IsUnavailableAsync(await gateway.PostAsync("/v1/sync/pause", """{"reason":"Reorganisation"}"""));
        Assert.Equal(503, (await gateway.Http.GetAsync(new Uri("/health/ready", UriKind.Relative))).Status());

        outside.Run($"ALTER DATABASE \"{outside.Database}\" RESET default_transaction_read_only");
        EndOthers(gateway, outside);
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("after"))).Status());
        Assert.Equal(200, (await gateway.PostAsync("/v1/sync/pause", """{"reason":"Reorganisation"}""")).Status());
        Assert.Equal(1, gateway.Get<ILogStore>().Count());
    }

    private static void EndOthers(TestGateway gateway, DbConnection own)
    {
        own.Run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        gateway.Source().Clear();
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_asked_for()
    {
        await using var gateway = await Postgres.GatewayAsync();
        var source = gateway.Source();
        using var other = gateway.Get<ILogStore>().Outside();
        long Tx(bool commit)
        {
            using var transaction = other.BeginTransaction();
            var tx = other.Append(Events.New(Events.Return(commit ? "kept" : "gone")))[0].Position;
            if (commit) transaction.Commit();
            else transaction.Rollback();
            return tx;
        }

        Assert.True(PostgresWriter.WasCommitted(source, Tx(commit: true), TimeSpan.FromSeconds(5)));
        Assert.False(PostgresWriter.WasCommitted(source, Tx(commit: false), TimeSpan.FromSeconds(5)));
        using var open = other.BeginTransaction();
        var undecided = other.Append(Events.New(Events.Return("open")))[0].Position;
        Assert.Throws<TimeoutException>(() => PostgresWriter.WasCommitted(source, undecided, TimeSpan.FromMilliseconds(50)));
        var asked = Task.Run(() => PostgresWriter.WasCommitted(source, undecided, TimeSpan.FromSeconds(20)));
        await open.CommitAsync();
        Assert.True(await asked);
    }
}
