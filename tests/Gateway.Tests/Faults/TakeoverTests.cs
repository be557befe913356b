using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Servers;

namespace Gateway.Tests.Faults;

/// <summary>The gateway that makes and sends runs dies, or sleeps with its connections open: another one takes over.</summary>
public sealed class TakeoverTests
{
    /// <summary>As promised in docs/reliability.md.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task Another_gateway_sends_within_fifteen_seconds(string signal)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-takeover-").FullName;
        try
        {
            var settings = (await TestStore.SettingsAsync(folder, new Dictionary<string, string?> { ["Gateway:Storage:Provider"] = "postgres" }))
                .ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value!);
            using var first = GatewayProcess.Start(folder, GatewayProcess.FreePort(), settings);
            Assert.True(await first.IsUpAsync(), first.Said);
            using var second = GatewayProcess.Start(folder, GatewayProcess.FreePort(), settings);
            Assert.True(await second.IsUpAsync(), second.Said);
            using var http = new HttpClient { BaseAddress = second.Address };
            http.DefaultRequestHeaders.Add("X-Api-Key", TestGateway.DevelopmentKey);
            var before = await Eventually.SeeAsync<DateTimeOffset?>(() => SinceAsync(http), since => since is not null);

            first.Signal(signal);
            var started = Stopwatch.GetTimestamp();
            var after = await Eventually.SeeAsync<DateTimeOffset?>(() => SinceAsync(http), since => since != before, TimeSpan.FromSeconds(60));
            var took = Stopwatch.GetElapsedTime(started);

            TestContext.Current.SendDiagnosticMessage("SIG{0}: taken over after {1:0.0} s", signal, took.TotalSeconds);
            Assert.True(after > before);
            Assert.InRange(took, TimeSpan.Zero, Promised);
            if (signal != "STOP") return;

            // It wakes, and learns that it is not its turn.
            first.Signal("CONT");
            Assert.True(await first.IsUpAsync(), first.Said);
            Assert.Equal(after, await SinceAsync(http));
        }
        finally
        {
            await TestStore.DropAsync(folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<DateTimeOffset?> SinceAsync(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonNode>("/v1/status"))!["sender"] is { } sender ? DateTimeOffset.Parse((string)sender["since"]!, CultureInfo.InvariantCulture) : null;
}
