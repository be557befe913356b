using Gateway.Bus;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Gateway.Operations.DeadLetters;

/// <summary>The way to the queues of dead letters. Who looks holds them alone, on a connection of its own (docs/adr/0014).</summary>
internal sealed class DeadLetterBroker(BusAddress address, TimeProvider time)
{
    /// <summary>An exclusive queue is the lock: it belongs to one connection, and ends with it, however that ends.</summary>
    private const string Lock = "gateway.dead-letters.reader";

    private const ushort ResourceLocked = 405;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>False: messages stay in this process, where a message that cannot be handled is never kept. There are no dead letters, and never were.</summary>
    public bool Exists => address.Broker is not null;

    /// <summary>Whether this says that the broker, or the way to it, failed.</summary>
    public static bool IsAway(Exception e) =>
        e is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException or PublishException or IOException or TimeoutException or OperationCanceledException;

    /// <summary>Holds the dead letters of all queues; null: somebody else does, and does not let go.</summary>
    /// <param name="cancellationToken">Ends the holding too: give it a deadline.</param>
    public async Task<HeldLetters?> HoldAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        try
        {
            var started = time.GetTimestamp();
            while (!await TryLockAsync(connection, cancellationToken))
            {
                if (time.GetElapsedTime(started) > Patience)
                {
                    await connection.DisposeAsync();
                    return null;
                }

                await Task.Delay(Pause, time, cancellationToken);
            }

            return new HeldLetters(connection, address.User, time);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>How many there are; disturbs nobody. Null: somebody holds some of them just now.</summary>
    public async Task<long?> CountAsync(CancellationToken cancellationToken)
    {
        if (!Exists) return 0;
        await using var connection = await ConnectAsync(cancellationToken);
        var count = 0L;
        foreach (var queue in DeadLetterQueues.All)
        {
            if (await LookAsync(connection, queue, cancellationToken) is not { } look) continue;
            var started = time.GetTimestamp();
            while (look.ConsumerCount > 0)
            {
                if (time.GetElapsedTime(started) > TimeSpan.FromSeconds(1)) return null;
                await Task.Delay(Pause, time, cancellationToken);
                look = await LookAsync(connection, queue, cancellationToken) ?? new QueueDeclareOk(queue, 0, 0);
            }

            count += look.MessageCount;
        }

        return count;
    }

    /// <summary>What a queue holds ready, and who reads it; null: there is no such queue, so nothing was ever put there.</summary>
    public static async Task<QueueDeclareOk?> LookAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    private async Task<IConnection> ConnectAsync(CancellationToken cancellationToken) => await new ConnectionFactory
    {
        Uri = address.Broker!, ClientProvidedName = "gateway dead letters", AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = Patience, ContinuationTimeout = TimeSpan.FromSeconds(10),
    }.CreateConnectionAsync(cancellationToken);

    private static async Task<bool> TryLockAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.QueueDeclareAsync(
                Lock, durable: false, exclusive: true, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "classic" }, cancellationToken: cancellationToken);
            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == ResourceLocked)
        {
            return false;
        }
    }
}
