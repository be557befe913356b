using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gateway.Sources.Enrichment;
using Gateway.Sources.Webhooks.Deliveries;
using Gateway.Tests.Sources.Baselines;
using Gateway.Tests.Sources.Enrichment;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Sources.Stories;

/// <summary>A gateway with one vendor as its source, and the vendor's API, which fails every third time. Times are those of the clocks on the vendor's walls.</summary>
internal sealed class ThinStory : IAsyncDisposable
{
    private readonly ThinVendor vendor;
    private readonly VendorStandIn api;
    private readonly FakeTimeProvider time;
    private readonly ConcurrentDictionary<string, Person> people = new(StringComparer.Ordinal);
    private int calls;
    private int numbers;

    private ThinStory(ThinVendor vendor, VendorStandIn api, FakeTimeProvider time) => (this.vendor, this.api, this.time) = (vendor, api, time);

    public TestGateway Gateway { get; private set; } = null!;

    /// <summary>Every third call of the API fails. Default true.</summary>
    public bool FailsNowAndThen { get; set; } = true;

    public DateTimeOffset Now => time.GetUtcNow();

    public static async Task<ThinStory> StartAsync(ThinVendor vendor)
    {
        var story = new ThinStory(vendor, await VendorStandIn.StartAsync(), new FakeTimeProvider(Instant(vendor, "2026-03-02T09:00")));
        story.api.Answer = story.AnswerAsync;
        story.Gateway = await TestGateway.StartAsync(story.Settings(), story.time);
        story.Rests();
        return story;
    }

    /// <summary>Nothing is worked on but when the story says so.</summary>
    public void Rests() => Gateway.Get<DeliveryWorker>().Paused = true;

    /// <summary>The vendor's own addresses, at the stand-in's origin.</summary>
    private Dictionary<string, string?> Settings()
    {
        var (preset, webhook) = (EnrichmentPresets.Find(vendor.Name)!, $"Gateway:Sources:{vendor.Name}:Webhook");
        var settings = new Dictionary<string, string?>
        {
            [$"Gateway:Sources:{vendor.Name}:MatchBy"] = "id",
            [$"Gateway:Sources:{vendor.Name}:TimeZone"] = vendor.TimeZone,
            [$"{webhook}:Preset"] = vendor.Name,
            [$"{webhook}:Enrichment:Url"] = Here(preset.Url),
            // Two at a time cannot fail three times in a row, which would have the vendor left alone: the clock stands still meanwhile.
            [$"{webhook}:Enrichment:Concurrency"] = "2",
            [$"{webhook}:Enrichment:AllowHttp"] = "true",
            [$"{webhook}:Enrichment:AllowedAddresses:0"] = "127.0.0.0/8",
        };
        foreach (var (name, url) in preset.Calls) settings[$"{webhook}:Enrichment:Calls:{name}"] = Here(url);
        if (preset.TokenUrl is { } token) settings[$"{webhook}:Enrichment:Credential:TokenUrl"] = Here(token);
        foreach (var (key, value) in vendor.Settings) settings[$"{webhook}:{key}"] = value;
        return settings;
    }

    private string Here(string url) => $"http://127.0.0.1:{api.Port}{url[url.IndexOf('/', "https://".Length)..]}";

    public void At(string local) => time.AdjustTime(Instant(vendor, local));

    public void Is(Person person) => people[person.Id] = person;

    public void Forgets(string id) => people.TryRemove(id, out _);

    /// <summary>Told now, however often it comes, and worked on.</summary>
    public async Task TellAsync(Moment moment, Person person, int times = 1)
    {
        Is(person);
        if (Tells(moment, person.Id) is not { } told) return;
        for (var i = 0; i < times; i++) await PostAsync(told);
        await WorkAsync();
    }

    public Told? Tells(Moment moment, string id) => Tells(moment, id, Now);

    public Told? Tells(Moment moment, string id, DateTimeOffset at)
    {
        var number = Interlocked.Increment(ref numbers).ToString(CultureInfo.InvariantCulture);
        return vendor.Body(moment, id, at, number) is { } body ? new Told(body, at, number) : null;
    }

    public async Task PostAsync(Told? told)
    {
        if (told is null) return;
        using var answer = await SendAsync(told.Body, request => vendor.Sign(request, told));
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    public async Task<HttpResponseMessage> SendAsync(string body, Action<HttpRequestMessage>? sign = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/webhooks/{vendor.Name}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        sign?.Invoke(request);
        return await Gateway.Http.SendAsync(request);
    }

    /// <summary>Until nothing waits for the API any more: it fails now and then, and is asked again later.</summary>
    public async Task WorkAsync()
    {
        for (var round = 0; round < 60; round++)
        {
            await Gateway.Get<DeliveryWorker>().WorkOnceAsync(CancellationToken.None);
            if ((await DeliveriesAsync("waiting")).Length == 0) break;
            time.AdjustTime(Now.AddMinutes(10));
        }

        await Gateway.FoldAsync();
    }

    /// <summary>What the snapshot says of somebody at an instant: <c>Engineer in R&amp;D</c>; null: not there.</summary>
    public async Task<string?> OfAsync(string id, string local) => (await UsersAsync(local)).GetValueOrDefault(id);

    public async Task<Dictionary<string, string>> UsersAsync(string local)
    {
        var snapshot = await GetAsync($"/v1/snapshot?at={Instant(vendor, local).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        var names = snapshot.GetProperty("groups").EnumerateArray().ToDictionary(g => g.GetProperty("id").GetString()!, g => g.GetProperty("name").GetString());
        var teams = snapshot.GetProperty("mappings").EnumerateArray().Where(m => m.TryGetProperty("userId", out _))
            .ToLookup(m => m.GetProperty("userId").GetString(), m => names[m.GetProperty("groupId").GetString()!]);
        return snapshot.GetProperty("users").EnumerateArray().ToDictionary(
            u => u.GetProperty("id").GetString()!, u => $"{u.GetProperty("jobTitle").GetString()} in {string.Join(" and ", teams[u.GetProperty("id").GetString()])}");
    }

    public async Task<string[]> DeliveriesAsync(string state) =>
        [.. (await GetAsync($"/v1/deliveries?state={state}&limit=1")).GetProperty("items").EnumerateArray().Select(d => d.GetRawText())];

    public Task<JsonElement> GetAsync(string path) => Gateway.Http.GetAsync(new Uri(path, UriKind.Relative)).OkAsync();

    private static DateTimeOffset Instant(ThinVendor vendor, string local)
    {
        var clock = DateTime.Parse(local, CultureInfo.InvariantCulture);
        return new DateTimeOffset(clock, vendor.Zone.GetUtcOffset(clock)).ToUniversalTime();
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (FailsNowAndThen && Interlocked.Increment(ref calls) % 3 == 0)
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        }

        var path = context.Request.Path.Value!;
        if (path.EndsWith("/token", StringComparison.Ordinal)) return context.Response.WriteAsJsonAsync(new { access_token = "a-token", token_type = "Bearer", expires_in = 86_400 });
        Assert.NotEmpty(context.Request.Headers.Authorization.ToString());
        if (vendor.Answer(path, (string)context.Items[nameof(Asked.Body)]!, people) is { } answer) return context.Response.WriteAsJsonAsync(answer);
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await api.DisposeAsync();
    }
}
