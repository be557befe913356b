using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Sources.Webhooks;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.Faults;

/// <summary>The process is killed while it takes deliveries and maps them: what it answered is mapped afterwards, once.</summary>
public sealed class DeliveryKillTests
{
    private const int Kills = 2;
    private const int Clients = 4;
    private const string Secret = "a secret of the webhook";

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Gateway:Sources:hris:Webhook:Signature:Header"] = "X-Signature",
        ["Gateway:Sources:hris:Webhook:Signature:Signed"] = "{body}",
        ["Gateway:Sources:hris:Webhook:Signature:Secrets:0"] = Secret,
        ["Gateway:Sources:hris:Webhook:DeliveryId:Header"] = "X-Delivery",
        ["Gateway:Sources:hris:Webhook:Script"] = "merge",
    };

    [Fact]
    public async Task Every_delivery_answered_200_is_mapped_exactly_once_after_kills_and_no_child_is_left()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-kill-").FullName;
        var (random, answered, port) = (new Random(20260311), new ConcurrentDictionary<string, string>(StringComparer.Ordinal), GatewayProcess.FreePort());
        try
        {
            var store = await TestStore.SettingsAsync(folder, Settings);
            var environment = store.Concat(Settings).ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value!);
            for (var round = 0; round < Kills; round++)
            {
                using var gateway = GatewayProcess.Start(folder, port, environment);
                Assert.True(await gateway.IsUpAsync(), gateway.Said);
                using var over = new CancellationTokenSource();
                var (before, enough) = (answered.Count, random.Next(50, 300));
                var clients = Enumerable.Range(0, Clients).Select(c => Task.Run(() => PostAsync(gateway.Address, $"{round}-{c}", answered, over.Token))).ToList();
                await Eventually.SeeAsync(() => answered.Count - before, n => n >= enough);
                var children = OperatingSystem.IsLinux() ? await Eventually.SeeAsync(() => gateway.Children, c => c.Count > 0) : [];
                await gateway.KillAsync();
                await over.CancelAsync();
                await Task.WhenAll(clients);
                await Eventually.SeeAsync(() => children.Count(c => Directory.Exists($"/proc/{c}")), left => left == 0);
            }

            await CompareAsync(folder, answered);
        }
        finally
        {
            await TestStore.DropAsync(folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Posts until told to stop; each delivery twice, as vendors do who were not answered in time.</summary>
    private static async Task PostAsync(Uri address, string name, ConcurrentDictionary<string, string> answered, CancellationToken over)
    {
        using var http = new HttpClient { BaseAddress = address };
        for (var n = 0; !over.IsCancellationRequested; n++)
        {
            var id = $"d{name}-{n}";
            try
            {
                for (var twice = 0; twice < 2; twice++)
                {
                    using var response = await http.SendAsync(Delivery(id), over);
                    Assert.True(response.Status() is 200 or 503, $"{id}: {response.Status()}");
                    if (response.Status() == 503) continue;
                    var sequence = (await response.Content.ReadFromJsonAsync<JsonElement>(over)).GetProperty("id").GetString()!;
                    Assert.Equal(sequence, answered.GetOrAdd(id, sequence));
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // Killed in mid-answer: it may be there or not.
                return;
            }
        }
    }

    private static HttpRequestMessage Delivery(string id)
    {
        var body = Encoding.UTF8.GetBytes($$$"""
            {"hook":{"event":"Employee.added"},"data":{"id":"{{{id}}}","remote_id":"{{{id}}}","first_name":"Ana","work_email":"{{{id}}}@company.example","employment_status":"ACTIVE","start_date":"2026-04-01T00:00:00Z","modified_at":"2026-03-02T09:00:00Z"}}
            """);
        var signature = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body));
        return new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks/hris") { Content = new ByteArrayContent(body), Headers = { { "X-Signature", signature }, { "X-Delivery", id } } };
    }

    /// <summary>The next start maps what is left; then each delivery has its one event, and each event its delivery.</summary>
    private static async Task CompareAsync(string folder, ConcurrentDictionary<string, string> answered)
    {
        await using var gateway = await TestGateway.StartAsync(Settings, folder: folder);
        var contexts = gateway.Get<IDbContextFactory<GatewayDb>>();
        await using var db = await contexts.CreateDbContextAsync();
        await Eventually.SeeAsync(() => db.Deliveries.CountAsync(d => d.State == DeliveryState.Received || d.State == DeliveryState.Waiting), left => left == 0);

        var stored = await db.Deliveries.AsNoTracking().ToDictionaryAsync(d => d.VendorId!, StringComparer.Ordinal);
        foreach (var (id, sequence) in answered) Assert.Equal((sequence, DeliveryState.Mapped), (DeliveryIds.Of(stored[id].Sequence), stored[id].State));
        Assert.All(stored.Values, d => Assert.Equal((DeliveryState.Mapped, 1), (d.State, d.Attempts)));
        var events = await db.Events.AsNoTracking().Select(e => new { e.Id, e.Subject }).ToListAsync();
        Assert.Equal(stored.Keys.Order(StringComparer.Ordinal), events.Select(e => e.Subject).Order(StringComparer.Ordinal));
        var noted = await db.DeliveryEvents.AsNoTracking().ToListAsync();
        Assert.Equal(stored.Values.Select(d => d.Sequence).Order(), noted.Select(n => n.Delivery).Order());
        Assert.Equal(events.Select(e => e.Id).Order(StringComparer.Ordinal), noted.Select(n => n.EventId).Order(StringComparer.Ordinal));
    }
}
