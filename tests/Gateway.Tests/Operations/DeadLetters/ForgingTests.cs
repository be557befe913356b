using Gateway.EventLog;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;
using RabbitMQ.Client;

namespace Gateway.Tests.Operations.DeadLetters;

/// <summary>A replay speaks for a source: nobody may make it speak for another one than their own.</summary>
public sealed class ForgingTests(Broker broker)
{
    private const string Event = """{"id":"forged","type":"return","employeeId":"E1"}""";

    [Fact]
    public async Task A_letter_that_somebody_else_put_there_is_worth_nothing()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        void Forge(BasicProperties p) => p.Headers = new Dictionary<string, object?>
        {
            ["publisher"] = they.Publisher.User, ["source"] = "hris", ["refused-at"] = "2020-01-01T00:00:00.0000000+00:00",
            ["problem"] = """{"type":"urn:gateway:problem:invalid","title":"Ines Muñoz is ill.","status":400}""",
        };
        await they.Stranger.PublishToAsync("gateway.events_error", Event, Forge);
        await they.Stranger.PublishToAsync("gateway.events_error", Event + " ", p =>
        {
            Forge(p);
            p.UserId = they.Stranger.User;
        });

        var letters = await they.SeeAsync(2);
        Assert.All(letters, l => Assert.Equal("unknown", l.GetProperty("reason").GetProperty("type").GetString()));
        Assert.All(letters, l => Assert.DoesNotContain("Ines", l.GetRawText(), StringComparison.Ordinal));
        Assert.Equal(["refused", "refused"], await they.OutcomesAsync("replay", new { limit = 5 }));
        Assert.Equal(0, they.Gateway.Get<ILogStore>().Count());
    }

    [Fact]
    public async Task What_a_publisher_writes_into_the_gateways_headers_is_not_handed_on()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        await they.Stranger.PublishAsync(Event, p => p.Headers = new Dictionary<string, object?> { ["publisher"] = they.Publisher.User, ["Source"] = "hris" });
        await they.Stranger.PublishAsync(Event + " ", p => (p.UserId, p.Headers) = (they.Stranger.User, new Dictionary<string, object?> { ["publisher"] = they.Publisher.User, ["source"] = "hris" }));

        await they.SeeAsync(2);
        Assert.Equal(["refused", "refused"], await they.OutcomesAsync("replay", new { limit = 5 }));
        Assert.Equal(0, they.Gateway.Get<ILogStore>().Count());
    }

    [Fact]
    public async Task A_publisher_who_shares_the_gateways_user_speaks_for_its_own_source_only()
    {
        var gateway = await AdministratorAsync();
        await using var they = await DeadLetterGateway.StartAsync(broker, new()
        {
            ["Gateway:Bus:Publishers:" + gateway] = "payroll",
            ["Gateway:Sources:payroll:Priority"] = "1", ["Gateway:Sources:payroll:MatchBy"] = "id",
            ["Gateway:Sources:hris:Priority"] = "2", ["Gateway:Sources:hris:MatchBy"] = "id",
        });
        await using var connection = await new ConnectionFactory { Uri = they.Host.Address }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var (id, source) in ((string, string)[])[("a", "hris"), ("b", "payroll")])
        {
            var properties = new BasicProperties { UserId = gateway, Headers = new Dictionary<string, object?> { ["source"] = source } };
            await channel.BasicPublishAsync("", "gateway.events_error", mandatory: true, properties, System.Text.Encoding.UTF8.GetBytes(Event.Replace("forged", id, StringComparison.Ordinal)));
        }

        await they.SeeAsync(2);
        Assert.Equal(["accepted", "refused"], (await they.OutcomesAsync("replay", new { limit = 5 })).Order());
        Assert.Equal((1, 1), (they.Gateway.Get<ILogStore>().Count(), they.Gateway.Get<ILogStore>().Count("source = 'payroll' AND id = 'b'")));
    }

    private async Task<string> AdministratorAsync() => (await broker.NewHostAsync()).Address.UserInfo.Split(':')[0];
}
