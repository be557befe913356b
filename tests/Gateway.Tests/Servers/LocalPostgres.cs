using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Servers;

/// <summary>A server of this machine's own programs, on a port and a folder of its own, ended with the test run by its process id.</summary>
internal static class LocalPostgres
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The folder of <c>initdb</c> and <c>pg_ctl</c>, the newest first; null: there is none.</summary>
    public static string? FindPrograms()
    {
        IEnumerable<string> debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var n) ? n : 0).Select(d => Path.Combine(d, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return debian.Concat(path).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pg_ctl")));
    }

    public static async Task<string> StartAsync(string programs)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-postgres-").FullName;
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", folder);
        var (data, port) = (Path.Combine(folder, "data"), FreePort());
        await RunAsServerAsync(Path.Combine(programs, "initdb"), "-D", data, "-U", "gateway", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        // Nobody pulls this machine's plug: what a test kills is a process, and what a process wrote the system keeps.
        var settings = string.Create(CultureInfo.InvariantCulture, $"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=400 -c max_prepared_transactions=10");
        await RunAsServerAsync(Path.Combine(programs, "pg_ctl"), "-D", data, "-l", Path.Combine(folder, "log"), "-w", "-o", settings, "start");
        var process = (await File.ReadAllLinesAsync(Path.Combine(data, "postmaster.pid")))[0];
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(process, folder);
        return string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Database=postgres;Username=gateway");
    }

    private static void End(string process, string folder)
    {
        using (var kill = Process.Start("kill", ["-QUIT", process])) kill.WaitForExit();
        using (var wait = Process.Start("tail", ["--pid=" + process, "-f", "/dev/null"])) wait.WaitForExit(TimeSpan.FromSeconds(10));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>It refuses to run as root.</summary>
    private static Task RunAsServerAsync(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : RunAsync(program, arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // The server inherits these pipes and keeps them open, so that they are read only after a failure.
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" })!;
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await process.StandardError.ReadToEndAsync(patience.Token)}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
