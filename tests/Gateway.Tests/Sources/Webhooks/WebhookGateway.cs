using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.EventLog;
using Gateway.Operations.Security;
using Gateway.Sources.Enrichment;
using Gateway.Sources.Mapping;
using Gateway.Sources.Webhooks.Deliveries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Sources.Webhooks;

/// <summary>
/// A gateway that takes deliveries: <c>app</c> (Standard Webhooks, mapped by the built-in script) and <c>vendor</c> (BambooHR's way to sign, a script that
/// the test gives), and whatever a test adds. Mapping stands still until a test asks for it.
/// </summary>
internal sealed class WebhookGateway : IAsyncDisposable
{
    public const string AppSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    public const string VendorSecret = "bamboo-secret-1";
    public const string Reader = "gwk_who_only_reads";

    private WebhookGateway(FakeTimeProvider time) => Time = time;

    public FakeTimeProvider Time { get; }

    public TestGateway Gateway { get; private set; } = null!;

    /// <summary>What stands in for the script <c>bamboohr</c>; unless a test says otherwise it must not be run.</summary>
    public Func<MappingInput, MappingOutcome> Script { get; set; } = _ => throw new InvalidOperationException("No script was expected to run.");

    public Func<IReadOnlyList<Lookup>, EnrichmentOutcome> Api { get; set; } = _ => throw new InvalidOperationException("Nobody was expected to ask.");

    public static async Task<WebhookGateway> StartAsync(Dictionary<string, string?>? more = null, bool mapping = false, Func<int>? waiting = null)
    {
        var webhooks = new WebhookGateway(new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1772442000)));
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Sources:app:MatchBy"] = "id",
            ["Gateway:Sources:app:Webhook:Preset"] = "standard-webhooks",
            ["Gateway:Sources:app:Webhook:Signature:Secrets:0"] = AppSecret,
            ["Gateway:Sources:vendor:MatchBy"] = "email",
            ["Gateway:Sources:vendor:Webhook:Signature"] = "bamboohr",
            ["Gateway:Sources:vendor:Webhook:Signature:Secrets:0"] = VendorSecret,
            ["Gateway:Sources:vendor:Webhook:Script"] = "bamboohr",
            ["Gateway:Keys:reader:Hash"] = ApiKey.Hash(Reader),
            ["Gateway:Keys:reader:Scopes"] = "read",
        };
        foreach (var (key, value) in more ?? []) settings[key] = value;
        webhooks.Gateway = await TestGateway.StartAsync(settings, webhooks.Time, configure: builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<MapDelivery>((script, input, _) =>
            {
                Assert.Equal("bamboohr", script);
                return Task.FromResult(webhooks.Script(input));
            }));
            if (waiting is not null) builder.Services.Replace(ServiceDescriptor.Singleton(new GivingWay(waiting, webhooks.Time)));
            builder.Services.Replace(ServiceDescriptor.Singleton<FetchAnswers>((_, lookups, _, _) => Task.FromResult(webhooks.Api(lookups))));
        });
        webhooks.Gateway.Get<DeliveryWorker>().Paused = !mapping;
        return webhooks;
    }

    /// <summary>Timers stay as far off as they were: months are not millions of looks for changes.</summary>
    public void Jump(TimeSpan by) => Time.AdjustTime(Time.GetUtcNow() + by);

    public Task<int> WorkAsync() => Gateway.Get<DeliveryWorker>().WorkOnceAsync(CancellationToken.None);

    /// <summary>A delivery of <c>app</c>, signed now.</summary>
    public Task<HttpResponseMessage> AppAsync(string id, string body, string mediaType = "application/json") =>
        SendAsync("app", AppHeaders(id, body), Encoding.UTF8.GetBytes(body), mediaType);

    public (string, string)[] AppHeaders(string id, string body)
    {
        var stamp = Time.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(AppSecret[6..]), Encoding.UTF8.GetBytes($"{id}.{stamp}.{body}")));
        return [("webhook-id", id), ("webhook-timestamp", stamp), ("webhook-signature", "v1," + signature)];
    }

    /// <summary>A delivery of <c>vendor</c>, which gives no id.</summary>
    public Task<HttpResponseMessage> VendorAsync(string body, DateTimeOffset? signedAt = null, string? mediaType = "application/json")
    {
        var stamp = (signedAt ?? Time.GetUtcNow()).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(VendorSecret), Encoding.UTF8.GetBytes(body + stamp)));
        return SendAsync("vendor", [("X-BambooHR-Timestamp", stamp), ("X-BambooHR-Signature", signature)], Encoding.UTF8.GetBytes(body), mediaType);
    }

    public Task<HttpResponseMessage> SendAsync(string source, (string Name, string Value)[] headers, byte[] body, string? mediaType = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/webhooks/{source}") { Content = new ByteArrayContent(body) };
        if (mediaType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return SendAsync(request);
    }

    /// <summary>Without a key, as vendors send.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using var http = new HttpClient { BaseAddress = Gateway.Address };
        return await http.SendAsync(request);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        var response = await Gateway.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(200, (int)response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<JsonElement> PostAsync(string path, string body, int status = 200)
    {
        var response = await Gateway.PostAsync(path, body);
        Assert.Equal(status, (int)response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<string> StoredAsync(Task<HttpResponseMessage> delivery, bool duplicate = false)
    {
        var response = await delivery;
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(duplicate, answer.GetProperty("duplicate").GetBoolean());
        return answer.GetProperty("id").GetString()!;
    }

    /// <summary>State and reason of a delivery, as in <c>parked:stale</c>.</summary>
    public async Task<string> StateAsync(string id)
    {
        var delivery = await GetAsync("/v1/deliveries/" + id);
        var reason = delivery.TryGetProperty("reason", out var r) && r.ValueKind == JsonValueKind.String ? ":" + r.GetString() : "";
        return delivery.GetProperty("state").GetString() + reason;
    }

    public async Task<List<string>> EventsAsync(string id) => [.. (await GetAsync("/v1/deliveries/" + id)).GetProperty("events").EnumerateArray().Select(e => e.GetString()!)];

    /// <summary>Ids and types of everything in the log, as it came in.</summary>
    public async Task<List<string>> LogAsync()
    {
        await using var db = await Gateway.Get<IDbContextFactory<GatewayDb>>().CreateDbContextAsync();
        return await db.Events.OrderBy(e => e.Sequence).Select(e => e.Type + " " + e.Id).ToListAsync();
    }

    public static MappingOutcome.Mapped Mapped(params string[] events) => new([.. events.Select(e => JsonElement.Parse(e))]);

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
