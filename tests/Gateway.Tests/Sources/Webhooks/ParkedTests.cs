using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Sources.Mapping;
using Gateway.Sources.Webhooks.Deliveries;

namespace Gateway.Tests.Sources.Webhooks;

public sealed class ParkedTests
{
    private static readonly MappingOutcome Broken = new MappingOutcome.Failed("script-error", "x is not defined", 1, 1, Transient: false);

    [Fact]
    public async Task A_stale_delivery_is_mapped_when_a_person_says_so()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = _ => WebhookGateway.Mapped("""{"id":"a","type":"return","employeeId":"E1"}""");
        var id = await gateway.StoredAsync(gateway.VendorAsync("late", gateway.Time.GetUtcNow() - TimeSpan.FromDays(2)));
        Assert.Equal(0, await gateway.WorkAsync());

        await gateway.PostAsync($"/v1/deliveries/{id}/replay", "{}", 202);
        Assert.Equal(1, await gateway.WorkAsync());
        Assert.Equal("mapped", await gateway.StateAsync(id));
        var audit = (await gateway.GetAsync($"/v1/audit?subject={id}")).GetProperty("items")[0];
        Assert.Equal(("delivery.replay", "key:development"), (audit.GetProperty("action").GetString(), audit.GetProperty("actor").GetString()));
    }

    [Fact]
    public async Task All_that_a_mended_script_now_maps_is_replayed_and_the_rest_is_parked_again()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = _ => Broken;
        for (var i = 0; i < 5; i++) await gateway.StoredAsync(gateway.VendorAsync($"E{i}"));
        await gateway.WorkAsync();
        Assert.Equal(5, (await gateway.GetAsync("/v1/status")).GetProperty("deliveries").GetProperty("reasons").GetProperty("script-error").GetInt32());

        gateway.Script = input => Encoding.UTF8.GetString(input.Body.Span) is var who && who == "E3" ? Broken : WebhookGateway.Mapped($$"""{"id":"r","type":"return","employeeId":"{{who}}"}""");
        var dry = await gateway.PostAsync("/v1/deliveries/replay", """{"source":"vendor","reason":"script-error","dryRun":true}""");
        Assert.Equal(["mapped", "mapped", "mapped", "parked", "mapped"], dry.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("outcome").GetString()));
        Assert.Empty(await gateway.LogAsync());

        var replay = await gateway.PostAsync("/v1/deliveries/replay", """{"source":"vendor","reason":"script-error","limit":4}""");
        Assert.Equal(4, replay.GetProperty("results").GetArrayLength());
        Assert.Equal(4, await gateway.WorkAsync());
        Assert.Equal(3, (await gateway.LogAsync()).Count);
        Assert.Equal(2, (await gateway.GetAsync("/v1/deliveries?state=parked")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_list_has_pages_filters_and_no_bodies()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        for (var i = 0; i < 5; i++) await gateway.StoredAsync(gateway.VendorAsync($"SECRET {i}"));
        await gateway.StoredAsync(gateway.AppAsync("m", "SECRET"));

        var (seen, after) = (new List<string>(), "");
        do
        {
            var page = await gateway.GetAsync($"/v1/deliveries?source=vendor&state=received&limit=2{after}");
            Assert.DoesNotContain("SECRET", page.ToString(), StringComparison.Ordinal);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(d => d.GetProperty("id").GetString()!));
            after = page.GetProperty("next").GetString() is { } next ? "&after=" + next : "";
        }
        while (after.Length > 0);

        Assert.Equal((5, 5), (seen.Count, seen.Distinct().Count()));
        Assert.Empty((await gateway.GetAsync("/v1/deliveries?reason=stale")).GetProperty("items").EnumerateArray());
        foreach (var wrong in (string[])["state=lost", "limit=0", "after=x!"])
            Assert.Equal(HttpStatusCode.BadRequest, (await gateway.Gateway.Http.GetAsync(new Uri("/v1/deliveries?" + wrong, UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task What_a_delivery_says_is_for_operators_and_noted()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        var id = await gateway.StoredAsync(gateway.VendorAsync("SECRET"));
        async Task<HttpStatusCode> AsReaderAsync(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Post ? new StringContent("{}", Encoding.UTF8, "application/json") : null };
            request.Headers.Add("X-Api-Key", WebhookGateway.Reader);
            return (await gateway.SendAsync(request)).StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await AsReaderAsync(HttpMethod.Get, $"/v1/deliveries/{id}"));
        Assert.Equal(HttpStatusCode.Forbidden, await AsReaderAsync(HttpMethod.Get, $"/v1/deliveries/{id}/body"));
        Assert.Equal(HttpStatusCode.Forbidden, await AsReaderAsync(HttpMethod.Post, $"/v1/deliveries/{id}/replay"));
        Assert.Equal(HttpStatusCode.Forbidden, await AsReaderAsync(HttpMethod.Post, "/v1/deliveries/replay"));
        Assert.Equal("SECRET", await gateway.Gateway.Http.GetStringAsync(new Uri($"/v1/deliveries/{id}/body", UriKind.Relative)));
        Assert.Contains((await gateway.GetAsync($"/v1/audit?subject={id}")).GetProperty("items").EnumerateArray(), a => a.GetProperty("action").GetString() == "delivery.read");
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Gateway.Http.GetAsync(new Uri("/v1/deliveries/999", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Gateway.Http.GetAsync(new Uri("/v1/deliveries/x/body", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Bodies_of_mapped_deliveries_go_after_a_while_and_parked_ones_stay()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = input => Encoding.UTF8.GetString(input.Body.Span) == "parked" ? Broken : WebhookGateway.Mapped("""{"id":"a","type":"return","employeeId":"E1"}""");
        var mapped = await gateway.StoredAsync(gateway.VendorAsync("mapped"));
        var parked = await gateway.StoredAsync(gateway.VendorAsync("parked"));
        await gateway.WorkAsync();
        var pruner = gateway.Gateway.Get<DeliveryPruner>();
        gateway.Jump(TimeSpan.FromDays(29));
        Assert.Equal(0, await pruner.PruneAsync(CancellationToken.None));

        gateway.Jump(TimeSpan.FromDays(2));
        Assert.Equal(1, await pruner.PruneAsync(CancellationToken.None));
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Gateway.Http.GetAsync(new Uri($"/v1/deliveries/{mapped}/body", UriKind.Relative))).StatusCode);
        Assert.Equal("parked", await gateway.Gateway.Http.GetStringAsync(new Uri($"/v1/deliveries/{parked}/body", UriKind.Relative)));
        Assert.Single(await gateway.EventsAsync(mapped));
        await gateway.PostAsync($"/v1/deliveries/{mapped}/replay", "{}", 409);
    }

    [Fact]
    public async Task What_is_mapped_while_a_person_has_it_mapped_again_counts_for_nothing()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        var (id, beside) = (await gateway.StoredAsync(gateway.VendorAsync("body")), await gateway.StoredAsync(gateway.VendorAsync("beside")));
        var runs = 0;
        gateway.Script = input =>
        {
            if (Encoding.UTF8.GetString(input.Body.Span) == "beside") return WebhookGateway.Mapped("""{"id":"b","type":"return","employeeId":"E2"}""");
            if (++runs == 1) gateway.PostAsync($"/v1/deliveries/{id}/replay", "{}", 202).GetAwaiter().GetResult();
            return WebhookGateway.Mapped($$"""{"id":"a{{runs}}","type":"return","employeeId":"E1"}""");
        };

        await gateway.WorkAsync();
        await gateway.WorkAsync();
        Assert.Equal((2, "mapped", "mapped"), (runs, await gateway.StateAsync(id), await gateway.StateAsync(beside)));
        Assert.Equal(["a2", "b"], (await gateway.LogAsync()).Select(e => e.Split(' ', ':')[1]).Order());
    }

    [Fact]
    public async Task Who_decided_first_is_not_written_over()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        var id = await gateway.StoredAsync(gateway.VendorAsync("body"));
        var replayed = false;
        gateway.Script = _ =>
        {
            if (replayed) return WebhookGateway.Mapped("""{"id":"a","type":"return","employeeId":"E1"}""");
            replayed = true;
            gateway.PostAsync($"/v1/deliveries/{id}/replay", "{}", 202).GetAwaiter().GetResult();
            return Broken;
        };

        await gateway.WorkAsync();
        await gateway.WorkAsync();
        Assert.Equal("mapped", await gateway.StateAsync(id));
        Assert.Single(await gateway.LogAsync());
    }
}
