using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Servers;

/// <summary>The machine's own rabbitmq-server, on ports and in a folder of its own. Its Erlang port mapper is its own too, and ends with it.</summary>
internal sealed class LocalBroker : IBrokerServer
{
    // The wrapper on the path changes user and folder; this is the server itself.
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ProcessStartInfo _start;
    private readonly string _folder;
    private readonly int _mapperPort;
    private Process _process;

    private LocalBroker(ProcessStartInfo start, string folder, int port, int managementPort, int mapperPort)
    {
        (_start, _folder, _mapperPort) = (start, folder, mapperPort);
        Amqp = new Uri($"amqp://guest:guest@127.0.0.1:{port}");
        Management = new Uri($"http://127.0.0.1:{managementPort}/");
        _process = Launch(start);
    }

    public static bool IsInstalled => File.Exists(Program);

    public Uri Amqp { get; }

    public Uri Management { get; }

    public static async Task<LocalBroker> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-rabbit-").FullName;
        var (port, management, distribution, mapper) = FreePorts();
        await File.WriteAllTextAsync(Path.Combine(folder, "rabbitmq.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            listeners.tcp.default = 127.0.0.1:{port}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {management}
            disk_free_limit.absolute = 50MB
            log.console = false
            """));
        await File.WriteAllTextAsync(Path.Combine(folder, "enabled_plugins"), "[rabbitmq_management].");
        var start = new ProcessStartInfo(Program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (key, value) in (ReadOnlySpan<(string, string)>)
        [
            ("HOME", folder), ("RABBITMQ_NODENAME", $"gateway{port}@localhost"), ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"), ("RABBITMQ_NODE_PORT", Text(port)),
            ("RABBITMQ_DIST_PORT", Text(distribution)), ("ERL_EPMD_ADDRESS", "127.0.0.1"), ("ERL_EPMD_PORT", Text(mapper)),
            ("RABBITMQ_MNESIA_BASE", Path.Combine(folder, "mnesia")), ("RABBITMQ_LOG_BASE", Path.Combine(folder, "log")),
            ("RABBITMQ_PID_FILE", Path.Combine(folder, "pid")), ("RABBITMQ_CONFIG_FILE", Path.Combine(folder, "rabbitmq.conf")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(folder, "enabled_plugins")), ("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        ]) start.Environment[key] = value;
        var broker = new LocalBroker(start, folder, port, management, mapper);
        await broker.WaitAsync();
        return broker;
    }

    /// <summary>As a machine that loses its power: nothing is told to the server.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>As an operator does it: the server closes its connections and files.</summary>
    public async Task StopAsync()
    {
        var server = await File.ReadAllTextAsync(Path.Combine(_folder, "pid"));
        using (var kill = Process.Start("kill", ["-TERM", server.Trim()])) await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
    }

    /// <summary>On the same ports and the same files, after <see cref="KillAsync"/> or <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        _process.Dispose();
        _process = Launch(_start);
        await WaitAsync();
    }

    private static Process Launch(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Until the management API answers: it starts last.</summary>
    private async Task WaitAsync()
    {
        using var http = new HttpClient { BaseAddress = Management };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("guest:guest")));
        await Eventually.SeeAsync(
            async () =>
            {
                if (_process.HasExited) throw new InvalidOperationException($"rabbitmq-server ended with {_process.ExitCode}; its log is in {_folder}.");
                try
                {
                    return (await http.GetAsync(new Uri("api/overview", UriKind.Relative))).StatusCode;
                }
                catch (HttpRequestException)
                {
                    return HttpStatusCode.ServiceUnavailable;
                }
            },
            status => status == HttpStatusCode.OK,
            Patience);
    }

    /// <summary>Empty: it ended meanwhile, or is somebody else's.</summary>
    private static string EnvironmentOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/environ");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>All held at once, so that none is given twice.</summary>
    private static (int, int, int, int) FreePorts()
    {
        using TcpListener a = new(IPAddress.Loopback, 0), b = new(IPAddress.Loopback, 0), c = new(IPAddress.Loopback, 0), d = new(IPAddress.Loopback, 0);
        return (Open(a), Open(b), Open(c), Open(d));

        static int Open(TcpListener listener)
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
        // The port mapper left its parent's tree when it started; it is the one that was given our port.
        foreach (var mapper in Process.GetProcessesByName("epmd").Where(p => EnvironmentOf(p.Id).Contains($"ERL_EPMD_PORT={_mapperPort}\0", StringComparison.Ordinal)))
            mapper.Kill();
        Directory.Delete(_folder, recursive: true);
    }
}
