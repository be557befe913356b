using Gateway.Bus;
using Gateway.EventLog;
using RabbitMQ.Client;

namespace Gateway.Changes;

/// <summary>
/// Changes out over AMQP: publishes what changed to the exchange <c>gateway.changes</c>, in order, and moves its position on when the broker
/// has confirmed. One gateway of a store publishes. A broker that is away holds nobody up: what it missed is in the table.
/// </summary>
internal sealed partial class AmqpOut(
    BusAddress address, ILogStore store, ChangeTail tail, ChangeReader reader, PublishedPosition published, TimeProvider time, ILogger<AmqpOut> logger) : BackgroundService
{
    public const string Exchange = "gateway.changes";

    /// <summary>The most messages on their way at once.</summary>
    private const int Most = 500;

    private static readonly TimeSpan ConfirmDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>For tests: awaited when the broker has confirmed and the position is not moved yet.</summary>
    internal Func<Task>? Confirmed { get; set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = ShortestPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var lease = await store.TryLeaseAsync(LeaseOf.ChangesOut, stoppingToken);
                if (lease is null)
                {
                    // Another gateway publishes: asked again soon, it is a question to our own store.
                    pause = ShortestPause;
                }
                else
                {
                    using var mine = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lease.Lost);
                    await PublishAsync(() => pause = ShortestPause, mine.Token);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Broker, store or lease are away: whatever was not confirmed is published again, by this gateway or by another.
                Log.Interrupted(logger, pause.TotalSeconds, e);
            }

            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>For as long as broker and lease are there.</summary>
    private async Task PublishAsync(Action connected, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = address.Broker!, ClientProvidedName = "gateway changes out", AutomaticRecoveryEnabled = false };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        connected();
        Log.Connected(logger);
        var position = await published.FindAsync(cancellationToken) ?? throw new InvalidOperationException("The position is noted at the start.");
        while (true)
        {
            var window = tail.Current;
            if (position.Generation != window.Generation) position = await PublishResetAsync(channel, window, ResetReasons.Unknown, cancellationToken);
            var page = window.Since(position.Number) is { } fresh ? new ChangePage(fresh, false) : await reader.ReadAsync(position.Number, window.Through, Most, cancellationToken);
            if (page.Gone)
            {
                position = await PublishResetAsync(channel, window, ResetReasons.Gone, cancellationToken);
            }
            else if (page.Changes.Count > 0)
            {
                foreach (var group in page.Changes.Chunk(Most)) position = await PublishAsync(channel, position, group, cancellationToken);
            }
            else
            {
                // What was read up to the window's end is all there is below it.
                await window.Next.WaitAsync(cancellationToken);
            }
        }
    }

    private Task<ChangeId> PublishResetAsync(IChannel channel, ChangeWindow window, string reason, CancellationToken cancellationToken)
    {
        var here = new ChangeId(window.Generation, window.Through);
        return PublishAsync(channel, here, [Change.Reset(here, reason, time.GetUtcNow())], cancellationToken);
    }

    private async Task<ChangeId> PublishAsync(IChannel channel, ChangeId before, Change[] changes, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(ConfirmDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        // They go out in this order, on one channel, and all of them are confirmed or none counts.
        var confirmed = new List<Task>(changes.Length);
        foreach (var change in changes)
            confirmed.Add(channel.BasicPublishAsync(Exchange, change.Type, mandatory: false, Properties(change), change.Data, either.Token).AsTask());
        await Task.WhenAll(confirmed);
        if (Confirmed is { } hook) await hook();
        var through = before with { Number = changes[^1].Number };
        await published.SaveAsync(through, cancellationToken);
        Telemetry.ChangesPublished.Add(changes.Length);
        return through;
    }

    /// <summary>
    /// CloudEvents in binary mode. The AMQP binding is written for AMQP 1.0; RabbitMQ's headers are its application properties, so that
    /// attributes are headers with the prefix <c>cloudEvents_</c>, which the binding prefers.
    /// </summary>
    private static BasicProperties Properties(Change change)
    {
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["cloudEvents_specversion"] = "1.0",
            ["cloudEvents_id"] = change.Id,
            ["cloudEvents_source"] = change.Source,
            ["cloudEvents_type"] = change.Type,
            ["cloudEvents_time"] = change.TimeText,
        };
        if (change.Subject is not null) headers["cloudEvents_subject"] = change.Subject;
        return new BasicProperties
        {
            Headers = headers, MessageId = change.Id, ContentType = "application/json", Persistent = true, AppId = "gateway",
            Timestamp = new AmqpTimestamp(change.Time.ToUnixTimeSeconds()),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 6010, Level = LogLevel.Information, Message = "Publishes changes to the broker")]
        public static partial void Connected(ILogger logger);

        [LoggerMessage(EventId = 6011, Level = LogLevel.Warning, Message = "Changes cannot be published now; tried again in {Seconds} s. They are kept until the broker has them")]
        public static partial void Interrupted(ILogger logger, double seconds, Exception exception);
    }
}
