using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gateway.Rules;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>The simulator beside a gateway, by its settings.</summary>
public sealed class HostedByTheGateway
{
    [Fact]
    public async Task A_gateway_with_the_simulator_enabled_serves_an_account_with_the_declared_properties()
    {
        var port = FreePort();
        await using var gateway = await TestGateway.StartAsync(new()
        {
            ["Gateway:Simulator:Enabled"] = "true",
            ["Gateway:Simulator:Port"] = $"{port}",
            ["Gateway:Simulator:Keys:0"] = "a-key",
            ["Gateway:Simulator:Members:0:Email"] = "admin@x.example",
            ["Gateway:Simulator:Members:0:Role"] = "Administrator",
            ["Gateway:Simulator:Teams:0:Name"] = "Everyone in Chile",
            ["Gateway:Simulator:Teams:0:Rule:Property"] = "Country",
            ["Gateway:Simulator:Teams:0:Rule:Value"] = "Chile",
            ["Gateway:Officevibe:Properties:0:Name"] = "Country",
            ["Gateway:Officevibe:Properties:0:Type"] = "Choice",
            ["Gateway:Officevibe:Properties:0:Options:0"] = "Chile",
        });

        using var http = new HttpClient();
        var state = JsonNode.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/_simulator/state", SimulatorServer.Cancel))!;

        Assert.Equal("administrator", (string?)Assert.Single(state["members"]!.AsArray())!["role"]);
        Assert.Equal("Country", (string?)Assert.Single(state["teams"]!.AsArray())!["rule"]!["property"]);
        var property = Assert.Single(state["properties"]!.AsArray());
        Assert.Equal(("Country", "choice", "Chile"), ((string?)property!["name"], (string?)property["type"], (string?)property["options"]![0]));
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_the_start_and_names_the_setting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var refused = await Assert.ThrowsAsync<SettingsException>(() => TestGateway.StartAsync(new()
        {
            ["Gateway:Simulator:Enabled"] = "true",
            ["Gateway:Simulator:Port"] = $"{((IPEndPoint)taken.LocalEndpoint).Port}",
        }));

        Assert.Contains("Gateway:Simulator:Port", refused.Message, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
