using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;
using RabbitMQ.Client;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>
/// Events over AMQP, from a quorum queue to the log in PostgreSQL: what waits when a gateway starts, and what a client publishes, confirmed, while it
/// runs. Counted in the log.
/// </summary>
internal static class AmqpIngest
{
    private const int Lanes = 4;
    private const int InFlight = 500;

    public static async Task<string> RunAsync(bool quick)
    {
        var (waiting, live) = quick ? (30_000, 30_000) : (150_000, 150_000);
        var database = await Servers.DatabaseAsync();
        try
        {
            await PurgeAsync();
            var published = await PublishAsync(waiting);
            double drained, through;
            await using (var server = await Server.GatewayAsync([.. Servers.OnPostgres(database), ("Gateway:Bus:Transport", "rabbitmq"), ("ConnectionStrings:RabbitMq", Servers.Broker.ToString()),
                ("Gateway:Bus:Publishers:" + Servers.Broker.UserInfo.Split(':')[0], "hris")]))
            {
                var log = new Log(database);
                // The runtime compiles the hot path in steps: the first third is not counted.
                var from = await log.UntilAsync(waiting / 3);
                var started = Stopwatch.GetTimestamp();
                var to = await log.UntilAsync(waiting);
                drained = (to - from) / Stopwatch.GetElapsedTime(started).TotalSeconds;

                started = Stopwatch.GetTimestamp();
                await Task.WhenAll(PublishAsync(live), log.UntilAsync(waiting + live));
                through = live / Stopwatch.GetElapsedTime(started).TotalSeconds;
            }

            return string.Create(CultureInfo.InvariantCulture,
                $"| AMQP in, on PostgreSQL | events/s |\n|---|--:|\n| what waited in the queue, to the log | {Number(drained)}/s |\n| published, confirmed and in the log, while it runs | {Number(through)}/s |\n| published and confirmed, without a gateway | {Number(published)}/s |\n");
        }
        finally
        {
            await Servers.DropAsync(database);
        }
    }

    /// <summary>Returns messages a second.</summary>
    private static async Task<double> PublishAsync(int count)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => LaneAsync(count / Lanes))));
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task LaneAsync(int count)
    {
        var factory = new ConnectionFactory { Uri = Servers.Broker };
        await using var connection = await factory.CreateConnectionAsync();
        using var confirms = new ThrottlingRateLimiter(InFlight);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: confirms));
        await DeclareAsync(channel);
        var properties = new BasicProperties { UserId = factory.UserName, Persistent = true, ContentType = "application/json" };
        var sent = new List<Task>(InFlight);
        for (var i = 0; i < count; i++)
        {
            sent.Add(channel.BasicPublishAsync("", "gateway.events", mandatory: true, properties, Encoding.UTF8.GetBytes(Events.HireText())).AsTask());
            if (sent.Count < InFlight) continue;
            await Task.WhenAll(sent);
            sent.Clear();
        }

        await Task.WhenAll(sent);
    }

    private static async Task PurgeAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = Servers.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await DeclareAsync(channel);
        await channel.QueuePurgeAsync("gateway.events");
    }

    private static Task<QueueDeclareOk> DeclareAsync(IChannel channel) => channel.QueueDeclareAsync(
        "gateway.events", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = int.MaxValue });

    /// <summary>The log as another program sees it.</summary>
    private sealed class Log(string database)
    {
        /// <summary>Until it has this many; returns how many it had then.</summary>
        public async Task<long> UntilAsync(long count)
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync();
            // Sequences have gaps, and counting rows costs more than what is measured.
            await using var command = new NpgsqlCommand("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'events'", connection);
            await using var exact = new NpgsqlCommand("SELECT count(*) FROM events", connection);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (await timer.WaitForNextTickAsync())
            {
                if ((long)(await command.ExecuteScalarAsync() ?? 0L) < count * 0.95) continue;
                var now = (long)(await exact.ExecuteScalarAsync())!;
                if (now >= count) return now;
            }

            return 0;
        }
    }
}
