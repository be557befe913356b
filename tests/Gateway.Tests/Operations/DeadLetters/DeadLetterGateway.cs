using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Intake;
using Gateway.Tests.Servers;

namespace Gateway.Tests.Operations.DeadLetters;

/// <summary>A gateway on a broker, a publisher of <c>hris</c>, and one whom the settings do not name.</summary>
internal sealed class DeadLetterGateway : IAsyncDisposable
{
    public const string IngestKey = "gwk_of_a_publisher_with_a_key";

    private DeadLetterGateway(TestGateway gateway, VirtualHost host, AmqpClient publisher, AmqpClient stranger) =>
        (Gateway, Host, Publisher, Stranger) = (gateway, host, publisher, stranger);

    public TestGateway Gateway { get; }

    public VirtualHost Host { get; }

    public AmqpClient Publisher { get; }

    public AmqpClient Stranger { get; }

    public static async Task<DeadLetterGateway> StartAsync(Broker broker, Dictionary<string, string?>? settings = null)
    {
        var host = await broker.NewHostAsync();
        var (publisher, stranger) = (await host.AddUserAsync("hr-" + host.Name), await host.AddUserAsync("new-" + host.Name));
        var all = new Dictionary<string, string?>
        {
            ["Gateway:Bus:Transport"] = "rabbitmq",
            ["ConnectionStrings:RabbitMq"] = host.Address.AbsoluteUri,
            [$"Gateway:Bus:Publishers:hr-{host.Name}"] = "hris",
            ["Gateway:Keys:app:Hash"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(IngestKey))),
            ["Gateway:Keys:app:Scopes"] = "ingest",
            ["Gateway:Keys:app:Source"] = "hris",
        };
        foreach (var (key, value) in settings ?? []) all[key] = value;
        var gateway = await TestGateway.StartAsync(all);
        await Eventually.SeeAsync(async () => await host.QueueAsync("gateway.events_error") is not null, there => there);
        return new DeadLetterGateway(gateway, host, await AmqpClient.ConnectAsync(publisher, host), await AmqpClient.ConnectAsync(stranger, host));
    }

    /// <summary>Publishes something that is refused as invalid; its field names its number.</summary>
    public Task RefuseAsync(int number) =>
        Publisher.PublishAsync($$"""{"id":"bad-{{number}}","type":"return","employeeId":"E{{number}}","more":1}""", p => p.UserId = Publisher.User);

    /// <summary>The list, once it has so many.</summary>
    public Task<List<JsonElement>> SeeAsync(int count, string query = "?limit=500") => Eventually.SeeAsync(() => ListAsync(query), l => l.Count == count);

    public async Task<List<JsonElement>> ListAsync(string query = "?limit=500") => [.. (await PageAsync(query)).GetProperty("items").EnumerateArray()];

    public async Task<JsonElement> PageAsync(string query)
    {
        using var response = await Gateway.Http.GetAsync(new Uri("/v1/dead-letters" + query, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> DoAsync(string verb, object choice, int status = 200)
    {
        using var response = await Gateway.Http.PostAsJsonAsync(new Uri("/v1/dead-letters/" + verb, UriKind.Relative), choice);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<List<string?>> OutcomesAsync(string verb, object choice) =>
        [.. (await DoAsync(verb, choice)).GetProperty("results").EnumerateArray().Select(r => r.GetProperty("outcome").GetString())];

    public async Task<List<JsonElement>> AuditAsync(string subject) =>
        [.. JsonDocument.Parse(await Gateway.Http.GetStringAsync(new Uri("/v1/audit?subject=" + subject, UriKind.Relative))).RootElement.GetProperty("items").EnumerateArray()];

    public static string IdOf(JsonElement letter) => letter.GetProperty("id").GetString()!;

    /// <summary>What is in the queue of refused events, in its order; takes it away.</summary>
    public async Task<List<string>> TakeAllAsync()
    {
        var bodies = new List<string>();
        while (await Publisher.TakeAsync("gateway.events_error") is { } message) bodies.Add(Encoding.UTF8.GetString(message.Body.Span));
        return bodies;
    }

    public async ValueTask DisposeAsync()
    {
        await Publisher.DisposeAsync();
        await Stranger.DisposeAsync();
        await Gateway.DisposeAsync();
    }
}
