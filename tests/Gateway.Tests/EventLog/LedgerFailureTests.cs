using System.Net;
using System.Text;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Tests.Operations;
using Gateway.Tests.Servers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Tests.EventLogs;

/// <summary>Where the ledger cannot be written, whoever asked is told to come again, as at the door for events.</summary>
public sealed class LedgerFailureTests
{
    [Theory(Skip = "About SQLite.", SkipUnless = nameof(TestStore.IsSqlite), SkipType = typeof(TestStore))]
    [InlineData("POST", "/v1/syncs", "{}", 202)]
    [InlineData("POST", "/v1/sync/pause", """{"reason":"Reorganisation"}""", 200)]
    [InlineData("PUT", "/v1/sources/hris/baseline", """{"users":[{"id":"E1","email":"e1@example.test"}]}""", 200)]
    [InlineData("PUT", "/v1/members/E1/exclusion", """{"reason":"Asked for it."}""", 200)]
    public async Task What_the_ledger_cannot_take_is_503_until_it_can(string method, string path, string body, int whenItCan)
    {
        await using var gateway = await TestGateway.StartAsync(new() { ["Gateway:Aggregation:Enabled"] = "false" }, configure: builder =>
        {
            // A loop that looks into the store holds a connection that is not in the pool, and would give it back as one that writes.
            foreach (var loop in builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Namespace?.StartsWith("Gateway", StringComparison.Ordinal) == true).ToList())
                builder.Services.Remove(loop);
        });
        async Task<HttpResponseMessage> AskAsync()
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            return await gateway.Http.SendAsync(request);
        }

        SetReadOnly((LogFile)gateway.Get<ILogStore>(), true);
        using (var refused = await AskAsync())
        {
            await refused.IsProblemAsync(ProblemKind.StorageUnavailable);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        }

        Assert.Equal(1, gateway.Get<ILogStore>().WriteGate.CurrentCount);
        SetReadOnly((LogFile)gateway.Get<ILogStore>(), false);
        using var taken = await AskAsync();
        Assert.Equal(whenItCan, taken.Status());
    }

    /// <summary>Pooled connections keep what somebody set on them: all that are idle refuse writes, as on a disk mounted read-only.</summary>
    private static void SetReadOnly(LogFile file, bool on)
    {
        var pooled = Enumerable.Range(0, 12).Select(_ => file.Open()).ToList();
        foreach (var connection in pooled) connection.Run($"PRAGMA query_only={(on ? "ON" : "OFF")}");
        pooled.ForEach(c => c.Dispose());
    }
}
