using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Gateway.Edge.Outgoing;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Notifications;

/// <summary>What came of one try.</summary>
/// <param name="Delivered">Answered with 2xx.</param>
/// <param name="Status">Null: there was no answer.</param>
/// <param name="Error">Null: none.</param>
/// <param name="RetryAfter">What the receiver asks for.</param>
/// <param name="Took">From the first byte to the last.</param>
public sealed record Delivery(bool Delivered, int? Status, string? Error, TimeSpan? RetryAfter, TimeSpan Took);

/// <summary>Sends notifications, and tries again what was not taken.</summary>
public sealed partial class NotificationSender(
    IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, GuardedHandler handlers, TimeProvider time, ILogger<NotificationSender> logger) : IDisposable
{
    /// <summary>Answers are not read for what they say.</summary>
    private const int MaxAnswer = 64 * 1024;

    /// <summary>How long after each try the next one comes, as Standard Webhooks recommends. After the last one it is given up.</summary>
    internal static readonly IReadOnlyList<TimeSpan> Schedule =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    private readonly ConcurrentDictionary<string, Lazy<HttpMessageInvoker>> _http = new(StringComparer.Ordinal);

    /// <summary>For tests: awaited when an answer came that is not recorded yet.</summary>
    internal Func<Task>? Answered { get; set; }

    /// <summary>Sends what is due for one endpoint, the oldest first; returns how many tries there were. One that does not get through ends the turn: the others wait for the next.</summary>
    public async Task<int> SendDueAsync(NotificationEndpoint endpoint, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            if (await NextAsync(endpoint.Name, cancellationToken) is not { } next) return tries;
            var delivery = await SendAsync(endpoint, next.MessageId, Encoding.UTF8.GetBytes(next.Body), cancellationToken);
            if (Answered is { } hook) await hook();
            // The answer is not lost if the process is asked to stop meanwhile.
            await RecordAsync(next, delivery, CancellationToken.None);
            if (!delivery.Delivered) return tries + 1;
        }
    }

    /// <summary>One try, signed now.</summary>
    public async Task<Delivery> SendAsync(NotificationEndpoint endpoint, string messageId, byte[] body, CancellationToken cancellationToken)
    {
        var http = _http.GetOrAdd(endpoint.Name, _ => new(() => handlers.Create(endpoint.Addresses, 4))).Value;
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("gateway");
        request.Headers.Add("webhook-id", messageId);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", endpoint.Signer.Sign(messageId, timestamp, body));

        var started = time.GetTimestamp();
        var exchange = await Exchange.SendAsync(http, request, endpoint.Timeout, MaxAnswer, time, cancellationToken);
        var delivery = Judge(exchange, endpoint.Timeout) with { Took = time.GetElapsedTime(started) };
        Telemetry.NotificationsSent.Add(1, new("endpoint", endpoint.Name), new("outcome", delivery.Delivered ? "delivered" : "failed"));
        Log.Sent(logger, messageId, endpoint.Name, delivery.Delivered, delivery.Status ?? 0);
        return delivery;
    }

    private static Delivery Judge(Exchange exchange, TimeSpan timeout) => exchange switch
    {
        Exchange.Answered { Status: >= 200 and < 300 } a => new(true, a.Status, null, null, default),
        Exchange.Answered { Status: >= 300 and < 400 } a => new(false, a.Status, "It sends us elsewhere, and no redirect is followed.", null, default),
        Exchange.Answered a => new(false, a.Status, $"Answered {a.Status}.", a.RetryAfter, default),
        // Whoever talks that much has taken it.
        Exchange.TooLong { Status: >= 200 and < 300 } t => new(true, t.Status, null, null, default),
        Exchange.TooLong t => new(false, t.Status, $"Answered {t.Status}.", null, default),
        Exchange.TimedOut => new(false, null, $"No whole answer within {timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s.", null, default),
        Exchange.AddressRefused => new(false, null, "The host leads to an address that is not public and not among AllowedAddresses.", null, default),
        Exchange.Broken b => new(false, null, $"{char.ToUpperInvariant(b.Reason[0])}{b.Reason[1..]}.", null, default),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private async Task<NotificationRow?> NextAsync(string endpoint, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<NotificationRow>().AsNoTracking().Where(n => n.Endpoint == endpoint && n.NextAt <= now)
            .OrderBy(n => n.NextAt).ThenBy(n => n.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task RecordAsync(NotificationRow tried, Delivery delivery, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        var row = await write.Db.Set<NotificationRow>().SingleOrDefaultAsync(n => n.Id == tried.Id, cancellationToken);
        // Somebody asked for it to be sent again meanwhile, or another gateway has sent it.
        if (row is null || row.Attempts != tried.Attempts || row.State != NotificationState.Waiting) return;
        var now = time.GetUtcNow();
        row.Attempts++;
        (row.LastAt, row.LastStatus, row.LastError) = (now, delivery.Status, delivery.Error);
        if (delivery.Delivered)
        {
            (row.State, row.NextAt) = (NotificationState.Delivered, null);
        }
        else if (delivery.Status == 410 || row.Attempts > Schedule.Count)
        {
            // 410: the receiver is gone for good, and says so.
            (row.State, row.NextAt) = (NotificationState.Failed, null);
            Log.GivenUp(logger, row.MessageId, row.Type, row.Endpoint, row.Attempts);
        }
        else
        {
            var wait = Schedule[row.Attempts - 1];
            row.NextAt = now + (delivery.RetryAfter > wait && delivery.RetryAfter < TimeSpan.FromDays(1) ? delivery.RetryAfter.Value : wait);
        }

        await write.CommitAsync(cancellationToken);
    }

    public void Dispose()
    {
        foreach (var http in _http.Values)
            if (http.IsValueCreated) http.Value.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(8001, LogLevel.Information, "Notification {Message} was sent to {Endpoint}: delivered {Delivered}, status {Status}")]
        public static partial void Sent(ILogger logger, string message, string endpoint, bool delivered, int status);

        [LoggerMessage(8002, LogLevel.Error, "Notification {Message} ({Type}) is given up: {Endpoint} did not take it in {Attempts} tries")]
        public static partial void GivenUp(ILogger logger, string message, string type, string endpoint, int attempts);
    }
}
