using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Gateway.Tests.Faults;

/// <summary>
/// A system that publishes events to the broker and knows nothing else of the gateway. The broker's confirmation is its answer: from then on the
/// event must come to be in the log, or in the error queue where it is nonsense.
/// </summary>
internal sealed class AmqpLoad(string name, Cluster cluster, Account account, int seed) : IDisposable
{
    private const string Queue = "gateway.events";

    private readonly Random _random = new(seed);
    private readonly Script _script = new(name, new Random(seed + 1), cluster.Start);
    private readonly List<Fact> _silent = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _nonsense;

    /// <summary>Nothing is published until the result is disposed of.</summary>
    public async Task<IAsyncDisposable> PauseAsync()
    {
        await _turn.WaitAsync();
        return new Turn(_turn);
    }

    public async Task RunAsync(double perSecond, CancellationToken over)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        while (!over.IsCancellationRequested)
        {
            try
            {
                var factory = new ConnectionFactory { Uri = cluster.Publisher, AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = TimeSpan.FromSeconds(2) };
                await using var connection = await factory.CreateConnectionAsync(over);
                await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), over);
                while (channel.IsOpen)
                {
                    await using (await PauseAsync()) await StepAsync(channel);
                    await pace.WaitForNextTickAsync(over);
                }
            }
            catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException or IOException or TimeoutException or ObjectDisposedException)
            {
                // Away; asked again at the next turn.
                if (!over.IsCancellationRequested) await pace.WaitForNextTickAsync(CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>The same message, so often, on a connection of its own.</summary>
    public async Task DeliverAsync(Fact fact, int times)
    {
        account.Sends(fact.Id, fact, byAmqp: true);
        await using var connection = await new ConnectionFactory { Uri = cluster.Publisher }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        for (var i = 0; i < times; i++) Assert.True(await PublishAsync(channel, fact.Id, fact.Utf8()));
        account.Accepted(fact.Id);
    }

    private async Task StepAsync(IChannel channel)
    {
        if (_random.Next(20) == 0)
        {
            var id = $"{name}.nonsense.{++_nonsense}";
            account.Sends(id, null, byAmqp: true);
            if (await PublishAsync(channel, id, System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","type":"hire","employeId":"nobody"}"""))) account.Refused(id);
            return;
        }

        var fact = _silent.Count > 0 && _random.Next(2) == 0 ? Forgotten() : _script.Next();
        if (fact is null) return;
        account.Sends(fact.Id, fact, byAmqp: true);
        if (await PublishAsync(channel, fact.Id, fact.Utf8())) account.Accepted(fact.Id);
        else _silent.Add(fact);
        // The same delivery twice is nothing out of the ordinary.
        if (_random.Next(20) == 0) await PublishAsync(channel, fact.Id, fact.Utf8());
    }

    private Fact? Forgotten()
    {
        var fact = _silent[^1];
        _silent.RemoveAt(_silent.Count - 1);
        return _random.Next(3) == 0 ? null : fact;
    }

    /// <summary>True: the broker has it.</summary>
    private async Task<bool> PublishAsync(IChannel channel, string id, byte[] body)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var properties = new BasicProperties { Persistent = true, UserId = Cluster.PublisherName, MessageId = id };
        try
        {
            await channel.BasicPublishAsync("", Queue, mandatory: true, properties, body, patience.Token);
            return true;
        }
        catch (Exception e) when (e is PublishException or OperationInterruptedException or AlreadyClosedException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            turn.Release();
            return ValueTask.CompletedTask;
        }
    }

    public void Dispose() => _turn.Dispose();
}
