using Medallion.Threading.Postgres;
using Npgsql;

namespace Gateway.EventLog;

/// <summary>
/// Leases as advisory locks of a session that has a connection of its own. The server ends that session a few seconds after its gateway
/// fell silent, be it that the machine is gone, the network is cut, or the process is stopped and its connection still stands.
/// </summary>
internal sealed class PostgresLeases : IAsyncDisposable, IDisposable
{
    /// <summary>
    /// The holder's session sleeps in the server for as long as a statement may take, and again, so that it is never idle. Who
    /// does not come back for the next turn is cut off: within twice this long.
    /// </summary>
    private const int Silence = 5000;

    private readonly NpgsqlDataSource _pooled;
    private readonly NpgsqlDataSource _own;

    public PostgresLeases(NpgsqlDataSource pooled, string connectionString)
    {
        _pooled = pooled;
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Multiplexing = false,
            KeepAlive = 0,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 5,
            TcpKeepAliveInterval = 1,
        };
        settings.Options = $"{settings.Options} -c statement_timeout={Silence} -c idle_session_timeout={Silence} -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3".TrimStart();
        _own = new NpgsqlDataSourceBuilder(settings.ToString()).Build();
    }

    /// <summary>Null: another gateway has it.</summary>
    public async Task<Lease?> TryTakeAsync(LeaseOf what, CancellationToken cancellationToken)
    {
        var key = AdvisoryLocks.Of(what);
        if (!await IsFreeAsync(key, cancellationToken)) return null;
        var handle = await new PostgresDistributedLock(new PostgresAdvisoryLockKey(key), _own).TryAcquireAsync(TimeSpan.Zero, cancellationToken);
        return handle is null ? null : new Lease(new Held(handle), handle.HandleLostToken);
    }

    /// <summary>Asked on a connection of the pool: whoever waits for a lease does not connect anew each time.</summary>
    private async Task<bool> IsFreeAsync(long key, CancellationToken cancellationToken)
    {
        await using var command = _pooled.CreateCommand("SELECT pg_try_advisory_xact_lock($1)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Gives a lease back; one whose session the server has ended is free already.</summary>
    private sealed class Held(PostgresDistributedLockHandle handle) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await handle.DisposeAsync();
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
            {
                // Its connection is gone, and the lock with it.
            }
        }
    }

    public void Dispose() => _own.Dispose();

    public ValueTask DisposeAsync() => _own.DisposeAsync();
}
