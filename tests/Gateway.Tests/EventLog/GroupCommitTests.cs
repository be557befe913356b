using System.Net.Http.Json;
using System.Text.Json;
using Gateway.EventLog;
using Gateway.Tests.Servers;

namespace Gateway.Tests.EventLogs;

public sealed class GroupCommitTests
{
    [Fact]
    public async Task Whoever_waits_shares_one_commit()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (log, file) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        var commits = 0;
        log.BeforeCommit = _ => Interlocked.Increment(ref commits);
        await file.WriteGate.WaitAsync();
        var posts = Enumerable.Range(0, 100).Select(i => gateway.PostAsync("/v1/events", Events.Return("g" + i))).ToList();
        await Eventually.SeeAsync(() => log.Waiting, w => w == 100);
        Assert.All(posts, p => Assert.False(p.IsCompleted));
        Assert.Equal(0, file.Count());
        file.WriteGate.Release();

        Assert.All(await Task.WhenAll(posts), r => Assert.Equal(202, r.Status()));
        Assert.Equal(1, commits);
        Assert.Equal(100, file.Count());
        Assert.Equal(0, log.Waiting);
    }

    [Fact]
    public async Task An_answer_comes_after_the_commit()
    {
        await using var gateway = await TestGateway.StartAsync();
        var file = gateway.Get<ILogStore>();
        var settings = new List<(long Synchronous, string Journal)>();
        gateway.Get<EventAppender>().BeforeCommit = connection =>
        {
            if (!TestStore.IsSqlite) return;
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode";
            lock (settings) settings.Add((connection.Scalar("PRAGMA synchronous"), (string)command.ExecuteScalar()!));
        };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async client =>
        {
            for (var i = 0; i < 25; i++)
            {
                using var response = await gateway.PostAsync("/v1/events", Events.Return($"c{client}-{i}"));
                Assert.Equal(202, response.Status());
                Assert.Equal(1, file.Count($"id = 'c{client}-{i}'"));
            }
        }));
        Assert.All(settings, s => Assert.Equal((2L, "wal"), s));
    }

    [Fact]
    public async Task Doubles_inside_one_group_are_one_event()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (log, file) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        await file.WriteGate.WaitAsync();
        var posts = Enumerable.Range(0, 5).Select(_ => gateway.PostAsync("/v1/events", Events.Return("d"))).ToList();
        await Eventually.SeeAsync(() => log.Waiting, w => w == 5);
        posts.AddRange(Enumerable.Range(0, 3).Select(_ => gateway.PostAsync("/v1/events", Events.Return("d", "E2"))));
        await Eventually.SeeAsync(() => log.Waiting, w => w == 8);
        file.WriteGate.Release();

        var answers = await Task.WhenAll(posts);
        Assert.Equal([200, 200, 200, 200, 202], answers.Take(5).Select(a => a.Status()).Order());
        Assert.Equal([409, 409, 409], answers.Skip(5).Select(a => a.Status()));
        var sequences = await Task.WhenAll(answers.Take(5).Select(async a => (await a.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sequence").GetInt64()));
        Assert.Single(sequences.Distinct());
        Assert.Equal(1, file.Count());
    }

    [SqliteFact]
    public async Task A_row_that_cannot_be_stored_fails_alone_in_its_group()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (log, file) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        using (var outside = file.Outside()) outside.Run("CREATE TRIGGER poison BEFORE INSERT ON events WHEN NEW.id = 'poison' BEGIN SELECT RAISE(ABORT, 'no'); END");
        await file.WriteGate.WaitAsync();
        var before = gateway.PostAsync("/v1/events", Events.Return("p1"));
        await Eventually.SeeAsync(() => log.Waiting, w => w == 1);
        var poison = gateway.PostAsync("/v1/events", Events.Return("poison"));
        await Eventually.SeeAsync(() => log.Waiting, w => w == 2);
        var batch = gateway.PostAsync("/v1/events/batch", $"[{Events.Return("p2")},{Events.Return("poison")},{Events.Return("p3")}]");
        await Eventually.SeeAsync(() => log.Waiting, w => w == 5);
        file.WriteGate.Release();

        Assert.Equal((202, 400), ((await before).Status(), (await poison).Status()));
        var results = (await (await batch).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results");
        Assert.Equal([202, 400, 202], results.EnumerateArray().Select(r => r.GetProperty("status").GetInt32()));
        Assert.Equal(3, file.Count());
    }

    [Fact]
    public async Task Who_is_answered_503_at_the_deadline_is_not_stored_later()
    {
        await using var gateway = await TestGateway.StartAsync(new() { ["Gateway:Storage:AppendDeadline"] = "00:00:00.3" });
        var (log, file) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        await file.WriteGate.WaitAsync();
        using (var late = await gateway.PostAsync("/v1/events", Events.Return("late"))) await IsUnavailableAsync(late);
        using (var lateBatch = await gateway.PostAsync("/v1/events/batch", $"[{Events.Return("late2")}]")) await IsUnavailableAsync(lateBatch);
        Assert.Equal(0, log.Waiting);
        file.WriteGate.Release();

        using var next = await gateway.PostAsync("/v1/events", Events.Return("next"));
        Assert.Equal(202, next.Status());
        Assert.Equal(1, file.Count());
    }

    [SqliteFact]
    public async Task Another_process_that_writes_makes_nobody_wait_beyond_the_deadline()
    {
        await using var gateway = await TestGateway.StartAsync(new() { ["Gateway:Storage:AppendDeadline"] = "00:00:00.5" });
        var file = gateway.Get<ILogStore>();
        using (var outside = file.Outside())
        {
            outside.Run("BEGIN IMMEDIATE");
            using (var late = await gateway.PostAsync("/v1/events", Events.Return("late"))) await IsUnavailableAsync(late);
            outside.Run("ROLLBACK");
        }

        var status = await Eventually.SeeAsync(async () => (await gateway.PostAsync("/v1/events", Events.Return("next"))).Status(), s => s is 202 or 200);
        Assert.Equal(202, status);
        Assert.Equal(1, file.Count());
    }

    [Fact]
    public async Task Who_hangs_up_while_waiting_is_not_stored_later()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (log, file) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        await file.WriteGate.WaitAsync();
        using var hangUp = new CancellationTokenSource();
        var gone = gateway.Http.PostAsync("/v1/events", new StringContent(Events.Return("gone"), null, "application/json"), hangUp.Token);
        await Eventually.SeeAsync(() => log.Waiting, w => w == 1);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await Eventually.SeeAsync(() => log.Waiting, w => w == 0);
        file.WriteGate.Release();
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("next"))).Status());
        Assert.Equal(1, file.Count());
    }

    [Fact]
    public async Task Beyond_the_most_that_may_wait_the_answer_is_503_at_once()
    {
        await using var gateway = await TestGateway.StartAsync(new() { ["Gateway:Storage:MaxWaiting"] = "3" });
        var (log, file) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        await file.WriteGate.WaitAsync();
        var waiting = log.AppendAsync(Events.Returns(3, "w"), CancellationToken.None);
        var last = log.AppendAsync(Events.Returns(1, "x"), CancellationToken.None);
        using (var refused = await gateway.PostAsync("/v1/events", Events.Return("y"))) await IsUnavailableAsync(refused);
        Assert.Equal(4, log.Waiting);
        file.WriteGate.Release();
        await Task.WhenAll(waiting, last);
        Assert.Equal(4, file.Count());
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("y"))).Status());
    }

    [Fact]
    public async Task Who_waits_when_the_gateway_stops_is_written_and_answered()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (log, file) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        await file.WriteGate.WaitAsync();
        var posts = Enumerable.Range(0, 20).Select(i => gateway.PostAsync("/v1/events", Events.Return("s" + i))).ToList();
        await Eventually.SeeAsync(() => log.Waiting, w => w == 20);
        // The station alone is told to stop, as at the end of the server's patience with open requests.
        var stop = log.StopAsync(CancellationToken.None);
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(Events.Returns(1, "after"), CancellationToken.None));
        file.WriteGate.Release();

        Assert.All(await Task.WhenAll(posts), r => Assert.Equal(202, r.Status()));
        await stop;
        await IsUnavailableAsync(await gateway.PostAsync("/v1/events", Events.Return("too late")));
        Assert.Equal(20, file.Count());
    }

    internal static async Task IsUnavailableAsync(HttpResponseMessage response)
    {
        Assert.Equal(503, response.Status());
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("urn:gateway:problem:storage-unavailable", body.GetProperty("type").GetString());
    }
}
