using System.Data.Common;
using Gateway.EventLog;
using Gateway.Tests.EventLogs;
using Npgsql;

namespace Gateway.Tests.InPostgres;

/// <summary>What tests of PostgreSQL's own ways share. They ask for it whatever the rest of the run keeps its data in.</summary>
internal static class Postgres
{
    public static Dictionary<string, string?> Settings => new() { ["Gateway:Storage:Provider"] = "postgres" };

    public static Task<TestGateway> GatewayAsync(string? folder = null) => TestGateway.StartAsync(Settings, folder: folder);

    public static PostgresStore Store(this TestGateway gateway) => (PostgresStore)gateway.Get<ILogStore>();

    public static NpgsqlDataSource Source(this TestGateway gateway) => gateway.Store().Source;

    /// <summary>Appends as another gateway would, in a transaction that the test ends when it likes.</summary>
    public static Appended[] Append(this DbConnection connection, params IReadOnlyList<NewEvent> events) => PostgresEventRows.Insert((NpgsqlConnection)connection, events);

    /// <summary>How many of this database's sessions wait for a lock.</summary>
    public static Task<long> WaitingAsync(this TestGateway gateway, long atLeast) => Eventually.SeeAsync(
        () =>
        {
            using var outside = gateway.Get<ILogStore>().Outside();
            return outside.Scalar("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        },
        n => n >= atLeast);

    /// <summary>Events in the order in which they are stored.</summary>
    public static NewEvent[] InOrderOfKeys(IEnumerable<NewEvent> events) => [.. events.OrderBy(e => Convert.ToHexString(e.Key), StringComparer.Ordinal)];
}
