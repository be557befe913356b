using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;

namespace Gateway.Benchmarks;

/// <summary>A server process on a port and a folder of its own.</summary>
internal sealed class Server : IAsyncDisposable
{
    public const string Key = "gwk_development";

    private readonly Process _process;

    private Server(Process process, int port, string folder, TimeSpan firstAnswer) =>
        (_process, Port, Folder, FirstAnswer) = (process, port, folder, firstAnswer);

    /// <summary>The folder is somebody else's, and stays.</summary>
    public bool KeepsFolder { get; set; }

    public int Port { get; }

    public string Folder { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan FirstAnswer { get; }

    public static Task<Server> BareAsync() => RivalAsync("serve-bare");

    public static Task<Server> SaveChangesAsync() => RivalAsync("serve-savechanges");

    public static Task<Server> InsertAsync(string database) => RivalAsync("serve-insert", database);

    /// <summary>The gateway as it is built, with these settings on top of its defaults.</summary>
    public static Task<Server> GatewayAsync(params (string Key, string Value)[] settings) => GatewayOnAsync(Directory.CreateTempSubdirectory("gateway-bench-").FullName, settings);

    /// <summary>On the store of a folder.</summary>
    public static Task<Server> GatewayOnAsync(string folder, params (string Key, string Value)[] settings)
    {
        var port = FreePort();
        var start = Start(Path.Combine(AppContext.BaseDirectory, "gateway.dll"));
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["ConnectionStrings__Gateway"] = Path.Combine(folder, "gateway.db");
        start.Environment["Gateway__Simulator__Enabled"] = "false";
        start.Environment["Gateway__Sync__OnChange"] = "false";
        start.Environment["Gateway__Limits__Rate"] = "0";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Logging__LogLevel__Microsoft"] = "Warning";
        foreach (var (key, value) in settings) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        return RunAsync(start, port, folder, "/health/live");
    }

    /// <summary>The simulated Officevibe in a process of its own.</summary>
    public static Task<Server> SimulatorAsync(string key)
    {
        var port = FreePort();
        var start = Start(Path.Combine(AppContext.BaseDirectory, "gateway.dll"), "simulator");
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Gateway__Simulator__Port"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["Gateway__Officevibe__ApiKey"] = key;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        return RunAsync(start, port, Directory.CreateTempSubdirectory("gateway-bench-").FullName, "/");
    }

    /// <summary>Resident memory in MB: now, or the highest since <see cref="ForgetPeak"/>.</summary>
    public double MemoryMb(bool peak = false)
    {
        var name = peak ? "VmHWM:" : "VmRSS:";
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }

    public void ForgetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    private static Task<Server> RivalAsync(string what, string? store = null)
    {
        var (port, folder) = (FreePort(), Directory.CreateTempSubdirectory("gateway-bench-").FullName);
        var start = Start(Path.Combine(AppContext.BaseDirectory, "Gateway.Benchmarks.dll"), what, port.ToString(CultureInfo.InvariantCulture), store ?? folder);
        return RunAsync(start, port, folder, "/");
    }

    private static ProcessStartInfo Start(string dll, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(dll);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    private static async Task<Server> RunAsync(ProcessStartInfo start, int port, string folder, string probe)
    {
        var began = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        while (true)
        {
            if (process.HasExited) throw new InvalidOperationException($"{start.ArgumentList[0]} ended with {process.ExitCode}.");
            try
            {
                await http.GetAsync(new Uri(probe, UriKind.Relative));
                return new Server(process, port, folder, Stopwatch.GetElapsedTime(began));
            }
            catch (HttpRequestException)
            {
                await Task.Delay(10);
            }
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (!KeepsFolder) Directory.Delete(Folder, recursive: true);
    }
}
