using Gateway.Membership.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog;

/// <summary>
/// A row of the log. Key, hash and facet stand apart from the payload, so that a payload can be erased without changing a count.
/// Rows are written by <see cref="EventRows"/>; this type gives the schema and the reading queries.
/// </summary>
public sealed class StoredEvent
{
    /// <summary>The order of commits. Gaps mean nothing.</summary>
    public long Sequence { get; set; }

    /// <summary>16 bytes of SHA-256 over the length-prefixed source and id. Unique.</summary>
    public required byte[] Key { get; set; }

    /// <summary>SHA-256 of the content: what "the same event again" means.</summary>
    public required byte[] Hash { get; set; }

    public required string Source { get; set; }

    public required string Id { get; set; }

    public required string Type { get; set; }

    /// <summary>Null for a retraction.</summary>
    public SubjectKind? Kind { get; set; }

    /// <summary>An employeeId or a teamId; null for a retraction.</summary>
    public string? Subject { get; set; }

    /// <summary>64 bits of a hash of kind, source and subject; 0 for a retraction. Readers compare the columns themselves too.</summary>
    public long Facet { get; set; }

    /// <summary>For a retraction: the <see cref="Key"/> of the event it names.</summary>
    public byte[]? Target { get; set; }

    /// <summary>The <see cref="Key"/> of the event it stands in for.</summary>
    public byte[]? Replaces { get; set; }

    /// <summary>Microseconds since 1970-01-01T00:00:00Z.</summary>
    public long OccurredAt { get; set; }

    /// <summary>Microseconds since 1970-01-01T00:00:00Z, by the store's clock.</summary>
    public long ReceivedAt { get; set; }

    /// <summary>The event in its storage format (<see cref="EventCodec"/>); null once erased.</summary>
    public byte[]? Payload { get; set; }
}

internal sealed class StoredEventConfiguration : IEntityTypeConfiguration<StoredEvent>
{
    public void Configure(EntityTypeBuilder<StoredEvent> builder)
    {
        builder.ToTable("events");
        builder.HasKey(e => e.Sequence);
        // A plain rowid, given by SQLite: rows are never deleted, and AUTOINCREMENT would write a second table for each event.
        builder.Property(e => e.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        builder.Property(e => e.Key).HasColumnName("key");
        builder.Property(e => e.Hash).HasColumnName("hash");
        builder.Property(e => e.Source).HasColumnName("source");
        builder.Property(e => e.Id).HasColumnName("id");
        builder.Property(e => e.Type).HasColumnName("type");
        builder.Property(e => e.Kind).HasColumnName("kind");
        builder.Property(e => e.Subject).HasColumnName("subject");
        builder.Property(e => e.Facet).HasColumnName("facet");
        builder.Property(e => e.Target).HasColumnName("target");
        builder.Property(e => e.Replaces).HasColumnName("replaces");
        builder.Property(e => e.OccurredAt).HasColumnName("occurred_at");
        builder.Property(e => e.ReceivedAt).HasColumnName("received_at");
        builder.Property(e => e.Payload).HasColumnName("payload");

        builder.HasIndex(e => e.Key).IsUnique().HasDatabaseName("ux_events_key");
        builder.HasIndex(e => new { e.Facet, e.Sequence }).HasDatabaseName("ix_events_facet");
        // The rest are partial: they cost nothing for the ordinary event.
        builder.HasIndex(e => e.Target).HasFilter("target IS NOT NULL").HasDatabaseName("ix_events_target");
        builder.HasIndex(e => e.Replaces).HasFilter("replaces IS NOT NULL").HasDatabaseName("ix_events_replaces");
        builder.HasIndex(e => new { e.OccurredAt, e.ReceivedAt }).HasFilter("occurred_at > received_at + 600000000").HasDatabaseName("ix_events_clock_ahead");
    }
}
