using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace Gateway.Changes;

/// <summary>How many listen to this process.</summary>
internal sealed class ChangeListeners(IOptions<ChangesOptions> options)
{
    private int _count;

    /// <summary>False: there are as many as there may be.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= options.Value.MaxListeners)
        {
            Telemetry.ChangeListeners.Add(1);
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _count);
        Telemetry.ChangeListeners.Add(-1);
    }
}

/// <summary>Where a listener begins.</summary>
/// <param name="After">The last change that it had.</param>
/// <param name="Reset">Why it has to read the company anew first; null: it has not.</param>
internal readonly record struct ListenFrom(long After, string? Reset);

/// <summary>
/// Sends changes to one listener, as server-sent events, until it goes, the process stops, or its time is over. It is sent what it can take:
/// whoever is slow lags behind, and a connection that takes nothing at all is cut by the server.
/// </summary>
internal sealed class ChangeListener(
    ChangeTail tail, ChangeReader reader, ChangeListeners listeners, IHostApplicationLifetime lifetime, TimeProvider time, IOptions<ChangesOptions> options)
{
    private const int Most = 500;
    private const int FlushAt = 64 * 1024;

    /// <summary>In how many milliseconds a client comes back.</summary>
    private const int Retry = 2000;

    /// <summary>The caller has entered it among <see cref="ChangeListeners"/>; it leaves here.</summary>
    public async Task SendAsync(HttpContext context, ListenFrom from, TypeFilter types)
    {
        using var over = new CancellationTokenSource(options.Value.ListenFor, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, over.Token);
        try
        {
            var response = context.Response;
            response.ContentType = "text/event-stream";
            // Proxies pass it on as it comes.
            response.Headers["X-Accel-Buffering"] = "no";
            await WriteAsync(response, string.Create(CultureInfo.InvariantCulture, $"retry: {Retry}\n\n"), end.Token);
            if (from.Reset is { } reason) await response.BodyWriter.WriteAsync(Change.Reset(new(tail.Current.Generation, from.After), reason, time.GetUtcNow()).Frame, end.Token);
            else await WriteAsync(response, Place(from.After), end.Token);
            await FollowAsync(response, from.After, types, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // It comes back with the id of the last change it had.
        }
        finally
        {
            listeners.Leave();
        }
    }

    private async Task FollowAsync(HttpResponse response, long position, TypeFilter types, CancellationToken end)
    {
        while (true)
        {
            var window = tail.Current;
            var page = window.Since(position) is { } fresh ? new ChangePage(fresh, false) : await reader.ReadAsync(position, window.Through, Most, end);
            if (page.Gone)
            {
                position = window.Through;
                await response.BodyWriter.WriteAsync(Change.Reset(new(window.Generation, position), ResetReasons.Gone, time.GetUtcNow()).Frame, end);
                continue;
            }

            foreach (var change in page.Changes.Where(c => types.Wants(c.Type)))
            {
                response.BodyWriter.Write(change.Frame);
                if (response.BodyWriter.UnflushedBytes > FlushAt) await response.BodyWriter.FlushAsync(end);
            }

            await response.BodyWriter.FlushAsync(end);
            position = page.Changes.Count > 0 ? page.Changes[^1].Number : Math.Max(position, window.Through);
            if (position >= window.Through) await WaitAsync(response, window, position, end);
        }
    }

    /// <summary>Until there is something new; meanwhile a sign of life now and then, with the place that the listener has come to.</summary>
    private async Task WaitAsync(HttpResponse response, ChangeWindow window, long position, CancellationToken end)
    {
        while (true)
        {
            try
            {
                await window.Next.WaitAsync(options.Value.KeepAlive, time, end);
                return;
            }
            catch (TimeoutException)
            {
                await WriteAsync(response, ": still here\n" + Place(position), end);
            }
        }
    }

    /// <summary>An id without data: a client notes it and shows nobody an event.</summary>
    private string Place(long position) => $"id: {new ChangeId(tail.Current.Generation, position)}\n\n";

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken end) => await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text), end);
}

/// <summary>Why a stream does not go on where a listener left it. Part of the contract.</summary>
internal static class ResetReasons
{
    /// <summary>Its changes were numbered anew, or it is not ours.</summary>
    public const string Unknown = "unknown_id";

    /// <summary>What came after it is no longer kept.</summary>
    public const string Gone = "no_longer_kept";
}
