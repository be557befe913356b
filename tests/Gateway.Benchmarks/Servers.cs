using Npgsql;

namespace Gateway.Benchmarks;

/// <summary>The servers of the production engine, which whoever measures has started and names: with flushes on, or it says nothing.</summary>
internal static class Servers
{
    private static int _databases;

    /// <summary>The connection string of a database of its own, empty.</summary>
    public static async Task<string> DatabaseAsync()
    {
        var server = Given("GATEWAY_BENCH_POSTGRES", "Host=127.0.0.1;Port=5432;Database=postgres;Username=…");
        var name = $"gateway_bench_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using (var flushes = new NpgsqlCommand("SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')", connection))
            if ((string)(await flushes.ExecuteScalarAsync())! is var set && set != "on on") throw new InvalidOperationException($"fsync and synchronous_commit are {set}: what such a server does is no measure.");
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'", connection);
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
    }

    public static async Task DropAsync(string database)
    {
        await using var connection = new NpgsqlConnection(Given("GATEWAY_BENCH_POSTGRES", ""));
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP DATABASE {new NpgsqlConnectionStringBuilder(database).Database} WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync();
    }

    public static Uri Broker => new(Given("GATEWAY_BENCH_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672/"));

    public static (string Key, string Value)[] OnPostgres(string database) => [("Gateway:Storage:Provider", "postgres"), ("ConnectionStrings:Gateway", database)];

    private static string Given(string name, string example) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } given ? given : throw new InvalidOperationException($"Name a server in {name}, such as {example}");
}
