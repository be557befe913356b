using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>How far a delivery has come.</summary>
public enum DeliveryState
{
    /// <summary>Stored and answered; nobody has looked into it yet.</summary>
    Received = 0,

    /// <summary>Something that it needs is away; tried again at <see cref="DeliveryRow.NextAt"/>.</summary>
    Waiting = 1,

    /// <summary>It takes a person: see <see cref="DeliveryRow.Reason"/>.</summary>
    Parked = 2,

    /// <summary>Its events are in the log, or it says nothing of members.</summary>
    Mapped = 3,
}

/// <summary>What a webhook delivered, as it came. Its row is written once, when it is answered; what came of it is written in the transaction of its events.</summary>
public sealed class DeliveryRow
{
    /// <summary>The order in which they were stored; also its id.</summary>
    public long Sequence { get; set; }

    /// <summary>16 bytes of a hash of its source and of the vendor's id or else of its body: whatever has the same one is a repetition. Null: an equal body counts as news again.</summary>
    public byte[]? Key { get; set; }

    public required string Source { get; set; }

    /// <summary>The delivery's id at the vendor, at most 200 characters; null: it has none.</summary>
    public string? VendorId { get; set; }

    public DeliveryState State { get; set; }

    /// <summary>By the store's clock.</summary>
    public required DateTimeOffset ReceivedAt { get; set; }

    public string? ContentType { get; set; }

    /// <summary>JSON: lower-case name to value, without credentials and signatures.</summary>
    public required string Headers { get; set; }

    /// <summary>Null once it is pruned.</summary>
    public byte[]? Body { get; set; }

    /// <summary>The length of the body.</summary>
    public int Bytes { get; set; }

    /// <summary>Somebody signed it.</summary>
    public bool Trusted { get; set; }

    /// <summary>What it was parked for, or waits for: a code such as <c>stale</c>.</summary>
    public string? Reason { get; set; }

    /// <summary>In words; may hold what the delivery holds.</summary>
    public string? ReasonText { get; set; }

    /// <summary>JSON: what is wrong with its events, by path.</summary>
    public string? Errors { get; set; }

    /// <summary>How often mapping was tried since it came, or since a person asked for it.</summary>
    public int Attempts { get; set; }

    /// <summary>When tries began.</summary>
    public required DateTimeOffset TriedSince { get; set; }

    public DateTimeOffset? NextAt { get; set; }

    /// <summary>When it was mapped or parked last.</summary>
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>JSON: what the vendor's API answered.</summary>
    public string? Answers { get; set; }

    /// <summary>Goes up with each write, so that two who decide do not both count.</summary>
    public int Revision { get; set; }

    /// <summary>To be written to: what a failed transaction did to it is not believed.</summary>
    public DeliveryRow Copy() => (DeliveryRow)MemberwiseClone();
}

/// <summary>An event that came of a delivery, or a retraction that found nothing yet.</summary>
public sealed class DeliveryEvent
{
    public long Delivery { get; set; }

    public int Number { get; set; }

    public required string Source { get; set; }

    /// <summary>The event's id in the log; null: there was nothing to take back.</summary>
    public string? EventId { get; set; }

    /// <summary>What the script called it, before a hash was added: retractions name it so.</summary>
    public required string Name { get; set; }

    /// <summary>The name of the events that it takes back, as the script called them; or the id of the one.</summary>
    public string? Undoes { get; set; }

    /// <summary>When the source recorded it; null: it did not say.</summary>
    public DateTimeOffset? RecordedAt { get; set; }

    /// <summary>When it becomes true. Of a retraction: it takes back what does so from then on; null: all.</summary>
    public DateTimeOffset? EffectiveAt { get; set; }
}

/// <summary>What a vendor posted when the webhook was registered there.</summary>
public sealed class HandshakeRow
{
    public long Id { get; set; }

    public required string Source { get; set; }

    public required string Token { get; set; }

    public required DateTimeOffset At { get; set; }
}

internal sealed class DeliveryConfiguration : IEntityTypeConfiguration<DeliveryRow>, IEntityTypeConfiguration<DeliveryEvent>, IEntityTypeConfiguration<HandshakeRow>
{
    public void Configure(EntityTypeBuilder<DeliveryRow> builder)
    {
        builder.ToTable("deliveries");
        builder.HasKey(d => d.Sequence);
        // A plain rowid, as of events: rows are never deleted.
        builder.Property(d => d.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        builder.Property(d => d.Key).HasColumnName("key");
        builder.Property(d => d.Source).HasColumnName("source");
        builder.Property(d => d.VendorId).HasColumnName("vendor_id");
        builder.Property(d => d.State).HasColumnName("state");
        builder.Property(d => d.ReceivedAt).HasColumnName("received_at");
        builder.Property(d => d.ContentType).HasColumnName("content_type");
        builder.Property(d => d.Headers).HasColumnName("headers");
        builder.Property(d => d.Body).HasColumnName("body");
        builder.Property(d => d.Bytes).HasColumnName("bytes");
        builder.Property(d => d.Trusted).HasColumnName("trusted");
        builder.Property(d => d.Reason).HasColumnName("reason");
        builder.Property(d => d.ReasonText).HasColumnName("reason_text");
        builder.Property(d => d.Errors).HasColumnName("errors");
        builder.Property(d => d.Attempts).HasColumnName("attempts");
        builder.Property(d => d.TriedSince).HasColumnName("tried_since");
        builder.Property(d => d.NextAt).HasColumnName("next_at");
        builder.Property(d => d.DecidedAt).HasColumnName("decided_at");
        builder.Property(d => d.Answers).HasColumnName("answers");
        builder.Property(d => d.Revision).HasColumnName("revision").IsConcurrencyToken();
        builder.HasIndex(d => d.Key).IsUnique().HasDatabaseName("ux_deliveries_key");
        builder.HasIndex(d => new { d.Source, d.State, d.Sequence }).HasDatabaseName("ix_deliveries_state");
    }

    public void Configure(EntityTypeBuilder<DeliveryEvent> builder)
    {
        builder.ToTable("delivery_events");
        builder.HasKey(e => new { e.Delivery, e.Number });
        builder.HasOne<DeliveryRow>().WithMany().HasForeignKey(e => e.Delivery);
        builder.HasIndex(e => new { e.Source, e.Name });
        builder.HasIndex(e => new { e.Source, e.Undoes }).HasFilter("\"Undoes\" IS NOT NULL");
    }

    public void Configure(EntityTypeBuilder<HandshakeRow> builder)
    {
        builder.ToTable("webhook_handshakes");
        builder.HasKey(h => h.Id);
        builder.Property(h => h.Id).ValueGeneratedOnAdd();
    }
}
