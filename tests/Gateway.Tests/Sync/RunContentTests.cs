using System.Net;
using System.Text.Json.Nodes;
using Gateway.Sync;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync;

/// <summary>For how long the bytes of runs are there, and what is said when they are not.</summary>
public sealed class RunContentTests
{
    [Fact]
    public async Task Old_bytes_go_but_for_those_that_something_open_is_about_and_the_run_says_so()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30, new()
        {
            ["Gateway:Sync:Content:AtLeast"] = "2", ["Gateway:Sync:Content:KeepFor"] = "1.00:00:00", ["Gateway:Sync:Guard:HoldFor"] = "1.00:00:00",
        });
        var runs = new List<JsonNode> { await sync.LastAsync() };
        for (var i = 0; i < 3; i++)
        {
            sync.Advance(TimeSpan.FromHours(10));
            await sync.EventsAsync(sync.Hire(100 + i));
            runs.Add(await sync.RequestAsync());
            Assert.Equal("accepted", runs[^1].State());
        }

        using (var asked = await sync.PostAsync($"/v1/syncs/{runs[0].Id()}/restore", new { reason = "Perhaps." })) Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        await sync.WorkAsync();
        Assert.Equal("held", (await sync.LastAsync()).State());
        Assert.Equal(0, await PruneAsync(sync));

        sync.Advance(TimeSpan.FromHours(15));
        Assert.Equal(1, await PruneAsync(sync));
        Assert.Equal([200, 410, 200, 200], await AnswersAsync(sync, runs, "snapshot"));

        // Nobody waits for the first one any more.
        sync.Advance(TimeSpan.FromHours(10));
        await sync.WorkAsync();
        Assert.Equal(1, await PruneAsync(sync));
        Assert.Equal([410, 410, 200, 200], await AnswersAsync(sync, runs, "snapshot"));
        Assert.Equal([410, 410, 200, 200], await AnswersAsync(sync, runs, "export"));
        Assert.Equal(0, await PruneAsync(sync));

        using (var restore = await sync.PostAsync($"/v1/syncs/{runs[1].Id()}/restore", new { reason = "Too late." }))
            Assert.Equal((HttpStatusCode.Gone, "urn:gateway:problem:content-gone"), (restore.StatusCode, (string?)(await SyncGateway.JsonAsync(restore))["type"]));
        using (var diff = await sync.Gateway.Http.GetAsync(new Uri($"/v1/snapshot/diff?since={runs[1].Id()}", UriKind.Relative), SimulatorServer.Cancel)) Assert.Equal(HttpStatusCode.Gone, diff.StatusCode);
        var page = await sync.RunAsync(runs[1].Id());
        Assert.Equal((sync.Time.GetUtcNow().AddHours(-10), "E100", true), ((DateTimeOffset)page["contentGoneAt"]!, (string?)page["diff"]!["usersAdded"]![0]!["id"], page["answer"] is not null));

        // What comes is compared with what is kept, as ever.
        await sync.LeaveAsync(10, 6);
        Assert.Equal(["MembersRemoved"], (await sync.RequestAsync()).Rules());
    }

    [Fact]
    public async Task However_young_they_are_no_more_are_kept_than_at_most()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(10, new()
        {
            ["Gateway:Sync:Content:AtLeast"] = "2", ["Gateway:Sync:Content:AtMost"] = "3", ["Gateway:Sync:Guard:Window"] = "01:00:00",
        });
        var runs = new List<JsonNode> { await sync.LastAsync() };
        for (var i = 0; i < 4; i++)
        {
            sync.Advance(TimeSpan.FromHours(2));
            await sync.EventsAsync(sync.Hire(100 + i));
            runs.Add(await sync.RequestAsync());
        }

        Assert.Equal(2, await PruneAsync(sync));

        Assert.Equal([410, 410, 200, 200, 200], await AnswersAsync(sync, runs, "snapshot"));
    }

    [Fact]
    public void A_retention_that_cannot_be_names_its_key()
    {
        Assert.Contains("Gateway:Sync:Content:AtLeast", Wrong(new() { AtLeast = 1 }), StringComparison.Ordinal);
        Assert.Contains("Gateway:Sync:Content:AtMost", Wrong(new() { AtMost = 10 }), StringComparison.Ordinal);
        Assert.Contains("Gateway:Sync:Content:KeepFor", Wrong(new() { KeepFor = TimeSpan.FromDays(1) }), StringComparison.Ordinal);
        Assert.Null(new SyncOptionsValidator().Validate(null, new SyncOptions()).FailureMessage);

        static string Wrong(ContentOptions content) => Assert.Single(new SyncOptionsValidator().Validate(null, new SyncOptions { Content = content }).Failures!);
    }

    private static Task<int> PruneAsync(SyncGateway sync) => sync.Gateway.Get<RunContentPruner>().PruneAsync(SimulatorServer.Cancel);

    private static async Task<List<int>> AnswersAsync(SyncGateway sync, List<JsonNode> runs, string what)
    {
        var answers = new List<int>();
        foreach (var run in runs)
        {
            using var answer = await sync.Gateway.Http.GetAsync(new Uri($"/v1/syncs/{run.Id()}/{what}", UriKind.Relative), SimulatorServer.Cancel);
            answers.Add((int)answer.StatusCode);
        }

        return answers;
    }
}
