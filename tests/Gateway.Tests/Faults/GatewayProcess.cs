using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Faults;

/// <summary>The gateway as its users run it: a process of its own on a folder and a port, which can be killed.</summary>
internal sealed class GatewayProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private GatewayProcess(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        process.OutputDataReceived += (_, e) => Note(e.Data);
        process.ErrorDataReceived += (_, e) => Note(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>What it wrote, for a failing test.</summary>
    public string Said
    {
        get { lock (_said) return _said.ToString(); }
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static GatewayProcess Start(string folder, int port, Dictionary<string, string>? settings = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "gateway.dll") },
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development", ["DOTNET_ENVIRONMENT"] = "Development", ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["ConnectionStrings__Gateway"] = Path.Combine(folder, "gateway.db"), ["Gateway__Simulator__Enabled"] = "false", ["Gateway__Sync__OnChange"] = "false",
            ["Logging__LogLevel__Default"] = "Warning", ["DOTNET_gcServer"] = "0", ["TieredPGO"] = "0",
        };
        foreach (var (key, value) in environment.Concat(settings ?? [])) start.Environment[key] = value;
        return new GatewayProcess(new Process { StartInfo = start }, new Uri($"http://127.0.0.1:{port}"));
    }

    /// <summary>Until it answers. False: it ended before.</summary>
    public async Task<bool> IsUpAsync()
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        return await Eventually.SeeAsync<bool?>(async () =>
        {
            if (_process.HasExited) return false;
            try
            {
                using var response = await http.GetAsync("/health/live");
                return response.IsSuccessStatusCode ? true : null;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                return null;
            }
        }, up => up is not null, TimeSpan.FromSeconds(60)) == true;
    }

    /// <summary>True: it ended by itself within this time.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        using var patience = new CancellationTokenSource(time);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The processes that it has started and that run, on Linux.</summary>
    public IReadOnlyList<int> Children =>
    [
        .. Directory.EnumerateDirectories($"/proc/{_process.Id}/task").SelectMany(t => File.ReadAllText(Path.Combine(t, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(c => int.Parse(c, System.Globalization.CultureInfo.InvariantCulture)),
    ];

    public int ExitCode => _process.ExitCode;

    /// <summary>As <c>kill -9</c>: nothing is told to the process, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends a signal by its name, such as STOP and CONT.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_said) _said.AppendLine(line);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
