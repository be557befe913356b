using System.Collections.Concurrent;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Gateway.Tests.Servers;

/// <summary>
/// The PostgreSQL server of a test run, and databases on it. Where it comes from, in this order: <c>GATEWAY_TEST_POSTGRES</c> (a connection string of
/// somebody who may create databases), a container where an engine answers, the server's own programs on this machine. None of these: a failure that
/// says what to install.
/// </summary>
internal static class PostgresServer
{
    public const string Setting = "GATEWAY_TEST_POSTGRES";

    /// <summary>The one of <c>docker/compose.yaml</c>.</summary>
    public const string Image = "postgres:17";

    private static readonly Lazy<Task<string>> Server = new(FindAsync);
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Databases = new(StringComparer.Ordinal);

    /// <summary>The connection string of an empty database of this name, made when it is first asked for. Later the same one.</summary>
    public static Task<string> DatabaseAsync(string name) => Databases.GetOrAdd(name, n => new Lazy<Task<string>>(() => CreateAsync(n))).Value;

    /// <summary>Takes a database away, whoever is connected.</summary>
    public static async Task DropAsync(string name)
    {
        if (!Databases.TryRemove(name, out _)) return;
        await RunAsync(await Server.Value, $"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
    }

    private static async Task<string> CreateAsync(string name)
    {
        var server = await Server.Value;
        await RunAsync(server, $"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'");
        // Few connections for each of many gateways, none of which outlives its test by much.
        return new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20, ConnectionIdleLifetime = 5, ConnectionPruningInterval = 2 }.ToString();
    }

    private static async Task RunAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> FindAsync()
    {
        if (Environment.GetEnvironmentVariable(Setting) is { Length: > 0 } given) return given;
        if (ContainerEngine.Answers()) return await ContainerAsync();
        if (LocalPostgres.FindPrograms() is { } programs) return (await LocalPostgres.StartAsync(programs)).ConnectionString;
        throw new InvalidOperationException(
            $"These tests need PostgreSQL 14 or later. Install it (Debian: apt-get install postgresql), start a Docker engine, or name a server in {Setting}.");
    }

    private static async Task<string> ContainerAsync()
    {
        // As for a server of this machine: nobody pulls its plug. The builder also turns synchronous_commit off, with which no gateway starts.
        var container = new PostgreSqlBuilder(Image)
            .WithCommand("-c", "synchronous_commit=on", "-c", "max_connections=400", "-c", "max_prepared_transactions=10")
            .Build();
        await container.StartAsync();
        // The engine's reaper would take it away as well, where there is one.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => container.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return container.GetConnectionString();
    }
}
