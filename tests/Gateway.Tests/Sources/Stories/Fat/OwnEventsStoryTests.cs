using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Tests.Sources.Stories.Fat;

/// <summary>An internal app that posts our own events: signed by Standard Webhooks, or as CloudEvents in all their forms.</summary>
public sealed class OwnEventsStoryTests
{
    private const string Whsec = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    /// <summary>A day in Paris begins at 23:00 UTC in winter, at 22:00 in summer.</summary>
    private static readonly string[] Instants =
    [
        "2026-03-16T12:00:00Z", "2026-03-22T22:59:59Z", "2026-03-22T23:00:00Z", "2026-04-12T22:00:00Z", "2026-04-14T09:00:01Z", "2026-05-30T12:00:00Z", "2026-06-30T21:59:59Z", "2026-06-30T22:00:00Z",
        "2026-08-31T21:59:59Z", "2026-08-31T22:00:00Z",
    ];

    private static readonly string[] Seen =
    [
        "-", "-", "Ada Byron ada.7001@example.test Analyst [T1]", "Ada Byron ada.7001@example.test Analyst [T2]", "Ada King ada.7001@example.test Analyst [T2]", "Ada King ada.7001@example.test Analyst [T2]",
        "Ada King ada.7001@example.test Analyst [T2]", "-", "-", "Ada King ada.7001@example.test Analyst [T1]",
    ];

    private const string Teams = """
        [{"id":"t1","type":"team","teamId":"T1","name":"Platform","occurredAt":"2026-03-01T09:00:00Z"},{"id":"t2","type":"team","teamId":"T2","name":"Data","parentId":"T1","occurredAt":"2026-03-01T09:00:00Z"}]
        """;

    private const string Who = """ "member":{"email":"ada.7001@example.test","firstName":"Ada","lastName":"Byron","jobTitle":"Analyst"} """;

    /// <summary>When it was recorded, the event's id, and the event but for its id, which stands in the envelope or beside it.</summary>
    private static readonly (string At, string Id, string Event)[] Story =
    [
        ("2026-03-02T09:00:00Z", "evt-7001-1", $$""" "type":"hire","employeeId":"7001","occurredAt":"2026-03-02T09:00:00Z","effectiveAt":"2026-03-16",{{Who}},"teams":[{"teamId":"T1"}] """),
        // A week later, in the place of the first one.
        ("2026-03-05T09:00:00Z", "evt-7001-2", $$""" "type":"hire","employeeId":"7001","occurredAt":"2026-03-05T09:00:00Z","effectiveAt":"2026-03-23","replaces":"evt-7001-1",{{Who}},"teams":[{"teamId":"T1"}] """),
        ("2026-04-01T09:00:00Z", "evt-7001-3", """ "type":"move","employeeId":"7001","occurredAt":"2026-04-01T09:00:00Z","effectiveAt":"2026-04-13","from":"T1","to":"T2" """),
        ("2026-04-14T09:00:00Z", "evt-7001-4", """ "type":"update","employeeId":"7001","occurredAt":"2026-04-14T09:00:00Z","member":{"lastName":"King"} """),
        ("2026-05-04T09:00:00Z", "evt-7001-5", """ "type":"leave","employeeId":"7001","occurredAt":"2026-05-04T09:00:00Z","lastDay":"2026-05-29" """),
        ("2026-05-11T09:00:00Z", "evt-7001-6", """ "type":"retract","eventId":"evt-7001-5","occurredAt":"2026-05-11T09:00:00Z" """),
        ("2026-05-18T09:00:00Z", "evt-7001-7", """ "type":"leave","employeeId":"7001","occurredAt":"2026-05-18T09:00:00Z","lastDay":"2026-06-30" """),
        ("2026-08-03T09:00:00Z", "evt-7001-8", """ "type":"hire","employeeId":"7001","occurredAt":"2026-08-03T09:00:00Z","effectiveAt":"2026-09-01","teams":[{"teamId":"T1"}] """),
    ];

    [Fact]
    public async Task Standard_Webhooks_with_our_events_come_to_the_same_doubled_and_in_any_order()
    {
        await using var app = await FatVendor.StartAsync("standard-webhooks", "Europe/Paris", Whsec, Sign);
        await app.TellAsync("2026-03-01T09:00:00Z", Message("msg_teams", Teams));
        // The message's id is the event's where the event says none.
        await StoryAsync(app, (i, id, e) => i % 2 == 0 ? Message(id, $"{{{e}}}") : Message("msg-" + id, $$"""{"id":"{{id}}",{{e}}}"""));
        await app.BurstAsync(Enumerable.Range(10_000, 500).Select(i => Message($"msg-{i}", New(i))));
        await EndAsync(app);

        static IEnumerable<(string, string)> Sign(Posted posted, DateTimeOffset now)
        {
            var (id, stamp) = (posted.Headers[0].Value, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            return [("webhook-timestamp", stamp), ("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Whsec[6..]), Encoding.UTF8.GetBytes($"{id}.{stamp}.{posted.Body}"))))];
        }

        static Posted Message(string id, string body) => new(body, "application/json", ("webhook-id", id));
    }

    [Fact]
    public async Task CloudEvents_in_all_their_forms_come_to_the_same_doubled_and_in_any_order()
    {
        await using var app = await FatVendor.StartAsync("cloudevents", "Europe/Paris", FatVendor.Secret, (_, _) => [("Authorization", "Bearer " + FatVendor.Secret)], signature: "token");

        // May it deliver here? (CloudEvents' webhooks, section 4)
        using var asking = new HttpRequestMessage(HttpMethod.Options, "/v1/webhooks/cloudevents");
        asking.Headers.Add("WebHook-Request-Origin", "people.example.test");
        asking.Headers.Add("WebHook-Request-Rate", "120");
        using (var allowed = await app.Http.SendAsync(asking))
        {
            Assert.Equal(200, (int)allowed.StatusCode);
            Assert.Equal("people.example.test", Assert.Single(allowed.Headers.GetValues("WebHook-Allowed-Origin")));
            Assert.True(allowed.Headers.Contains("WebHook-Allowed-Rate"));
            Assert.Contains("POST", allowed.Content.Headers.Allow);
        }

        await app.TellAsync("2026-03-01T09:00:00Z", Binary("teams", Teams));
        await StoryAsync(app, (i, id, e) => (i % 3) switch
        {
            0 => Binary(id, $"{{{e}}}"),
            1 => new($"{{{Envelope(id)},\"data\":{{{e}}}}}", "application/cloudevents+json"),
            _ => new($"[{{{Envelope(id)},\"data\":{{{e}}}}}]", "application/cloudevents-batch+json"),
        });
        await app.BurstAsync(Enumerable.Range(200, 10).Select(h => new Posted(
            $"[{string.Join(',', Enumerable.Range(0, 50).Select(i => $"{{{Envelope($"e-{(h * 50) + i}")},\"data_base64\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(New((h * 50) + i)))}\"}}"))}]", "application/cloudevents-batch+json")));
        await EndAsync(app);

        static Posted Binary(string id, string body) => new(
            body, "application/json", ("ce-specversion", "1.0"), ("ce-id", id), ("ce-source", "/people"), ("ce-type", "test.example.people"));

        static string Envelope(string id) => $""" "specversion":"1.0","id":"{id}","source":"/people","type":"test.example.people" """;
    }

    private static async Task StoryAsync(FatVendor app, Func<int, string, string, Posted> message)
    {
        for (var i = 0; i < Story.Length; i++)
        {
            var (at, id, e) = Story[i];
            await app.TellAsync(at, message(i, id, e), times: 1 + (i % 2));
            if (i == 0) Assert.Equal(["-", Seen[2]], await app.SeenAsync("7001", "2026-03-15T22:59:59Z", "2026-03-15T23:00:00Z"));
            if (i == 1) Assert.Equal(Seen[..3], await app.SeenAsync("7001", Instants[..3]));
            if (i == 4) Assert.Equal([Seen[4], "-"], await app.SeenAsync("7001", "2026-05-29T21:59:59Z", "2026-05-29T22:00:00Z"));
            if (i == 5) Assert.Equal([Seen[4]], await app.SeenAsync("7001", "2026-12-01T12:00:00Z"));
        }

        Assert.Equal(Seen, await app.SeenAsync("7001", Instants));
        await app.TellAgainAsync("7001", "7002", seed: 7);
        Assert.Equal(Seen.Select(s => s.Replace("7001", "7002", StringComparison.Ordinal)).ToList(), (await app.SeenAsync("7002", Instants)).ToList());
    }

    private static string New(int id) =>
        $$"""{"id":"evt-{{id}}","type":"hire","employeeId":"{{id}}","occurredAt":"2026-08-03T10:00:00Z","member":{"email":"p{{id}}@example.test"},"teams":[{"teamId":"T1"}]}""";

    private static async Task EndAsync(FatVendor app)
    {
        app.At("2026-09-01T12:00:00Z");
        Assert.Equal(502, await app.UsersAsync());
        await app.NothingWaitsAsync();
    }
}
