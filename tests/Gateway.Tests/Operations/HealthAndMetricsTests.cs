using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Edge;
using Gateway.Operations;
using Gateway.Operations.Security;
using Gateway.Tests.Faults;
using Gateway.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Operations;

/// <summary>By itself: traces and metrics are those of the process, in which other tests' gateways would flood the exporter.</summary>
[Collection(FaultCollection.Name)]
public sealed class HealthAndMetricsTests
{
    private readonly string key = ApiKey.New();

    [Fact]
    public async Task Health_is_open_to_everyone()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Http.DefaultRequestHeaders.Remove("X-Api-Key");

        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync("/health/live")).StatusCode);
        await ReadyAsync(gateway, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_broken_bus_is_told_and_leaves_the_gateway_ready()
    {
        // Tagged as MassTransit tags its own.
        await using var gateway = await TestGateway.StartAsync(configure: b => b.Services.AddHealthChecks()
            .AddCheck("broker", () => HealthCheckResult.Unhealthy("amqp://user:secret@broker is down"), tags: ["ready", "masstransit"]));

        var body = await ReadyAsync(gateway, HttpStatusCode.OK);

        Assert.Equal("degraded", body.GetProperty("status").GetString());
        Assert.Equal("degraded", body.GetProperty("parts").GetProperty("broker").GetString());
        Assert.DoesNotContain("secret", body.ToString(), StringComparison.Ordinal);
    }

    [SqliteFact]
    public async Task A_log_that_takes_no_writes_makes_it_unready_and_not_dead_until_it_takes_them_again()
    {
        await using var gateway = await TestGateway.StartAsync();
        using (var other = new SqliteConnection($"Data Source={Path.Combine(gateway.Folder, "gateway.db")};Pooling=False"))
        {
            other.Open();
            using var held = other.BeginTransaction(deferred: false);

            var body = await ReadyAsync(gateway, HttpStatusCode.ServiceUnavailable);

            Assert.Equal("unhealthy", body.GetProperty("parts").GetProperty("log").GetString());
            Assert.DoesNotContain(gateway.Folder, body.ToString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync("/health/live")).StatusCode);
        }

        await ReadyAsync(gateway, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Metrics_need_the_scope_read_and_carry_routes_not_paths()
    {
        var ingest = ApiKey.New();
        await using var host = await EdgeHost.StartAsync(EdgeHost.Key("reader", key, "read").Concat(EdgeHost.Key("hris", ingest, "ingest", "hris")));
        // A source of its own: every gateway of this process counts into the same meter.
        Telemetry.EventsAccepted.Add(3, new KeyValuePair<string, object?>("source", "metrics-of-this-test"));
        (await host.GetAsync("/sources/ines.munoz", key)).EnsureSuccessStatusCode();

        await (await host.GetAsync("/metrics")).IsProblemAsync(ProblemKind.KeyMissing);
        await (await host.GetAsync("/metrics", ingest)).IsProblemAsync(ProblemKind.ScopeMissing);
        var page = await (await host.GetAsync("/metrics", key)).Content.ReadAsStringAsync();

        Assert.Matches("gateway_events_accepted\\w*_total\\{[^}]*source=\"metrics-of-this-test\"[^}]*\\} 3", page);
        Assert.Contains("http_route=\"/sources/{source}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("munoz", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_of_their_own_opens_metrics_and_nothing_else()
    {
        var ports = FreePorts();
        await using var host = await EdgeHost.StartAsync(
            new Dictionary<string, string?> { ["Gateway:Metrics:Port"] = $"{ports[1]}" },
            build: b => b.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, $"http://127.0.0.1:{ports[0]};http://127.0.0.1:{ports[1]}"));

        await (await host.Client.GetAsync($"http://127.0.0.1:{ports[0]}/metrics")).IsProblemAsync(ProblemKind.KeyMissing);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync($"http://127.0.0.1:{ports[1]}/metrics")).StatusCode);
        await (await host.Client.GetAsync($"http://127.0.0.1:{ports[1]}/any")).IsProblemAsync(ProblemKind.KeyMissing);
    }

    [Fact]
    public void A_span_loses_the_address_of_its_request()
    {
        using var span = new System.Diagnostics.Activity("request");
        span.SetTag("url.path", "/v1/members/E7").SetTag("url.query", "q=ines").SetTag("http.route", "/v1/members/{employeeId}");
        using var processor = new WithoutPaths();

        processor.OnEnd(span);

        Assert.Equal([new("http.route", "/v1/members/{employeeId}")], span.TagObjects);
    }

    [Fact]
    public async Task Whoever_receives_the_traces_sees_routes_and_no_addresses()
    {
        var received = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0");
        await using var collector = builder.Build();
        collector.MapPost("/v1/{signal}", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body, System.Text.Encoding.Latin1);
            received.Enqueue(await reader.ReadToEndAsync());
        });
        await collector.StartAsync();

        await using (var host = await EdgeHost.StartAsync(EdgeHost.Key("reader", key, "read").Concat(
        [
            new("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.First()), new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), new("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ])))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/sources/ines.munoz?q=ines.munoz") { Headers = { { "X-Api-Key", key }, { "User-Agent", "of-ines.munoz" } } };
            (await host.Client.SendAsync(request)).EnsureSuccessStatusCode();
            // The span ends after the answer, and whoever stops at once may be faster.
            await Eventually.SeeAsync(() => received.Any(r => r.Contains("GET /sources/{source}", StringComparison.Ordinal)), sent => sent);
        }

        Assert.Contains(received, r => r.Contains("GET /sources/{source}", StringComparison.Ordinal));
        Assert.All(received, r => Assert.DoesNotContain("munoz", r, StringComparison.Ordinal));
    }

    private static async Task<JsonElement> ReadyAsync(TestGateway gateway, HttpStatusCode expected)
    {
        var answer = await gateway.Http.GetAsync("/health/ready");
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static int[] FreePorts()
    {
        using var a = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        using var b = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        a.Start();
        b.Start();
        return [((IPEndPoint)a.LocalEndpoint).Port, ((IPEndPoint)b.LocalEndpoint).Port];
    }
}
