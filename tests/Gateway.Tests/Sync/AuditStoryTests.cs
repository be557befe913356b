using System.Data.Common;
using System.Text.Json.Nodes;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync;

/// <summary>Who decided what, when and why.</summary>
public sealed class AuditStoryTests
{
    [Fact]
    public async Task Every_decision_stands_in_the_audit_with_who_when_and_why()
    {
        await using var sync = await SyncGateway.StartAsync();
        await sync.CompanyAsync(30);
        await SayAsync(HttpMethod.Post, "/v1/adoption/waive", new { reason = "A test account." });
        var first = await sync.RequestAsync();
        await SayAsync(HttpMethod.Post, $"/v1/syncs/{first.Id()}/approve", new { contentHash = (string?)first["contentHash"], firstSync = true, reason = "Compared." });
        await sync.WorkAsync();
        await SayAsync(HttpMethod.Post, "/v1/sync/pause", new { reason = "Maintenance." });
        await SayAsync(HttpMethod.Post, "/v1/sync/resume", new { reason = "Done." });
        await SayAsync(HttpMethod.Put, $"/v1/members/{SyncGateway.Id(3)}/exclusion", new { reason = "Asked for it." });
        await SayAsync(HttpMethod.Delete, $"/v1/members/{SyncGateway.Id(3)}/exclusion?reason=Asked%20again.", null);
        await SayAsync(HttpMethod.Post, "/v1/teams/T7/alias", new { sameAs = "T2", reason = "A new number." });
        await SayAsync(HttpMethod.Delete, "/v1/teams/T7/alias?reason=The%20old%20one%20is%20back.", null);
        await SayAsync(HttpMethod.Post, "/v1/planned-changes", new { until = sync.Time.GetUtcNow().AddDays(1), reason = "Seven leave.", limits = new { teamsRemoved = 2 } });
        await SayAsync(HttpMethod.Delete, "/v1/planned-changes/p1?reason=They%20stay.", null);
        await sync.LeaveAsync(10, 6);
        await sync.EventsAsync(sync.Hire(100));
        var held = await sync.RequestAsync();
        await SayAsync(HttpMethod.Post, $"/v1/syncs/{held.Id()}/reject", new { reason = "Not true." });
        await SayAsync(HttpMethod.Post, $"/v1/syncs/{held.Id()}/send-rest", new { reason = "The others." });
        await sync.WorkAsync();
        await SayAsync(HttpMethod.Post, $"/v1/syncs/{first.Id()}/restore", new { reason = "As it was." });

        var said = await EntriesAsync($"?from={SyncGateway.Start:yyyy-MM-dd'T'HH:mm:ss'Z'}&limit=100");
        Assert.Equal(
            [
                ("adoption.waive", null, "A test account."), ("sync.approve", first.Id(), "Compared."), ("sync.pause", null, "Maintenance."), ("sync.resume", null, "Done."),
                ("member.exclude", "E003", "Asked for it."), ("member.include", "E003", "Asked again."), ("team.alias", "T7", "A new number."), ("team.unalias", "T7", "The old one is back."),
                ("plan.make", "p1", "Seven leave."), ("plan.cancel", "p1", "They stay."), ("sync.reject", held.Id(), "Not true."), ("sync.send_rest", held.Id(), "The others."),
                ("sync.restore", (await sync.LastAsync()).Id(), "As it was."),
            ],
            said.Where(e => e["reason"] is not null).Select(e => ((string)e["action"]!, (string?)e["subject"], (string)e["reason"]!)));
        Assert.All(said, e => Assert.Equal("key:development", (string)e["actor"]!));
        Assert.Equal(sync.Time.GetUtcNow(), (DateTimeOffset)said[^1]["at"]!);
        var later = said.FindIndex(e => (string)e["action"]! == "sync.reject");
        Assert.Equal(said.Count - later + 1, (await EntriesAsync($"?from={(DateTimeOffset)said[later]["at"]!:yyyy-MM-dd'T'HH:mm:ss'Z'}")).Count);

        async Task SayAsync(HttpMethod verb, string path, object? body)
        {
            using var request = new HttpRequestMessage(verb, new Uri(path, UriKind.Relative)) { Content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body) };
            using var answer = await sync.Gateway.Http.SendAsync(request, SimulatorServer.Cancel);
            Assert.True(answer.IsSuccessStatusCode, path + await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel));
        }

        async Task<List<JsonNode>> EntriesAsync(string query)
        {
            using var answer = await sync.Gateway.Http.GetAsync(new Uri("/v1/audit" + query, UriKind.Relative), SimulatorServer.Cancel);
            return [.. (await SyncGateway.JsonAsync(answer))["items"]!.AsArray().Select(e => e!).Reverse()];
        }
    }

    [Fact]
    public async Task The_store_itself_refuses_to_change_what_stands_there()
    {
        await using var gateway = await TestGateway.StartAsync();
        await using (var write = await gateway.Get<LedgerWriter>().BeginAsync(SimulatorServer.Cancel))
        {
            write.Db.Add(new AuditEntry { At = DateTimeOffset.UnixEpoch, Actor = "key:nadia", Action = "sync.approve" });
            await write.CommitAsync(SimulatorServer.Cancel);
        }

        using var outside = gateway.Get<ILogStore>().Outside();
        foreach (var sql in (string[])["UPDATE audit SET \"Actor\" = 'key:omar'", "DELETE FROM audit", .. TestStore.IsSqlite ? Array.Empty<string>() : ["TRUNCATE audit"]])
            Assert.Contains("append-only", Assert.ThrowsAny<DbException>(() => outside.Run(sql)).Message, StringComparison.Ordinal);
        Assert.Equal(1, outside.Scalar("SELECT count(*) FROM audit WHERE \"Actor\" = 'key:nadia'"));
    }
}
