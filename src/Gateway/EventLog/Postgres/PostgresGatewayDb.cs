using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Gateway.EventLog;

/// <summary>Log and ledger in PostgreSQL. Text is compared by code points, as in a SQLite file.</summary>
public sealed class PostgresGatewayDb(DbContextOptions<PostgresGatewayDb> options) : GatewayDb(options)
{
    private const string Tx = "Tx";

    /// <summary>
    /// By transaction: a sequence is given out before its commit, so that a lower one can be seen later. Statements outside a cut see
    /// what is committed, decided or not.
    /// </summary>
    public override IOrderedQueryable<StoredEvent> EventsAfter(long position) =>
        Events.Where(e => EF.Property<long>(e, Tx) > position).OrderBy(e => EF.Property<long>(e, Tx)).ThenBy(e => e.Sequence);

    public override async Task<long> HeadAsync(CancellationToken cancellationToken) => await Database.SqlQuery<long>(
        $"""SELECT coalesce((SELECT tx FROM events WHERE tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint ORDER BY tx DESC LIMIT 1), 0) AS "Value" """)
        .SingleAsync(cancellationToken);

    public override Task<Dictionary<long, long>> PositionsAsync(IReadOnlyCollection<long> sequences, CancellationToken cancellationToken) =>
        Events.Where(e => sequences.Contains(e.Sequence)).Select(e => new { e.Sequence, Position = EF.Property<long>(e, Tx) })
            .ToDictionaryAsync(e => e.Sequence, e => e.Position, cancellationToken);

    internal static void Configure(NpgsqlDbContextOptionsBuilder options) => options.MigrationsHistoryTable("migrations_log");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<StoredEvent>(events =>
        {
            events.Property(e => e.Sequence).UseIdentityAlwaysColumn();
            // The 64 bits of an xid8, as a number: it is compared, ordered and handed out like a sequence.
            events.Property<long>(Tx).HasColumnName("tx").HasDefaultValueSql("(pg_current_xact_id()::text::bigint)").ValueGeneratedOnAdd();
            events.HasIndex(Tx, nameof(StoredEvent.Sequence)).HasDatabaseName("ix_events_tx");
        });
        modelBuilder.Entity<DeliveryRow>().Property(d => d.Sequence).UseIdentityAlwaysColumn();
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<string>().UseCollation("C");
    }
}

/// <summary>For <c>dotnet ef migrations add</c>: the schema needs no running server.</summary>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresGatewayDb>
{
    public PostgresGatewayDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresGatewayDb>().UseNpgsql("Host=design", PostgresGatewayDb.Configure).Options);
}
