using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Servers;

/// <summary>A server of this machine's own programs, on a port and a folder of its own, ended with the test run by its process id.</summary>
internal sealed class LocalPostgres
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _programs;
    private readonly string _data;
    private readonly string _options;
    private string _process = "";

    private LocalPostgres(string programs, string folder, int port)
    {
        (_programs, Folder, _data) = (programs, folder, Path.Combine(folder, "data"));
        // Nobody pulls this machine's plug: what a test kills is a process, and what a process wrote the system keeps.
        _options = string.Create(CultureInfo.InvariantCulture, $"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=400 -c max_prepared_transactions=10");
        (Port, ConnectionString) = (port, string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Database=postgres;Username=gateway"));
    }

    public int Port { get; }

    /// <summary>As somebody who may do anything, to the database <c>postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Data, log and socket.</summary>
    public string Folder { get; }

    /// <summary>The folder of <c>initdb</c> and <c>pg_ctl</c>, the newest first; null: there is none.</summary>
    public static string? FindPrograms()
    {
        IEnumerable<string> debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var n) ? n : 0).Select(d => Path.Combine(d, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return debian.Concat(path).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pg_ctl")));
    }

    /// <param name="programs">Of <see cref="FindPrograms"/>.</param>
    /// <param name="folder">Empty, and only this server's; default: a temporary one. Taken away at the end.</param>
    public static async Task<LocalPostgres> StartAsync(string programs, string? folder = null)
    {
        folder ??= Directory.CreateTempSubdirectory("gateway-postgres-").FullName;
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", folder);
        var server = new LocalPostgres(programs, folder, FreePort());
        await RunAsServerAsync(Path.Combine(programs, "initdb"), "-D", server._data, "-U", "gateway", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await server.StartAgainAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.End();
        return server;
    }

    /// <summary>Starts it if it does not run. A server that was killed leaves children for a moment, which are waited for.</summary>
    public async Task StartAgainAsync()
    {
        if (IsRunning) return;
        await Eventually.SeeAsync<string?>(
            () => TryAsServerAsync(Path.Combine(_programs, "pg_ctl"), "-D", _data, "-l", Path.Combine(Folder, "log"), "-w", "-o", _options, "start"),
            failure => failure is null, Patience);
        _process = (await File.ReadAllLinesAsync(Path.Combine(_data, "postmaster.pid")))[0];
    }

    /// <summary>As a crash of all its processes at once, by its own program.</summary>
    public Task StopImmediatelyAsync() => RunAsServerAsync(Path.Combine(_programs, "pg_ctl"), "-D", _data, "-m", "immediate", "-w", "stop");

    public async Task KillAsync()
    {
        using var server = Process.GetProcessById(int.Parse(_process, CultureInfo.InvariantCulture));
        server.Kill(entireProcessTree: true);
        await Eventually.SeeAsync(() => IsRunning, running => !running);
    }

    /// <summary>One that has ended and that nobody has asked about yet does not run.</summary>
    public bool IsRunning
    {
        get
        {
            try
            {
                return _process.Length > 0 && !File.ReadAllText($"/proc/{_process}/stat").Contains(") Z ", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    /// <summary>For good, with its files.</summary>
    public void End()
    {
        if (IsRunning)
        {
            using (var kill = Process.Start("kill", ["-QUIT", _process])) kill.WaitForExit();
            using (var wait = Process.Start("tail", ["--pid=" + _process, "-f", "/dev/null"])) wait.WaitForExit(TimeSpan.FromSeconds(10));
        }

        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    /// <summary>It refuses to run as root.</summary>
    private static Task RunAsServerAsync(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : RunAsync(program, arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        if (await TryAsync(program, arguments) is { } failure) throw new InvalidOperationException(failure);
    }

    private static Task<string?> TryAsServerAsync(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess ? TryAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : TryAsync(program, arguments);

    /// <summary>Null: it did.</summary>
    private static async Task<string?> TryAsync(string program, params string[] arguments)
    {
        // The server inherits these pipes and keeps them open, so that they are read only after a failure.
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" })!;
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode == 0 ? null : $"{program} ended with {process.ExitCode}: {await process.StandardError.ReadToEndAsync(patience.Token)}";
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
