using System.Text;
using System.Text.Json;
using Gateway.EventLog;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;
using RabbitMQ.Client;

namespace Gateway.Tests.Intake;

/// <summary>Events in over AMQP, from a client that knows nothing of us but the queue's name.</summary>
public sealed class AmqpIntakeTests(Broker broker)
{
    private const string Key = "gwk_of_a_test_that_publishes";

    private static Task<TestGateway> WithAsync(VirtualHost host, string user) => TestGateway.StartAsync(new()
    {
        ["Gateway:Bus:Transport"] = "rabbitmq",
        ["ConnectionStrings:RabbitMq"] = host.Address.AbsoluteUri,
        [$"Gateway:Bus:Publishers:{user}"] = "hris",
        ["Gateway:Keys:app:Hash"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
        ["Gateway:Keys:app:Scopes"] = "ingest",
        ["Gateway:Keys:app:Source"] = "hris",
        ["Gateway:Keys:reader:Hash"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Key + "r"))),
        ["Gateway:Keys:reader:Scopes"] = "read",
    });

    [Fact]
    public async Task What_any_client_publishes_is_stored_once_and_acknowledged()
    {
        var host = await broker.NewHostAsync();
        var user = await host.AddUserAsync("hr-" + host.Name);
        await using var gateway = await WithAsync(host, "hr-" + host.Name);
        await using var client = await AmqpClient.ConnectAsync(user, host);
        for (var i = 0; i < 300; i++) await client.PublishAsync(Events.Return("e" + (i % 200)), p => p.UserId = client.User);
        await client.PublishAsync("""{"type":"return","employeeId":"E1"}""", p => (p.UserId, p.MessageId) = (client.User, "id of the message"));

        await Eventually.SeeAsync(() => gateway.Get<ILogStore>().Count(), n => n == 201);
        Assert.Equal(1, gateway.Get<ILogStore>().Count("id = 'id of the message' AND source = 'hris'"));
        await Eventually.SeeAsync(client.WaitingAsync, n => n == (0, 0), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task However_often_a_message_comes_back_the_broker_keeps_it()
    {
        var host = await broker.NewHostAsync();
        await using var gateway = await WithAsync(host, "nobody");
        await using var connection = await new ConnectionFactory { Uri = host.Address }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await Eventually.SeeAsync(async () => await HasConsumerAsync(connection), consumed => consumed);
        // Refused (406) where the queue was declared with anything else: with no limit of its own, RabbitMQ 4 would set one of twenty.
        await channel.QueueDeclareAsync("gateway.events", durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = int.MaxValue });
    }

    [Fact]
    public async Task A_queue_that_somebody_declared_otherwise_is_served_all_the_same()
    {
        var host = await broker.NewHostAsync();
        var user = await host.AddUserAsync("hr-" + host.Name);
        await using (var connection = await new ConnectionFactory { Uri = host.Address }.CreateConnectionAsync())
        await using (var channel = await connection.CreateChannelAsync())
        {
            await channel.QueueDeclareAsync("gateway.events", durable: true, exclusive: false, autoDelete: false);
        }

        await using var gateway = await WithAsync(host, "hr-" + host.Name);
        await using var client = await AmqpClient.ConnectAsync(user, host);
        await client.PublishAsync(Events.Return("e1"), p => p.UserId = client.User);
        await Eventually.SeeAsync(() => gateway.Get<ILogStore>().Count(), n => n == 1);
    }

    private static async Task<bool> HasConsumerAsync(IConnection connection)
    {
        await using var look = await connection.CreateChannelAsync();
        try
        {
            return (await look.QueueDeclarePassiveAsync("gateway.events")).ConsumerCount > 0;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return false;
        }
    }

    [Fact]
    public async Task What_is_refused_is_kept_with_its_problem_and_never_with_a_key()
    {
        var host = await broker.NewHostAsync();
        var user = await host.AddUserAsync("hr-" + host.Name);
        var stranger = await host.AddUserAsync("x-" + host.Name);
        await using var gateway = await WithAsync(host, "hr-" + host.Name);
        await using var client = await AmqpClient.ConnectAsync(user, host);
        await using var other = await AmqpClient.ConnectAsync(stranger, host);
        void WithKey(BasicProperties p, string key) => p.Headers = new Dictionary<string, object?> { ["api-key"] = key, ["kept"] = "yes" };

        await client.PublishAsync("""{"id":"bad","type":"hire","effectivAt":"2026-01-01"}""", p => WithKey(p, Key));
        Assert.Equal("urn:gateway:problem:invalid", await ProblemAsync("errors"));
        await other.PublishAsync(Events.Return("a"), p => p.UserId = other.User);
        Assert.Equal("urn:gateway:problem:source-foreign", await ProblemAsync());
        await client.PublishAsync(Events.Return("b"), _ => { });
        Assert.Equal("urn:gateway:problem:key-missing", await ProblemAsync());
        await client.PublishAsync(Events.Return("c"), p => WithKey(p, TestGateway.DevelopmentKey));
        Assert.Equal("urn:gateway:problem:key-invalid", await ProblemAsync());
        await client.PublishAsync(Events.Return("d"), p => WithKey(p, Key + "r"));
        Assert.Equal("urn:gateway:problem:scope-missing", await ProblemAsync());
        await client.PublishAsync(Events.Return("e"), p => (p.UserId, p.ContentType) = (client.User, "text/csv"));
        Assert.Equal("urn:gateway:problem:media-type-unsupported", await ProblemAsync());
        await client.PublishAsync(new string('x', 70_000), p => p.UserId = client.User);
        Assert.Equal("urn:gateway:problem:too-large", await ProblemAsync());
        Assert.Equal(0, gateway.Get<ILogStore>().Count());

        await client.PublishAsync(Events.Return("f"), p => WithKey(p, Key));
        await Eventually.SeeAsync(() => gateway.Get<ILogStore>().Count("id = 'f' AND source = 'hris'"), n => n == 1);
        await client.PublishAsync(Events.Return("f", "E2"), p => p.UserId = client.User);
        Assert.Equal("urn:gateway:problem:event-conflict", await ProblemAsync());

        async Task<string?> ProblemAsync(string? with = null)
        {
            var message = await Eventually.SeeAsync<BasicGetResult?>(async () => await client.TakeAsync("gateway.events_error"), m => m is not null);
            var headers = message!.BasicProperties.Headers!;
            Assert.DoesNotContain("api-key", headers.Keys);
            Assert.DoesNotContain(headers.Values, v => v is byte[] b && Encoding.UTF8.GetString(b).Contains("gwk_", StringComparison.Ordinal));
            var problem = JsonDocument.Parse((byte[])headers["problem"]!).RootElement;
            if (with is not null) Assert.True(problem.TryGetProperty(with, out _));
            return problem.GetProperty("type").GetString();
        }
    }

    [Fact]
    public async Task What_the_log_cannot_take_stays_with_the_broker_until_it_can()
    {
        var host = await broker.NewHostAsync();
        var user = await host.AddUserAsync("hr-" + host.Name);
        await using var gateway = await WithAsync(host, "hr-" + host.Name);
        var (log, failures) = (gateway.Get<EventAppender>(), 0);
        log.BeforeCommit = _ =>
        {
            Interlocked.Increment(ref failures);
            throw new IOException("The disk is away.");
        };
        await using var client = await AmqpClient.ConnectAsync(user, host);
        for (var i = 0; i < 10; i++) await client.PublishAsync(Events.Return("w" + i), p => p.UserId = client.User);
        await Eventually.SeeAsync(() => failures, f => f > 0);

        // The process ends with nothing acknowledged: the next one gets it all.
        await gateway.RestartAsync();
        await Eventually.SeeAsync(() => gateway.Get<ILogStore>().Count(), n => n == 10);
        Assert.Null(await client.TakeAsync("gateway.events_error"));
    }

    [Fact]
    public async Task An_envelope_is_opened()
    {
        var host = await broker.NewHostAsync();
        var user = await host.AddUserAsync("hr-" + host.Name);
        await using var gateway = await WithAsync(host, "hr-" + host.Name);
        await using var client = await AmqpClient.ConnectAsync(user, host);
        await client.PublishAsync(
            """{"specversion":"1.0","id":"ce","source":"/hr","type":"x","data":{"type":"return","employeeId":"E1"}}""",
            p => (p.UserId, p.ContentType) = (client.User, "application/cloudevents+json; charset=utf-8"));

        await Eventually.SeeAsync(() => gateway.Get<ILogStore>().Count("id = 'ce'"), n => n == 1);
    }
}
