using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Gateway.Tests.Servers;

/// <summary>What an interruption does.</summary>
internal enum InterruptionKind
{
    LoseAnswer,
    Hold,
    HoldAnswer,
}

/// <summary>Something that happens once, on the connection that first carries these texts one after another.</summary>
internal sealed class Interruption(byte[][] texts, InterruptionKind kind)
{
    private readonly ConcurrentDictionary<Link, int> _seen = new();
    private int _taken;

    public InterruptionKind Kind => kind;

    public TaskCompletionSource Met { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True: these bytes complete it.</summary>
    public bool Meets(Link link, ReadOnlySpan<byte> bytes)
    {
        var seen = _seen.GetValueOrDefault(link);
        while (seen < texts.Length && bytes.IndexOf(texts[seen]) is >= 0 and var at) bytes = bytes[(at + texts[seen++].Length)..];
        _seen[link] = seen;
        return seen == texts.Length && Interlocked.Exchange(ref _taken, 1) == 0;
    }
}

/// <summary>A connection through a proxy: its two ends.</summary>
internal sealed class Link(Socket client, Socket server)
{
    public Socket Client => client;

    public Socket Server => server;

    /// <summary>What happens to what the server says next.</summary>
    public volatile Interruption? NextAnswer;

    /// <summary>0: not yet connected, or no more.</summary>
    public int LocalPort { get; set; }

    public void Reset()
    {
        LocalPort = 0;
        foreach (var socket in (Socket[])[client, server])
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It has ended by itself.
            }

            socket.Dispose();
        }
    }

    public void Close()
    {
        client.Dispose();
        server.Dispose();
    }
}
