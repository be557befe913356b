using System.Text;
using System.Text.Json;
using Gateway.Aggregation;
using Gateway.Changes;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Tests.Folds;
using Gateway.Tests.Servers;
using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;

namespace Gateway.Tests.ChangeStreams;

/// <summary>Changes out over AMQP, as a client gets them that knows nothing of us but the exchange's name.</summary>
public sealed class AmqpOutTests(Broker broker)
{
    private const string Exchange = "gateway.changes";

    private static Task<TestGateway> StartAsync(Uri address, Dictionary<string, string?>? settings = null, string? folder = null) => TestGateway.StartAsync(
        new(settings ?? [])
        {
            ["Gateway:Bus:Transport"] = "rabbitmq",
            ["ConnectionStrings:RabbitMq"] = address.AbsoluteUri,
            ["Gateway:Changes:PollInterval"] = "00:00:00.05",
        },
        folder: folder);

    private static string[] Hires(int from, int count) => [.. Enumerable.Range(from, count).Select(i => Folding.Hire("h" + i, "E" + i))];

    [Fact]
    public async Task Who_is_bound_to_a_family_gets_CloudEvents_in_order()
    {
        var host = await broker.NewHostAsync();
        await using var client = await Subscriber.BindAsync(host.Address, "member.*");
        await using var gateway = await StartAsync(host.Address);
        await gateway.AcceptAsync([.. Hires(0, 50), """{"id":"t1","type":"team","teamId":"T1","name":"Platform"}"""]);
        await gateway.FoldAsync();

        var messages = await client.TakeAsync(50);
        Assert.Equal(50, messages.Select(m => m.Header("subject")).Distinct().Count());
        Assert.Equal(messages.Select(m => m.Number).Order(), messages.Select(m => m.Number));
        var first = messages[0];
        Assert.Equal("member.hired", first.RoutingKey);
        Assert.Equal("member.hired", first.Header("type"));
        Assert.Equal("1.0", first.Header("specversion"));
        Assert.Equal("hris", first.Header("source"));
        Assert.Equal(first.Properties.MessageId, first.Header("id"));
        Assert.True(DateTimeOffset.TryParse(first.Header("time"), out _));
        Assert.Equal("application/json", first.Properties.ContentType);
        Assert.True(first.Properties.Persistent);
        Assert.Contains("jobTitle", first.Data.GetProperty("fields").EnumerateArray().Select(f => f.GetString()));
        Assert.DoesNotContain(messages, m => m.Text.Contains("h0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_happened_while_the_broker_was_away_comes_afterwards_in_order_and_delays_nobody()
    {
        var host = await broker.NewHostAsync();
        await using var client = await Subscriber.BindAsync(host.Address, "#");
        using var tunnel = new TcpProxy(host.Address);
        await using var gateway = await StartAsync(tunnel.Through(host.Address), new() { ["Gateway:Aggregation:SweepInterval"] = "00:00:00.2" });
        await gateway.AcceptAsync(Hires(0, 20));
        await gateway.FoldAsync();
        var heard = await client.TakeAsync(20);

        tunnel.Cut();
        await gateway.AcceptAsync(Hires(20, 700));
        await gateway.FoldAsync();
        await Eventually.SeeAsync(() => gateway.Get<ChangeTail>().Current.Through, t => t == 720);
        var waiting = (await gateway.Get<PublishLag>().ReadAsync(CancellationToken.None))!;
        Assert.Equal(700, waiting.Changes);
        Assert.False(waiting.Degraded);
        var status = JsonDocument.Parse(await gateway.Http.GetStringAsync("/v1/status")).RootElement;
        Assert.Equal(700, status.GetProperty("unpublished").GetProperty("changes").GetInt64());
        tunnel.Heal();

        heard.AddRange(await client.TakeAsync(700));
        Assert.Equal(Enumerable.Range(1, 720).Select(n => (long)n), heard.Select(m => m.Number));
        await Eventually.SeeAsync(async () => (await gateway.Get<PublishLag>().ReadAsync(CancellationToken.None))!.Changes, n => n == 0);
    }

    [Fact]
    public async Task What_was_confirmed_before_a_crash_and_not_noted_comes_again_under_the_same_id()
    {
        var host = await broker.NewHostAsync();
        await using var client = await Subscriber.BindAsync(host.Address, "#");
        await using var gateway = await StartAsync(host.Address);
        gateway.Get<AmqpOut>().Confirmed = () => throw new IOException("The process ends here.");
        await gateway.AcceptAsync(Hires(0, 10));
        await gateway.FoldAsync();
        var first = await client.TakeAsync(10);
        await gateway.RestartAsync();

        var ids = new HashSet<string?>(first.Select(m => m.Properties.MessageId), StringComparer.Ordinal);
        Assert.Equal(10, ids.Count);
        await Eventually.SeeAsync(() => NumberPublishedAsync(gateway), n => n == 10);
        await gateway.AcceptAsync(Hires(10, 1));
        await gateway.FoldAsync();
        var then = new List<Message>();
        do then.Add((await client.TakeAsync(1))[0]);
        while (then[^1].Number <= 10);
        Assert.All(then.SkipLast(1), m => Assert.Contains(m.Properties.MessageId, ids));
        Assert.True(then.Count > 1);
        Assert.Equal(11, then[^1].Number);
    }

    [Fact]
    public async Task A_gateway_that_stops_is_relieved_by_another_one_of_its_store()
    {
        var host = await broker.NewHostAsync();
        await using var client = await Subscriber.BindAsync(host.Address, "#");
        var postgres = new Dictionary<string, string?> { ["Gateway:Storage:Provider"] = "postgres" };
        await using var one = await StartAsync(host.Address, new(postgres));
        await using var two = await StartAsync(host.Address, new(postgres), one.Folder);
        var heard = new List<Message>();
        for (var round = 0; round < 3; round++)
        {
            await one.AcceptAsync(Hires(round * 20, 20));
            await two.FoldAsync();
            heard.AddRange(await client.TakeAsync(20));
        }

        Assert.Equal(60, heard.Select(m => m.Properties.MessageId).Distinct().Count());
        await one.StopAsync();
        await two.AcceptAsync(Hires(60, 20));
        await two.FoldAsync();
        heard.AddRange(await client.TakeAsync(20));
        Assert.Equal(80, heard.Select(m => m.Header("subject")).Distinct().Count());
        Assert.Equal(heard.Select(m => m.Number).Distinct().Order(), heard.Select(m => m.Number).Distinct());
        await client.IsEmptyAsync();
    }

    [SqliteFact]
    public async Task A_projection_made_anew_is_told_to_those_who_are_bound()
    {
        var host = await broker.NewHostAsync();
        await using var client = await Subscriber.BindAsync(host.Address, "#");
        await using var gateway = await StartAsync(host.Address);
        await gateway.AcceptAsync(Hires(0, 3));
        await gateway.FoldAsync();
        await client.TakeAsync(3);
        await Eventually.SeeAsync(() => NumberPublishedAsync(gateway), n => n == 3);
        var path = ((LogFile)gateway.Get<ILogStore>()).ProjectionPath;
        await gateway.StopAsync();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*")) File.Delete(file);
        await gateway.RestartAsync();
        await gateway.AcceptAsync(Hires(3, 1));
        await gateway.FoldAsync();

        var messages = await client.TakeAsync(2);
        Assert.Equal(["changes.reset", "member.hired"], messages.Select(m => m.RoutingKey));
        Assert.Equal("unknown_id", messages[0].Data.GetProperty("reason").GetString());
        Assert.Equal("E3", messages[1].Header("subject"));
    }

    [Fact]
    public async Task What_the_broker_has_not_confirmed_is_kept_however_old()
    {
        var host = await broker.NewHostAsync();
        using var tunnel = new TcpProxy(host.Address);
        await using var gateway = await StartAsync(tunnel.Through(host.Address));
        await gateway.AcceptAsync(Hires(0, 30));
        await gateway.FoldAsync();
        await Eventually.SeeAsync(() => NumberPublishedAsync(gateway), n => n == 30);
        tunnel.Cut();
        await gateway.AcceptAsync(Hires(30, 20));
        await gateway.FoldAsync();
        await using (var db = await gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync())
            await db.Changes.ExecuteUpdateAsync(c => c.SetProperty(r => r.At, r => r.At - (31L * 24 * 3600 * 1_000_000)));

        gateway.Get<ChangePruner>().Batch = 7;
        Assert.Equal(30, await gateway.Get<ChangePruner>().PruneAsync(CancellationToken.None));
        Assert.Equal(20, await CountAsync(gateway));
        Assert.True((await gateway.Get<PublishLag>().ReadAsync(CancellationToken.None))!.Degraded);
        Assert.Contains("changes-out", await gateway.Http.GetStringAsync("/health/ready"), StringComparison.Ordinal);
        tunnel.Heal();
        await Eventually.SeeAsync(() => NumberPublishedAsync(gateway), n => n == 50, TimeSpan.FromSeconds(30));
        Assert.Equal(20, await gateway.Get<ChangePruner>().PruneAsync(CancellationToken.None));
    }

    private static async Task<long> NumberPublishedAsync(TestGateway gateway)
    {
        await using var db = await gateway.Get<IDbContextFactory<GatewayDb>>().CreateDbContextAsync();
        return (await db.Set<PublishedChanges>().AsNoTracking().SingleAsync()).Through;
    }

    private static async Task<int> CountAsync(TestGateway gateway)
    {
        await using var db = await gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync();
        return await db.Changes.CountAsync();
    }

    private sealed record Message(string RoutingKey, IReadOnlyBasicProperties Properties, string Text)
    {
        public JsonElement Data => JsonDocument.Parse(Text).RootElement;

        public long Number => long.Parse(Properties.MessageId!.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);

        public string? Header(string attribute) => Properties.Headers!.TryGetValue("cloudEvents_" + attribute, out var value) ? Encoding.UTF8.GetString((byte[])value!) : null;
    }

    /// <summary>A queue of its own, bound before anything happens.</summary>
    private sealed class Subscriber : IAsyncDisposable
    {
        private readonly IConnection _connection;
        private readonly IChannel _channel;

        private Subscriber(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

        public static async Task<Subscriber> BindAsync(Uri address, string key)
        {
            var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync();
            var channel = await connection.CreateChannelAsync();
            await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true);
            await channel.QueueDeclareAsync("hr-feed", durable: true, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync("hr-feed", Exchange, key);
            return new Subscriber(connection, channel);
        }

        public async Task<List<Message>> TakeAsync(int count)
        {
            var taken = new List<Message>();
            while (taken.Count < count)
            {
                var got = await Eventually.SeeAsync<BasicGetResult?>(async () => await _channel.BasicGetAsync("hr-feed", autoAck: true), m => m is not null, TimeSpan.FromSeconds(60));
                taken.Add(new Message(got!.RoutingKey, got.BasicProperties, Encoding.UTF8.GetString(got.Body.Span)));
            }

            return taken;
        }

        public async Task IsEmptyAsync() => Assert.Null(await _channel.BasicGetAsync("hr-feed", autoAck: true));

        public async ValueTask DisposeAsync()
        {
            await _channel.DisposeAsync();
            await _connection.DisposeAsync();
        }
    }
}
