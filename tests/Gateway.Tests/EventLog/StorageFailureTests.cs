using Gateway.EventLog;
using Gateway.Tests.Servers;

namespace Gateway.Tests.EventLogs;

/// <summary>SQLite itself says that it cannot write; the gateway answers 503, lives, and takes events again as soon as it can.</summary>
public sealed class StorageFailureTests
{
    private static string Long(string id) => $$"""{"id":"{{id}}","type":"hire","employeeId":"E1","member":{"attributes":{{{string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"a{i}\":\"{new string('x', 2000)}\""))}}} } }""";

    [SqliteFact]
    public async Task A_read_only_database_is_503_until_it_is_not()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (log, file) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("before"))).Status());
        log.BeforeCommit = connection => connection.Run("PRAGMA query_only=ON");
        for (var i = 0; i < 3; i++) await GroupCommitTests.IsUnavailableAsync(await gateway.PostAsync("/v1/events", Events.Return("during" + i)));
        await GroupCommitTests.IsUnavailableAsync(await gateway.PostAsync("/v1/events/batch", $"[{Events.Return("during")}]"));
        Assert.Equal("SQLite error 8", log.LastFailure);

        log.BeforeCommit = null;
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("after"))).Status());
        Assert.Null(log.LastFailure);
        Assert.Equal(2, file.Count());
        Assert.Equal(0, log.Waiting);
    }

    [SqliteFact]
    public async Task A_disk_that_fills_up_in_mid_group_keeps_nothing_of_it()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (log, file) = (gateway.Get<EventAppender>(), gateway.Get<ILogStore>());
        log.BeforeCommit = connection => connection.Run($"PRAGMA max_page_count={connection.Scalar("PRAGMA page_count") + 20}");
        await file.WriteGate.WaitAsync();
        var small = gateway.PostAsync("/v1/events", Events.Return("small"));
        await Eventually.SeeAsync(() => log.Waiting, w => w == 1);
        var batch = gateway.PostAsync("/v1/events/batch", $"[{string.Join(',', Enumerable.Range(0, 10).Select(i => Long("big" + i)))}]");
        await Eventually.SeeAsync(() => log.Waiting, w => w == 11);
        file.WriteGate.Release();

        await GroupCommitTests.IsUnavailableAsync(await small);
        await GroupCommitTests.IsUnavailableAsync(await batch);
        Assert.Equal("SQLite error 13", log.LastFailure);
        Assert.Equal(0, file.Count());

        // What is small still fits, and when there is room again so does the rest.
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("small"))).Status());
        log.BeforeCommit = connection => connection.Run("PRAGMA max_page_count=1000000");
        await gateway.AcceptAsync([.. Enumerable.Range(0, 10).Select(i => Long("big" + i))]);
        Assert.Equal(11, file.Count());
    }

    [Fact]
    public async Task What_nobody_thought_of_hangs_no_request_and_does_not_end_the_writer()
    {
        await using var gateway = await TestGateway.StartAsync();
        var log = gateway.Get<EventAppender>();
        log.BeforeCommit = _ => throw new ArgumentException("Nobody thought of this.");
        await GroupCommitTests.IsUnavailableAsync(await gateway.PostAsync("/v1/events", Events.Return("odd")).WaitAsync(TimeSpan.FromSeconds(20)));
        log.BeforeCommit = null;
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("odd"))).Status());
    }

    [SqliteFact]
    public async Task After_a_failure_the_writer_has_a_really_new_connection()
    {
        await using var gateway = await TestGateway.StartAsync();
        var log = gateway.Get<EventAppender>();
        log.BeforeCommit = connection => connection.Run("PRAGMA query_only=ON");
        await GroupCommitTests.IsUnavailableAsync(await gateway.PostAsync("/v1/events", Events.Return("r1")));
        var readOnly = -1L;
        log.BeforeCommit = connection => readOnly = connection.Scalar("PRAGMA query_only");
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("r1"))).Status());
        Assert.Equal(0, readOnly);
    }
}
