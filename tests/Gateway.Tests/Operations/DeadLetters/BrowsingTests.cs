using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Gateway.Bus;
using Gateway.Operations.DeadLetters;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace Gateway.Tests.Operations.DeadLetters;

/// <summary>Looking at dead letters changes nothing, whatever happens meanwhile.</summary>
public sealed class BrowsingTests(Broker broker)
{
    [Fact]
    public async Task Looking_again_and_again_finds_the_same_and_loses_and_reorders_nothing()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        for (var i = 0; i < 150; i++) await they.RefuseAsync(i);
        var first = await they.SeeAsync(150);

        // RabbitMQ 4 drops a message after 20 deliveries unless told otherwise; each look is one.
        for (var i = 0; i < 25; i++) Assert.Equal(first.Select(DeadLetterGateway.IdOf), (await they.ListAsync()).Select(DeadLetterGateway.IdOf));
        Assert.Equal(int.MaxValue, (await they.Host.QueueAsync(DeadLetterQueues.Events))!.Value.GetProperty("arguments").GetProperty("x-delivery-limit").GetInt32());
        Assert.Equal(150, first.Select(DeadLetterGateway.IdOf).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 150).Select(i => $"bad-{i}"), first.Select(l => l.GetProperty("eventId").GetString()));

        var bodies = await they.TakeAllAsync();
        Assert.Equal(Enumerable.Range(0, 150).Select(i => $"bad-{i}"), bodies.Select(b => JsonDocument.Parse(b).RootElement.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_look_that_is_cut_in_the_middle_loses_and_reorders_nothing()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        for (var i = 0; i < 100; i++) await they.RefuseAsync(i);
        var first = await they.SeeAsync(100);
        using var line = new TcpProxy(they.Host.Address);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:RabbitMq"] = line.Through(they.Host.Address).AbsoluteUri }).Build();
        var other = new DeadLetterBroker(BusAddress.Read(settings, new BusOptions { Transport = BusTransport.RabbitMq }), TimeProvider.System);

        await using (var held = await other.HoldAsync(CancellationToken.None))
        {
            Assert.Equal(100, (await held!.FindAsync(DeadLetterQueues.All, _ => true, 500, CancellationToken.None)).Count);
            Assert.Equal((0u, 0u), await they.Publisher.WaitingAsync());
            line.Reset();
            Assert.Equal(first.Select(DeadLetterGateway.IdOf), (await they.ListAsync()).Select(DeadLetterGateway.IdOf));
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"bad-{i}"), (await they.TakeAllAsync()).Select(b => JsonDocument.Parse(b).RootElement.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Several_who_look_at_once_each_see_all_and_new_ones_may_come_meanwhile()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        for (var i = 0; i < 50; i++) await they.RefuseAsync(i);
        await they.SeeAsync(50);

        var looks = Enumerable.Range(0, 8).Select(_ => they.ListAsync()).ToList();
        for (var i = 50; i < 100; i++) await they.RefuseAsync(i);
        Assert.All(await Task.WhenAll(looks), l => Assert.Equal(Enumerable.Range(0, 50).Select(i => $"bad-{i}"), l.Take(50).Select(e => e.GetProperty("eventId").GetString())));
        await they.SeeAsync(100);
        Assert.Equal(100, (await they.TakeAllAsync()).Count);
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended_though_letters_have_gone()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        for (var i = 0; i < 7; i++) await they.RefuseAsync(i);
        var all = (await they.SeeAsync(7)).ConvertAll(DeadLetterGateway.IdOf);

        var page = await they.PageAsync("?limit=3&queue=gateway.events_error");
        Assert.Equal(all.Take(3), page.GetProperty("items").EnumerateArray().Select(DeadLetterGateway.IdOf));
        // The very letter that the cursor names goes.
        await they.OutcomesAsync("discard", new { ids = all.Skip(2).Take(1), reason = "A test." });
        page = await they.PageAsync("?limit=3&after=" + page.GetProperty("next").GetString());
        Assert.Equal(all.Skip(3).Take(3), page.GetProperty("items").EnumerateArray().Select(DeadLetterGateway.IdOf));
        page = await they.PageAsync("?limit=3&after=" + page.GetProperty("next").GetString());
        Assert.Equal(all.Skip(6), page.GetProperty("items").EnumerateArray().Select(DeadLetterGateway.IdOf));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task A_letter_says_why_and_what_it_is_about_and_never_what_is_private_or_secret()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        void Properties(BasicProperties p) => p.Headers = new Dictionary<string, object?> { ["api-key"] = DeadLetterGateway.IngestKey, ["Authorization"] = "Bearer " + DeadLetterGateway.IngestKey };
        await they.Publisher.PublishAsync(
            """{"id":"l1","type":"leave","employeeId":"E7","lastDay":"31/12/2026","reason":"Was very ill","salary":"77000","member":{"email":"ines@example.test"},"teams":["Secret project"]}""", Properties);

        var letter = (await they.SeeAsync(1))[0];
        Assert.Equal(("gateway.events_error", "hris", "l1", "leave", "E7"), (Text("queue"), Text("source"), Text("eventId"), Text("eventType"), Text("subject")));
        Assert.Equal("urn:gateway:problem:invalid", letter.GetProperty("reason").GetProperty("type").GetString());
        Assert.True(letter.GetProperty("reason").GetProperty("errors").TryGetProperty("lastDay", out _));
        Assert.InRange(letter.GetProperty("at").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.InRange(TimeSpan.Parse(Text("age")!, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        var detail = await they.PageAsync("/" + Text("id"));
        var content = detail.GetProperty("content");
        Assert.Equal(("l1", "31/12/2026", "(text, 12 characters)"), (content.GetProperty("id").GetString(), content.GetProperty("lastDay").GetString(), content.GetProperty("reason").GetString()));

        foreach (var text in (string[])[letter.GetRawText(), detail.GetRawText()])
            foreach (var secret in (string[])["gwk_", "ill", "77000", "ines", "Secret project"]) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        var raw = await they.Publisher.TakeAsync("gateway.events_error");
        Assert.DoesNotContain(raw!.BasicProperties.Headers!, h => h.Value is byte[] b && System.Text.Encoding.UTF8.GetString(b).Contains("gwk_", StringComparison.Ordinal));

        string? Text(string name) => letter.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_broker_that_is_away_is_no_empty_list()
    {
        await using var gateway = await TestGateway.StartAsync(new() { ["Gateway:Bus:Transport"] = "rabbitmq", ["ConnectionStrings:RabbitMq"] = "amqp://guest:guest@127.0.0.1:1/" });
        using var response = await gateway.Http.GetAsync(new Uri("/v1/dead-letters", UriKind.Relative));
        using var replay = await gateway.PostAsync("/v1/dead-letters/replay", """{"limit":1}""");

        foreach (var answer in (HttpResponseMessage[])[response, replay])
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Equal("urn:gateway:problem:unavailable", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("type").GetString());
        }

        var started = Stopwatch.GetTimestamp();
        var status = JsonDocument.Parse(await gateway.Http.GetStringAsync(new Uri("/v1/status", UriKind.Relative))).RootElement;
        Assert.Equal(JsonValueKind.Null, status.GetProperty("deadLetters").ValueKind);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Without_a_broker_there_are_none_and_with_one_the_status_counts_them()
    {
        await using var alone = await TestGateway.StartAsync();
        Assert.Equal("""{"items":[],"next":null}""", await alone.Http.GetStringAsync(new Uri("/v1/dead-letters", UriKind.Relative)));
        Assert.Equal(0, await CountAsync(alone));

        await using var they = await DeadLetterGateway.StartAsync(broker);
        for (var i = 0; i < 3; i++) await they.RefuseAsync(i);
        await Eventually.SeeAsync(() => CountAsync(they.Gateway), n => n == 3);

        static async Task<long> CountAsync(TestGateway gateway) =>
            JsonDocument.Parse(await gateway.Http.GetStringAsync(new Uri("/v1/status", UriKind.Relative))).RootElement.GetProperty("deadLetters").GetInt64();
    }
}
