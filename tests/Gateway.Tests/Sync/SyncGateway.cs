using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.EventLog.Ledger;
using Gateway.Notifications;
using Gateway.OfficevibeSimulator;
using Gateway.Sync;
using Gateway.Sync.Views;
using Gateway.Tests.Simulator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Sync;

/// <summary>
/// A gateway and its Officevibe, with a clock that stands still unless told. Runs are made when a test says so, by the same worker that
/// the loop calls; everything else goes over HTTP.
/// </summary>
internal sealed class SyncGateway : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private int _events;

    private readonly bool _ownsOfficevibe;

    private SyncGateway(TestGateway gateway, SimulatorServer officevibe, FakeTimeProvider time, bool ownsOfficevibe) =>
        (Gateway, Officevibe, Time, _ownsOfficevibe) = (gateway, officevibe, time, ownsOfficevibe);

    public TestGateway Gateway { get; }

    public SimulatorServer Officevibe { get; }

    public FakeTimeProvider Time { get; }

    public static async Task<SyncGateway> StartAsync(Dictionary<string, string?>? settings = null, Action<SimulatorOptions>? officevibe = null)
    {
        var simulator = await SimulatorServer.StartAsync(officevibe);
        return await StartAsync(simulator, new FakeTimeProvider(Start), settings, folder: null, ownsOfficevibe: true);
    }

    /// <summary>On the store of a folder, with an Officevibe of its own.</summary>
    public static async Task<SyncGateway> StartOnAsync(string folder, Dictionary<string, string?> settings) =>
        await StartAsync(await SimulatorServer.StartAsync(null), new FakeTimeProvider(Start), settings, folder, ownsOfficevibe: true);

    /// <summary>Another gateway, on the store of a folder, with the same Officevibe.</summary>
    public static async Task<SyncGateway> BesideAsync(SyncGateway other, string folder, DateTimeOffset now, Dictionary<string, string?>? settings = null)
    {
        var sync = await StartAsync(other.Officevibe, new FakeTimeProvider(now), settings, folder, ownsOfficevibe: false);
        sync._events = other._events + 10_000;
        return sync;
    }

    private static async Task<SyncGateway> StartAsync(
        SimulatorServer simulator, FakeTimeProvider time, Dictionary<string, string?>? settings, string? folder, bool ownsOfficevibe)
    {
        var all = new Dictionary<string, string?>
        {
            ["Gateway:Officevibe:BaseUrl"] = new Uri(simulator.Http.BaseAddress!, "/api/v2").ToString(),
            ["Gateway:Officevibe:ApiKey"] = SimulatorServer.Key,
            ["Gateway:Sync:OnChange"] = "false",
            ["Gateway:Sync:Schedule"] = "",
        };
        if (settings?.GetValueOrDefault("Gateway:Officevibe:Dialect") == "workleap") foreach (var (key, value) in Workleap(simulator)) all[key] = value;
        foreach (var (key, value) in settings ?? []) all[key] = value;
        var gateway = await TestGateway.StartAsync(all, time, folder, configure: builder =>
        {
            foreach (var loop in builder.Services.Where(s => s.ImplementationType == typeof(SyncLoop) || s.ImplementationType == typeof(NotificationLoop)).ToList()) builder.Services.Remove(loop);
        });
        return new SyncGateway(gateway, simulator, time, ownsOfficevibe);
    }

    /// <summary>The settings for the successor's API of an account.</summary>
    public static Dictionary<string, string?> Workleap(SimulatorServer simulator) => new()
    {
        ["Gateway:Officevibe:Dialect"] = "workleap",
        ["Gateway:Officevibe:BaseUrl"] = new Uri(simulator.Http.BaseAddress!, "/public").ToString(),
        ["Gateway:Officevibe:ApiKey"] = SimulatorServer.WorkleapKey,
    };

    /// <summary>A company of this many people in two teams, each with a manager, sent and accepted.</summary>
    public static async Task<SyncGateway> WithAcceptedCompanyAsync(int members = 30, Dictionary<string, string?>? settings = null, Action<SimulatorOptions>? officevibe = null)
    {
        var sync = await StartAsync(settings, officevibe);
        await sync.CompanyAsync(members);
        var first = await sync.RequestAsync();
        Assert.Equal("held", first.State());
        await sync.ApproveAsync(first, firstSync: true);
        await sync.WorkAsync();
        Assert.Equal("accepted", (await sync.RunAsync(first.Id())).State());
        return sync;
    }

    public async Task CompanyAsync(int members)
    {
        await EventsAsync([Team("T1", "Platform"), Team("T2", "Data")]);
        await EventsAsync([.. Enumerable.Range(0, members).Select(i => Hire(i, i % 2 == 0 ? "T1" : "T2", i < 2 ? "manager" : "member"))]);
    }

    public string Team(string id, string name) => $$"""{"id":"{{Next()}}","type":"team","teamId":"{{id}}","name":"{{name}}"}""";

    public string Hire(int i, string team = "T1", string role = "member") =>
        $$$"""{"id":"{{{Next()}}}","type":"hire","employeeId":"{{{Id(i)}}}","member":{"email":"{{{Id(i)}}}@example.test","firstName":"Ana","lastName":"Number {{{i}}}"},"teams":[{"teamId":"{{{team}}}","role":"{{{role}}}"}]}""";

    public string Leave(int i) => $$"""{"id":"{{Next()}}","type":"leave","employeeId":"{{Id(i)}}"}""";

    public string Update(int i, string field, string value) =>
        $$$"""{"id":"{{{Next()}}}","type":"update","employeeId":"{{{Id(i)}}}","member":{"{{{field}}}":"{{{value}}}"}}""";

    public static string Id(int i) => $"E{i:000}";

    private string Next() => $"e{++_events}";

    /// <summary>Posts events, and lets a second pass: the events of a batch follow each other by a microsecond.</summary>
    public async Task EventsAsync(params string[] events)
    {
        await Gateway.AcceptAsync(events);
        Advance(TimeSpan.FromSeconds(1));
    }

    public Task LeaveAsync(int from, int count) => EventsAsync([.. Enumerable.Range(from, count).Select(Leave)]);

    /// <summary>Timers stay as far off as they were: what is due is done when a test says so, and three months are not a million ticks.</summary>
    public void Advance(TimeSpan by) => Time.AdjustTime(Time.GetUtcNow() + by);

    /// <summary>Does whatever is to be done now; returns the ids of the runs that were made or sent.</summary>
    public async Task<IReadOnlyList<string>> WorkAsync()
    {
        var runs = new List<string>();
        while (await Gateway.Get<SyncWorker>().WorkAsync(SimulatorServer.Cancel) is { } work)
            if (work.RunId is { } id) runs.Add(RunView.IdOf(id));
        return runs;
    }

    /// <summary>Asks for a run and does whatever is to be done.</summary>
    public async Task<JsonNode> RequestAsync(bool dryRun = false)
    {
        using var response = await PostAsync("/v1/syncs", new { dryRun });
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var queued = await JsonAsync(response);
        Assert.Equal("queued", queued.State());
        Assert.Equal($"/v1/syncs/{queued.Id()}", response.Headers.Location!.ToString());
        await WorkAsync();
        return await RunAsync(queued.Id());
    }

    public async Task<JsonNode> RunAsync(string id)
    {
        using var response = await Gateway.Http.GetAsync(new Uri($"/v1/syncs/{id}", UriKind.Relative), SimulatorServer.Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await JsonAsync(response);
    }

    /// <summary>The newest run.</summary>
    public async Task<JsonNode> LastAsync() => (await RunsAsync())[0]!;

    public async Task<JsonArray> RunsAsync(string query = "")
    {
        using var response = await Gateway.Http.GetAsync(new Uri("/v1/syncs" + query, UriKind.Relative), SimulatorServer.Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await JsonAsync(response))["items"]!.AsArray();
    }

    public async Task ApproveAsync(JsonNode run, bool firstSync = false)
    {
        using var response = await DecideAsync(run, "approve", new { contentHash = (string?)run["contentHash"], reason = "Looked at it.", firstSync });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("approved", (await JsonAsync(response)).State());
    }

    public async Task RejectAsync(JsonNode run)
    {
        using var response = await DecideAsync(run, "reject", new { reason = "Not true." });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    public Task<HttpResponseMessage> DecideAsync(JsonNode run, string verb, object body) => PostAsync($"/v1/syncs/{run.Id()}/{verb}", body);

    public Task<HttpResponseMessage> PostAsync(string path, object? body) =>
        Gateway.Http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, SimulatorServer.Cancel);

    public static async Task<JsonNode> JsonAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(SimulatorServer.Cancel))!;

    /// <summary>How many syncs Officevibe was sent.</summary>
    public async Task<int> SentAsync() => (await Officevibe.GetAsync("/_simulator/requests")).AsArray()
        .Count(r => ((string?)r!["path"])is { } path && (path.EndsWith("/sync", StringComparison.Ordinal) || path == "/public/provisioning/json"));

    /// <summary>Members of the account who are not deactivated.</summary>
    public async Task<int> MembersAsync() => (await Officevibe.StateAsync())["members"]!.AsArray().Count(m => !string.Equals((string?)m!["status"], "deactivated", StringComparison.OrdinalIgnoreCase));

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        if (_ownsOfficevibe) await Officevibe.DisposeAsync();
    }
}

internal static class RunJson
{
    public static string Id(this JsonNode run) => (string)run["id"]!;

    public static string State(this JsonNode run) => (string)run["state"]!;

    public static string[] Rules(this JsonNode run) => [.. run["guard"]!["reasons"]!.AsArray().Select(r => (string)r!["rule"]!)];
}
