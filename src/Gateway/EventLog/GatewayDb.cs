using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Gateway.EventLog;

/// <summary>
/// The log (what sources said) and the ledger (what we did), in one database. EF Core gives the schema, its migrations and the
/// queries; events are appended by <see cref="EventAppender"/>, and everything else is written through <see cref="LedgerWriter"/>.
/// </summary>
public class GatewayDb : DbContext
{
    public GatewayDb(DbContextOptions<GatewayDb> options) : base(options) { }

    protected GatewayDb(DbContextOptions options) : base(options) { }

    public DbSet<StoredEvent> Events => Set<StoredEvent>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    public DbSet<LogIdentity> LogIdentity => Set<LogIdentity>();

    public DbSet<SourceEpoch> SourceEpochs => Set<SourceEpoch>();

    public DbSet<ExclusionRow> Exclusions => Set<ExclusionRow>();

    public DbSet<BaselineRow> Baselines => Set<BaselineRow>();

    public DbSet<DeliveryRow> Deliveries => Set<DeliveryRow>();

    public DbSet<DeliveryEvent> DeliveryEvents => Set<DeliveryEvent>();

    public DbSet<HandshakeRow> Handshakes => Set<HandshakeRow>();

    /// <summary>What came after a position of the log, in the order of the log. What is not decided yet may be among it.</summary>
    public virtual IOrderedQueryable<StoredEvent> EventsAfter(long position) => Events.Where(e => e.Sequence > position).OrderBy(e => e.Sequence);

    /// <summary>The position that the log has come to; 0: it is empty.</summary>
    public virtual async Task<long> HeadAsync(CancellationToken cancellationToken) => await Events.MaxAsync(e => (long?)e.Sequence, cancellationToken) ?? 0;

    /// <summary>The positions of events that are there, by their sequences.</summary>
    public virtual Task<Dictionary<long, long>> PositionsAsync(IReadOnlyCollection<long> sequences, CancellationToken cancellationToken) =>
        Task.FromResult(sequences.ToDictionary(s => s));

    /// <summary>That the migrations are those of the model is a test's question, and takes too long to ask at every start.</summary>
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) =>
        optionsBuilder.ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(GatewayDb).Assembly, t => t.Namespace?.StartsWith("Gateway.EventLog", StringComparison.Ordinal) == true);

    /// <summary>Instants are stored as microseconds, so that they order and compare in every database.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantConverter>();

    private sealed class InstantConverter() : ValueConverter<DateTimeOffset, long>(i => Micros.Of(i), m => Micros.ToInstant(m));
}
