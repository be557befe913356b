using System.Net;
using System.Text.Json;
using Gateway.Bus;
using Gateway.EventLog;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;

namespace Gateway.Tests.Operations.DeadLetters;

/// <summary>Replaying and discarding: what is accepted is in the log and gone, what is not stays, and somebody answers for it.</summary>
public sealed class ReplayTests(Broker broker)
{
    [Fact]
    public async Task What_was_refused_is_accepted_after_its_cause_was_mended_as_of_when_it_came_in()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        for (var i = 0; i < 3; i++) await they.Stranger.PublishAsync($$"""{"id":"s{{i}}","type":"return","employeeId":"E1"}""", p => p.UserId = they.Stranger.User);
        var letters = await they.SeeAsync(3);
        var (ids, at) = (letters.ConvertAll(DeadLetterGateway.IdOf), letters[0].GetProperty("at").GetDateTimeOffset());
        Assert.All(letters, l => Assert.Equal(("urn:gateway:problem:source-foreign", they.Stranger.User), (l.GetProperty("reason").GetProperty("type").GetString(), l.GetProperty("publisher").GetString())));
        var refused = (await they.DoAsync("replay", new { ids })).GetProperty("results").EnumerateArray().ToList();
        Assert.All(refused, r => Assert.Equal(("refused", 403), (r.GetProperty("outcome").GetString(), r.GetProperty("problem").GetProperty("status").GetInt32())));
        Assert.Equal(ids, (await they.ListAsync()).Select(DeadLetterGateway.IdOf));
        Assert.Empty(await they.AuditAsync(ids[0]));

        await they.Gateway.RestartAsync(new() { ["Gateway:Bus:Publishers:" + they.Stranger.User] = "hris" });
        Assert.Equal(["accepted", "accepted", "accepted"], await they.OutcomesAsync("replay", new { limit = 5, dryRun = true }));
        Assert.Equal(0, they.Gateway.Get<ILogStore>().Count());
        Assert.Equal(ids, (await they.ListAsync()).Select(DeadLetterGateway.IdOf));

        Assert.Equal(["accepted", "accepted"], await they.OutcomesAsync("replay", new { queue = "gateway.events_error", limit = 2, reason = "Named the publisher." }));
        Assert.Equal(ids.Skip(2), (await they.ListAsync()).Select(DeadLetterGateway.IdOf));
        Assert.Equal(2, they.Gateway.Get<ILogStore>().Count("source = 'hris' AND id IN ('s0', 's1')"));
        var stored = JsonDocument.Parse(await they.Gateway.Http.GetStringAsync(new Uri("/v1/events/hris/s0", UriKind.Relative))).RootElement;
        Assert.Equal(at, stored.GetProperty("occurredAt").GetDateTimeOffset(), TimeSpan.FromMicroseconds(1));
        Assert.True(stored.GetProperty("receivedAt").GetDateTimeOffset() > at.AddMilliseconds(100));
        var noted = Assert.Single(await they.AuditAsync(ids[0]));
        Assert.Equal(("dead_letter.replay", "Named the publisher.", "s0", "key:development"),
            (noted.GetProperty("action").GetString(), noted.GetProperty("reason").GetString(), noted.GetProperty("detail").GetProperty("eventId").GetString(), noted.GetProperty("actor").GetString()));

        // Nobody acknowledged in time, say: the event is there already, and the letter goes.
        await they.Gateway.AcceptAsync("""{"id":"s9","type":"return","employeeId":"E1"}""");
        Assert.Equal(["notFound", "accepted"], await they.OutcomesAsync("replay", new { ids = new[] { ids[0], ids[2] } }));
        Assert.Empty(await they.ListAsync());
    }

    [Fact]
    public async Task What_is_still_wrong_stays_where_it_is_under_the_same_id()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        await they.Gateway.AcceptAsync("""{"id":"one","type":"return","employeeId":"E1","occurredAt":"2026-01-01T00:00:00Z"}""");
        await they.Publisher.PublishAsync("""{"id":"one","type":"return","employeeId":"E2","occurredAt":"2026-01-01T00:00:00Z"}""", p => p.UserId = they.Publisher.User);
        await they.RefuseAsync(1);
        await they.Publisher.PublishAsync("no JSON at all", p => p.UserId = they.Publisher.User);
        var ids = (await they.SeeAsync(3)).ConvertAll(DeadLetterGateway.IdOf);

        foreach (var dryRun in (bool[])[true, false])
        {
            var results = (await they.DoAsync("replay", new { ids, dryRun })).GetProperty("results").EnumerateArray().ToList();
            Assert.All(results, r => Assert.Equal("refused", r.GetProperty("outcome").GetString()));
            Assert.Equal(["urn:gateway:problem:event-conflict", "urn:gateway:problem:invalid", "urn:gateway:problem:invalid"], results.Select(r => r.GetProperty("problem").GetProperty("type").GetString()));
        }

        Assert.Equal(ids, (await they.ListAsync()).Select(DeadLetterGateway.IdOf));
        Assert.Equal(1, they.Gateway.Get<ILogStore>().Count());
    }

    [Fact]
    public async Task An_event_that_is_in_the_log_by_now_is_no_loss_and_is_there_once()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        const string Event = """{"id":"twice","type":"return","employeeId":"E1","occurredAt":"2026-01-01T00:00:00Z"}""";
        await they.Stranger.PublishAsync(Event, p => p.UserId = they.Stranger.User);
        await they.SeeAsync(1);
        await they.Gateway.AcceptAsync(Event);
        await they.Gateway.RestartAsync(new() { ["Gateway:Bus:Publishers:" + they.Stranger.User] = "hris" });

        Assert.Equal(["duplicate"], await they.OutcomesAsync("replay", new { limit = 1 }));
        Assert.Equal(1, they.Gateway.Get<ILogStore>().Count());
        Assert.Empty(await they.ListAsync());
    }

    [Fact]
    public async Task Discarding_wants_a_reason_and_is_audited_with_ids_and_no_more()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        for (var i = 0; i < 4; i++) await they.RefuseAsync(i);
        var ids = (await they.SeeAsync(4)).ConvertAll(DeadLetterGateway.IdOf);

        var errors = (await they.DoAsync("discard", new { ids = new[] { ids[1] } }, status: 400)).GetProperty("errors");
        Assert.True(errors.TryGetProperty("reason", out _));
        errors = (await they.DoAsync("discard", new { reason = "All of them?", queue = "gateway.events" }, status: 400)).GetProperty("errors");
        Assert.True(errors.TryGetProperty("ids", out _) && errors.TryGetProperty("queue", out _));
        Assert.Equal(["discarded", "discarded"], await they.OutcomesAsync("discard", new { limit = 2, reason = "A look first.", dryRun = true }));
        Assert.Equal(ids, (await they.ListAsync()).Select(DeadLetterGateway.IdOf));

        Assert.Equal(["discarded"], await they.OutcomesAsync("discard", new { ids = new[] { ids[1] }, reason = "Sent by a test of theirs." }));
        Assert.Equal([ids[0], ids[2], ids[3]], (await they.ListAsync()).Select(DeadLetterGateway.IdOf));
        var noted = Assert.Single(await they.AuditAsync(ids[1]));
        Assert.Equal(("dead_letter.discard", "Sent by a test of theirs."), (noted.GetProperty("action").GetString(), noted.GetProperty("reason").GetString()));
        Assert.Equal("""{"queue":"gateway.events_error","outcome":5,"reason":"urn:gateway:problem:invalid","source":"hris","publisher":"P","eventId":"bad-1","eventType":"return","subject":"E1","subjects":1}"""
            .Replace("\"P\"", $"\"{they.Publisher.User}\"", StringComparison.Ordinal).Replace("\"outcome\":5", "\"outcome\":\"discarded\"", StringComparison.Ordinal), noted.GetProperty("detail").GetRawText());
    }

    [Fact]
    public async Task Who_may_only_read_may_list_and_nothing_more()
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("gwk_reader"u8));
        await using var they = await DeadLetterGateway.StartAsync(broker, new() { ["Gateway:Keys:reader:Hash"] = hash, ["Gateway:Keys:reader:Scopes"] = "read" });
        await they.RefuseAsync(1);
        var id = DeadLetterGateway.IdOf((await they.SeeAsync(1))[0]);
        they.Gateway.Http.DefaultRequestHeaders.Remove("X-Api-Key");
        they.Gateway.Http.DefaultRequestHeaders.Add("X-Api-Key", "gwk_reader");

        Assert.Single(await they.ListAsync());
        await they.DoAsync("replay", new { limit = 1 }, status: 403);
        await they.DoAsync("discard", new { limit = 1, reason = "No." }, status: 403);
        using var detail = await they.Gateway.Http.GetAsync(new Uri("/v1/dead-letters/" + id, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, detail.StatusCode);
    }

    [Fact]
    public async Task News_that_could_not_be_read_is_put_back_on_its_queue()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        await Eventually.SeeAsync(async () => await they.Host.QueueAsync(DeadLetterQueues.FacetsChanged) is not null, there => there);
        await they.Publisher.PublishToAsync(DeadLetterQueues.FacetsChanged, """{"messageType":["urn:message:Gateway.Aggregation:FacetsChanged"],"message":{"facets":"E1"}}""", p => p.ContentType = "application/vnd.masstransit+json");
        var letter = (await they.SeeAsync(1))[0];

        Assert.Equal((DeadLetterQueues.Faults, "fault"), (letter.GetProperty("queue").GetString(), letter.GetProperty("reason").GetProperty("type").GetString()));
        Assert.NotEqual(JsonValueKind.Null, letter.GetProperty("at").ValueKind);
        Assert.Equal(int.MaxValue, (await they.Host.QueueAsync(DeadLetterQueues.Faults))!.Value.GetProperty("arguments").GetProperty("x-delivery-limit").GetInt32());
        Assert.Equal(["putBack"], await they.OutcomesAsync("replay", new { limit = 1 }));
        // It fails again, so it comes back, as a letter of today.
        var again = await Eventually.SeeAsync(() => they.ListAsync(), l => l.Count == 1 && DeadLetterGateway.IdOf(l[0]) != DeadLetterGateway.IdOf(letter));
        Assert.True(again[0].GetProperty("at").GetDateTimeOffset() > letter.GetProperty("at").GetDateTimeOffset());
    }
}
