using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.OfficevibeSimulator;
using Gateway.OfficevibeSimulator.Account;
using Gateway.Operations.Security;
using Microsoft.Data.Sqlite;

namespace Gateway.Operations.Demo;

/// <summary>A gateway on an empty temporary store and the account that it syncs to, both in this process, both reached over HTTP only.</summary>
internal sealed class DemoServers : IAsyncDisposable
{
    private readonly WebApplication _simulator;
    private readonly WebApplication _gateway;
    private readonly DirectoryInfo _store;

    private DemoServers(WebApplication simulator, WebApplication gateway, DirectoryInfo store, string sourceKey, string operatorKey)
    {
        (_simulator, _gateway, _store) = (simulator, gateway, store);
        Door = new DemoDoor(new Uri(gateway.Urls.First()), new Uri(simulator.Urls.Single()), sourceKey, operatorKey);
    }

    public DemoDoor Door { get; }

    /// <param name="company">Whose administrator the account has before the first sync.</param>
    public static async Task<DemoServers> StartAsync(MadeUpCompany company, string operatorKey, CancellationToken cancel)
    {
        var officevibeKey = ApiKey.New();
        var sourceKey = ApiKey.New();
        var administrator = company.People.Values.First().Email;
        var simulator = OfficevibeSimulatorHost.Build(Account(officevibeKey, administrator, company.People.Values.First()));
        var store = Directory.CreateTempSubdirectory("gateway-demo-");
        WebApplication? gateway = null;
        try
        {
            await simulator.StartAsync(cancel);
            var settings = Settings(store, new Uri(simulator.Urls.Single()), officevibeKey, administrator, sourceKey, operatorKey);
            gateway = await GatewayHost.BuildAsync([.. settings.Select(s => $"--{s.Key}={s.Value}")], configure: null, cancel);
            await gateway.StartAsync(cancel);
            return new DemoServers(simulator, gateway, store, sourceKey, operatorKey);
        }
        catch
        {
            if (gateway is not null)
            {
                await gateway.DisposeAsync();
            }

            await simulator.DisposeAsync();
            store.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Until somebody ends the process.</summary>
    public Task WaitAsync(CancellationToken cancel) => _gateway.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        Door.Dispose();
        await _gateway.StopAsync();
        await _gateway.DisposeAsync();
        await _simulator.StopAsync();
        await _simulator.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _store.Delete(recursive: true);
    }

    private static SimulatorOptions Account(string key, string administrator, Person person) => new()
    {
        Port = FreePort(8090),
        Keys = [key],
        Properties =
        [
            new() { Name = "Country", Type = PropertyType.Choice, Options = ["Canada", "France", "Germany", "Japan"] },
            new() { Name = "Hiring Date", Type = PropertyType.Date },
        ],
        Members = [new() { Email = administrator, FirstName = person.FirstName, LastName = person.LastName, Role = MemberRole.Administrator }],
        Teams = [new() { Name = "Everyone in France", Rule = new TeamRule("Country", "France") }],
    };

    private static Dictionary<string, string> Settings(
        DirectoryInfo store, Uri simulator, string officevibeKey, string administrator, string sourceKey, string operatorKey) => new(StringComparer.Ordinal)
    {
        ["environment"] = Environments.Development,
        ["contentRoot"] = AppContext.BaseDirectory,
        ["urls"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort(8080)}"),
        ["Logging:LogLevel:Default"] = "Error",
        ["ConnectionStrings:Gateway"] = Path.Combine(store.FullName, "gateway.db"),
        ["Gateway:Simulator:Enabled"] = "false",
        ["Gateway:Officevibe:BaseUrl"] = new Uri(simulator, "api/v2").ToString(),
        ["Gateway:Officevibe:ApiKey"] = officevibeKey,
        ["Gateway:Officevibe:AdminValue"] = administrator,
        ["Gateway:Officevibe:Properties:0:Name"] = "Country",
        ["Gateway:Officevibe:Properties:0:Type"] = "Choice",
        ["Gateway:Officevibe:Properties:1:Name"] = "Hiring Date",
        ["Gateway:Officevibe:Properties:1:Type"] = "Date",

        // Syncs run when the story asks for one.
        ["Gateway:Sync:OnChange"] = "false",
        ["Gateway:Sync:Schedule"] = "0 0 29 2 *",
        [$"Gateway:Sources:{DemoDoor.Source}:Priority"] = "1",
        ["Gateway:Keys:demo-source:Hash"] = ApiKey.Hash(sourceKey),
        ["Gateway:Keys:demo-source:Scopes"] = "ingest",
        ["Gateway:Keys:demo-source:Source"] = DemoDoor.Source,
        ["Gateway:Keys:demo-operator:Hash"] = ApiKey.Hash(operatorKey),
        ["Gateway:Keys:demo-operator:Scopes"] = "read, operate, approve",
    };

    /// <summary>The usual port where nobody has it, else any.</summary>
    private static int FreePort(int usual)
    {
        foreach (var port in (int[])[usual, 0])
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // Taken: the next one.
            }
        }

        throw new InvalidOperationException("This machine has no free port.");
    }
}
