using System.Globalization;
using System.Net;
using Gateway.Tests.Servers;
using Npgsql;

namespace Gateway.Tests.Faults;

/// <summary>A PostgreSQL that only the fault suite uses, and may break. On a small disk of its own where one can be made.</summary>
internal sealed class PostgresNode : IDisposable
{
    private const int Megabytes = 600;

    private readonly LocalPostgres _server;
    private readonly SmallDisk? _disk;

    private PostgresNode(LocalPostgres server, SmallDisk? disk, string? noDisk) => (_server, _disk, NoDisk) = (server, disk, noDisk);

    /// <summary>Why its disk cannot be filled; null: it can.</summary>
    public string? NoDisk { get; }

    public EndPoint EndPoint => new IPEndPoint(IPAddress.Loopback, _server.Port);

    public static async Task<PostgresNode> StartAsync()
    {
        var programs = LocalPostgres.FindPrograms() ?? throw new InvalidOperationException(
            "The fault suite stops, kills and fills a PostgreSQL of its own: it needs the server's programs on this machine (Debian: apt-get install postgresql).");
        var (disk, why) = await SmallDisk.MountAsync(Megabytes);
        var folder = disk is null ? null : Directory.CreateDirectory(Path.Combine(disk.Folder, "server")).FullName;
        return new PostgresNode(await LocalPostgres.StartAsync(programs, folder), disk, why);
    }

    /// <summary>To the gateway's database, directly or through a port that leads there.</summary>
    /// <param name="name">What the server knows the caller as.</param>
    public string ConnectionString(int? port = null, string database = "gateway", string? name = null) => new NpgsqlConnectionStringBuilder(_server.ConnectionString)
    {
        Port = port ?? _server.Port, Database = database, MaxPoolSize = 30, Timeout = 5, IncludeErrorDetail = true, ApplicationName = name,
        // A gateway that was stopped for a while is to find what came for it meanwhile, not that its patience is over.
        CommandTimeout = 120,
    }.ToString();

    /// <summary>On a connection of its own, which is gone afterwards.</summary>
    public async Task<object?> RunAsync(string sql, string database = "gateway")
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async Task<NpgsqlConnection> ConnectAsync(string database = "gateway")
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString(null, database)) { Pooling = false }.ToString());
        await connection.OpenAsync();
        return connection;
    }

    /// <summary><c>pg_ctl -m immediate</c>: every process of the server ends in the middle of what it does.</summary>
    public Task StopImmediatelyAsync() => _server.StopImmediatelyAsync();

    public Task KillAsync() => _server.KillAsync();

    /// <summary>Ends every connection but the one that asks.</summary>
    public Task TerminateConnectionsAsync() =>
        RunAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'gateway' AND pid <> pg_backend_pid()");

    /// <summary>The next page or two find no room.</summary>
    public Task FillDiskAsync() => _disk!.FillAsync(leave: 64 * 1024);

    /// <summary>It runs, and has room.</summary>
    public async Task HealAsync()
    {
        _disk?.MakeRoom();
        await _server.StartAgainAsync();
        await Eventually.SeeAsync(async () =>
        {
            try
            {
                await RunAsync("SELECT 1", "postgres");
                return "";
            }
            catch (NpgsqlException e)
            {
                // A full disk makes it end by itself, a moment after it was seen running.
                await _server.StartAgainAsync();
                return e.Message;
            }
        }, no => no.Length == 0, TimeSpan.FromSeconds(60));
    }

    public void Dispose()
    {
        _server.End();
        _disk?.Dispose();
    }
}
