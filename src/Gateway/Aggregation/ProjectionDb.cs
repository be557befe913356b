using System.Security.Cryptography;
using Gateway.EventLog;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Gateway.Aggregation;

/// <summary>
/// What is derived from the log: one row a facet, the outcomes of events that are not simply applied, and what changed for whom. In a
/// SQLite file of its own, so that folding never waits for accepting. Everything but <see cref="Changes"/> can be thrown away and folded again.
/// </summary>
public class ProjectionDb : DbContext
{
    public ProjectionDb(DbContextOptions<ProjectionDb> options) : base(options) { }

    protected ProjectionDb(DbContextOptions options) : base(options) { }

    public DbSet<FacetRow> Facets => Set<FacetRow>();

    public DbSet<OutcomeRow> Outcomes => Set<OutcomeRow>();

    public DbSet<ChangeRow> Changes => Set<ChangeRow>();

    public DbSet<ProjectionPosition> Position => Set<ProjectionPosition>();

    /// <summary>That the migrations are those of the model is a test's question, and takes too long to ask at every start.</summary>
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) =>
        optionsBuilder.ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<FacetRow>(f =>
        {
            f.ToTable("facets");
            f.HasKey(r => new { r.Kind, r.Source, r.Subject });
            f.Property(r => r.Kind).HasColumnName("kind");
            f.Property(r => r.Source).HasColumnName("source");
            f.Property(r => r.Subject).HasColumnName("subject");
            f.Property(r => r.Epoch).HasColumnName("epoch");
            f.Property(r => r.FoldedEvents).HasColumnName("folded_events");
            f.Property(r => r.FoldedThrough).HasColumnName("folded_through");
            f.Property(r => r.FoldedAt).HasColumnName("folded_at");
            f.Property(r => r.NextDue).HasColumnName("next_due");
            f.Property(r => r.Body).HasColumnName("body");
            f.Property(r => r.Error).HasColumnName("error");
            f.Property(r => r.Failures).HasColumnName("failures");
            f.Property(r => r.RetryAt).HasColumnName("retry_at");
            f.HasIndex(r => r.NextDue).HasFilter("next_due IS NOT NULL").HasDatabaseName("ix_facets_next_due");
            f.HasIndex(r => r.RetryAt).HasFilter("error IS NOT NULL").HasDatabaseName("ix_facets_failed");
        });
        modelBuilder.Entity<OutcomeRow>(o =>
        {
            o.ToTable("outcomes");
            o.HasKey(r => new { r.Source, r.EventId });
            o.Property(r => r.Source).HasColumnName("source");
            o.Property(r => r.EventId).HasColumnName("event_id");
            o.Property(r => r.Kind).HasColumnName("kind");
            o.Property(r => r.Subject).HasColumnName("subject");
            o.Property(r => r.State).HasColumnName("state");
            o.HasIndex(r => new { r.Source, r.Kind, r.Subject }).HasDatabaseName("ix_outcomes_facet");
            o.HasIndex(r => r.State).HasDatabaseName("ix_outcomes_state");
        });
        modelBuilder.Entity<ChangeRow>(c =>
        {
            c.ToTable("changes");
            c.HasKey(r => r.Id);
            c.Property(r => r.Id).HasColumnName("id").ValueGeneratedOnAdd();
            c.Property(r => r.Type).HasColumnName("type");
            c.Property(r => r.Source).HasColumnName("source");
            c.Property(r => r.Subject).HasColumnName("subject");
            c.Property(r => r.At).HasColumnName("at");
            c.Property(r => r.Data).HasColumnName("data");
            c.Property(r => r.Announcement).HasColumnName("announcement");
            c.HasIndex(r => r.Announcement).IsUnique().HasFilter("announcement IS NOT NULL").HasDatabaseName("ix_changes_announcement");
        });
        modelBuilder.Entity<ProjectionPosition>(p =>
        {
            p.ToTable("position");
            p.HasKey(r => r.Id);
            p.Property(r => r.Id).HasColumnName("id");
            p.Property(r => r.LogId).HasColumnName("log_id");
            p.Property(r => r.FoldedThrough).HasColumnName("folded_through");
            p.Property(r => r.Generation).HasColumnName("generation");
            p.Property(r => r.QuietThrough).HasColumnName("quiet_through");
            p.Property(r => r.PrunedThrough).HasColumnName("pruned_through");
        });
    }
}

/// <summary>One source's view of one subject, folded. Depends on nothing but its own events.</summary>
public sealed class FacetRow
{
    public SubjectKind Kind { get; set; }
    public required string Source { get; set; }
    public required string Subject { get; set; }

    /// <summary>The source's epoch at the fold: another fold version or zone makes a new one.</summary>
    public int Epoch { get; set; }

    /// <summary>How many rows of the log were read for it, retractions included.</summary>
    public long FoldedEvents { get; set; }

    /// <summary>The highest sequence among them.</summary>
    public long FoldedThrough { get; set; }

    /// <summary>The instant folded for, in microseconds (<see cref="Micros"/>).</summary>
    public long FoldedAt { get; set; }

    /// <summary>When it changes without a new event, in microseconds.</summary>
    public long? NextDue { get; set; }

    /// <summary>The facet as JSON (<see cref="FacetCodec"/>); null: it could not be folded.</summary>
    public byte[]? Body { get; set; }

    /// <summary>Why the last fold failed; null: it did not. Blocks runs.</summary>
    public string? Error { get; set; }

    public int Failures { get; set; }

    /// <summary>When a failed fold is tried again, in microseconds.</summary>
    public long? RetryAt { get; set; }
}

/// <summary>An event that is not simply applied.</summary>
public sealed class OutcomeRow
{
    public required string Source { get; set; }
    public required string EventId { get; set; }
    public SubjectKind Kind { get; set; }
    public required string Subject { get; set; }
    public EventState State { get; set; }
}

/// <summary>
/// What changed for whom: a fact of one source, from the facet before and after; or what came of a run. Its numbers follow the order of
/// commits: who sees one has seen all below that will ever be.
/// </summary>
public sealed class ChangeRow
{
    public long Id { get; set; }

    /// <summary>
    /// <c>member.hired</c>, <c>member.moved</c>, <c>member.left</c>, <c>member.updated</c>, <c>team.changed</c>;
    /// <c>sync.accepted</c>, <c>sync.held</c>, <c>sync.failed</c>.
    /// </summary>
    public required string Type { get; set; }

    /// <summary>Empty: the gateway itself.</summary>
    public required string Source { get; set; }

    /// <summary>The person, the team or the run.</summary>
    public required string Subject { get; set; }

    /// <summary>Microseconds (<see cref="Micros"/>).</summary>
    public long At { get; set; }

    /// <summary>JSON: names of fields, ids, numbers; no personal value.</summary>
    public required string Data { get; set; }

    /// <summary>The key of the announcement it comes from: each is told once. Null: it comes from a facet.</summary>
    public string? Announcement { get; set; }
}

/// <summary>The one row that says which log this is derived from, up to where all of it is folded, and which changes are there.</summary>
public sealed class ProjectionPosition
{
    public int Id { get; set; } = 1;
    public required string LogId { get; set; }
    public long FoldedThrough { get; set; }

    /// <summary>Drawn by lot when a projection is begun: its numbers of changes begin anew, and are not those of the one before.</summary>
    public string Generation { get; set; } = RandomNumberGenerator.GetHexString(8, lowercase: true);

    /// <summary>Where the log was when this projection was begun: a first fold of what was there by then is no news.</summary>
    public long QuietThrough { get; set; }

    /// <summary>Changes up to here are no longer kept.</summary>
    public long PrunedThrough { get; set; }
}
