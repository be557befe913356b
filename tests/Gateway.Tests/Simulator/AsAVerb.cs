using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Gateway.Tests.Simulator;

/// <summary><c>gateway simulator</c>, as a composition starts it: a process of its own that is told its key by a file.</summary>
public sealed class AsAVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_simulator_alone_takes_the_key_that_gateways_are_given_in_a_file_and_ends_when_it_is_told_to()
    {
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "a-key\n");
        var port = FreePort();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var simulator = Start(("Gateway__Simulator__Port", $"{port}"), ("Gateway__Officevibe__ApiKey__FILE", secret));
        try
        {
            var said = await simulator.StandardOutput.ReadLineAsync(patience.Token);
            var right = await PingAsync(port, "a-key");
            var wrong = await PingAsync(port, "another");
            using (var kill = Process.Start("kill", ["-TERM", $"{simulator.Id}"])) await kill.WaitForExitAsync(patience.Token);
            await simulator.WaitForExitAsync(patience.Token);

            Assert.Contains($"http://127.0.0.1:{port}", said, StringComparison.Ordinal);
            Assert.Equal(("application/json", "text/html"), (right, wrong));
            Assert.Equal(0, simulator.ExitCode);
        }
        finally
        {
            if (!simulator.HasExited) simulator.Kill();
            File.Delete(secret);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_ends_with_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var output = new StringWriter();
        await using var error = new StringWriter();

        var code = await Gateway.Operations.CommandLine.GatewayCommandLine.RunAsync(["simulator", $"--Gateway:Simulator:Port={((IPEndPoint)taken.LocalEndpoint).Port}"], output, error);

        Assert.Equal(1, code);
        Assert.Contains("Gateway:Simulator:Port", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
    }

    private static Process Start(params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Path.Combine(AppContext.BaseDirectory, "gateway.dll"), "simulator" }, RedirectStandardOutput = true };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>The media type of the answer: JSON for a valid key, else the login page.</summary>
    private static async Task<string?> PingAsync(int port, string key)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.GetAsync($"http://127.0.0.1:{port}/api/v2/ping", TestContext.Current.CancellationToken);
        return answer.Content.Headers.ContentType?.MediaType;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
