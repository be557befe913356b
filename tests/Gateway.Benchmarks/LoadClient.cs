using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Benchmarks;

/// <param name="Rate">Requests per second that were answered 2xx.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="Failed">Answers that were not 2xx.</param>
internal sealed record LoadResult(double Rate, double P50, double P99, long Failed);

/// <summary>
/// HTTP/1.1 over raw sockets, one request in flight a connection: the client must cost less than what it measures, since both share the cores.
/// </summary>
/// <param name="port">On loopback.</param>
/// <param name="path">What is posted to.</param>
/// <param name="key">An API key.</param>
/// <param name="mediaType">Of the bodies.</param>
/// <param name="sign">Further headers for a body, each with its line end; null: none.</param>
internal sealed class LoadClient(int port, string path, string key, string mediaType = "application/json", Func<byte[], string>? sign = null)
{
    /// <summary>Sends what <paramref name="body"/> makes, for as long as told.</summary>
    /// <param name="connections">How many at a time.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="body">Makes the next one.</param>
    /// <param name="pause">Between an answer and the next request of a connection; default: none.</param>
    public async Task<LoadResult> RunAsync(int connections, TimeSpan duration, Func<byte[]> body, TimeSpan pause = default)
    {
        using var stop = new CancellationTokenSource(duration);
        var started = Stopwatch.GetTimestamp();
        var lanes = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => LaneAsync(body, pause, stop.Token))));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var times = lanes.SelectMany(l => l.Times).Order().ToArray();
        if (times.Length == 0) throw new InvalidOperationException("Nothing was answered.");
        return new LoadResult(times.Length / seconds, Percentile(times, 0.50), Percentile(times, 0.99), lanes.Sum(l => l.Failed));
    }

    /// <summary>One request; returns the status.</summary>
    public async Task<int> SendOnceAsync(byte[] body)
    {
        using var lane = new Lane(port);
        await lane.ConnectAsync();
        return await lane.SendAsync(Head(body), body);
    }

    private async Task<(List<double> Times, long Failed)> LaneAsync(Func<byte[]> body, TimeSpan pause, CancellationToken stop)
    {
        using var lane = new Lane(port);
        await lane.ConnectAsync();
        var times = new List<double>(16_384);
        var failed = 0L;
        while (!stop.IsCancellationRequested)
        {
            var bytes = body();
            var head = Head(bytes);
            var at = Stopwatch.GetTimestamp();
            var status = await lane.SendAsync(head, bytes);
            if (status is >= 200 and < 300) times.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            else failed++;
            if (pause > TimeSpan.Zero) await Task.Delay(pause, CancellationToken.None);
        }

        return (times, failed);
    }

    private byte[] Head(byte[] body) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {key}\r\nContent-Type: {mediaType}\r\nContent-Length: {body.Length}\r\n{sign?.Invoke(body)}\r\n");

    public static double Percentile(double[] ordered, double p) => ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * p))];

    private sealed class Lane(int port) : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private byte[] _buffer = new byte[16_384];

        public Task ConnectAsync() => _socket.ConnectAsync(IPAddress.Loopback, port);

        public async Task<int> SendAsync(byte[] head, byte[] body)
        {
            var request = new byte[head.Length + body.Length];
            head.CopyTo(request, 0);
            body.CopyTo(request, head.Length);
            var sent = 0;
            while (sent < request.Length) sent += await _socket.SendAsync(request.AsMemory(sent), SocketFlags.None);

            var length = 0;
            while (true)
            {
                if (length == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(length), SocketFlags.None);
                if (read == 0) throw new IOException("The server closed the connection.");
                length += read;
                if (IsWhole(_buffer.AsSpan(0, length)))
                {
                    return Utf8Parser.TryParse(_buffer.AsSpan(9, 3), out int status, out _) ? status : throw new IOException("Not an HTTP answer.");
                }
            }
        }

        private static bool IsWhole(ReadOnlySpan<byte> answer)
        {
            var end = answer.IndexOf("\r\n\r\n"u8);
            if (end < 0) return false;
            var head = answer[..end];
            var at = head.IndexOf("Content-Length: "u8);
            if (at < 0) return answer.EndsWith("\r\n0\r\n\r\n"u8);
            return Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) && answer.Length >= end + 4 + length;
        }

        public void Dispose() => _socket.Dispose();
    }
}
