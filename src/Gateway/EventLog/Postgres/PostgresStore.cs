using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.EventLog;

/// <summary>
/// Log, ledger and projection in one PostgreSQL database, for any number of gateways. Appenders share an advisory lock that a write to the
/// ledger takes for itself alone, so that what it read of the log still stands when it commits, as in a file with one writer.
/// </summary>
public sealed class PostgresStore : ILogStore, IAsyncDisposable, IDisposable
{
    private const string Key = "ConnectionStrings:Gateway";

    private long _waitedFor;

    private readonly PostgresLeases _leases;

    private PostgresStore(string connectionString)
    {
        Source = new NpgsqlDataSourceBuilder(connectionString).Build();
        _leases = new PostgresLeases(Source, connectionString);
    }

    public NpgsqlDataSource Source { get; }

    public SemaphoreSlim WriteGate { get; } = new(1, 1);

    /// <summary>
    /// How long a reader waits for transactions that began before what it can see already. Beyond, it goes up to where they began; and
    /// nobody waits for the same one again. Default 1 s.
    /// </summary>
    internal TimeSpan UndecidedPatience { get; set; } = TimeSpan.FromSeconds(1);

    /// <exception cref="InvalidOperationException">There is no connection string, or it is none; the message names the setting.</exception>
    public static PostgresStore Of(string? connectionString)
    {
        const string Example = "\"Host=db;Database=gateway;Username=gateway;Password=…\"";
        if (string.IsNullOrWhiteSpace(connectionString)) throw new InvalidOperationException($"{Key}: needed with Gateway:Storage:Provider = postgres, such as {Example}.");
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
#pragma warning disable MA0054 // Its text may hold a password.
            throw new InvalidOperationException($"{Key}: not a connection string for PostgreSQL, such as {Example}.");
#pragma warning restore MA0054
        }

        if (string.IsNullOrWhiteSpace(settings.Host)) throw new InvalidOperationException($"{Key}: Host is missing. {Example} is what it looks like.");
        if (settings.MaxAutoPrepare == 0) settings.MaxAutoPrepare = 50;
        settings.ApplicationName ??= "gateway";
        // One that waits for a lock is quiet for a while, and so is one whose server is gone.
        if (settings.KeepAlive == 0) settings.KeepAlive = 15;
        return new PostgresStore(settings.ToString());
    }

    public EventReader OpenReader()
    {
        var connection = Source.OpenConnection();
        try
        {
            var patience = Stopwatch.StartNew();
            long? seen = null;
            while (true)
            {
                var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
                var (undecided, newest) = Edge(connection);
                seen ??= newest;
                if (newest < undecided) return new EventReader(transaction, "tx", newest);
                var enough = patience.Elapsed > UndecidedPatience;
                if (enough) Volatile.Write(ref _waitedFor, undecided);
                if (enough || seen < undecided || undecided == Volatile.Read(ref _waitedFor)) return new EventReader(transaction, "tx", HeadBelow(connection, undecided));
                transaction.Dispose();
                Pause(connection);
            }
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public IGroupWriter<NewEvent, Appended> OpenWriter(TimeSpan patience) => new PostgresWriter<NewEvent, Appended>(
        Source, patience, new((c, events, timeout) => PostgresEventRows.Insert(c, events, timeout), a => a.Outcome == AppendOutcome.Appended ? a.Position : 0, new Appended(AppendOutcome.Rejected, 0)));

    public IGroupWriter<NewDelivery, Kept> OpenDeliveryWriter(TimeSpan patience) => new PostgresWriter<NewDelivery, Kept>(
        Source, patience, new((c, deliveries, timeout) => PostgresDeliveryRows.Insert(c, deliveries, timeout), k => k.Tx, default));

    public async Task KeepOthersOutAsync(GatewayDb db, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AdvisoryLocks.Log})", cancellationToken);

    public Appended[] Append(DbTransaction transaction, IReadOnlyList<NewEvent> events) => PostgresEventRows.Insert((NpgsqlConnection)transaction.Connection!, events);

    public void Note(DbTransaction transaction, IReadOnlyList<DeliveryEvent> events) => PostgresDeliveryRows.Note((NpgsqlConnection)transaction.Connection!, events);

    public Task<Lease?> TryLeaseAsync(LeaseOf what, CancellationToken cancellationToken) => _leases.TryTakeAsync(what, cancellationToken);

    /// <exception cref="InvalidOperationException">The server cannot be reached or would lose what it was told to keep; the message names setting and cure.</exception>
    public async Task<IAsyncDisposable> LockStartAsync(CancellationToken cancellationToken)
    {
        var connection = await ReachAsync(cancellationToken);
        try
        {
            await CheckAsync(connection, cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { CommandTimeout = 0 };
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = AdvisoryLocks.Start });
            await command.ExecuteNonQueryAsync(cancellationToken);
            return new StartLock(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="InvalidOperationException">The log was moved here from a server whose transactions have higher numbers.</exception>
    public async Task MigrateAsync(DbContext db, CancellationToken cancellationToken)
    {
        await db.Database.MigrateAsync(cancellationToken);
        if (db is not GatewayDb) return;
        await using var connection = await Source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT coalesce((SELECT tx FROM events ORDER BY tx DESC LIMIT 1), 0) - pg_snapshot_xmax(pg_current_snapshot())::text::bigint", connection);
        var ahead = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (ahead < 0) return;
        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
            $"{Key}: the log comes from another server, whose transactions were numbered {ahead + 1} further than this one's; new events would be taken for old ones. Take a backup of this database ('gateway backup', which needs no start) and restore it into an empty one of this server, or restore the old server as a whole."));
    }

    /// <summary>What there is, in a few words, without changing anything.</summary>
    /// <exception cref="InvalidOperationException">As at a start.</exception>
    public async Task<string> LookAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ReachAsync(cancellationToken);
        await CheckAsync(connection, cancellationToken);
        return $"PostgreSQL {connection.PostgreSqlVersion} at {connection.Host}:{connection.Port}, database {connection.Database}.";
    }

    public string NameOf(Exception failure) => failure is PostgresException p ? $"PostgreSQL error {p.SqlState}" : failure.GetType().Name;

    private async Task<NpgsqlConnection> ReachAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Source.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            var place = new NpgsqlConnectionStringBuilder(Source.ConnectionString);
            throw new InvalidOperationException($"{Key}: PostgreSQL at {place.Host}:{place.Port} gives no access to database {place.Database ?? place.Username}. {e.Message}", e);
        }
    }

    private static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (connection.PostgreSqlVersion.Major < 14)
            throw new InvalidOperationException($"{Key}: PostgreSQL {connection.PostgreSqlVersion} is too old; 14 or later is needed.");
        await using var command = new NpgsqlCommand("SELECT current_setting('synchronous_commit'), current_setting('server_encoding')", connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        if (row.GetString(0) == "off")
            throw new InvalidOperationException($"{Key}: synchronous_commit is off, so that events which were answered 202 would be lost in a crash. Set it to on for this server, database and role.");
        if (row.GetString(1) != "UTF8")
            throw new InvalidOperationException($"{Key}: the database is encoded in {row.GetString(1)}, which cannot hold every name. Create one with ENCODING 'UTF8'.");
    }

    /// <summary>The transaction from which on things are undecided, and the newest one that is seen in the log.</summary>
    private static (long Undecided, long Newest) Edge(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, coalesce((SELECT tx FROM events ORDER BY tx DESC LIMIT 1), 0)", connection);
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static long HeadBelow(NpgsqlConnection connection, long undecided)
    {
        using var command = new NpgsqlCommand("SELECT coalesce((SELECT tx FROM events WHERE tx < $1 ORDER BY tx DESC LIMIT 1), 0)", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = undecided });
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The server has no way to wait for the end of a transaction of somebody else.</summary>
    private static void Pause(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT pg_sleep(0.002)", connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Of the session: given back before its connection goes to the pool, and by the server where the process ends.</summary>
    private sealed class StartLock(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (connection)
            {
                await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", connection);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = AdvisoryLocks.Start });
                await command.ExecuteNonQueryAsync();
            }
        }
    }

    public void Dispose()
    {
        _leases.Dispose();
        Source.Dispose();
        WriteGate.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _leases.DisposeAsync();
        await Source.DisposeAsync();
        WriteGate.Dispose();
    }
}

/// <summary>The gateway's advisory locks, in its own database. All but <see cref="Start"/> and leases end with their transaction.</summary>
internal static class AdvisoryLocks
{
    /// <summary>Shared by appenders, taken alone by a write to the ledger.</summary>
    public const long Log = 0x4741_5445_0001;

    /// <summary>Of a session: one process brings the schema up to date.</summary>
    public const long Start = 0x4741_5445_0002;

    /// <summary>Taken last, so that the numbers of changes follow the order of commits.</summary>
    public const long Changes = 0x4741_5445_0003;

    /// <summary>Of a session: a lease.</summary>
    public static long Of(LeaseOf what) => 0x4741_5445_0004 + (long)what;
}
