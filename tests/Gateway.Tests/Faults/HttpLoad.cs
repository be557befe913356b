using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Tests.EventLogs;

namespace Gateway.Tests.Faults;

/// <summary>
/// A system that posts events to whichever replica it finds: singly, in batches, the same to two replicas at once, again after silence (or never
/// again), with nonsense and contradictions among them. It books every answer.
/// </summary>
internal sealed class HttpLoad(string name, Cluster cluster, Account account, int seed) : IDisposable
{
    private const int BatchSize = 12;

    private readonly Random _random = new(seed);
    private readonly Script _script = new(name, new Random(seed + 1), cluster.Start);
    private readonly List<Fact> _accepted = [];
    private readonly List<Fact> _silent = [];
    private readonly HttpClient _http = cluster.NewClient(TimeSpan.FromSeconds(6));
    private int _nonsense;

    /// <summary>Until told to stop: as many steps a second as asked for, fewer where answers are slow.</summary>
    public async Task RunAsync(double stepsPerSecond, CancellationToken over)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / stepsPerSecond));
        while (!over.IsCancellationRequested)
        {
            await StepAsync();
            try
            {
                await pace.WaitForNextTickAsync(over);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task StepAsync()
    {
        var replica = _random.Next();
        switch (_random.Next(100))
        {
            case < 55:
                await PostAsync(replica, _script.Next());
                break;
            case < 65:
                await BatchAsync(replica, _script.Next(BatchSize));
                break;
            case < 74:
                var twice = _script.Next();
                await Task.WhenAll(PostAsync(replica, twice), PostAsync(replica + 1, twice));
                break;
            case < 84:
                // Of one person, most of the time: two replicas fold it at once.
                await Task.WhenAll(_script.Next(3).Select((fact, i) => PostAsync(replica + i, fact)));
                break;
            case < 89:
                await NonsenseAsync(replica);
                break;
            case < 93 when _accepted.Count > 0:
                await ContradictAsync(replica, _accepted[_random.Next(_accepted.Count)]);
                break;
            case < 96 when _accepted.Count > 0:
                await PostAsync(replica, _accepted[_random.Next(_accepted.Count)]);
                break;
            default:
                if (Forgotten() is { } silent) await PostAsync(replica, silent);
                break;
        }
    }

    /// <summary>Some of what was not answered is sent again, the rest is given up.</summary>
    private Fact? Forgotten()
    {
        lock (_silent)
        {
            if (_silent.Count == 0) return null;
            var at = _random.Next(_silent.Count);
            var fact = _silent[at];
            _silent.RemoveAt(at);
            return _random.Next(3) == 0 ? null : fact;
        }
    }

    private async Task PostAsync(int replica, Fact fact)
    {
        account.Sends(fact.Id, fact);
        var answer = await SendAsync(replica, "/v1/events", fact.Json());
        switch (answer?.Status)
        {
            case 202 or 200:
                Book(fact, answer.Value.Body);
                break;
            case 400:
                account.Refused(fact.Id);
                break;
            case null or 503:
                lock (_silent) _silent.Add(fact);
                break;
            default:
                account.Surprises.Enqueue($"{fact.Id} was answered {answer.Value.Status}: {answer.Value.Body}");
                break;
        }
    }

    private async Task BatchAsync(int replica, IReadOnlyList<Fact> facts)
    {
        foreach (var fact in facts) account.Sends(fact.Id, fact);
        var answer = await SendAsync(replica, "/v1/events/batch", $"[{string.Join(',', facts.Select(f => f.Json()))}]");
        if (answer is null or { Status: 503 })
        {
            lock (_silent) _silent.AddRange(facts);
            return;
        }

        if (answer.Value.Status != 200)
        {
            account.Surprises.Enqueue($"A batch was answered {answer.Value.Status}: {answer.Value.Body}");
            return;
        }

        foreach (var (fact, result) in facts.Zip(answer.Value.Body.GetProperty("results").EnumerateArray()))
        {
            if (result.GetProperty("status").GetInt32() is 202 or 200) Book(fact, result);
            else account.Refused(fact.Id);
        }
    }

    private void Book(Fact fact, JsonElement answer)
    {
        account.Accepted(fact.Id, answer.GetProperty("sequence").GetInt64(), answer.GetProperty("duplicate").GetBoolean());
        lock (_accepted) _accepted.Add(fact);
    }

    private async Task NonsenseAsync(int replica)
    {
        var id = $"{name}.nonsense.{++_nonsense}";
        account.Sends(id, null);
        var answer = await SendAsync(replica, "/v1/events", $$"""{"id":"{{id}}","type":"hire","employeId":"nobody"}""");
        if (answer is null or { Status: 503 }) return;
        if (answer.Value.Status == 400) account.Refused(id);
        else account.Surprises.Enqueue($"{id} was answered {answer.Value.Status}.");
    }

    /// <summary>The same id with other content: the first one stands.</summary>
    private async Task ContradictAsync(int replica, Fact fact)
    {
        var other = new Fact.Titled(fact.Id, fact.Person, fact.At, "somebody else's");
        var answer = await SendAsync(replica, "/v1/events", other.Json());
        if (answer is not null and not { Status: 409 or 503 }) account.Surprises.Enqueue($"A contradiction of {fact.Id} was answered {answer.Value.Status}.");
    }

    /// <summary>Null: no answer.</summary>
    private async Task<(int Status, JsonElement Body)?> SendAsync(int replica, string path, string json)
    {
        var (started, during) = (Stopwatch.GetTimestamp(), account.Fault);
        try
        {
            var address = cluster.Replicas[(replica & int.MaxValue) % cluster.Replicas.Count].Address;
            using var content = new StringContent(json, null, "application/json");
            using var response = await _http.PostAsync(new Uri(address, path), content);
            return (response.Status(), await response.Content.ReadFromJsonAsync<JsonElement>());
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or JsonException)
        {
            return null;
        }
        finally
        {
            account.Ended(Stopwatch.GetElapsedTime(started), during);
        }
    }

    public void Dispose() => _http.Dispose();
}
