using System.Net;
using Gateway.Aggregation;
using Gateway.Changes;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Tests.Folds;
using Gateway.Tests.Operations;
using Gateway.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.ChangeStreams;

/// <summary>The stream as those hear it who listen to <c>/v1/changes</c>.</summary>
public sealed class ListeningTests
{
    private static Task<TestGateway> StartAsync(Dictionary<string, string?>? settings = null, string? folder = null) =>
        TestGateway.StartAsync(new(settings ?? []) { ["Gateway:Changes:PollInterval"] = "00:00:00.05" }, folder: folder);

    private static string Person(string employeeId, string team = "T1") =>
        $$$"""{"id":"h-{{{employeeId}}}","type":"hire","employeeId":"{{{employeeId}}}","member":{"email":"{{{employeeId}}}@example.test","firstName":"Ottoline","lastName":"Quennell","attributes":{"Site":"Lyon"}},"teams":[{"teamId":"{{{team}}}"}]}""";

    [Fact]
    public async Task A_listener_hears_what_happens_from_now_on()
    {
        await using var gateway = await StartAsync();
        await gateway.AcceptAsync(Person("E0"));
        await gateway.FoldAsync();
        await gateway.Get<ChangeTail>().LookAsync(CancellationToken.None);
        await using var listener = await Listener.StartAsync(gateway);
        await gateway.AcceptAsync(Person("E1"));
        await gateway.AcceptAsync("""{"id":"m1","type":"move","employeeId":"E1","from":"T1","to":"T2"}""");

        var hired = await listener.NextAsync();
        Assert.Equal(("member.hired", "E1", "hris"), (hired.Type, hired.Subject, hired.Json.GetProperty("source").GetString()));
        Assert.Equal("1.0", hired.Json.GetProperty("specversion").GetString());
        Assert.Equal(hired.Id, hired.Json.GetProperty("id").GetString());
        Assert.Equal("member.hired", hired.Json.GetProperty("type").GetString());
        Assert.True(hired.Json.GetProperty("time").GetDateTimeOffset() > DateTimeOffset.UnixEpoch.AddYears(50));
        // The fold may have seen both at once.
        if (hired.Data.GetProperty("teamsGained")[0].GetString() == "T1:member") Assert.Equal("member.moved", (await listener.NextAsync()).Type);
        Assert.NotNull(listener.Retry);
        listener.HeardNoMore();
    }

    [Fact]
    public async Task Who_comes_back_misses_nothing_and_hears_nothing_twice()
    {
        await using var gateway = await StartAsync();
        var heard = new List<Heard>();
        string last;
        await using (var listener = await Listener.StartAsync(gateway))
        {
            // It goes before anything happened, and was told where it was all the same.
            await Eventually.SeeAsync(() => listener.LastEventId, id => id.Length > 0);
            last = listener.LastEventId;
        }

        for (var round = 0; round < 4; round++)
        {
            await gateway.AcceptAsync([.. Enumerable.Range(0, 10).Select(i => Person($"E{round}-{i}"))]);
            await gateway.FoldAsync();
            if (round == 2) await gateway.RestartAsync();
            await using var listener = await Listener.StartAsync(gateway, lastEventId: last);
            heard.AddRange(await listener.NextAsync(round % 2 == 0 ? 5 : 15));
            last = heard[^1].Id;
        }

        Assert.Equal(40, heard.Select(h => h.Subject).Distinct().Count());
        Assert.Equal(40, heard.Count);
        Assert.Equal(heard.Select(h => h.Number).Order(), heard.Select(h => h.Number));
    }

    [Fact]
    public async Task The_header_counts_more_than_the_address_that_a_client_began_with()
    {
        await using var gateway = await StartAsync();
        await gateway.AcceptAsync([.. Enumerable.Range(0, 5).Select(i => Person("E" + i))]);
        await gateway.FoldAsync();
        await gateway.Get<ChangeTail>().LookAsync(CancellationToken.None);
        var begin = new ChangeId(gateway.Get<ChangeTail>().Current.Generation, 0).ToString();
        await using var listener = await Listener.StartAsync(gateway, "?after=" + begin);
        var heard = await listener.NextAsync(5);
        await using var again = await Listener.StartAsync(gateway, "?after=" + begin, heard[2].Id);

        Assert.Equal(heard.Skip(3).Select(h => h.Id), (await again.NextAsync(2)).Select(h => h.Id));
    }

    [Fact]
    public async Task Only_the_types_that_are_asked_for_are_sent_and_the_place_moves_on_all_the_same()
    {
        await using var gateway = await StartAsync(new() { ["Gateway:Changes:KeepAlive"] = "00:00:01" });
        await using var listener = await Listener.StartAsync(gateway, "?types=team.changed,sync.*");
        await gateway.AcceptAsync(Person("E1"), """{"id":"t1","type":"team","teamId":"T1","name":"Platform"}""", Person("E2"));
        var team = await listener.NextAsync();

        Assert.Equal(("team.changed", "T1"), (team.Type, team.Subject));
        await gateway.AcceptAsync(Person("E3"));
        await Eventually.SeeAsync(() => listener.LastEventId, id => long.Parse(id.Split('-')[1]) >= 4);
        listener.HeardNoMore();
        Assert.Equal("still here", await listener.NextCommentAsync());
    }

    [Theory]
    [InlineData("?types=member.hird", "types")]
    [InlineData("?types=members.*", "types")]
    [InlineData("?after=yesterday", "after")]
    public async Task What_cannot_be_meant_is_refused_by_name(string query, string field)
    {
        await using var gateway = await StartAsync();
        var response = await gateway.Http.GetAsync("/v1/changes" + query);
        var problem = await response.IsProblemAsync(ProblemKind.Invalid);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Whoever_has_no_key_hears_nothing()
    {
        await using var gateway = await StartAsync();
        using var stranger = new HttpClient { BaseAddress = gateway.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/v1/changes")).StatusCode);
    }

    [Theory]
    [InlineData("00000000-1")]
    [InlineData("-")]
    [InlineData("somebody else's id")]
    public async Task An_id_of_another_stream_is_answered_by_a_reset_and_the_stream_goes_on(string foreign)
    {
        await using var gateway = await StartAsync();
        await gateway.AcceptAsync(Person("E1"));
        await gateway.FoldAsync();
        await using var listener = await Listener.StartAsync(gateway, "?types=sync.*,member.*", foreign);
        var reset = await listener.NextAsync();

        Assert.Equal("changes.reset", reset.Type);
        Assert.Equal("unknown_id", reset.Data.GetProperty("reason").GetString());
        Assert.Contains("/v1/members", reset.Data.GetProperty("whatToDo").GetString(), StringComparison.Ordinal);
        await gateway.AcceptAsync(Person("E2"));
        await gateway.FoldAsync();
        Assert.Equal("E2", (await ListenPastAsync(listener, "E1")).Subject);
        // Its id is one of ours: whoever comes back with it needs no other reset.
        await using var again = await Listener.StartAsync(gateway, "", reset.Id);
        Assert.Equal("member.hired", (await again.NextAsync()).Type);
    }

    /// <summary>The tail may not have seen the first change when the listener came.</summary>
    private static async Task<Heard> ListenPastAsync(Listener listener, string subject)
    {
        var heard = await listener.NextAsync();
        return heard.Subject == subject ? await listener.NextAsync() : heard;
    }

    [SqliteFact]
    public async Task A_projection_made_anew_numbers_anew_says_so_and_tells_nothing_a_second_time()
    {
        await using var gateway = await StartAsync();
        await gateway.AcceptAsync(Person("E1"), Person("E2"));
        await gateway.FoldAsync();
        await using var first = await Listener.StartAsync(gateway, "?after=" + gateway.Get<ChangeTail>().Current.Generation + "-0");
        var last = (await first.NextAsync(2))[1].Id;
        var path = ((LogFile)gateway.Get<ILogStore>()).ProjectionPath;
        await gateway.StopAsync();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*")) File.Delete(file);
        await gateway.RestartAsync();
        await gateway.FoldAsync();
        await using var listener = await Listener.StartAsync(gateway, lastEventId: last);
        Assert.Equal("changes.reset", (await listener.NextAsync()).Type);
        await gateway.AcceptAsync(Person("E3"));
        await gateway.FoldAsync();

        // E1 and E2 were hired long ago.
        var next = await listener.NextAsync();
        Assert.Equal("E3", next.Subject);
        Assert.NotEqual(last.Split('-')[0], next.Id.Split('-')[0]);
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_answered_by_a_reset()
    {
        await using var gateway = await StartAsync();
        await gateway.AcceptAsync(Person("E1"), Person("E2"), Person("E3"));
        await gateway.FoldAsync();
        await gateway.Get<ChangeTail>().LookAsync(CancellationToken.None);
        var tail = gateway.Get<ChangeTail>().Current;
        await using (var db = await gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync())
        {
            await db.Changes.Where(c => c.Id <= 2).ExecuteDeleteAsync();
            await db.Position.ExecuteUpdateAsync(p => p.SetProperty(x => x.PrunedThrough, 2));
        }

        await using var listener = await Listener.StartAsync(gateway, lastEventId: $"{tail.Generation}-1");
        Assert.Equal("no_longer_kept", (await listener.NextAsync()).Data.GetProperty("reason").GetString());
        await using var other = await Listener.StartAsync(gateway, lastEventId: $"{tail.Generation}-2");
        Assert.Equal(3, (await other.NextAsync()).Number);
    }

    [Fact]
    public async Task Silence_is_broken_by_signs_of_life()
    {
        await using var gateway = await StartAsync(new() { ["Gateway:Changes:KeepAlive"] = "00:00:01" });
        await using var listener = await Listener.StartAsync(gateway);
        Assert.Equal("still here", await listener.NextCommentAsync());
        Assert.Equal("still here", await listener.NextCommentAsync());
    }

    [Fact]
    public async Task No_more_listen_than_may()
    {
        await using var gateway = await StartAsync(new() { ["Gateway:Changes:MaxListeners"] = "1" });
        await using (await Listener.StartAsync(gateway))
        {
            var refused = await gateway.Http.GetAsync("/v1/changes");
            await refused.IsProblemAsync(ProblemKind.Unavailable);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        // One went, so that one may come.
        await Eventually.SeeAsync(
            async () =>
            {
                using var response = await gateway.Http.GetAsync("/v1/changes", HttpCompletionOption.ResponseHeadersRead);
                return response.StatusCode;
            },
            s => s == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Listeners_do_not_hold_up_a_stop()
    {
        await using var gateway = await StartAsync();
        await using var listener = await Listener.StartAsync(gateway);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await gateway.StopAsync();
        await listener.EndAsync();
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_listener_far_behind_is_served_from_the_table_and_catches_up()
    {
        await using var gateway = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await gateway.AcceptAsync([.. Enumerable.Range(0, 800).Select(n => Person($"E{i}-{n}"))]);
            await gateway.FoldAsync();
        }

        await Eventually.SeeAsync(() => gateway.Get<ChangeTail>().Current.Through, t => t == 2400);
        Assert.True(gateway.Get<ChangeTail>().Current.After > 0);
        await using var listener = await Listener.StartAsync(gateway, "?after=" + gateway.Get<ChangeTail>().Current.Generation + "-0");
        var heard = await listener.NextAsync(2400);
        Assert.Equal(Enumerable.Range(1, 2400).Select(n => (long)n), heard.Select(h => h.Number));
        await gateway.AcceptAsync(Person("late"));
        Assert.Equal("late", (await listener.NextAsync()).Subject);
    }

    [Fact]
    public async Task No_personal_value_is_in_the_stream()
    {
        await using var gateway = await StartAsync();
        await using var listener = await Listener.StartAsync(gateway);
        await gateway.AcceptAsync(Person("E1"), """{"id":"t1","type":"team","teamId":"T1","name":"The Quennells"}""");
        await gateway.FoldAsync();
        await gateway.AcceptAsync("""{"id":"u1","type":"update","employeeId":"E1","member":{"lastName":"Quennell-Foss","jobTitle":"Falconer","attributes":{"Site":"Nice"}}}""");
        await gateway.AcceptAsync("""{"id":"l1","type":"leave","employeeId":"E1","reason":"quarrelled"}""");
        await gateway.FoldAsync();
        await Eventually.SeeAsync(() => listener.Text, t => t.Contains("member.left", StringComparison.Ordinal));

        foreach (var word in (string[])["Ottoline", "Quennell", "example.test", "Lyon", "Nice", "Falconer", "quarrelled"])
            Assert.DoesNotContain(word, listener.Text, StringComparison.OrdinalIgnoreCase);
    }
}
