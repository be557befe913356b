using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Tests.EventLogs;
using Microsoft.Data.Sqlite;

namespace Gateway.Tests.Faults;

/// <summary>The process is killed at random moments; what it answered before is the truth afterwards.</summary>
public sealed class KillTests
{
    private const int Kills = 20;
    private const int Clients = 6;

    [Fact]
    public async Task Every_event_answered_2xx_is_there_exactly_once_after_twenty_kills()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-kill-").FullName;
        var (random, account, port) = (new Random(20260310), new Account(), GatewayProcess.FreePort());
        try
        {
            for (var round = 0; round < Kills; round++)
            {
                using var gateway = GatewayProcess.Start(folder, port);
                // Every fourth time it is killed while it starts: in its migrations, its recovery, its first sweep.
                if (round % 4 == 3 && !await gateway.EndsWithinAsync(TimeSpan.FromMilliseconds(random.Next(50, 1500))))
                {
                    await gateway.KillAsync();
                    continue;
                }

                Assert.True(await gateway.IsUpAsync(), gateway.Said);
                using var over = new CancellationTokenSource();
                var (before, enough) = (account.Accepted.Count, random.Next(1, 400));
                var clients = Enumerable.Range(0, Clients).Select(c => Task.Run(() => ClientAsync(gateway.Address, account, round * Clients + c, over.Token))).ToList();
                await Eventually.SeeAsync(() => account.Accepted.Count - before, n => n >= enough);
                await gateway.KillAsync();
                await over.CancelAsync();
                await Task.WhenAll(clients);
                Compare(account, Path.Combine(folder, "gateway.db"));
            }

            Assert.InRange(account.Accepted.Count, Kills, int.MaxValue);
            Assert.NotEmpty(account.Refused);
            await IsFoldedAsync(folder, account);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_second_process_on_the_same_file_ends_with_an_error_that_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-two-").FullName;
        try
        {
            await using var gateway = await TestGateway.StartAsync(folder: folder);
            using var second = GatewayProcess.Start(folder, GatewayProcess.FreePort());
            Assert.True(await second.EndsWithinAsync(TimeSpan.FromSeconds(60)));
            Assert.Equal(1, second.ExitCode);
            Assert.Contains("ConnectionStrings:Gateway: another process uses", await Eventually.SeeAsync(() => second.Said, s => s.Length > 0), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Posts single events, batches, repetitions, contradictions and nonsense until told to stop, and books every answer.</summary>
    private static async Task ClientAsync(Uri address, Account account, int seed, CancellationToken over)
    {
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Add("X-Api-Key", TestGateway.DevelopmentKey);
        var random = new Random(seed);
        for (var n = 0; !over.IsCancellationRequested; n++)
        {
            var id = $"k{seed}-{n}";
            try
            {
                switch (random.Next(10))
                {
                    case 0:
                        using (var bad = await http.PostAsync("/v1/events", Json($$"""{"id":"{{id}}","type":"hire","employeId":"E1"}"""), over))
                            if (bad.Status() == 400) account.Refused.Add(id);
                        break;
                    case 1:
                        var ids = Enumerable.Range(0, 20).Select(i => $"{id}-{i}").ToList();
                        foreach (var one in ids) account.Sent[one] = 0;
                        using (var batch = await http.PostAsync("/v1/events/batch", Json($"[{string.Join(',', ids.Select(i => Hire(i, i)))}]"), over))
                        {
                            if (batch.Status() != 200) break;
                            foreach (var result in (await batch.Content.ReadFromJsonAsync<JsonElement>(over)).GetProperty("results").EnumerateArray()) account.Book(result);
                        }

                        break;
                    case 2 when account.Sent.Keys.FirstOrDefault(k => !account.Accepted.ContainsKey(k)) is { } unanswered:
                        // Not answered before the last kill: sent again, it is either new or there already.
                        await PostAsync(http, account, unanswered, unanswered, over);
                        break;
                    case 3 when !account.Accepted.IsEmpty:
                        var known = account.Accepted.Keys.First();
                        using (var other = await http.PostAsync("/v1/events", Json(Hire(known, "somebody else")), over)) Assert.True(other.Status() is 409 or 503);
                        break;
                    default:
                        await PostAsync(http, account, id, id, over);
                        break;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // Killed in mid-answer: the event may be there or not.
                return;
            }
        }
    }

    private static async Task PostAsync(HttpClient http, Account account, string id, string employeeId, CancellationToken over)
    {
        account.Sent[id] = 0;
        using var response = await http.PostAsync("/v1/events", Json(Hire(id, employeeId)), over);
        Assert.True(response.Status() is 202 or 200 or 503, $"{id}: {response.Status()}");
        if (response.Status() != 503) account.Book(await response.Content.ReadFromJsonAsync<JsonElement>(over));
    }

    private static StringContent Json(string json) => new(json, null, "application/json");

    private static string Hire(string id, string employeeId) => $$"""{"id":"{{id}}","type":"hire","employeeId":"{{employeeId}}"}""";

    /// <summary>The file as it lies there after the kill, against the books.</summary>
    private static void Compare(Account account, string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, sequence, subject FROM events";
        using var rows = command.ExecuteReader();
        var stored = new Dictionary<string, (long Sequence, string Subject)>();
        while (rows.Read()) Assert.True(stored.TryAdd(rows.GetString(0), (rows.GetInt64(1), rows.GetString(2))), $"{rows.GetString(0)} is there twice.");

        foreach (var (id, sequence) in account.Accepted)
        {
            Assert.True(stored.TryGetValue(id, out var row), $"{id} was accepted and is lost.");
            Assert.Equal((sequence, id), row);
        }

        foreach (var id in account.Refused) Assert.False(stored.ContainsKey(id), $"{id} was refused and is there.");
        foreach (var id in stored.Keys) Assert.True(account.Sent.ContainsKey(id), $"{id} was never sent.");
    }

    /// <summary>What survived is folded by the next start: everybody accepted is employed.</summary>
    private static async Task IsFoldedAsync(string folder, Account account)
    {
        await using var gateway = await TestGateway.StartAsync(folder: folder);
        await gateway.FoldAsync();
        Assert.Equal(gateway.Get<ILogStore>().Count(), gateway.Get<Sweeper>().Position);
        var cut = await gateway.Get<CompanyReader>().ReadAsync(null, null, packed: true, CancellationToken.None);
        var employed = cut.Members.Where(m => m.Employed).Select(m => m.EmployeeId).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(account.Accepted.Keys.Where(id => !employed.Contains(id)));
        Assert.Equal(gateway.Get<ILogStore>().Count(), employed.Count);
    }

    private sealed class Account
    {
        public ConcurrentDictionary<string, byte> Sent { get; } = new();

        /// <summary>Id to the sequence it was answered with.</summary>
        public ConcurrentDictionary<string, long> Accepted { get; } = new();

        public ConcurrentBag<string> Refused { get; } = [];

        public void Book(JsonElement answer)
        {
            if (answer.TryGetProperty("status", out var status) && status.GetInt32() is not (202 or 200)) return;
            var (id, sequence) = (answer.GetProperty("id").GetString()!, answer.GetProperty("sequence").GetInt64());
            Assert.Equal(sequence, Accepted.GetOrAdd(id, sequence));
        }
    }
}
