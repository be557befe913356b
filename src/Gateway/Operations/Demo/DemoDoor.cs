using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Operations.Demo;

/// <summary>An answer of the gateway or of the simulator.</summary>
internal sealed record DoorAnswer(HttpStatusCode Status, JsonNode? Body);

/// <summary>What the demo says to the gateway: its public HTTP contract and nothing else.</summary>
internal sealed class DemoDoor(Uri gateway, Uri simulator, string sourceKey, string operatorKey) : IDisposable
{
    public const string Source = "hris";

    private static readonly TimeSpan RunDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RunPolling = TimeSpan.FromMilliseconds(50);
    private static readonly HashSet<string> OnTheWay = new(StringComparer.Ordinal) { "queued", "assembling", "approved", "sending", "processing" };

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public Uri Gateway { get; } = gateway;

    public Uri Simulator { get; } = simulator;

    public Task<DoorAnswer> HealthAsync(CancellationToken cancel) => SendAsync(HttpMethod.Get, "health/ready", null, null, cancel);

    public Task<DoorAnswer> BaselineAsync(JsonNode body, DateOnly asOf, CancellationToken cancel) =>
        SendAsync(HttpMethod.Put, $"v1/sources/{Source}/baseline?asOf={CompanyJson.Date(asOf)}T00:00:00Z", body, sourceKey, cancel);

    public Task<DoorAnswer> EventAsync(JsonObject body, CancellationToken cancel) => SendAsync(HttpMethod.Post, "v1/events", body, sourceKey, cancel);

    public Task<DoorAnswer> BatchAsync(IEnumerable<JsonObject> events, CancellationToken cancel) =>
        SendAsync(HttpMethod.Post, "v1/events/batch", new JsonArray([.. events]), sourceKey, cancel);

    public Task<DoorAnswer> EventStateAsync(string id, CancellationToken cancel) =>
        SendAsync(HttpMethod.Get, $"v1/events/{Source}/{Uri.EscapeDataString(id)}", null, operatorKey, cancel);

    public Task<DoorAnswer> SnapshotAsync(DateOnly at, CancellationToken cancel) =>
        SendAsync(HttpMethod.Get, $"v1/snapshot?at={CompanyJson.Date(at)}T12:00:00Z", null, operatorKey, cancel);

    public Task<DoorAnswer> DecideAsync(string run, string verb, JsonObject body, CancellationToken cancel) =>
        SendAsync(HttpMethod.Post, $"v1/syncs/{run}/{verb}", body, operatorKey, cancel);

    public Task<DoorAnswer> RunsAsync(CancellationToken cancel) => SendAsync(HttpMethod.Get, "v1/syncs?limit=50", null, operatorKey, cancel);

    /// <summary>The simulator's view of its own account.</summary>
    public async Task<JsonNode> AccountAsync(CancellationToken cancel)
    {
        using var response = await _http.GetAsync(new Uri(Simulator, "_simulator/state"), cancel);
        return (await ReadAsync(response, cancel)).Body!;
    }

    /// <summary>Asks for a sync and waits until its run has come to rest.</summary>
    public async Task<JsonNode> SyncAsync(CancellationToken cancel)
    {
        var asked = await SendAsync(HttpMethod.Post, "v1/syncs", new JsonObject { ["dryRun"] = false }, operatorKey, cancel);
        if (asked.Status is not (HttpStatusCode.Accepted or HttpStatusCode.OK or HttpStatusCode.Created) || asked.Body?["id"] is not { } id)
        {
            throw new UnmetExpectationException("a sync that is asked for is taken", "202 with the run's id", $"{(int)asked.Status} {asked.Body?.ToJsonString()}");
        }

        return await RestAsync(id.ToString(), cancel);
    }

    /// <summary>The run once it needs no more of the gateway: accepted, held, rejected, unchanged…</summary>
    public async Task<JsonNode> RestAsync(string run, CancellationToken cancel)
    {
        var deadline = new CancellationTokenSource(RunDeadline);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        using var timer = new PeriodicTimer(RunPolling);
        using (deadline)
        {
            try
            {
                while (true)
                {
                    var answer = await SendAsync(HttpMethod.Get, $"v1/syncs/{run}", null, operatorKey, either.Token);
                    if (answer is { Status: HttpStatusCode.OK, Body: { } body } && !OnTheWay.Contains((string)body["state"]!))
                    {
                        return body;
                    }

                    await timer.WaitForNextTickAsync(either.Token);
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new UnmetExpectationException(
                    $"run {run} comes to rest", string.Create(CultureInfo.InvariantCulture, $"within {RunDeadline.TotalSeconds} s"), "it has not");
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<DoorAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, string? key, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(Gateway, path));
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, cancel);
        return await ReadAsync(response, cancel);
    }

    private static async Task<DoorAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new DoorAnswer(response.StatusCode, isJson && text.Length > 0 ? JsonNode.Parse(text) : null);
    }
}
