using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Servers;

/// <summary>
/// A network between two programs that can be cut, stopped, slowed down, or made to lose one answer. Listens on one port of this machine for as long
/// as it lives; what it leads to may move.
/// </summary>
internal sealed class TcpProxy : IDisposable
{
    private const int Buffer = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<Link, byte> _links = new();
    private volatile TaskCompletionSource _flows = Flowing();
    private volatile Interruption? _interruption;
    private volatile int _bytesPerSecond;
    private volatile bool _refuses;

    public TcpProxy(Func<EndPoint> target)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(target);
    }

    /// <summary>A way to this server.</summary>
    public TcpProxy(Uri server) : this(() => new DnsEndPoint(server.Host, server.Port)) { }

    public int Port { get; }

    /// <summary>The address of what is at the other end, by way of this.</summary>
    public Uri Through(Uri address) => new UriBuilder(address) { Host = "127.0.0.1", Port = Port }.Uri;

    /// <summary>Ends every connection by a reset and takes none until healed.</summary>
    public void Cut()
    {
        _refuses = true;
        Reset();
    }

    /// <summary>Ends every connection by a reset; whoever connects again is let through.</summary>
    public void Reset()
    {
        foreach (var link in _links.Keys) link.Reset();
    }

    /// <summary>Nothing moves, in either direction, and nobody is told.</summary>
    public void Stall()
    {
        if (_flows.Task.IsCompleted) _flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void SlowTo(int bytesPerSecond) => _bytesPerSecond = bytesPerSecond;

    /// <summary>Lets the next bytes through that hold this text, and instead of their answer ends the connection. Completes when that has happened.</summary>
    public Task LoseAnswerTo(ReadOnlySpan<byte> text) => Arm(new Interruption([text.ToArray()], InterruptionKind.LoseAnswer));

    /// <summary>Keeps the next bytes that hold this text, and whatever follows them on that connection, until healed. Completes when they came.</summary>
    public Task Hold(ReadOnlySpan<byte> text) => Arm(new Interruption([text.ToArray()], InterruptionKind.Hold));

    /// <summary>Once a connection has carried the first text and then the second, keeps the answer to that until healed. Completes when it is kept.</summary>
    public Task HoldAnswerTo(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => Arm(new Interruption([first.ToArray(), second.ToArray()], InterruptionKind.HoldAnswer));

    /// <summary>All is well again. Bytes that were held go on their way.</summary>
    public void Heal()
    {
        _refuses = false;
        _bytesPerSecond = 0;
        _interruption?.Released.TrySetResult();
        _interruption = null;
        _flows.TrySetResult();
    }

    /// <summary>One of the connections that stand leads to the server from this port.</summary>
    public bool Carries(int port) => _links.Keys.Any(l => l.LocalPort == port);

    private Task Arm(Interruption interruption)
    {
        _interruption = interruption;
        return interruption.Met.Task;
    }

    private static TaskCompletionSource Flowing()
    {
        var flowing = new TaskCompletionSource();
        flowing.SetResult();
        return flowing;
    }

    private async Task AcceptAsync(Func<EndPoint> target)
    {
        while (!_over.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_over.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = ServeAsync(client, target());
        }
    }

    private async Task ServeAsync(Socket client, EndPoint target)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        var link = new Link(client, server);
        _links[link] = 0;
        try
        {
            if (_refuses)
            {
                link.Reset();
                return;
            }

            await server.ConnectAsync(target, _over.Token);
            link.LocalPort = ((IPEndPoint)server.LocalEndPoint!).Port;
            // Whichever side ends first, the other is told at once.
            await await Task.WhenAny(UpAsync(link), DownAsync(link));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            link.Reset();
        }
        finally
        {
            _links.TryRemove(link, out _);
            link.Close();
        }
    }

    private async Task UpAsync(Link link)
    {
        var buffer = new byte[Buffer];
        while (await link.Client.ReceiveAsync(buffer, _over.Token) is > 0 and var read)
        {
            if (_interruption is { } interruption && interruption.Meets(link, buffer.AsSpan(0, read)))
            {
                if (interruption.Kind == InterruptionKind.Hold)
                {
                    interruption.Met.TrySetResult();
                    await interruption.Released.Task.WaitAsync(_over.Token);
                }
                else link.NextAnswer = interruption;
            }

            await PassAsync(link.Server, buffer.AsMemory(0, read));
        }
    }

    private async Task DownAsync(Link link)
    {
        var buffer = new byte[Buffer];
        while (await link.Server.ReceiveAsync(buffer, _over.Token) is > 0 and var read)
        {
            if (link.NextAnswer is { } interruption)
            {
                link.NextAnswer = null;
                if (interruption.Kind == InterruptionKind.LoseAnswer) link.Reset();
                interruption.Met.TrySetResult();
                if (interruption.Kind == InterruptionKind.LoseAnswer) return;
                await interruption.Released.Task.WaitAsync(_over.Token);
            }

            await PassAsync(link.Client, buffer.AsMemory(0, read));
        }
    }

    private async Task PassAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            await _flows.Task.WaitAsync(_over.Token);
            var slow = _bytesPerSecond;
            var part = slow == 0 ? bytes : bytes[..Math.Min(bytes.Length, Math.Max(1, slow / 20))];
            if (slow != 0) await Task.Delay(TimeSpan.FromSeconds((double)part.Length / slow), _over.Token);
            for (var left = part; !left.IsEmpty;) left = left[await to.SendAsync(left, _over.Token)..];
            bytes = bytes[part.Length..];
        }
    }

    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
        Heal();
        Reset();
        _over.Dispose();
    }
}
