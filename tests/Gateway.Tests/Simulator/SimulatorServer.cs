using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.OfficevibeSimulator;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>The simulator on a free port, and a caller that follows no redirect. Everything goes over real HTTP.</summary>
internal sealed class SimulatorServer : IAsyncDisposable
{
    public const string Key = "the-right-key";

    /// <summary>Of the successor's API.</summary>
    public const string WorkleapKey = "the-workleap-key";

    private readonly WebApplication _app;

    private SimulatorServer(WebApplication app)
    {
        _app = app;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public HttpClient Http { get; }

    public static async Task<SimulatorServer> StartAsync(Action<SimulatorOptions>? configure = null)
    {
        var options = new SimulatorOptions { Port = 0, Keys = [Key], Workleap = { Keys = [WorkleapKey], ReadOnlyKeys = ["reads-only"] } };
        configure?.Invoke(options);
        var app = OfficevibeSimulatorHost.Build(options);
        await app.StartAsync(Cancel);
        return new SimulatorServer(app);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Task StopAsync() => _app.StopAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>Posts a payload and expects a JSON answer.</summary>
    public async Task<JsonNode> SyncAsync(object payload)
    {
        using var response = await SendSyncAsync(payload);
        return await JsonAsync(response);
    }

    public async Task<HttpResponseMessage> SendSyncAsync(object payload, CancellationToken? cancel = null)
    {
        var json = payload as string ?? JsonSerializer.Serialize(payload, Relaxed);
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Http.PostAsync("/api/v2/sync", content, cancel ?? Cancel);
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path, Cancel);
        return await JsonAsync(response);
    }

    public void Authorize(string? value)
    {
        Http.DefaultRequestHeaders.Authorization = null;
        if (value is not null)
        {
            Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", value);
        }
    }

    /// <summary>Members, teams and removed teams as one text, to be compared with itself later.</summary>
    public async Task<string> CompanyAsync()
    {
        var state = await StateAsync();
        return $"{state["members"]}{state["teams"]}{state["removedTeams"]}";
    }

    public Task<JsonNode> StateAsync() => GetAsync("/_simulator/state");

    /// <summary>The member with this e-mail address, as the control API shows it; null when there is none.</summary>
    public async Task<JsonNode?> MemberAsync(string email) =>
        (await StateAsync())["members"]!.AsArray().SingleOrDefault(m => (string?)m!["email"] == email);

    /// <summary>The team with this name; null when there is none.</summary>
    public async Task<JsonNode?> TeamAsync(string name) =>
        (await StateAsync())["teams"]!.AsArray().SingleOrDefault(t => (string?)t!["name"] == name);

    public async Task<JsonNode> LastRequestAsync() => (await GetAsync("/_simulator/requests")).AsArray()[^1]!;

    public async Task<JsonNode> LastSyncRequestAsync() =>
        (await GetAsync("/_simulator/requests")).AsArray().Last(r => (string?)r!["path"] == "/api/v2/sync")!;

    public async Task<JsonNode?> ControlAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync($"/_simulator/{path}", body, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public Task<JsonNode?> ArmAsync(object fault) => ControlAsync("faults", fault);

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
    }
}

internal static class StateReading
{
    /// <summary>The addresses in <c>members</c> or <c>managers</c> of a team.</summary>
    public static IEnumerable<string> Emails(this JsonNode? team, string people) => team![people]!.AsArray().Select(e => (string)e!);
}
