
namespace Gateway.Tests.Faults;

/// <summary>Gateways, the broker, the database and the networks between them.</summary>
internal static class ServerFaults
{
    private const string FacetsQueue = "gateway.facets-changed";
    private const string EventsQueue = "gateway.events";

    /// <summary>How many requests the load makes while something is broken.</summary>
    private const int Some = 60;

    public static IReadOnlyList<Fault> All { get; } =
    [
        Fault.Of("one replica killed (kill -9)", async d =>
        {
            await d.Any().KillAsync();
            await d.MoreAsync(Some);
        }),
        Fault.Of("all replicas killed", async d =>
        {
            await Task.WhenAll(d.Cluster.Replicas.Select(r => r.KillAsync()));
            await d.MoreAsync(Some / 2);
        }),
        Fault.Of("all replicas killed while PostgreSQL is away", async d =>
        {
            await d.Cluster.Postgres.StopImmediatelyAsync();
            await d.MoreAsync(Some / 2);
            await Task.WhenAll(d.Cluster.Replicas.Select(r => r.KillAsync()));
        }),
        Fault.Of("RabbitMQ killed (kill -9)", async d =>
        {
            await d.Cluster.Broker.KillAsync();
            await d.MoreAsync(Some);
        }),
        Fault.Of("RabbitMQ stopped, and nobody notices", d => BrokerOutage.PlayAsync(d, TimeSpan.FromSeconds(10), eventsPerSecond: 200)),
        Fault.Of("RabbitMQ: queue of changed facets deleted", async d =>
        {
            await d.Cluster.Broker.DeleteQueueAsync(FacetsQueue);
            await d.MoreAsync(Some);
            await Eventually.SeeAsync(async () => await d.Cluster.Broker.QueueAsync(FacetsQueue) is not null, there => there, TimeSpan.FromSeconds(60));
        }),
        Fault.Of("RabbitMQ: queue of events deleted, empty", async d =>
        {
            // Whoever deletes messages has deleted them: what is asked for is that events come in again.
            await using (await d.Amqp.PauseAsync())
            {
                await Reckoning.TakenAsync(d.Cluster, d.Account);
                await d.Cluster.Broker.DeleteQueueAsync(EventsQueue);
            }

            await Eventually.SeeAsync(async () => await d.Cluster.Broker.QueueAsync(EventsQueue) is not null, there => there, TimeSpan.FromSeconds(60));
        }),
        Fault.Of("network to RabbitMQ cut", async d =>
        {
            foreach (var replica in d.Cluster.Replicas) replica.Broker.Cut();
            await d.MoreAsync(4 * Some);
        }),
        Fault.Of("network to RabbitMQ stands still", async d =>
        {
            foreach (var replica in d.Cluster.Replicas) replica.Broker.Stall();
            await d.MoreAsync(4 * Some);
        }),
        Fault.Of("network to RabbitMQ slow (10 kB/s)", async d =>
        {
            foreach (var replica in d.Cluster.Replicas) replica.Broker.SlowTo(10_000);
            await d.MoreAsync(4 * Some);
        }),
        Fault.Of("PostgreSQL restarted, -m immediate", async d =>
        {
            await d.Cluster.Postgres.StopImmediatelyAsync();
            await d.MoreAsync(Some / 4);
        }),
        Fault.Of("PostgreSQL killed (kill -9)", async d =>
        {
            await d.Cluster.Postgres.KillAsync();
            await d.MoreAsync(Some / 4);
        }),
        Fault.Of("PostgreSQL: connections terminated, five times", async d =>
        {
            for (var i = 0; i < 5; i++)
            {
                await d.Cluster.Postgres.TerminateConnectionsAsync();
                await d.MoreAsync(Some / 4);
            }
        }),
        new("PostgreSQL: disk full", async d =>
        {
            if (d.Cluster.Postgres.NoDisk is { } why) return why;
            await d.Cluster.Postgres.FillDiskAsync();
            await d.MoreAsync(Some);
            return null;
        }),
        Fault.Of("PostgreSQL: a transaction fails in mid-batch", FailInMidBatchAsync),
        Fault.Of("network to PostgreSQL cut", async d =>
        {
            foreach (var replica in d.Cluster.Replicas) replica.Postgres.Cut();
            await d.MoreAsync(Some / 2);
        }),
        Fault.Of("network to PostgreSQL of one replica stands still", async d =>
        {
            d.Any().Postgres.Stall();
            await d.MoreAsync(Some / 4);
        }),
        Fault.Of("network to PostgreSQL slow (100 kB/s)", async d =>
        {
            foreach (var replica in d.Cluster.Replicas) replica.Postgres.SlowTo(100_000);
            await d.MoreAsync(Some);
        }),
        Fault.Of("a commit lost on its way to PostgreSQL, five times a replica", async d =>
        {
            foreach (var replica in d.Cluster.Replicas)
            {
                for (var i = 0; i < 5; i++)
                {
                    await replica.Postgres.Hold("COMMIT"u8).WaitAsync(TimeSpan.FromSeconds(60));
                    replica.Postgres.Reset();
                    replica.Postgres.Heal();
                }
            }
        }),
        Fault.Of("PostgreSQL's answer to a commit lost, five times a replica", async d =>
        {
            foreach (var replica in d.Cluster.Replicas)
                for (var i = 0; i < 5; i++) await replica.Postgres.LoseAnswerTo("COMMIT"u8).WaitAsync(TimeSpan.FromSeconds(60));
        }),
    ];

    /// <summary>Every fiftieth row is refused by a trigger, first as bad data and then as a server that is out of something.</summary>
    private static async Task FailInMidBatchAsync(Drill d)
    {
        try
        {
            await d.Cluster.Postgres.RunAsync("""
                CREATE OR REPLACE FUNCTION refuse_some() RETURNS trigger AS $$
                BEGIN
                    IF NEW.sequence % 50 = 0 THEN RAISE EXCEPTION 'refused' USING ERRCODE = CASE WHEN NEW.sequence % 100 = 0 THEN '53400' ELSE '23514' END; END IF;
                    RETURN NEW;
                END $$ LANGUAGE plpgsql;
                CREATE OR REPLACE TRIGGER refuse_some BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse_some()
                """);
            await d.MoreAsync(2 * Some);
        }
        finally
        {
            await d.Cluster.Postgres.RunAsync("DROP TRIGGER refuse_some ON events");
        }
    }
}
