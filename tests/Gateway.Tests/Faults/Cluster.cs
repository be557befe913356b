using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Servers;
using Gateway.Tests.Simulator;
using Npgsql;

namespace Gateway.Tests.Faults;

/// <summary>
/// Two gateways as processes of their own, on a PostgreSQL and a RabbitMQ that belong to nobody else, with a network between each and its servers that
/// can be broken, and a simulated Officevibe.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    public const string Source = "hr";
    public const string PublisherName = "hr-app";
    private const string Key = "gwk_of_the_fault_suite";
    private const string Host = "faults";

    private Cluster(PostgresNode postgres, BrokerNode broker, SimulatorServer officevibe, string folder)
    {
        (Postgres, Broker, Officevibe, Folder) = (postgres, broker, officevibe, folder);
        Http = NewClient(TimeSpan.FromSeconds(30));
        Replicas = [NewReplica("a"), NewReplica("b")];
    }

    /// <summary>When the load's first event was recorded: long enough ago that none is of the future.</summary>
    public DateTimeOffset Start { get; } = TimeProvider.System.GetUtcNow().AddDays(-2);

    public string Folder { get; }

    public PostgresNode Postgres { get; }

    public BrokerNode Broker { get; }

    public SimulatorServer Officevibe { get; }

    public IReadOnlyList<Replica> Replicas { get; }

    public HttpClient Http { get; }

    /// <summary>Where somebody who may only publish finds the broker.</summary>
    public Uri Publisher { get; private set; } = null!;

    public static async Task<Cluster> StartAsync()
    {
        var (postgres, broker) = (PostgresNode.StartAsync(), BrokerNode.StartAsync());
        try
        {
            await Task.WhenAll(postgres, broker);
        }
        catch
        {
            // What one of them took of the machine is given back where the other one did not start.
            if (postgres.IsCompletedSuccessfully) (await postgres).Dispose();
            if (broker.IsCompletedSuccessfully) await (await broker).DisposeAsync();
            throw;
        }

        var cluster = new Cluster(await postgres, await broker, await SimulatorServer.StartAsync(), Directory.CreateTempSubdirectory("gateway-faults-").FullName);
        await cluster.Postgres.RunAsync("CREATE DATABASE gateway TEMPLATE template0 ENCODING 'UTF8'", database: "postgres");
        cluster.Publisher = await cluster.Broker.MakeHostAsync(Host, PublisherName);
        await Task.WhenAll(cluster.Replicas.Select(r => r.StartAsync()));
        await cluster.AcceptAsync([.. Script.Teams.Select(t => $$"""{"id":"team-{{t}}","type":"team","teamId":"{{t}}","name":"Team {{t}}"}""")]);
        return cluster;
    }

    /// <summary>What a gateway of this cluster is told; over its own networks, where it has some.</summary>
    public Dictionary<string, string> Settings(string name = "in-process", int? postgresPort = null, int? brokerPort = null, int? officevibePort = null) => new()
    {
        ["ConnectionStrings:Gateway"] = Postgres.ConnectionString(postgresPort, name: name),
        ["Gateway:Storage:Provider"] = "postgres",
        ["ConnectionStrings:RabbitMq"] = Broker.Address(Host, brokerPort).AbsoluteUri,
        ["Gateway:Bus:Transport"] = "rabbitmq",
        [$"Gateway:Bus:Publishers:{PublisherName}"] = Source,
        [$"Gateway:Sources:{Source}:Priority"] = "1",
        ["Gateway:Keys:suite:Hash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
        ["Gateway:Keys:suite:Scopes"] = "ingest, read, operate, approve",
        ["Gateway:Keys:suite:Source"] = Source,
        ["Gateway:Aggregation:SweepInterval"] = "00:00:01",
        ["Gateway:Sync:OnChange"] = "false",
        ["Gateway:Sync:Schedule"] = "",
        ["Gateway:Sync:Guard:FirstSync"] = "false",
        ["Gateway:Sync:Guard:Window"] = "00:00:00",
        ["Gateway:Sync:Guard:MembersRemoved:Count"] = "100000",
        ["Gateway:Sync:Guard:LastTeamLost:Count"] = "100000",
        ["Gateway:Sync:Guard:MembersChanged:Count"] = "100000",
        ["Gateway:Sync:Guard:MappingsChanged:Count"] = "100000",
        ["Gateway:Officevibe:BaseUrl"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{officevibePort ?? Officevibe.Http.BaseAddress!.Port}/api/v2"),
        ["Gateway:Officevibe:ApiKey"] = SimulatorServer.Key,
        ["Gateway:Officevibe:Timeout"] = "00:00:03",
        ["Gateway:Officevibe:ReadTimeout"] = "00:00:03",
    };

    public HttpClient NewClient(TimeSpan timeout)
    {
        var http = new HttpClient { Timeout = timeout };
        http.DefaultRequestHeaders.Add("X-Api-Key", Key);
        return http;
    }

    /// <summary>Everything works again: networks, servers, gateways. Returns when each gateway takes events.</summary>
    public async Task HealAsync()
    {
        foreach (var replica in Replicas) replica.Heal();
        await Postgres.HealAsync();
        await Broker.HealAsync();
        await Officevibe.Http.DeleteAsync(new Uri("/_simulator/faults", UriKind.Relative));
        await Task.WhenAll(Replicas.Select(r => r.StartAsync()));
        foreach (var replica in Replicas) await IsReadyAsync(replica);
    }

    public async Task IsReadyAsync(Replica replica) => await Eventually.SeeAsync<string>(async () =>
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(replica.Address, "/health/ready"));
            return response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return e.Message;
        }
    }, no => no.Length == 0, TimeSpan.FromSeconds(60));

    /// <summary>Until all that is in the log now is folded, as the sweepers note it.</summary>
    public async Task FoldedAsync(TimeSpan? within = null)
    {
        var head = (long)(await Postgres.RunAsync("SELECT max(tx) FROM events"))!;
        await Eventually.SeeAsync(async () => (long)(await Postgres.RunAsync("SELECT folded_through FROM position"))!, through => through >= head, within);
    }

    /// <summary>Events that must all be accepted, through the first gateway.</summary>
    public async Task AcceptAsync(params IReadOnlyList<string> events)
    {
        using var content = new StringContent($"[{string.Join(',', events)}]", null, "application/json");
        using var response = await Http.PostAsync(new Uri(Replicas[0].Address, "/v1/events/batch"), content);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        foreach (var result in answer.GetProperty("results").EnumerateArray()) Assert.True(result.GetProperty("status").GetInt32() is 202 or 200, result.ToString());
    }

    public async Task<JsonNode> GetAsync(Replica replica, string path)
    {
        using var response = await Http.GetAsync(new Uri(replica.Address, path));
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new HttpRequestException($"{replica.Name} answered {path} with {response.StatusCode}: {text}");
    }

    private Replica NewReplica(string name)
    {
        var (postgres, broker) = (new TcpProxy(() => Postgres.EndPoint), new TcpProxy(() => Broker.EndPoint));
        var officevibe = new TcpProxy(() => new IPEndPoint(IPAddress.Loopback, Officevibe.Http.BaseAddress!.Port));
        var environment = Settings(name, postgres.Port, broker.Port, officevibe.Port).ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value);
        environment["ASPNETCORE_ENVIRONMENT"] = environment["DOTNET_ENVIRONMENT"] = "Production";
        return new Replica(name, Path.Combine(Folder, name), postgres, broker, officevibe, environment);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in Replicas) await replica.DisposeAsync();
        Http.Dispose();
        await Officevibe.DisposeAsync();
        await Broker.DisposeAsync();
        Postgres.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
