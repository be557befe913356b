using Medallion.Threading.Postgres;
using Npgsql;

namespace Gateway.EventLog;

/// <summary>
/// Leases as advisory locks of a session that has a connection of its own. The server ends that session a few seconds after its gateway
/// fell silent, be it that the machine is gone, the network is cut, or the process is stopped and its connection still stands.
/// </summary>
internal sealed class PostgresLeases : IAsyncDisposable, IDisposable
{
    /// <summary>How often a holder is heard.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    /// <summary>After this long without a beat the server ends the session, in milliseconds.</summary>
    private const int Silence = 7000;

    private readonly NpgsqlDataSource _pooled;
    private readonly NpgsqlDataSource _own;

    public PostgresLeases(NpgsqlDataSource pooled, string connectionString)
    {
        _pooled = pooled;
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            KeepAlive = 0,
            TcpKeepAlive = true,
            // Above the beat: one that takes longer is none.
            CommandTimeout = 4,
        };
        settings.Options = $"{settings.Options} -c idle_session_timeout={Silence} -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3".TrimStart();
        _own = new NpgsqlDataSourceBuilder(settings.ToString()).Build();
    }

    /// <summary>Null: another gateway has it.</summary>
    public async Task<Lease?> TryTakeAsync(LeaseOf what, CancellationToken cancellationToken)
    {
        var key = AdvisoryLocks.Of(what);
        if (!await IsFreeAsync(key, cancellationToken)) return null;
        var connection = await _own.OpenConnectionAsync(cancellationToken);
        try
        {
            var handle = await new PostgresDistributedLock(new PostgresAdvisoryLockKey(key), connection).TryAcquireAsync(TimeSpan.Zero, cancellationToken);
            if (handle is not null)
            {
#pragma warning disable CA2000 // Disposed with the lease.
                var held = new Held(handle, connection);
#pragma warning restore CA2000
                return new Lease(held, held.Lost);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Asked on a connection of the pool: whoever waits for a lease does not connect anew each time.</summary>
    private async Task<bool> IsFreeAsync(long key, CancellationToken cancellationToken)
    {
        await using var command = _pooled.CreateCommand("SELECT pg_try_advisory_xact_lock($1)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public void Dispose() => _own.Dispose();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    /// <summary>A lock and its session, which is heard every few seconds. The machine's own clock: tests that stop time do not stop hearts.</summary>
    private sealed class Held : IAsyncDisposable
    {
        private readonly PostgresDistributedLockHandle _handle;
        private readonly NpgsqlConnection _connection;
        private readonly CancellationTokenSource _lost = new();
        private readonly PeriodicTimer _timer = new(Beat);
        private readonly Task _beating;

        public Held(PostgresDistributedLockHandle handle, NpgsqlConnection connection)
        {
            (_handle, _connection) = (handle, connection);
            _beating = BeatAsync();
        }

        public CancellationToken Lost => _lost.Token;

        private async Task BeatAsync()
        {
            try
            {
                while (await _timer.WaitForNextTickAsync())
                {
                    await using var command = new NpgsqlCommand("SELECT 1", _connection);
                    await command.ExecuteNonQueryAsync();
                }
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TimeoutException or OperationCanceledException)
            {
                // The session is gone or not to be heard of, and the lock with it.
                await _lost.CancelAsync();
            }
        }

        public async ValueTask DisposeAsync()
        {
            _timer.Dispose();
            await _beating;
            try
            {
                if (!_lost.IsCancellationRequested) await _handle.DisposeAsync();
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
            {
                // Closing the connection gives it back as well.
            }

            await _connection.DisposeAsync();
            _lost.Dispose();
        }
    }
}
