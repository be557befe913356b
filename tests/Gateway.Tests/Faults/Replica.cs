using System.Globalization;
using Gateway.Tests.Servers;

namespace Gateway.Tests.Faults;

/// <summary>One gateway of the cluster: a process, and the networks that lead from it to its servers.</summary>
internal sealed class Replica(string name, string folder, TcpProxy postgres, TcpProxy broker, TcpProxy officevibe, Dictionary<string, string> settings) : IAsyncDisposable
{
    private readonly int _port = GatewayProcess.FreePort();
    private readonly List<string> _said = [];
    private GatewayProcess? _process;

    public string Name => name;

    public TcpProxy Postgres => postgres;

    public TcpProxy Broker => broker;

    public TcpProxy Officevibe => officevibe;

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    public bool IsDown => _process is null;

    /// <summary>What it and the processes before it wrote, for a failing test.</summary>
    public string Said => string.Join('\n', [.. _said, _process?.Said ?? ""]);

    /// <summary>Starts it if it does not run, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        if (_process is not null) return;
        Directory.CreateDirectory(folder);
        _process = GatewayProcess.Start(folder, _port, settings);
        Assert.True(await _process.IsUpAsync(), $"Replica {name} does not start:\n{_process.Said}");
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        await process.KillAsync();
        _said.Add(process.Said);
        process.Dispose();
        _process = null;
    }

    /// <summary>It stands still where it is, and its connections stay open.</summary>
    public void Pause() => _process!.Signal("STOP");

    public void GoOn() => _process!.Signal("CONT");

    /// <summary>All its networks work.</summary>
    public void Heal()
    {
        postgres.Heal();
        broker.Heal();
        officevibe.Heal();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        postgres.Dispose();
        broker.Dispose();
        officevibe.Dispose();
    }
}
