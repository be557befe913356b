using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;

namespace Gateway.Tests.ChangeStreams;

/// <summary>An event as it came.</summary>
internal sealed record Heard(string Id, string Type, JsonElement Json)
{
    public long Number => long.Parse(Id[(Id.LastIndexOf('-') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    public string? Subject => Json.TryGetProperty("subject", out var subject) ? subject.GetString() : null;

    public JsonElement Data => Json.GetProperty("data");
}

/// <summary>A client for server-sent events as the standard has it, written from it: it knows ids, events, data, comments and retry, and nothing of the gateway.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly HttpResponseMessage _response;
    private readonly Task _reading;
    private readonly Channel<Heard> _heard = Channel.CreateUnbounded<Heard>();
    private readonly Channel<string> _comments = Channel.CreateUnbounded<string>();

    private Listener(HttpResponseMessage response)
    {
        _response = response;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>As a client keeps it for when it comes back.</summary>
    public string LastEventId { get; private set; } = "";

    public string? Retry { get; private set; }

    /// <summary>Everything, as text.</summary>
    public string Text
    {
        get { lock (_said) return _said.ToString(); }
    }

    private readonly System.Text.StringBuilder _said = new();

    public static async Task<Listener> StartAsync(TestGateway gateway, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/changes" + query);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new Listener(response);
    }

    public async Task<Heard> NextAsync() => await _heard.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<List<Heard>> NextAsync(int count)
    {
        var heard = new List<Heard>();
        while (heard.Count < count) heard.Add(await NextAsync());
        return heard;
    }

    public async Task<string> NextCommentAsync() => await _comments.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Until the server says that there is no more.</summary>
    public Task EndAsync() => _reading.WaitAsync(Patience);

    /// <summary>Nothing is there that nobody asked for.</summary>
    public void HeardNoMore() => Assert.False(_heard.Reader.TryRead(out var more), more?.ToString());

    private async Task ReadAsync()
    {
        try
        {
            using var lines = new StreamReader(await _response.Content.ReadAsStreamAsync());
            var (id, type, data) = ("", "", "");
            while (await lines.ReadLineAsync() is { } line)
            {
                lock (_said) _said.AppendLine(line);
                if (line.Length == 0)
                {
                    LastEventId = id;
                    if (data.Length > 0) _heard.Writer.TryWrite(new Heard(id, type, JsonDocument.Parse(data).RootElement));
                    (type, data) = ("", "");
                }
                else if (line[0] == ':') _comments.Writer.TryWrite(line[1..].Trim());
                else if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
                else if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) data += line[6..];
                else if (line.StartsWith("retry: ", StringComparison.Ordinal)) Retry = line[7..];
                else throw new UnreachableException(line);
            }

            _heard.Writer.TryComplete();
        }
        catch (Exception e) when (e is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException)
        {
            _heard.Writer.TryComplete();
        }
#pragma warning disable CA1031 // Whoever listens next is given it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _heard.Writer.TryComplete(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        await _reading;
    }
}
