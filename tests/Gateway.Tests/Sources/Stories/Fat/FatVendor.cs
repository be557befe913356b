using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Sources.Webhooks.Deliveries;
using Gateway.Tests.Sources.Baselines;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Sources.Stories.Fat;

/// <summary>What a vendor posts.</summary>
/// <param name="Body">As it goes over the wire.</param>
internal sealed record Posted(string Body, string MediaType = "application/json", params (string Name, string Value)[] Headers)
{
    public Posted About(string person, string instead) => new(
        Body.Replace(person, instead, StringComparison.Ordinal), MediaType, [.. Headers.Select(h => (h.Name, h.Value.Replace(person, instead, StringComparison.Ordinal)))]);
}

/// <summary>The headers that a vendor signs a delivery with.</summary>
internal delegate IEnumerable<(string Name, string Value)> Sign(Posted posted, DateTimeOffset now);

/// <summary>
/// A gateway whose one source is a vendor that posts all it knows, with the script that the gateway ships. It remembers what was posted, so that the
/// whole story of one person can be told again for another one, doubled and in another order, and has to come to the same.
/// </summary>
internal sealed class FatVendor : IAsyncDisposable
{
    public const string Secret = "a-secret-of-the-story";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero));
    private readonly List<Posted> _told = [];
    private readonly string _source;
    private readonly Sign _sign;
    private TestGateway _gateway = null!;

    private FatVendor(string source, Sign sign) => (_source, _sign) = (source, sign);

    /// <param name="preset">Names the source as well.</param>
    /// <param name="zone">In which its bare dates are read.</param>
    /// <param name="secret">As the settings have it.</param>
    /// <param name="sign">What the vendor does with it.</param>
    /// <param name="signature">The preset of the signature, where the vendor's says none.</param>
    public static async Task<FatVendor> StartAsync(string preset, string zone, string secret, Sign sign, string? signature = null)
    {
        var vendor = new FatVendor(preset, sign);
        vendor._gateway = await TestGateway.StartAsync(new()
        {
            [$"Gateway:Sources:{preset}:TimeZone"] = zone,
            [$"Gateway:Sources:{preset}:Webhook:Preset"] = preset,
            [$"Gateway:Sources:{preset}:Webhook:Signature:Preset"] = signature,
            [$"Gateway:Sources:{preset}:Webhook:Signature:Secrets:0"] = secret,
        }, vendor._time);
        vendor._gateway.Get<DeliveryWorker>().Paused = true;
        return vendor;
    }

    public HttpClient Http => _gateway.Http;

    /// <summary>It is then. Nothing waits for the time between.</summary>
    public void At(string instant) => _time.AdjustTime(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture));

    /// <summary>Posts what was recorded at an instant, a second after it, and maps it.</summary>
    /// <param name="times">How often; two minutes apart, so that the second one is not taken for a repetition by its body alone.</param>
    public async Task TellAsync(string recordedAt, Posted posted, int times = 1)
    {
        At(recordedAt);
        _time.AdjustTime(_time.GetUtcNow().AddSeconds(1));
        _told.Add(posted);
        for (var i = 0; i < times; i++)
        {
            if (i > 0) _time.AdjustTime(_time.GetUtcNow().AddMinutes(2));
            await PostAsync(posted);
            await WorkAsync();
        }
    }

    /// <summary>All that was told of one person, told of another one: each delivery twice, all of them shuffled.</summary>
    public async Task TellAgainAsync(string of, string with, int seed)
    {
        var told = _told.Where(t => t.Body.Contains(of, StringComparison.Ordinal)).Select(t => t.About(of, with)).ToList();
        var shuffled = told.Concat(told).ToArray();
        new Random(seed).Shuffle(shuffled);
        Assert.NotEqual(told, shuffled.Distinct());
        for (var i = 0; i < shuffled.Length; i++)
        {
            _time.AdjustTime(_time.GetUtcNow().AddMinutes(2));
            await PostAsync(shuffled[i]);
            // Some are mapped together, some not.
            if (i % 3 == 2) await WorkAsync();
        }

        await WorkAsync();
    }

    /// <summary>All at once.</summary>
    public async Task BurstAsync(IEnumerable<Posted> deliveries)
    {
        await Parallel.ForEachAsync(deliveries, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (posted, _) => await PostAsync(posted));
        await WorkAsync();
    }

    public async Task PostAsync(Posted posted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/webhooks/{_source}") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(posted.Body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", posted.MediaType);
        foreach (var (name, value) in posted.Headers.Concat(_sign(posted, _time.GetUtcNow()))) Assert.True(request.Headers.TryAddWithoutValidation(name, value), name);
        using var answer = await Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    public async Task WorkAsync()
    {
        await _gateway.Get<DeliveryWorker>().WorkOnceAsync(CancellationToken.None);
        await _gateway.FoldAsync();
    }

    /// <summary>A person in the snapshots of some instants: <c>name e-mail title [teams]</c>; a dash: not there.</summary>
    public async Task<string[]> SeenAsync(string person, params string[] instants)
    {
        var seen = new List<string>();
        foreach (var at in instants)
        {
            var snapshot = await GetAsync($"/v1/snapshot?at={at}");
            var teams = snapshot.GetProperty("mappings").EnumerateArray().Where(m => m.TryGetProperty("userId", out var u) && u.GetString() == person).Select(m => m.GetProperty("groupId").GetString());
            var user = snapshot.GetProperty("users").EnumerateArray().SingleOrDefault(u => u.GetProperty("id").GetString() == person);
            seen.Add(user.ValueKind == JsonValueKind.Undefined ? "-" : $"{Text(user, "firstName")} {Text(user, "lastName")} {Text(user, "email")} {Text(user, "jobTitle")} [{string.Join(',', teams)}]");
        }

        return [.. seen];
    }

    public async Task<int> UsersAsync() => (await GetAsync("/v1/snapshot")).GetProperty("users").GetArrayLength();

    /// <summary>Every delivery was understood.</summary>
    public async Task NothingWaitsAsync()
    {
        foreach (var state in (string[])["parked", "waiting", "received"])
            Assert.Empty((await GetAsync($"/v1/deliveries?state={state}")).GetProperty("items").EnumerateArray().Select(d => d.GetRawText()));
    }

    public Task<JsonElement> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative)).OkAsync();

    public static byte[] Hmac(string content) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(content));

    private static string Text(JsonElement user, string name) => user.TryGetProperty(name, out var value) ? value.ToString() : "";

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}
