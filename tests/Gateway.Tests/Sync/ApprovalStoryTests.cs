using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Operations.Security;
using Gateway.Sync;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync;

/// <summary>Where two different keys have to approve: what the account looks like after one, and after two.</summary>
public sealed class ApprovalStoryTests
{
    private const string Nadia = "gwk_nadia", Omar = "gwk_omar";

    internal static Dictionary<string, string?> TwoKeys(Dictionary<string, string?>? more = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Sync:Guard:Approvals"] = "2",
            ["Gateway:Keys:nadia:Hash"] = ApiKey.Hash(Nadia),
            ["Gateway:Keys:nadia:Scopes"] = "approve,read",
            ["Gateway:Keys:omar:Hash"] = ApiKey.Hash(Omar),
            ["Gateway:Keys:omar:Scopes"] = "approve,read",
        };
        foreach (var (key, value) in more ?? []) settings[key] = value;
        return settings;
    }

    [Fact]
    public async Task Nothing_is_sent_until_a_second_key_approves_the_same_content()
    {
        await using var sync = await SyncGateway.StartAsync(TwoKeys());
        await sync.CompanyAsync(10);
        var held = await sync.RequestAsync();
        Assert.Equal(("held", 2), (held.State(), (int)held["approvalsNeeded"]!));

        // A first sync is named as such by both.
        using (var unnamed = await AsAsync(sync, Nadia, held, new { contentHash = Hash(held) })) Assert.Equal(HttpStatusCode.BadRequest, unnamed.StatusCode);
        using (var first = await AsAsync(sync, Nadia, held, new { contentHash = Hash(held), firstSync = true, reason = "Compared it with the payroll." }))
        {
            Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
            Assert.Contains("One more approval is needed, by another key", (string)(await SyncGateway.JsonAsync(first))["whatToDo"]!, StringComparison.Ordinal);
        }

        using (var again = await AsAsync(sync, Nadia, held, new { contentHash = Hash(held), firstSync = true }))
            Assert.Equal((HttpStatusCode.Conflict, "urn:gateway:problem:another-key-needed"), (again.StatusCode, (string)(await SyncGateway.JsonAsync(again))["type"]!));
        Assert.Empty(await sync.WorkAsync());
        Assert.Equal((0, 0), (await sync.MembersAsync(), await sync.SentAsync()));
        var waiting = await sync.RunAsync(held.Id());
        var one = Assert.Single(waiting["approvals"]!.AsArray())!;
        Assert.Equal(("held", "key:nadia", "Compared it with the payroll."), (waiting.State(), (string)one["by"]!, (string)one["reason"]!));
        Assert.Equal(sync.Time.GetUtcNow(), (DateTimeOffset)one["at"]!);

        using (var other = await AsAsync(sync, Omar, held, new { contentHash = new string('0', 64), firstSync = true })) Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        using (var second = await AsAsync(sync, Omar, held, new { contentHash = Hash(held), firstSync = true, reason = "So did I." })) Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await sync.WorkAsync();

        Assert.Equal(("accepted", 10), ((await sync.RunAsync(held.Id())).State(), await sync.MembersAsync()));
        Assert.Equal(["key:nadia", "key:omar"], (await sync.RunAsync(held.Id()))["approvals"]!.AsArray().Select(a => (string)a!["by"]!));
        Assert.Equal(["sync.approve", "sync.approve_first", "sync.start"], await AuditAsync(sync, held.Id()));
    }

    [Fact]
    public async Task A_key_under_another_name_is_the_same_key()
    {
        await using var sync = await HeldAsync();
        var held = await sync.LastAsync();
        using (var first = await AsAsync(sync, Nadia, held, new { contentHash = Hash(held) })) Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);

        // Whoever may change settings gives the key another name; nobody can use it under two at once.
        await sync.Gateway.RestartAsync(new()
        {
            ["Gateway:Keys:nadia:Hash"] = null, ["Gateway:Keys:nadia:Scopes"] = null,
            ["Gateway:Keys:night-shift:Hash"] = ApiKey.Hash(Nadia), ["Gateway:Keys:night-shift:Scopes"] = "approve",
        });

        using var renamed = await AsAsync(sync, Nadia, held, new { contentHash = Hash(held) });
        Assert.Equal(HttpStatusCode.Conflict, renamed.StatusCode);
        Assert.Equal("held", (await sync.RunAsync(held.Id())).State());
    }

    [Fact]
    public async Task A_first_approval_is_void_when_the_base_moves()
    {
        await using var sync = await HeldAsync();
        var held = await sync.LastAsync();
        using (var first = await AsAsync(sync, Nadia, held, new { contentHash = Hash(held) })) Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);

        // The leavers were a mistake; something else is accepted meanwhile, and then they leave after all.
        sync.Advance(TimeSpan.FromMinutes(1));
        await sync.EventsAsync([.. Enumerable.Range(10, 6).Select(i => sync.Hire(i, i % 2 == 0 ? "T1" : "T2")), sync.Hire(100)]);
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        using (var late = await AsAsync(sync, Omar, held, new { contentHash = Hash(held) })) Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        sync.Advance(TimeSpan.FromMinutes(1));
        await sync.LeaveAsync(10, 6);
        var again = await sync.RequestAsync();

        using (var only = await AsAsync(sync, Omar, again, new { contentHash = Hash(again) })) Assert.Equal(HttpStatusCode.Accepted, only.StatusCode);
        await sync.WorkAsync();
        Assert.Equal((31, "held"), (await sync.MembersAsync(), (await sync.RunAsync(again.Id())).State()));
        using (var second = await AsAsync(sync, Nadia, again, new { contentHash = Hash(again) })) Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await sync.WorkAsync();
        Assert.Equal(25, await sync.MembersAsync());
    }

    [Fact]
    public async Task One_key_is_enough_to_reject_and_its_word_ends_a_first_approval()
    {
        await using var sync = await HeldAsync();
        var held = await sync.LastAsync();
        using (var first = await AsAsync(sync, Nadia, held, new { contentHash = Hash(held) })) Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        using (var no = await AsAsync(sync, Omar, held, new { reason = "Six are too many." }, "reject")) Assert.Equal(HttpStatusCode.OK, no.StatusCode);

        using (var late = await AsAsync(sync, Omar, held, new { contentHash = Hash(held) })) Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        var next = await sync.RequestAsync();
        Assert.Equal(("rejected", (JsonNode?)null), (next.State(), next["approvals"]));

        // Whoever changes their mind needs the other one again.
        using (var first = await AsAsync(sync, Omar, next, new { contentHash = Hash(next) })) Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        await sync.WorkAsync();
        Assert.Equal(30, await sync.MembersAsync());
    }

    [Fact]
    public async Task An_earlier_company_needs_two_keys_as_well()
    {
        await using var sync = await HeldAsync();
        var good = (await sync.RunsAsync()).First(r => r!.State() == "accepted")!;
        await BothAsync(sync, await sync.LastAsync());
        Assert.Equal(24, await sync.MembersAsync());

        using (var asked = await sync.PostAsync($"/v1/syncs/{good.Id()}/restore", new { reason = "They never left." })) Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        await sync.WorkAsync();
        var restore = await sync.LastAsync();
        using (var first = await AsAsync(sync, Nadia, restore, new { contentHash = Hash(restore) })) Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        await sync.WorkAsync();
        Assert.Equal(24, await sync.MembersAsync());
        using (var second = await AsAsync(sync, Omar, restore, new { contentHash = Hash(restore) })) Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await sync.WorkAsync();
        Assert.Equal(30, await sync.MembersAsync());

        // That syncs pause now was decided with it.
        Assert.Contains("sync.pause", await AuditAsync(sync, restore.Id()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void One_or_two_keys_can_be_asked_for_and_no_other_number(int keys) =>
        Assert.Contains("Gateway:Sync:Guard:Approvals", Assert.Single(new SyncOptionsValidator().Validate(null, new SyncOptions { Guard = { Approvals = keys } }).Failures!), StringComparison.Ordinal);

    /// <summary>A company of thirty, accepted by two keys; six leave, and the run is held.</summary>
    private static async Task<SyncGateway> HeldAsync()
    {
        var sync = await SyncGateway.StartAsync(TwoKeys());
        await sync.CompanyAsync(30);
        await BothAsync(sync, await sync.RequestAsync());
        await sync.LeaveAsync(10, 6);
        Assert.Equal("held", (await sync.RequestAsync()).State());
        return sync;
    }

    internal static async Task BothAsync(SyncGateway sync, JsonNode run)
    {
        using (var first = await AsAsync(sync, Nadia, run, new { contentHash = Hash(run), firstSync = true })) Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        using (var second = await AsAsync(sync, Omar, run, new { contentHash = Hash(run), firstSync = true })) Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await sync.WorkAsync();
    }

    private static string Hash(JsonNode run) => (string)run["contentHash"]!;

    private static Task<HttpResponseMessage> AsAsync(SyncGateway sync, string key, JsonNode run, object body, string verb = "approve") => AsAsync(sync, key, $"/v1/syncs/{run.Id()}/{verb}", body);

    internal static async Task<HttpResponseMessage> AsAsync(SyncGateway sync, string key, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sync.Gateway.Address, path)) { Content = JsonContent.Create(body), Headers = { { "X-Api-Key", key } } };
        using var client = new HttpClient();
        return await client.SendAsync(request, SimulatorServer.Cancel);
    }

    /// <summary>The actions noted about a subject, the latest first.</summary>
    internal static async Task<IReadOnlyList<string>> AuditAsync(SyncGateway sync, string subject)
    {
        using var answer = await sync.Gateway.Http.GetAsync(new Uri($"/v1/audit?subject={subject}", UriKind.Relative), SimulatorServer.Cancel);
        return [.. (await SyncGateway.JsonAsync(answer))["items"]!.AsArray().Select(a => (string)a!["action"]!)];
    }
}
