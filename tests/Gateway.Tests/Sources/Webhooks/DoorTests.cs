using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gateway.EventLog;
using Gateway.Rules;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.Sources.Webhooks;

public sealed class DoorTests
{
    private const string Body = """{"employees":[{"id":"42","fields":{"First name":{"value":"Zoé"}}}]}""";

    public static TheoryData<string> Presets => [.. Vectors.All.Select(v => v.Preset)];

    [Theory, MemberData(nameof(Presets))]
    public async Task What_a_vendor_signed_is_stored_as_it_came(string preset)
    {
        var vector = Vectors.Of(preset);
        await using var gateway = await WebhookGateway.StartAsync(new()
        {
            ["Gateway:Sources:v:MatchBy"] = "email", ["Gateway:Sources:v:Webhook:Preset"] = preset, ["Gateway:Sources:v:Webhook:Signature:Secrets:0"] = vector.Secret,
        });
        var id = await gateway.StoredAsync(gateway.SendAsync("v", vector.Headers, vector.Bytes));

        var body = await gateway.Gateway.Http.GetByteArrayAsync(new Uri($"/v1/deliveries/{id}/body", UriKind.Relative));
        Assert.Equal(vector.Bytes, body);
        Assert.Equal("received", await gateway.StateAsync(id));
        await using var db = await gateway.Gateway.Get<IDbContextFactory<GatewayDb>>().CreateDbContextAsync();
        var row = await db.Deliveries.SingleAsync();
        Assert.True(row.Trusted);
        Assert.DoesNotContain(vector.Headers[^1].Value, row.Headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_signature_is_a_401_that_leaves_nothing()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        foreach (var headers in ((string, string)[][])[[], [("X-BambooHR-Timestamp", "1772442000"), ("X-BambooHR-Signature", new string('0', 64))]])
        {
            var response = await gateway.SendAsync("vendor", headers, Encoding.UTF8.GetBytes(Body));
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("urn:gateway:problem:signature-invalid", problem.GetProperty("type").GetString());
        }

        Assert.Empty((await gateway.GetAsync("/v1/deliveries")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_source_that_takes_none_is_a_404()
    {
        await using var gateway = await WebhookGateway.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync("nobody", [], [])).StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/scim+json")]
    [InlineData("no media type at all")]
    public async Task Any_media_type_will_do(string? mediaType)
    {
        await using var gateway = await WebhookGateway.StartAsync();

        await gateway.StoredAsync(gateway.VendorAsync(Body, mediaType: mediaType));
    }

    [Fact]
    public async Task A_body_above_the_limit_is_a_413_with_its_length_or_without()
    {
        await using var gateway = await WebhookGateway.StartAsync(new() { ["Gateway:Limits:Webhook"] = "2048" });
        var large = new string('x', 2049);

        await gateway.StoredAsync(gateway.VendorAsync(large[..2048]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await gateway.VendorAsync(large)).StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks/vendor") { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(large))) };
        request.Headers.TransferEncodingChunked = true;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await gateway.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Over_the_rate_of_its_source_a_delivery_is_a_503_to_be_sent_again()
    {
        await using var gateway = await WebhookGateway.StartAsync(new() { ["Gateway:Sources:vendor:Webhook:Limits:Rate"] = "2" });
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => gateway.VendorAsync($"body {i}")));

        var refused = answers.Where(a => !a.IsSuccessStatusCode).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, r => Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (r.StatusCode, r.Headers.RetryAfter is not null)));
        await gateway.StoredAsync(gateway.AppAsync("m-1", "{}"));
    }

    [SqliteFact]
    public async Task A_store_that_takes_no_write_is_a_503()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        using (var outside = gateway.Gateway.Get<ILogStore>().Outside()) outside.Run("CREATE TRIGGER broken BEFORE INSERT ON deliveries BEGIN SELECT RAISE(ABORT, 'no'); END");
        var response = await gateway.VendorAsync(Body);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task The_vendors_id_tells_a_repetition_however_late_it_comes()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        var first = await gateway.StoredAsync(gateway.AppAsync("msg-1", """{"id":"e1","type":"return","employeeId":"E1"}"""));
        await gateway.WorkAsync();
        gateway.Jump(TimeSpan.FromHours(2));

        Assert.Equal(first, await gateway.StoredAsync(gateway.AppAsync("msg-1", """{"id":"e1","type":"return","employeeId":"E1"}"""), duplicate: true));
        Assert.NotEqual(first, await gateway.StoredAsync(gateway.AppAsync("msg-2", """{"id":"e1","type":"return","employeeId":"E1"}""")));
    }

    [Fact]
    public async Task Without_an_id_an_equal_body_is_a_repetition_for_a_minute_or_until_it_is_mapped()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = _ => WebhookGateway.Mapped();
        var first = await gateway.StoredAsync(gateway.VendorAsync(Body));
        Assert.Equal(first, await gateway.StoredAsync(gateway.VendorAsync(Body), duplicate: true));

        gateway.Jump(TimeSpan.FromMinutes(10));
        Assert.Equal(first, await gateway.StoredAsync(gateway.VendorAsync(Body), duplicate: true));
        Assert.Equal(1, await gateway.WorkAsync());
        var second = await gateway.StoredAsync(gateway.VendorAsync(Body));
        Assert.NotEqual(first, second);

        Assert.Equal(1, await gateway.WorkAsync());
        gateway.Jump(TimeSpan.FromSeconds(59));
        Assert.Equal(second, await gateway.StoredAsync(gateway.VendorAsync(Body), duplicate: true));
        gateway.Jump(TimeSpan.FromSeconds(2));
        Assert.NotEqual(second, await gateway.StoredAsync(gateway.VendorAsync(Body)));
    }

    [Fact]
    public async Task Of_a_burst_of_doubles_one_is_stored()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gateway.VendorAsync(Body)));
        var bodies = await Task.WhenAll(answers.Select(a => a.Content.ReadFromJsonAsync<JsonElement>()));

        Assert.Single(bodies.Select(b => b.GetProperty("id").GetString()).Distinct());
        Assert.Single(bodies, b => !b.GetProperty("duplicate").GetBoolean());
    }

    [Fact]
    public async Task A_stale_delivery_is_answered_2xx_parked_and_told_of()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            var id = await gateway.StoredAsync(gateway.VendorAsync($"body {i}", gateway.Time.GetUtcNow() - TimeSpan.FromHours(2)));
            Assert.Equal("parked:stale", await gateway.StateAsync(id));
        }

        Assert.Equal(0, await gateway.WorkAsync());
        var status = await gateway.GetAsync("/v1/status");
        var vendor = status.GetProperty("deliveries").GetProperty("sources").EnumerateArray().Single(s => s.GetProperty("source").GetString() == "vendor");
        Assert.Equal(3, vendor.GetProperty("parked").GetInt32());
        Assert.True(vendor.GetProperty("clockProblem").GetBoolean());
    }

    [Theory]
    [InlineData("\"Ping test\"")]
    [InlineData("""{"text":"Ping test"}""")]
    public async Task HiBobs_ping_is_answered_and_not_kept(string ping)
    {
        await using var gateway = await WebhookGateway.StartAsync(new() { ["Gateway:Sources:bob:MatchBy"] = "email", ["Gateway:Sources:bob:Webhook:Preset"] = "hibob", ["Gateway:Sources:bob:Webhook:Signature:Secrets:0"] = "s" });

        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync("bob", [], Encoding.UTF8.GetBytes(ping))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.SendAsync("bob", [], Encoding.UTF8.GetBytes("""{"text":"Ping test","more":1}"""))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.SendAsync("vendor", [], Encoding.UTF8.GetBytes(ping))).StatusCode);
        Assert.Empty((await gateway.GetAsync("/v1/deliveries")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Gustos_token_is_kept_for_whoever_operates_and_nothing_else_passes_before_it_is_a_secret()
    {
        await using var gateway = await WebhookGateway.StartAsync(new() { ["Gateway:Sources:gusto:MatchBy"] = "email", ["Gateway:Sources:gusto:Webhook:Preset"] = "gusto" });
        var vector = Vectors.Of("gusto");

        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync("gusto", [], """{"verification_token":"token-1","webhook_subscription_uuid":"u"}"""u8.ToArray())).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.SendAsync("gusto", vector.Headers, vector.Bytes)).StatusCode);
        Assert.Equal("token-1", (await gateway.GetAsync("/v1/sources/gusto/handshakes")).GetProperty("items")[0].GetProperty("token").GetString());
        using var reading = new HttpRequestMessage(HttpMethod.Get, "/v1/sources/gusto/handshakes");
        reading.Headers.Add("X-Api-Key", WebhookGateway.Reader);
        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.SendAsync(reading)).StatusCode);
    }

    [Fact]
    public async Task A_sender_of_CloudEvents_is_told_that_it_may()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        using var asking = new HttpRequestMessage(HttpMethod.Options, "/v1/webhooks/app");
        asking.Headers.Add("WebHook-Request-Origin", "events.example.test");
        asking.Headers.Add("WebHook-Request-Rate", "100");
        var answer = await gateway.SendAsync(asking);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("events.example.test", answer.Headers.GetValues("WebHook-Allowed-Origin").Single());
        Assert.Equal("3000000", answer.Headers.GetValues("WebHook-Allowed-Rate").Single());
        Assert.Contains("POST", answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("::1,127.0.0.1", true)]
    [InlineData("192.0.2.0/24", false)]
    public async Task What_nobody_signs_comes_from_its_networks_and_carries_no_facts(string networks, bool allowed)
    {
        await using var gateway = await WebhookGateway.StartAsync(new()
        {
            ["Gateway:Sources:open:MatchBy"] = "email", ["Gateway:Sources:open:Webhook:Signature"] = "none", ["Gateway:Sources:open:Webhook:AllowFrom"] = networks, ["Gateway:Sources:open:Webhook:Script"] = "bamboohr",
        });
        gateway.Script = input =>
        {
            Assert.False(input.Trusted);
            return WebhookGateway.Mapped("""{"type":"return","employeeId":"E1"}""");
        };
        var answer = await gateway.SendAsync("open", [], "{}"u8.ToArray());

        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        if (!allowed) return;
        await gateway.WorkAsync();
        Assert.Equal("parked:untrusted", await gateway.StateAsync(await gateway.StoredAsync(gateway.SendAsync("open", [], "{}"u8.ToArray()), duplicate: true)));
        Assert.Empty(await gateway.LogAsync());
    }

    [Theory]
    [InlineData("Signature", null, "Webhook:Signature")]
    [InlineData("Signature", "none", "Webhook:AllowFrom")]
    [InlineData("Signature", "nine", "Webhook:Signature")]
    [InlineData("Signature:Secrets:0", null, "Webhook:Signature:Secrets")]
    [InlineData("Preset", "acme", "Webhook:Preset")]
    [InlineData("Skript", "x", "Webhook:Skript")]
    [InlineData("AllowFrom", "10.0.0.0/99", "Webhook:AllowFrom")]
    [InlineData("Limits:Rate", "fast", "Webhook:Limits:Rate")]
    public async Task Settings_that_would_open_the_door_stop_the_start(string key, string? value, string named)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Sources:v:MatchBy"] = "email", ["Gateway:Sources:v:Webhook:Signature"] = "deel", ["Gateway:Sources:v:Webhook:Signature:Secrets:0"] = "s", ["Gateway:Sources:v:Webhook:Script"] = "bamboohr",
        };
        if (value == "none") settings.Remove("Gateway:Sources:v:Webhook:Signature:Secrets:0");
        if (key == "Signature" && value is null) settings.Remove("Gateway:Sources:v:Webhook:Signature:Secrets:0");
        settings[$"Gateway:Sources:v:Webhook:{key}"] = value;

        var refused = await Assert.ThrowsAsync<SettingsException>(() => WebhookGateway.StartAsync(settings));
        Assert.Contains(refused.Errors, e => e.StartsWith($"Gateway:Sources:v:{named}:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_thousands_of_mutations_none_is_stored_and_none_is_our_fault()
    {
        await using var gateway = await WebhookGateway.StartAsync(Vectors.All.SelectMany(v => new[]
        {
            KeyValuePair.Create<string, string?>($"Gateway:Sources:{v.Preset}:MatchBy", "email"),
            KeyValuePair.Create<string, string?>($"Gateway:Sources:{v.Preset}:Webhook:Preset", v.Preset),
            KeyValuePair.Create<string, string?>($"Gateway:Sources:{v.Preset}:Webhook:Signature:Secrets:0", v.Secret),
        }).ToDictionary());
        var (random, wrong) = (new Random(4), new List<string>());
        using var http = new HttpClient { BaseAddress = gateway.Gateway.Address };
        for (var i = 0; i < 3000; i++)
        {
            var vector = Vectors.All[i % Vectors.All.Length];
            var mutated = Mutation.Of(vector, random);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/webhooks/{vector.Preset}") { Content = new ByteArrayContent(mutated.Body) };
            for (var h = 0; h < mutated.Names.Length; h++) request.Headers.TryAddWithoutValidation(mutated.Names[h], mutated.Values[h].Replace("é", "e", StringComparison.Ordinal));
            using var answer = await http.SendAsync(request);
            // Spaces around a header's value are not part of it.
            var trimmed = mutated with { Values = [.. mutated.Values.Select(v => v.Replace("é", "e", StringComparison.Ordinal).Trim())] };
            if (answer.IsSuccessStatusCode ? !trimmed.Same(vector) && !trimmed.HasTheSignatureOf(vector) : answer.StatusCode != HttpStatusCode.Unauthorized)
                wrong.Add($"{answer.StatusCode} {vector.Preset}: {string.Join(" | ", mutated.Values)}");
        }

        Assert.Empty(wrong);
    }
}
