using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Simulator;
using Gateway.Tests.Sync.Histories;

namespace Gateway.Tests.Sync;

/// <summary>Something went wrong and was put right before it did harm: what the account looks like meanwhile, and afterwards.</summary>
public sealed class CorrectionStoryTests
{
    [Fact]
    public async Task A_wrong_baseline_is_held_rejected_and_corrected_and_the_account_never_saw_it()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        var before = Whole.Of(await sync.Officevibe.StateAsync());
        await BaselineAsync(sync, people: 10, confirm: true);
        var held = await sync.RequestAsync();
        Assert.Equal("held", held.State());
        await sync.RejectAsync(held);

        // While the wrong file stands nothing is sent, not even what is right.
        await sync.EventsAsync(sync.Hire(40));
        sync.Advance(TimeSpan.FromDays(1));
        var again = await sync.RequestAsync();
        Assert.Equal(("rejected", held.Id()), (again.State(), (string?)again["rejectedByRun"]));
        Assert.Equal(before, Whole.Of(await sync.Officevibe.StateAsync()));

        // The right file: everybody of before, and the newcomer.
        await BaselineAsync(sync, people: 30, confirm: false, and: 40);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        var after = Whole.Of(await sync.Officevibe.StateAsync());
        Assert.Equal(["member of T1: E040", "person E040 E040@example.test Ana "], after.Except(before));
        Assert.Empty(before.Except(after));
        Assert.Equal(2, await sync.SentAsync());
    }

    [Fact]
    public async Task A_key_that_was_replaced_stops_the_syncs_by_name_and_the_new_one_sends_what_waited()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6, new() { ["Gateway:Sync:Schedule"] = "0 * * * *" });
        await sync.Officevibe.ControlAsync("account", new { key = "the-next-key" });
        await sync.EventsAsync(sync.Hire(40));
        var refused = await sync.RequestAsync();
        Assert.Equal("refused", refused.State());
        Assert.Contains("Gateway:Officevibe:ApiKey", (string?)refused["whatToDo"], StringComparison.Ordinal);
        Assert.DoesNotContain("the-", refused.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(6, await sync.MembersAsync());

        await sync.Gateway.RestartAsync(new() { ["Gateway:Officevibe:ApiKey"] = "the-next-key" });
        sync.Advance(TimeSpan.FromHours(1));
        var next = Assert.Single(await sync.WorkAsync());
        Assert.Equal("accepted", (await sync.RunAsync(next)).State());
        Assert.Equal(7, await sync.MembersAsync());
    }

    [Fact]
    public async Task An_approved_run_that_waits_to_be_tried_again_does_not_go_out_after_a_newer_one()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30);
        await sync.LeaveAsync(20, 8);
        var approved = await sync.RequestAsync();
        await sync.Officevibe.ArmAsync(new { kind = "serverError", path = "/api/v2/sync" });
        await sync.ApproveAsync(approved);
        await sync.WorkAsync();
        Assert.Equal("failed", (await sync.RunAsync(approved.Id())).State());

        // Newer, covered by the approval, applied there, and never answered. No reading shows a title.
        await sync.EventsAsync(sync.Update(3, "jobTitle", "Lead"));
        await sync.Officevibe.ArmAsync(new { kind = "cutAfterApply", path = "/api/v2/sync" });
        Assert.Equal("unknown", (await sync.RequestAsync()).State());
        Assert.Equal("Lead", await TitleAsync());

        for (var minutes = 0; minutes < 30; minutes += 3)
        {
            sync.Advance(TimeSpan.FromMinutes(3));
            await sync.WorkAsync();
            Assert.Equal("Lead", await TitleAsync());
        }

        Assert.Equal("superseded", (await sync.RunAsync(approved.Id())).State());
        Assert.Equal("accepted", (await sync.LastAsync()).State());
        Assert.Equal(22, await sync.MembersAsync());

        async Task<string?> TitleAsync() => (string?)(await sync.Officevibe.MemberAsync("E003@example.test"))!["jobTitle"];
    }

    private static async Task BaselineAsync(SyncGateway sync, int people, bool confirm, int? and = null)
    {
        int[] all = [.. Enumerable.Range(0, people), .. and is { } i ? [i] : Array.Empty<int>()];
        var file = new
        {
            users = all.Select(i => new { id = SyncGateway.Id(i), email = $"{SyncGateway.Id(i)}@example.test", firstName = "Ana", lastName = $"Number {i}" }),
            groups = new[] { new { id = "T1", name = "Platform" }, new { id = "T2", name = "Data" } },
            mappings = all.Select(i => new { groupId = i % 2 == 0 ? "T1" : "T2", userId = SyncGateway.Id(i), isMember = i > 1, isManager = i < 2 }),
        };
        string? hash = null;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/sources/hris/baseline{(hash is null ? "" : $"?confirm={hash}")}") { Content = JsonContent.Create(file) };
            using var answer = await sync.Gateway.Http.SendAsync(request, SimulatorServer.Cancel);
            var told = await SyncGateway.JsonAsync(answer);
            if (!confirm || hash is not null)
            {
                Assert.True(answer.StatusCode == HttpStatusCode.OK, told.ToJsonString());
                break;
            }

            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            hash = (string)told["hash"]!;
        }

        sync.Advance(TimeSpan.FromSeconds(1));
    }
}
