using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Gateway.EventLog;

/// <summary>
/// The log (what sources said) and the ledger (what we did), in one database. EF Core gives the schema, its migrations and the
/// queries; events are appended by <see cref="EventAppender"/>, and everything else is written through <see cref="LedgerWriter"/>.
/// </summary>
public sealed class GatewayDb(DbContextOptions<GatewayDb> options) : DbContext(options)
{
    public DbSet<StoredEvent> Events => Set<StoredEvent>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    public DbSet<LogIdentity> LogIdentity => Set<LogIdentity>();

    public DbSet<SourceEpoch> SourceEpochs => Set<SourceEpoch>();

    public DbSet<ExclusionRow> Exclusions => Set<ExclusionRow>();

    public DbSet<BaselineRow> Baselines => Set<BaselineRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(GatewayDb).Assembly, t => t.Namespace?.StartsWith("Gateway.EventLog", StringComparison.Ordinal) == true);

    /// <summary>Instants are stored as microseconds, so that they order and compare in every database.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantConverter>();

    private sealed class InstantConverter() : ValueConverter<DateTimeOffset, long>(i => Micros.Of(i), m => Micros.ToInstant(m));
}
