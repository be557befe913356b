using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Npgsql;

namespace Gateway.Tests.Faults;

/// <summary>What the books and the gateways say when all is well again, compared.</summary>
/// <param name="Lost">Accepted, and not in the log.</param>
/// <param name="Doubled">In the log more than once.</param>
/// <param name="Wrong">Whatever else does not agree, in sentences.</param>
internal sealed record Reckoning(IReadOnlySet<string> Lost, IReadOnlySet<string> Doubled, IReadOnlyList<string> Wrong)
{
    private const int HistoriesRead = 20;

    /// <summary>Waits until every gateway has folded all that there is, and compares. The load must have stopped, and everything work.</summary>
    public static async Task<Reckoning> CloseAsync(Cluster cluster, Account account)
    {
        var wrong = new List<string>(account.Surprises);
        if (await LevelAsync(cluster, account) is { } uneven) wrong.Add(uneven);
        var (replica, entries) = (cluster.Replicas[0], account.Entries.ToDictionary(e => e.Id, StringComparer.Ordinal));

        var log = await LogAsync(cluster, replica);
        var lost = entries.Values.Where(e => e.Answer == Answer.Accepted && !log.ContainsKey(e.Id)).Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
        var doubled = log.Where(l => l.Value.Count > 1).Select(l => l.Key).ToHashSet(StringComparer.Ordinal);
        wrong.AddRange(entries.Values.Where(e => e.Answer == Answer.Refused && log.ContainsKey(e.Id)).Select(e => $"{e.Id} was refused and is there."));
        wrong.AddRange(entries.Values.Where(e => e.Fact is null && log.ContainsKey(e.Id)).Select(e => $"{e.Id} is nonsense and is there."));
        wrong.AddRange(log.Keys.Where(id => !entries.ContainsKey(id) && !id.StartsWith("team-", StringComparison.Ordinal)).Select(id => $"{id} was never sent and is there."));
        wrong.AddRange(entries.Values.Where(e => e.Sequence is { } told && log.TryGetValue(e.Id, out var places) && places[0] != told).Select(e => $"{e.Id} was answered with {e.Sequence} and is at {log[e.Id][0]}."));

        var expected = ExpectedCompany.Of(entries.Values.Where(e => e.Fact is not null && log.ContainsKey(e.Id)).Select(e => e.Fact!));
        foreach (var each in cluster.Replicas)
        {
            using var snapshot = JsonDocument.Parse((await cluster.GetAsync(each, "/v1/snapshot")).ToJsonString());
            wrong.AddRange(ExpectedCompany.Differences(expected, ExpectedCompany.Of(snapshot.RootElement)).Select(d => $"Snapshot of {each.Name}: {d}"));
        }

        wrong.AddRange(await StaleFacetsAsync(cluster));
        wrong.AddRange(await HistoriesAsync(cluster, replica, entries.Values.Where(e => e.Answer == Answer.Accepted && e.Fact is not null and not Fact.Retracted && expected.ContainsKey(e.Fact.Person))));
        wrong.AddRange(await NonsenseAsync(cluster, account));
        if (await cluster.Postgres.RunAsync("""SELECT count(*) FROM runs a JOIN runs b ON b."SendingAt" > a."SendingAt" AND b."SendingAt" < a."SendUntil" """) is not 0L)
            wrong.Add("A run was sent while the time of another sender was not over.");
        return new Reckoning(lost, doubled, wrong);
    }

    /// <summary>Null: they are level. Whatever the broker has confirmed is in the log, and all that is in the log is folded, as every gateway sees it.</summary>
    public static async Task<string?> LevelAsync(Cluster cluster, Account account, TimeSpan? within = null)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            var backlogs = new List<long>();
            foreach (var replica in cluster.Replicas) backlogs.Add((long)(await cluster.GetAsync(replica, "/v1/status"))["backlog"]!);
            var there = await IdsAsync(cluster);
            var missing = account.Entries.Count(e => e.Answer == Answer.Accepted && !there.Contains(e.Id));
            if (missing == 0 && backlogs.TrueForAll(b => b == 0)) return null;
            if (System.Diagnostics.Stopwatch.GetElapsedTime(started) > (within ?? TimeSpan.FromSeconds(60)))
                return $"Not level: backlogs {string.Join(", ", backlogs)}, and {missing} accepted events are not in the log.";
        }
    }

    /// <summary>Until what the broker has confirmed is in the log. Nothing may be published meanwhile.</summary>
    public static Task TakenAsync(Cluster cluster, Account account) => Eventually.SeeAsync(async () =>
    {
        var there = await IdsAsync(cluster);
        return account.Entries.Count(e => e is { ByAmqp: true, Answer: Answer.Accepted } && !there.Contains(e.Id));
    }, missing => missing == 0, TimeSpan.FromSeconds(60));

    private static async Task<HashSet<string>> IdsAsync(Cluster cluster)
    {
        await using var connection = await cluster.Postgres.ConnectAsync();
        await using var command = new NpgsqlCommand("SELECT id FROM events", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (await rows.ReadAsync()) ids.Add(rows.GetString(0));
        return ids;
    }

    /// <summary>The whole log as a caller reads it, page by page: each event's places.</summary>
    private static async Task<Dictionary<string, List<long>>> LogAsync(Cluster cluster, Replica replica)
    {
        var log = new Dictionary<string, List<long>>(StringComparer.Ordinal);
        var next = "";
        do
        {
            var page = await cluster.GetAsync(replica, "/v1/events?limit=500" + next);
            foreach (var item in page["items"]!.AsArray())
            {
                var id = (string)item!["id"]!;
                if (!log.TryGetValue(id, out var places)) log.Add(id, places = []);
                places.Add((long)item["sequence"]!);
            }

            next = (string?)page["next"] is { } cursor ? "&after=" + Uri.EscapeDataString(cursor) : null;
        }
        while (next is not null);
        return log;
    }

    /// <summary>Every row of the projection against a fold of its events, made now: a fold that came too late and overwrote a fresher one is seen here.</summary>
    private static async Task<IReadOnlyList<string>> StaleFacetsAsync(Cluster cluster)
    {
        await using var store = PostgresStore.Of(cluster.Postgres.ConnectionString());
        await using var connection = await cluster.Postgres.ConnectAsync();
        await using var command = new NpgsqlCommand("SELECT kind, source, subject, folded_events, body, error FROM facets", connection);
        await using var rows = await command.ExecuteReaderAsync();
        using var log = store.OpenReader();
        var (stale, at) = (new List<string>(), TimeProvider.System.GetUtcNow());
        while (await rows.ReadAsync())
        {
            var key = new FacetKey((SubjectKind)rows.GetInt32(0), rows.GetString(1), rows.GetString(2));
            var events = log.Facet(key);
            var fresh = FacetCodec.Write(FacetFold.Fold(key, events.Select(e => e.Event!), at, TimeZoneInfo.Utc));
            if (!await rows.IsDBNullAsync(5)) stale.Add($"The projection has an error for {key.Subject}: {rows.GetString(5)}");
            else if (rows.GetInt64(3) != events.Count) stale.Add($"The projection has {rows.GetInt64(3)} of {events.Count} events of {key.Subject}.");
            else if (!rows.GetFieldValue<byte[]>(4).AsSpan().SequenceEqual(fresh)) stale.Add($"The projection of {key.Subject} is not what its events come to.");
        }

        return [.. stale.Take(20)];
    }

    /// <summary>Of some people: each of their events is in their history, once.</summary>
    private static async Task<IReadOnlyList<string>> HistoriesAsync(Cluster cluster, Replica replica, IEnumerable<Entry> entries)
    {
        var wrong = new List<string>();
        foreach (var person in entries.GroupBy(e => e.Fact!.Person, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Chunk(50).Select(c => c[0]).Take(HistoriesRead))
        {
            var history = await cluster.GetAsync(replica, $"/v1/members/{person.Key}/history");
            var ids = history["sources"]!.AsArray().SelectMany(s => s!["events"]!.AsArray()).Select(e => (string)e!["id"]!).ToList();
            wrong.AddRange(person.Where(e => ids.Count(id => id == e.Id) != 1).Select(e => $"{e.Id} is in the history of {person.Key} {ids.Count(id => id == e.Id)} times."));
        }

        return wrong;
    }

    /// <summary>What was sent last is what Officevibe has: whoever is in the snapshot is a member there, and nobody else.</summary>
    public static async Task<IReadOnlyList<string>> OfficevibeAsync(Cluster cluster)
    {
        using var snapshot = JsonDocument.Parse((await cluster.GetAsync(cluster.Replicas[0], "/v1/snapshot")).ToJsonString());
        var expected = snapshot.RootElement.GetProperty("users").EnumerateArray().Select(u => $"{u.GetProperty("email")} {u.GetProperty("jobTitle")}").ToHashSet(StringComparer.Ordinal);
        var found = (await cluster.Officevibe.StateAsync())["members"]!.AsArray().Where(m => !string.Equals((string?)m!["status"], "deactivated", StringComparison.OrdinalIgnoreCase))
            .Select(m => $"{m!["email"]} {m["jobTitle"]}").ToHashSet(StringComparer.Ordinal);
        return [.. expected.Except(found).Take(10).Select(e => $"Officevibe has not: {e}"), .. found.Except(expected).Take(10).Select(f => $"Officevibe has besides: {f}")];
    }

    /// <summary>Nonsense that the broker took is kept for people to look at, with its problem.</summary>
    private static async Task<IReadOnlyList<string>> NonsenseAsync(Cluster cluster, Account account)
    {
        var kept = await cluster.Broker.TakeAllAsync("gateway.events_error");
        return [.. account.Entries.Where(e => e is { ByAmqp: true, Answer: Answer.Refused } && !kept.Contains(e.Id)).Select(e => $"{e.Id} was refused and is in no queue."), .. kept.Where(id => id.Length == 0).Select(_ => "A message in the error queue has no problem.")];
    }
}
