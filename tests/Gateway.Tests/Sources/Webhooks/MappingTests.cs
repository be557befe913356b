using System.Text;
using System.Text.Json;
using Gateway.EventLog;
using Gateway.Sources.Enrichment;
using Gateway.Sources.Mapping;
using Gateway.Sources.Webhooks.Deliveries;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.Sources.Webhooks;

public sealed class MappingTests
{
    private const string Hire = """{"id":"hire-7","type":"hire","employeeId":"E7","occurredAt":"2026-03-01T08:00:00Z","member":{"email":"ines@example.test"}}""";
    private const string Leave = """{"id":"leave-7","type":"leave","employeeId":"E7","lastDay":"2026-04-30","occurredAt":"2026-03-01T09:00:00Z"}""";
    private const string Cancel = """{"id":"cancel-7","type":"retract","eventId":"leave-7","occurredAt":"2026-03-01T10:00:00Z"}""";

    [Fact]
    public async Task An_event_that_an_app_posts_is_in_the_log_under_its_own_id()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        var vector = Vectors.Of("standard-webhooks");
        var id = await gateway.StoredAsync(gateway.SendAsync("app", vector.Headers, vector.Bytes));

        Assert.Equal(1, await gateway.WorkAsync());
        Assert.Equal("mapped", await gateway.StateAsync(id));
        Assert.Equal(["leave evt-1"], await gateway.LogAsync());
        Assert.Equal(["evt-1"], await gateway.EventsAsync(id));
    }

    [Theory]
    [InlineData("""[{"id":"a","type":"return","employeeId":"E1"},{"id":"b","type":"return","employeeId":"E2"}]""", "application/json", "return a", "return b")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/hr","type":"x","data":{"type":"return","employeeId":"E1"}}""", "application/cloudevents+json", "return a")]
    [InlineData("""[{"specversion":"1.0","id":"a","source":"/hr","type":"x","data":{"type":"return","employeeId":"E1"}}]""", "application/cloudevents-batch+json", "return a")]
    [InlineData("""{"type":"return","employeeId":"E1"}""", "text/plain", "return msg")]
    public async Task Lists_and_CloudEvents_are_taken_as_they_are(string body, string mediaType, params string[] logged)
    {
        await using var gateway = await WebhookGateway.StartAsync();
        var id = await gateway.StoredAsync(gateway.AppAsync("msg", body, mediaType));
        await gateway.WorkAsync();

        Assert.Equal("mapped", await gateway.StateAsync(id));
        Assert.Equal(logged, await gateway.LogAsync());
    }

    [Fact]
    public async Task A_CloudEvent_in_headers_gives_its_id()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        const string body = """{"type":"return","employeeId":"E1"}""";
        (string, string)[] envelope = [("ce-specversion", "1.0"), ("ce-id", "ce-1"), ("ce-source", "/hr"), ("ce-type", "return")];
        await gateway.StoredAsync(gateway.SendAsync("app", [.. gateway.AppHeaders("msg", body), .. envelope], Encoding.UTF8.GetBytes(body)));
        await gateway.WorkAsync();

        Assert.Equal(["return ce-1"], await gateway.LogAsync());
    }

    [Theory]
    [InlineData("not JSON", "$")]
    [InlineData("""{"id":"a","type":"hired","employeeId":"E1"}""", "type")]
    [InlineData("""[{"id":"a","type":"return","employeeId":"E1"},{"id":"b","type":"return"}]""", "[1].employeeId")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/hr","type":"x","data":{"type":"return"}}""", "data.employeeId")]
    public async Task What_is_no_event_is_parked_with_the_place_and_nothing_of_it_is_stored(string body, string place)
    {
        await using var gateway = await WebhookGateway.StartAsync();
        var id = await gateway.StoredAsync(gateway.AppAsync("msg", body));
        await gateway.WorkAsync();

        var delivery = await gateway.GetAsync("/v1/deliveries/" + id);
        Assert.Equal("parked:invalid", await gateway.StateAsync(id));
        Assert.True(delivery.GetProperty("errors").TryGetProperty(place, out _), delivery.ToString());
        Assert.Empty(await gateway.LogAsync());
    }

    [Fact]
    public async Task The_first_event_of_an_id_stands_and_a_delivery_with_another_is_parked_whole()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        await gateway.StoredAsync(gateway.AppAsync("m-1", """{"id":"a","type":"return","employeeId":"E1"}"""));
        await gateway.WorkAsync();
        var other = await gateway.StoredAsync(gateway.AppAsync("m-2", """[{"id":"b","type":"return","employeeId":"E2"},{"id":"a","type":"return","employeeId":"E9"}]"""));
        var same = await gateway.StoredAsync(gateway.AppAsync("m-3", """{"id":"a","type":"return","employeeId":"E1"}"""));
        await gateway.WorkAsync();

        Assert.Equal("parked:event-conflict", await gateway.StateAsync(other));
        Assert.Equal("mapped", await gateway.StateAsync(same));
        Assert.Equal(["return a"], await gateway.LogAsync());
    }

    [Fact]
    public async Task A_mapped_event_is_named_by_its_script_and_by_what_it_says()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = input =>
        {
            Assert.Equal(("vendor", "UTC", "application/json", true), (input.Source, input.TimeZone, input.ContentType, input.Trusted));
            Assert.Equal("body", Encoding.UTF8.GetString(input.Body.Span));
            Assert.DoesNotContain(input.Headers, h => h.Key.Contains("signature", StringComparison.Ordinal));
            return WebhookGateway.Mapped(Hire, """{"type":"return","employeeId":"E8"}""");
        };
        var id = await gateway.StoredAsync(gateway.VendorAsync("body"));
        await gateway.WorkAsync();

        var events = await gateway.EventsAsync(id);
        Assert.Matches("^hire-7:[0-9a-f]{16}$", events[0]);
        Assert.Matches($"^delivery-{id}:[0-9a-f]{{16}}$", events[1]);
        Assert.Equal(["hire " + events[0], "return " + events[1]], await gateway.LogAsync());
    }

    [Fact]
    public async Task The_same_delivery_mapped_twice_makes_no_second_event()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = _ => WebhookGateway.Mapped(Hire, """{"type":"return","employeeId":"E8"}""");
        var id = await gateway.StoredAsync(gateway.VendorAsync("body"));
        await gateway.WorkAsync();
        var before = await gateway.LogAsync();

        await gateway.PostAsync($"/v1/deliveries/{id}/replay", "{}", 202);
        Assert.Equal(1, await gateway.WorkAsync());
        Assert.Equal("mapped", await gateway.StateAsync(id));
        Assert.Equal(before, await gateway.LogAsync());
    }

    [Fact]
    public async Task A_delivery_that_is_mapped_otherwise_says_what_it_says_now()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = _ => WebhookGateway.Mapped(Hire, """{"id":"return-8","type":"return","employeeId":"E8"}""");
        var id = await gateway.StoredAsync(gateway.VendorAsync("body"));
        await gateway.WorkAsync();
        var before = await gateway.EventsAsync(id);

        gateway.Script = _ => WebhookGateway.Mapped(Hire.Replace("ines@", "inez@", StringComparison.Ordinal));
        await gateway.PostAsync($"/v1/deliveries/{id}/replay", "{}", 202);
        await gateway.WorkAsync();
        var log = await gateway.LogAsync();
        Assert.Equal(4, log.Count);
        Assert.StartsWith("hire hire-7:", log[2], StringComparison.Ordinal);
        Assert.Equal($"retract {before[1]}:undone", log[3]);
        await gateway.Gateway.FoldAsync();
        var members = (await gateway.GetAsync("/v1/members")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal("inez@example.test", members.Single().GetProperty("email").GetString());

        await gateway.PostAsync($"/v1/deliveries/{id}/replay", "{}", 202);
        await gateway.WorkAsync();
        Assert.Equal(log, await gateway.LogAsync());
        Assert.Equal(before[0], await ReplacesAsync(gateway, log[2].Split(' ')[1]));

        // And back again: what it says now counts, though it was said before.
        gateway.Script = _ => WebhookGateway.Mapped(Hire, """{"id":"return-8","type":"return","employeeId":"E8"}""");
        await gateway.PostAsync($"/v1/deliveries/{id}/replay", "{}", 202);
        await gateway.WorkAsync();
        var last = (await gateway.LogAsync())[4..];
        Assert.StartsWith($"hire {before[0]}:", last[0], StringComparison.Ordinal);
        Assert.StartsWith($"return {before[1]}:", last[1], StringComparison.Ordinal);
        Assert.Equal((2, log[2].Split(' ')[1]), (last.Count, await ReplacesAsync(gateway, last[0].Split(' ')[1])));
        await gateway.Gateway.FoldAsync();
        Assert.Equal("ines@example.test", (await gateway.GetAsync("/v1/members")).GetProperty("items").EnumerateArray().Single().GetProperty("email").GetString());
    }

    /// <summary>What an event of the log says that it replaces.</summary>
    private static async Task<string?> ReplacesAsync(WebhookGateway gateway, string id)
    {
        await using var db = await gateway.Gateway.Get<IDbContextFactory<GatewayDb>>().CreateDbContextAsync();
        var payload = await db.Events.Where(e => e.Id == id).Select(e => e.Payload).SingleAsync();
        return JsonElement.Parse(payload).GetProperty("replaces").GetString();
    }

    [Fact]
    public async Task A_delivery_that_says_one_thing_twice_or_is_mapped_again_names_its_events_once()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = _ => WebhookGateway.Mapped(Hire, Hire, Cancel);
        var (vendor, app) = (await gateway.StoredAsync(gateway.VendorAsync("body")), await gateway.StoredAsync(gateway.AppAsync("m-1", """{"id":"a","type":"return","employeeId":"E1"}""")));
        await gateway.WorkAsync();
        foreach (var id in (string[])[vendor, app]) await gateway.PostAsync($"/v1/deliveries/{id}/replay", "{}", 202);
        await gateway.WorkAsync();

        Assert.Equal((2, 1, 3), ((await gateway.EventsAsync(vendor)).Count, (await gateway.EventsAsync(app)).Count, (await gateway.LogAsync()).Count));
    }

    [Fact]
    public async Task A_script_that_asks_on_and_on_is_parked()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        var asked = 0;
        gateway.Script = _ => new MappingOutcome.Asks([new Lookup(new Dictionary<string, string> { ["id"] = (++asked).ToString(System.Globalization.CultureInfo.InvariantCulture) })]);
        gateway.Api = lookups => new EnrichmentOutcome.Fetched([.. lookups.Select(l => new LookupAnswer(l.Values, 200, null))]);
        var id = await gateway.StoredAsync(gateway.VendorAsync("body"));
        await gateway.WorkAsync();
        Assert.Equal(("parked:enrichment-endless", 4), (await gateway.StateAsync(id), asked));
    }

    [Theory]
    [InlineData(Hire, Leave, Cancel)]
    [InlineData(Hire, Cancel, Leave)]
    [InlineData(Cancel, Leave, Hire)]
    public async Task A_cancellation_finds_what_it_cancels_whichever_comes_first(string first, string second, string third)
    {
        await using var gateway = await WebhookGateway.StartAsync(new() { ["Gateway:Sources:vendor:MatchBy"] = "id" });
        gateway.Script = input => WebhookGateway.Mapped(Encoding.UTF8.GetString(input.Body.Span));
        foreach (var body in (string[])[first, second, third])
        {
            await gateway.StoredAsync(gateway.VendorAsync(body));
            await gateway.WorkAsync();
        }

        gateway.Jump(TimeSpan.FromDays(90));
        await gateway.Gateway.FoldAsync();
        Assert.True((await gateway.GetAsync("/v1/members/E7")).GetProperty("member").GetProperty("employed").GetBoolean());
    }

    [Fact]
    public async Task What_was_recorded_after_its_cancellation_stands()
    {
        await using var gateway = await WebhookGateway.StartAsync(new() { ["Gateway:Sources:vendor:MatchBy"] = "id" });
        gateway.Script = input => WebhookGateway.Mapped(Encoding.UTF8.GetString(input.Body.Span));
        foreach (var body in (string[])[Hire, Leave, Cancel, Leave.Replace("T09:00", "T11:00", StringComparison.Ordinal)])
        {
            await gateway.StoredAsync(gateway.VendorAsync(body));
            await gateway.WorkAsync();
        }

        gateway.Jump(TimeSpan.FromDays(90));
        await gateway.Gateway.FoldAsync();
        Assert.False((await gateway.GetAsync("/v1/members/E7")).GetProperty("member").GetProperty("employed").GetBoolean());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_end_that_is_denied_with_every_change_is_taken_back_once_and_one_of_an_earlier_time_here_never(bool endsComeLast)
    {
        await using var gateway = await WebhookGateway.StartAsync(new() { ["Gateway:Sources:vendor:MatchBy"] = "id" });
        gateway.Script = input => WebhookGateway.Mapped(Encoding.UTF8.GetString(input.Body.Span));
        static string Denied(int minute) => Cancel.Replace("T10:00", $"T10:{minute}", StringComparison.Ordinal).Replace("}", ""","effectiveAt":"2026-02-01"}""", StringComparison.Ordinal);
        string[] ends = [Leave, Leave.Replace("2026-04-30", "2026-01-15", StringComparison.Ordinal)];
        string[] denials = [Denied(10), Denied(20), Denied(30)];

        // What denies an end that nobody has announced leaves nothing in the log.
        await MapAsync([Hire, Denied(40)]);
        Assert.Single(await gateway.LogAsync());
        await MapAsync(endsComeLast ? [.. denials, .. ends] : [.. ends, .. denials]);

        var log = await gateway.LogAsync();
        Assert.Equal(["hire", "leave", "leave", "retract"], log.Select(e => e.Split(' ')[0]).Order());
        var undone = log.Single(e => e.StartsWith("retract", StringComparison.Ordinal))["retract ".Length..^":undone".Length];
        Assert.Contains("2026-04-30", (await gateway.GetAsync($"/v1/events/vendor/{undone}")).GetRawText());

        async Task MapAsync(string[] bodies)
        {
            foreach (var body in bodies) await gateway.StoredAsync(gateway.VendorAsync(body));
            await gateway.WorkAsync();
        }
    }

    [Fact]
    public async Task What_the_script_asks_is_fetched_and_kept_beside_the_delivery()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = input => input.Answers is [{ Body: { } answer }]
            ? WebhookGateway.Mapped($$"""{"id":"u","type":"update","employeeId":"{{answer.GetProperty("number").GetString()}}","member":{"jobTitle":"Lead"} }""")
            : new MappingOutcome.Asks([new Lookup(new Dictionary<string, string> { ["employeeId"] = "42" })]);
        gateway.Api = lookups => new EnrichmentOutcome.Fetched([.. lookups.Select(l => new LookupAnswer(l.Values, 200, JsonElement.Parse("""{"number":"E42","secret":"SECRET"}""")))]);
        var id = await gateway.StoredAsync(gateway.VendorAsync("thin"));
        await gateway.WorkAsync();

        var delivery = await gateway.GetAsync("/v1/deliveries/" + id);
        Assert.Equal("mapped", await gateway.StateAsync(id));
        Assert.Equal(("42", 200), (delivery.GetProperty("answers")[0].GetProperty("values").GetProperty("employeeId").GetString(), delivery.GetProperty("answers")[0].GetProperty("status").GetInt32()));
        Assert.DoesNotContain("SECRET", delivery.ToString(), StringComparison.Ordinal);
        await using var db = await gateway.Gateway.Get<IDbContextFactory<GatewayDb>>().CreateDbContextAsync();
        Assert.Contains("SECRET", (await db.Deliveries.SingleAsync()).Answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_away_is_asked_again_ever_more_rarely_and_after_a_day_a_person_is()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = _ => new MappingOutcome.Asks([new Lookup(new Dictionary<string, string> { ["employeeId"] = "42" })]);
        gateway.Api = _ => new EnrichmentOutcome.Later("The vendor is away.", null);
        var id = await gateway.StoredAsync(gateway.VendorAsync("thin"));

        Assert.Equal(1, await gateway.WorkAsync());
        Assert.Equal("waiting:enrichment-later", await gateway.StateAsync(id));
        gateway.Jump(TimeSpan.FromSeconds(9));
        Assert.Equal(0, await gateway.WorkAsync());
        gateway.Jump(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await gateway.WorkAsync());
        gateway.Jump(TimeSpan.FromSeconds(19));
        Assert.Equal(0, await gateway.WorkAsync());

        gateway.Jump(TimeSpan.FromDays(1));
        Assert.Equal(1, await gateway.WorkAsync());
        Assert.Equal("parked:enrichment-later", await gateway.StateAsync(id));
        Assert.Equal(0, await gateway.WorkAsync());
    }

    [Fact]
    public async Task A_vendor_that_says_when_to_come_back_is_believed()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = input => input.Answers.Count > 0 ? WebhookGateway.Mapped() : new MappingOutcome.Asks([new Lookup(new Dictionary<string, string>())]);
        gateway.Api = _ => new EnrichmentOutcome.Later("429", TimeSpan.FromMinutes(7));
        var id = await gateway.StoredAsync(gateway.VendorAsync("thin"));
        await gateway.WorkAsync();

        gateway.Api = _ => new EnrichmentOutcome.Fetched([new LookupAnswer(new Dictionary<string, string>(), 404, null)]);
        gateway.Jump(TimeSpan.FromMinutes(6));
        Assert.Equal(0, await gateway.WorkAsync());
        gateway.Jump(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await gateway.WorkAsync());
        Assert.Equal("mapped", await gateway.StateAsync(id));
        Assert.Empty(await gateway.EventsAsync(id));
    }

    [Fact]
    public async Task What_no_later_try_would_help_is_parked_with_its_reason()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = input => Encoding.UTF8.GetString(input.Body.Span) switch
        {
            "throws" => new MappingOutcome.Failed("script-error", "x is not defined", 3, 7, Transient: false),
            "child" => new MappingOutcome.Failed("script-host", "The child process was lost.", null, null, Transient: true),
            "bug" => throw new InvalidOperationException("A fault of ours."),
            "invalid" => WebhookGateway.Mapped(Hire, """{"id":"x","type":"leave"}"""),
            _ => new MappingOutcome.Asks([new Lookup(new Dictionary<string, string>())]),
        };
        gateway.Api = _ => new EnrichmentOutcome.Failed("enrichment-refused", "401");
        var ids = new Dictionary<string, string>();
        foreach (var body in (string[])["throws", "child", "bug", "invalid", "asks"]) ids[body] = await gateway.StoredAsync(gateway.VendorAsync(body));
        await gateway.WorkAsync();

        Assert.Equal("parked:script-error", await gateway.StateAsync(ids["throws"]));
        Assert.Contains("line 3, column 7", (await gateway.GetAsync("/v1/deliveries/" + ids["throws"])).GetProperty("reasonText").GetString(), StringComparison.Ordinal);
        Assert.Equal("waiting:script-host", await gateway.StateAsync(ids["child"]));
        Assert.Equal("waiting:internal", await gateway.StateAsync(ids["bug"]));
        Assert.Equal("parked:invalid", await gateway.StateAsync(ids["invalid"]));
        Assert.True((await gateway.GetAsync("/v1/deliveries/" + ids["invalid"])).GetProperty("errors").TryGetProperty("events[1].employeeId", out _));
        Assert.Equal("parked:enrichment-refused", await gateway.StateAsync(ids["asks"]));
        Assert.Empty(await gateway.LogAsync());
    }

    [SqliteFact]
    public async Task Events_and_the_state_of_their_delivery_stand_or_fall_together()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = input => WebhookGateway.Mapped(Hire.Replace("hire-7", Encoding.UTF8.GetString(input.Body.Span), StringComparison.Ordinal));
        using (var outside = gateway.Gateway.Get<ILogStore>().Outside())
            outside.Run("CREATE TRIGGER poison BEFORE UPDATE ON deliveries WHEN NEW.state = 3 AND CAST(NEW.body AS TEXT) = 'poison' BEGIN SELECT RAISE(ABORT, 'no'); END");
        var good = await gateway.StoredAsync(gateway.VendorAsync("good"));
        var poison = await gateway.StoredAsync(gateway.VendorAsync("poison"));
        var last = await gateway.StoredAsync(gateway.VendorAsync("last"));
        await gateway.WorkAsync();

        Assert.Equal(("mapped", "parked:event-rejected", "mapped"), (await gateway.StateAsync(good), await gateway.StateAsync(poison), await gateway.StateAsync(last)));
        Assert.Equal(2, (await gateway.LogAsync()).Count);
    }

    [Fact]
    public async Task A_burst_is_mapped_whole_and_in_any_order_to_the_same()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = input => WebhookGateway.Mapped($$"""{"id":"b","type":"return","employeeId":"{{Encoding.UTF8.GetString(input.Body.Span)}}"}""");
        var numbers = Enumerable.Range(0, 500).OrderBy(i => i * 7919 % 500).ToList();
        await Task.WhenAll(numbers.Chunk(50).Select(async some =>
        {
            foreach (var i in some) await gateway.StoredAsync(gateway.VendorAsync($"E{i}"));
        }));

        Assert.Equal(500, await gateway.WorkAsync());
        var log = await gateway.LogAsync();
        Assert.Equal((500, 500), (log.Count, log.Distinct().Count()));
        Assert.Equal(0, (await gateway.GetAsync("/v1/status")).GetProperty("deliveries").GetProperty("received").GetInt32());
    }

    [Fact]
    public async Task What_was_answered_2xx_is_mapped_after_a_restart()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        var id = await gateway.StoredAsync(gateway.AppAsync("m-1", """{"id":"a","type":"return","employeeId":"E1"}"""));
        await gateway.Gateway.RestartAsync();

        await Eventually.SeeAsync(() => gateway.StateAsync(id), s => s == "mapped");
        Assert.Equal(["return a"], await gateway.LogAsync());
    }

    [Fact]
    public async Task While_others_wait_at_the_door_mapping_pauses_for_five_times_as_long_as_it_took_and_goes_on()
    {
        var mapped = new List<DateTimeOffset>();
        await using var gateway = await WebhookGateway.StartAsync(mapping: true, waiting: () => 1);
        gateway.Script = _ =>
        {
            mapped.Add(gateway.Time.GetUtcNow());
            if (mapped.Count == 1) gateway.Time.Advance(TimeSpan.FromMilliseconds(100));
            return WebhookGateway.Mapped();
        };
        var first = await gateway.StoredAsync(gateway.VendorAsync("first"));
        await Eventually.SeeAsync(() => gateway.StateAsync(first), s => s == "mapped");
        var second = await gateway.StoredAsync(gateway.VendorAsync("second"));
        await Eventually.SeeAsync(
            () =>
            {
                gateway.Time.Advance(TimeSpan.FromMilliseconds(10));
                return gateway.StateAsync(second);
            },
            s => s == "mapped");

        Assert.InRange(mapped[1] - mapped[0], TimeSpan.FromMilliseconds(600), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task A_delivery_is_mapped_as_soon_as_it_is_stored()
    {
        await using var gateway = await WebhookGateway.StartAsync(mapping: true);
        var id = await gateway.StoredAsync(gateway.AppAsync("m-1", """{"id":"a","type":"return","employeeId":"E1"}"""));

        await Eventually.SeeAsync(() => gateway.StateAsync(id), s => s == "mapped");
    }
}
