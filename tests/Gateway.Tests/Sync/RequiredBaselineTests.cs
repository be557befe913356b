using System.Net;
using System.Text;

namespace Gateway.Tests.Sync;

/// <summary>When a source's required baseline counts as sent.</summary>
public sealed class RequiredBaselineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_required_baseline_that_says_nothing_new_was_sent_all_the_same()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(4, new() { ["Gateway:Sources:hris:Baseline"] = "required" });
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        Assert.Equal(["BaselineMissing"], (await sync.RequestAsync()).Rules());

        const string same = """{"groups":[{"id":"T1","name":"Platform"},{"id":"T2","name":"Data"}]}""";
        Assert.Equal(0, await BaselineAsync(same, "dryRun=true"));
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Head"));
        Assert.Equal(["BaselineMissing"], (await sync.RequestAsync()).Rules());
        Assert.Equal(0, await BaselineAsync(same));
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Chief"));
        // Approving the first sync covered its missing baseline too, so that the state alone says nothing.
        var run = await sync.RequestAsync();
        Assert.Equal("accepted", run.State());
        Assert.Empty(run.Rules());

        // What is taken back was not the last word, and neither is what came before it.
        Assert.Equal(1, await BaselineAsync("""{"groups":[{"id":"T1","name":"Platforms"},{"id":"T2","name":"Data"}]}"""));
        using var list = await sync.Gateway.Http.GetAsync(new Uri("/v1/baselines", UriKind.Relative), Cancel);
        var unit = Assert.Single((await SyncGateway.JsonAsync(list))["items"]!.AsArray())!;
        sync.Advance(TimeSpan.FromSeconds(1));
        using var revert = await sync.PostAsync($"/v1/baselines/{unit["id"]}/revert", null);
        Assert.Equal(HttpStatusCode.OK, revert.StatusCode);
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        Assert.Equal(["BaselineMissing"], (await sync.RequestAsync()).Rules());

        async Task<int> BaselineAsync(string json, string query = "")
        {
            using var content = new StringContent(json, Encoding.UTF8, "application/json");
            using var answer = await sync.Gateway.Http.PutAsync(new Uri("/v1/sources/hris/baseline?" + query, UriKind.Relative), content, Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return (int)(await SyncGateway.JsonAsync(answer))["counts"]!["events"]!;
        }
    }
}
