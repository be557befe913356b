using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Servers;

/// <summary>A line to a server that can be cut: both ends lose it at once, as when a process dies.</summary>
internal sealed class Line : IDisposable
{
    private readonly Uri _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _ends = [];

    public Line(Uri server)
    {
        _server = server;
        _listener.Start();
        Address = new UriBuilder(server) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _ = CarryAsync();
    }

    /// <summary>The server's, through this line.</summary>
    public Uri Address { get; }

    public void Cut()
    {
        lock (_ends)
        {
            foreach (var end in _ends)
            {
                end.LingerState = new LingerOption(true, 0);
                end.Dispose();
            }

            _ends.Clear();
        }
    }

    private async Task CarryAsync()
    {
        while (true)
        {
            TcpClient near;
            try
            {
                near = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            var far = new TcpClient();
            await far.ConnectAsync(_server.Host, _server.Port);
            lock (_ends) _ends.AddRange([near, far]);
            _ = CopyAsync(near, far);
            _ = CopyAsync(far, near);
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or SocketException)
        {
            // The line was cut, or an end has hung up.
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }
}
