using System.Text.Json;
using System.Threading.Channels;
using Gateway.Bus;
using Gateway.Edge;
using Gateway.EventLog;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Gateway.Intake;

/// <summary>
/// Events in over AMQP: takes what waits in <c>gateway.events</c>, appends it in one commit, and acknowledges after that. What is refused
/// goes to <c>gateway.events_error</c> with the problem in a header. Nothing is acknowledged that is in neither place.
/// </summary>
internal sealed partial class AmqpIntake(BusAddress address, AmqpDoor door, EventAppender log, TimeProvider time, ILogger<AmqpIntake> logger) : BackgroundService
{
    public const string Queue = "gateway.events";
    public const string ErrorQueue = DeadLetterQueues.Events;

    /// <summary>The most messages that are in here and not acknowledged: several commits' worth.</summary>
    private const ushort Prefetch = 2000;

    private const int MostInCommit = 1000;
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Each time a gateway goes away with messages in its hands counts as a delivery of them, and RabbitMQ 4 drops a message after twenty
    /// unless told otherwise: it would lose what it has confirmed to the publisher.
    /// </summary>
    internal static readonly IReadOnlyDictionary<string, object?> EventQueueArguments =
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = int.MaxValue };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync(() => pause = TimeSpan.FromSeconds(1), stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException or IOException or TimeoutException)
            {
                // Whatever was not acknowledged is delivered again; an event that is there already is known by its id.
                Log.Disconnected(logger, pause.TotalSeconds, e);
            }

            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestBackOff ? pause * 2 : LongestBackOff;
        }
    }

    /// <summary>Until the connection ends.</summary>
    private async Task ConsumeAsync(Action connected, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = address.Broker!, ClientProvidedName = "gateway events in", AutomaticRecoveryEnabled = false };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await DeclareAsync(connection, Queue, EventQueueArguments, cancellationToken);
        await DeclareAsync(connection, ErrorQueue, DeadLetterQueues.Arguments, cancellationToken);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        await channel.BasicQosAsync(0, Prefetch, global: false, cancellationToken);

        // Bounded by the prefetch.
        var arrived = Channel.CreateUnbounded<AmqpMessage>(new UnboundedChannelOptions { SingleReader = true });
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            arrived.Writer.TryWrite(new AmqpMessage(delivery.DeliveryTag, new BasicProperties(delivery.BasicProperties), delivery.Body.ToArray()));
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) => Ended(arrived);
        channel.ChannelShutdownAsync += (_, _) => Ended(arrived);
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, cancellationToken);
        connected();
        Log.Connected(logger);

        var group = new List<AmqpMessage>();
        while (await arrived.Reader.WaitToReadAsync(cancellationToken))
        {
            while (group.Count < MostInCommit && arrived.Reader.TryRead(out var message)) group.Add(message);
            await TakeAsync(channel, group, cancellationToken);
            await channel.BasicAckAsync(group[^1].Tag, multiple: true, cancellationToken);
            group.Clear();
        }
    }

    /// <summary>One that is there and was declared otherwise is used as it is: its messages must not lie there because of it.</summary>
    private async Task DeclareAsync(IConnection connection, string queue, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        // A refusal closes the channel that asked.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(arguments, StringComparer.Ordinal), cancellationToken: cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.PreconditionFailed)
        {
            Log.DeclaredOtherwise(logger, queue, e.ShutdownReason.ReplyText);
        }
    }

    private static Task Ended(Channel<AmqpMessage> arrived)
    {
        arrived.Writer.TryComplete();
        return Task.CompletedTask;
    }

    /// <summary>Each message of the group is in the log or in the error queue when this returns.</summary>
    private async Task TakeAsync(IChannel channel, List<AmqpMessage> group, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // The default occurredAt is one microsecond later for each next event.
        var judged = group.Select((m, i) => door.Judge(m, now.AddTicks(10 * i))).ToList();
        var appended = await AppendAsync(channel, [.. judged.Where(j => j.Event is not null).Select(j => j.Event!)], cancellationToken);
        var (next, refused) = (0, new List<Task>());
        for (var i = 0; i < group.Count; i++)
        {
            var (source, @event, problem) = judged[i];
            if (@event is not null)
            {
                var outcome = appended[next++].Outcome;
                Counted.Outcome(source!, outcome);
                problem = ProblemOf(outcome);
            }
            else Counted.Refused(source ?? "", Counted.Invalid);

            if (problem is not null) refused.Add(RefuseAsync(channel, group[i], problem, source, now.AddTicks(10 * i), cancellationToken));
        }

        await Task.WhenAll(refused);
    }

    /// <summary>Waits with the broker's messages where the log cannot take them: they are nowhere else.</summary>
    private async Task<IReadOnlyList<Appended>> AppendAsync(IChannel channel, List<NewEvent> events, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await log.AppendAsync(events, cancellationToken);
            }
            catch (LogUnavailableException e) when (channel.IsOpen)
            {
                Log.Waiting(logger, events.Count, e);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    private async Task RefuseAsync(IChannel channel, AmqpMessage message, Problem problem, string? source, DateTimeOffset at, CancellationToken cancellationToken) =>
        await channel.BasicPublishAsync(
            exchange: "", ErrorQueue, mandatory: true, message.Refused(address.User, JsonSerializer.Serialize(problem.Body(traceId: null), ProblemJson), source, at), message.Body, cancellationToken);

    internal static Problem? ProblemOf(AppendOutcome outcome) => outcome switch
    {
        AppendOutcome.Conflict => new Problem(ProblemKind.EventConflict, "The first one stands. To correct it, send a new event with replaces, or retract it."),
        AppendOutcome.Rejected => Problem.Invalid("$", "The store cannot hold this event."),
        _ => null,
    };

    private static JsonSerializerOptions ProblemJson { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private static partial class Log
    {
        [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "Takes events from the broker")]
        public static partial void Connected(ILogger logger);

        [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "The broker is away; asked again in {Seconds} s. Messages wait there, and events over HTTP are taken as ever")]
        public static partial void Disconnected(ILogger logger, double seconds, Exception exception);

        [LoggerMessage(EventId = 5003, Level = LogLevel.Warning, Message = "The log cannot take {Events} events from the broker now; they stay unacknowledged")]
        public static partial void Waiting(ILogger logger, int events, Exception exception);

        [LoggerMessage(EventId = 5004, Level = LogLevel.Warning, Message = "The queue {Queue} is there with other properties, and is used as it is: {Difference}. A delivery limit would lose messages; delete the queue when it is empty")]
        public static partial void DeclaredOtherwise(ILogger logger, string queue, string difference);
    }
}
