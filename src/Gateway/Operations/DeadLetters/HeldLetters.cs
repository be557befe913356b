using System.Threading.Channels;
using Gateway.Intake;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Gateway.Operations.DeadLetters;

/// <summary>
/// All dead letters, held unacknowledged on one connection. What is not settled goes back when its channel ends, in its old order: a channel's
/// end returns a consumer's messages in the order of their delivery, which neither <c>basic.nack</c> nor <c>basic.get</c> does.
/// </summary>
internal sealed class HeldLetters(IConnection connection, string gateway, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Fewer came than were counted: after this long without another one the rest has expired meanwhile. Long, since a slow broker must not make a part look like all.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, IChannel> _channels = new(StringComparer.Ordinal);

    /// <summary>Takes hold of these queues, and gives the oldest letters that are wanted, in their order; the others are held and forgotten.</summary>
    /// <param name="queues">Each once.</param>
    /// <param name="wanted">Called once for each letter.</param>
    /// <param name="most">How many are given.</param>
    /// <param name="cancellationToken">Give it a deadline.</param>
    public async Task<IReadOnlyList<DeadLetter>> FindAsync(IEnumerable<string> queues, Func<DeadLetter, bool> wanted, int most, CancellationToken cancellationToken)
    {
        var found = new SortedSet<DeadLetter>(new ByAge());
        foreach (var queue in queues)
        {
            await foreach (var message in ReadAsync(queue, cancellationToken))
            {
                var letter = new DeadLetter(queue, message, gateway);
                if (!wanted(letter)) continue;
                if (found.TryGetValue(letter, out var same)) same.Tags.Add(message.Tag);
                else if (found.Add(letter) && found.Count > most) found.Remove(found.Max!);
            }
        }

        return [.. found];
    }

    /// <summary>Takes a letter and its copies off its queue.</summary>
    public async Task SettleAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        foreach (var tag in letter.Tags) await _channels[letter.Queue].BasicAckAsync(tag, multiple: false, cancellationToken);
    }

    /// <summary>Puts a message on another queue; it is there, on disk, when this returns.</summary>
    public async Task PublishAsync(string queue, BasicProperties properties, byte[] body, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        await channel.BasicPublishAsync(exchange: "", queue, mandatory: true, properties, body, cancellationToken);
    }

    /// <summary>Gives back what was not settled. The broker has it all again, and knows what was settled, when this returns.</summary>
    public async Task ReturnAsync(CancellationToken cancellationToken)
    {
        foreach (var (queue, channel) in _channels)
        {
            await channel.CloseAsync(cancellationToken);
            await FreeAsync(queue, cancellationToken);
        }
    }

    /// <summary>Without <see cref="ReturnAsync"/> the broker does the same by itself, a moment later.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels.Values) await channel.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async IAsyncEnumerable<AmqpMessage> ReadAsync(string queue, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await FreeAsync(queue, cancellationToken) is not { } counted) yield break;
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        _channels.Add(queue, channel);
        var arrived = Channel.CreateUnbounded<AmqpMessage>();
        await channel.BasicQosAsync(0, ushort.MaxValue, global: false, cancellationToken);
        await channel.BasicConsumeAsync(queue, autoAck: false, Consumer(channel, arrived.Writer), cancellationToken);

        // Only a leader answers with a consumer; what it had ready is on its way before its second answer.
        uint ready = 0;
        for (var i = 0; i < 2; i++)
        {
            var look = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            if (look.ConsumerCount == 0) throw new IOException("The queue has lost its reader.");
            ready = look.MessageCount;
        }

        for (var seen = 0; seen < counted || ready > 0 || arrived.Reader.Count > 0;)
        {
            using var quiet = new CancellationTokenSource(Quiet, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
            try
            {
                if (!await arrived.Reader.WaitToReadAsync(either.Token)) throw new IOException("The queue is gone.");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                ready = (await DeadLetterBroker.LookAsync(connection, queue, cancellationToken))?.MessageCount ?? 0;
                if (ready == 0) yield break;
            }

            while (arrived.Reader.TryRead(out var message))
            {
                seen++;
                yield return message;
            }

            ready = 0;
        }
    }

    private static AsyncEventingBasicConsumer Consumer(IChannel channel, ChannelWriter<AmqpMessage> arrived)
    {
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            arrived.TryWrite(new AmqpMessage(delivery.DeliveryTag, new BasicProperties(delivery.BasicProperties), delivery.Body.ToArray()));
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) => Ended(arrived);
        channel.ChannelShutdownAsync += (_, _) => Ended(arrived);
        return consumer;
    }

    private static Task Ended(ChannelWriter<AmqpMessage> arrived)
    {
        arrived.TryComplete();
        return Task.CompletedTask;
    }

    /// <summary>How many messages lie there once nobody holds any; null: there is no such queue.</summary>
    /// <exception cref="TimeoutException">Somebody who does not ask for the lock holds some, so that what could be seen were only a part.</exception>
    private async Task<uint?> FreeAsync(string queue, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (await DeadLetterBroker.LookAsync(connection, queue, cancellationToken) is { } look)
        {
            if (look.ConsumerCount == 0) return look.MessageCount;
            if (time.GetElapsedTime(started) > Patience) throw new TimeoutException("Another reader holds messages of the queue.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken);
        }

        return null;
    }
}
