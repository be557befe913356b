using System.Net.Sockets;

namespace Gateway.Tests.Servers;

/// <summary>Whether an engine for containers is there.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks its socket, which takes milliseconds; the client of an engine that is not there takes longer to give up.</summary>
    public static bool Answers()
    {
        var host = new Uri(Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } named ? named : "unix:///var/run/docker.sock");
        using var socket = host.Scheme == "unix"
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var connected = host.Scheme == "unix"
                ? socket.ConnectAsync(new UnixDomainSocketEndPoint(host.AbsolutePath), patience.Token)
                : socket.ConnectAsync(host.Host, host.Port, patience.Token);
            connected.AsTask().GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
