using System.Diagnostics;
using System.Globalization;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Benchmarks.Load;

/// <summary>A gateway's webhooks: their settings, their signature, and how far their mapping is.</summary>
internal sealed class Deliveries : IDisposable
{
    private const string Secret = "a-secret-of-the-benchmark";
    private static readonly Uri Metrics = new("/metrics", UriKind.Relative);

    private readonly HttpClient _http;

    public Deliveries(Server server)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
        _http.DefaultRequestHeaders.Add("X-Api-Key", Server.Key);
    }

    /// <summary>The settings of a source whose deliveries are signed with <see cref="Sign"/>.</summary>
    /// <param name="script">Null: the built-in one.</param>
    public static IEnumerable<(string Key, string Value)> Source(string name, string? script = null)
    {
        var webhook = $"Gateway:Sources:{name}:Webhook";
        yield return ($"Gateway:Sources:{name}:MatchBy", "id");
        yield return ($"{webhook}:Signature:Header", "X-Signature");
        yield return ($"{webhook}:Signature:Signed", "{body}");
        yield return ($"{webhook}:Signature:Secrets:0", Secret);
        if (script is not null) yield return ($"{webhook}:Script", script);
    }

    public static string Sign(byte[] body) => $"X-Signature: {Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body))}\r\n";

    /// <summary>Deliveries per second, over what waits to be mapped. All of them must be mapped.</summary>
    public async Task<double> DrainAsync()
    {
        var (waiting, started) = (await WaitingAsync(), Stopwatch.GetTimestamp());
        for (var left = waiting; left > 0; left = await WaitingAsync()) await Task.Delay(50);
        var rate = waiting / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return await CountAsync("parked", null) is 0 ? rate : throw new InvalidOperationException("Some deliveries could not be mapped.");
    }

    /// <summary>Stored and not looked into yet.</summary>
    public async Task<double> WaitingAsync() => await CountAsync("received", null) - await CountAsync("mapped", null) - await CountAsync("parked", null);

    /// <summary>So far; of all sources, or of one.</summary>
    public Task<double> MappedAsync(string? source = null) => CountAsync("mapped", source);

    /// <summary>From the metrics, which cost the gateway nothing that grows with what it holds.</summary>
    private async Task<double> CountAsync(string what, string? source)
    {
        var metrics = await _http.GetStringAsync(Metrics);
        return metrics.Split('\n').Where(l => l.StartsWith($"gateway_deliveries_{what}", StringComparison.Ordinal) && (source is null || l.Contains($"source=\"{source}\"", StringComparison.Ordinal)))
            .Sum(l => double.Parse(l[(l.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }

    public void Dispose() => _http.Dispose();
}
