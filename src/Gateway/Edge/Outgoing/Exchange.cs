using System.Net.Http.Headers;

namespace Gateway.Edge.Outgoing;

/// <summary>What came of a call to others.</summary>
public abstract record Exchange
{
    private Exchange() { }

    /// <summary>A whole answer, whatever it says.</summary>
    /// <param name="RetryAfter">What the other side asks for; null: nothing.</param>
    public sealed record Answered(int Status, string? MediaType, byte[] Body, TimeSpan? RetryAfter) : Exchange;

    /// <summary>No whole answer within the deadline.</summary>
    public sealed record TimedOut : Exchange;

    /// <summary>The answer is longer than is taken in.</summary>
    public sealed record TooLong(int Status) : Exchange;

    /// <summary>The name leads to an address that is not allowed: nothing was sent.</summary>
    public sealed record AddressRefused : Exchange;

    /// <summary>No connection, or it broke.</summary>
    /// <param name="Reason">In a few words, without data.</param>
    /// <param name="Unsent">There was no connection: trying at once cannot do a thing twice.</param>
    public sealed record Broken(string Reason, bool Unsent) : Exchange;

    /// <summary>Sends, and reads the answer to its end. One deadline for all of it: bytes that drip in do not move it.</summary>
    public static async Task<Exchange> SendAsync(
        HttpMessageInvoker http, HttpRequestMessage request, TimeSpan deadline, int maxBytes, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var begun = false;
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            begun = true;
            if (response.Content.Headers.ContentLength > maxBytes) return new TooLong((int)response.StatusCode);
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            return await ReadAsync(stream, maxBytes, either.Token) is { } body
                ? new Answered((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body, Asked(response.Headers.RetryAfter, time.GetUtcNow()))
                : new TooLong((int)response.StatusCode);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new TimedOut();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own patience with a connection, which is shorter.
            return new Broken("no connection in time", Unsent: false);
        }
        catch (HttpRequestException e) when (IsRefusal(e))
        {
            return new AddressRefused();
        }
        catch (HttpRequestException e)
        {
            return Of(e.HttpRequestError, begun);
        }
        catch (IOException)
        {
            return Of(HttpRequestError.ResponseEnded, begun);
        }
    }

    /// <summary>Null: there is more than that.</summary>
    private static async Task<byte[]?> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (whole.Length + read > maxBytes) return null;
            await whole.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return whole.ToArray();
    }

    private static bool IsRefusal(Exception? e)
    {
        while (e is not (null or AddressRefusedException)) e = e.InnerException;
        return e is not null;
    }

    private static Broken Of(HttpRequestError error, bool begun) => error switch
    {
        HttpRequestError.NameResolutionError => new("the host's name is not known", Unsent: true),
        HttpRequestError.SecureConnectionError => new("no secure connection: its certificate was not taken", Unsent: true),
        HttpRequestError.ConnectionError => new("no connection", Unsent: true),
        _ => new(begun ? "the answer broke off" : "the connection broke", Unsent: false),
    };

    private static TimeSpan? Asked(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var asked = header?.Delta ?? header?.Date - now;
        return asked > TimeSpan.Zero ? asked : null;
    }
}
