using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>A baseline that was applied, as a unit: its events are <c>baseline:{Id}:1</c> to <c>baseline:{Id}:{Events}</c> of <see cref="Source"/>.</summary>
public sealed class BaselineRow
{
    /// <summary>Audited, with the source as its subject, of a baseline that found no difference: it makes no unit, and was there. Whoever prunes the audit keeps the newest of each source.</summary>
    public const string FoundNone = "baseline.same";

    /// <summary>The order in which they were applied.</summary>
    public long Sequence { get; set; }

    public required string Id { get; set; }

    public required string Source { get; set; }

    /// <summary>When it holds: its events are effective then.</summary>
    public required DateTimeOffset AsOf { get; set; }

    public required DateTimeOffset AppliedAt { get; set; }

    /// <summary>Who applied it.</summary>
    public required string AppliedBy { get; set; }

    /// <summary>The <c>occurredAt</c> of its last event. The next baseline of this source is recorded later.</summary>
    public required DateTimeOffset RecordedThrough { get; set; }

    public required int Events { get; set; }

    /// <summary>The numbers of the difference, as JSON.</summary>
    public required string Counts { get; set; }

    /// <summary>The hash of the difference, 64 hex digits.</summary>
    public required string Hash { get; set; }

    /// <summary>Somebody insisted on it by its hash.</summary>
    public required bool Confirmed { get; set; }

    /// <summary>Null: it stands.</summary>
    public DateTimeOffset? RevertedAt { get; set; }

    public string? RevertedBy { get; set; }
}

internal sealed class BaselineRowConfiguration : IEntityTypeConfiguration<BaselineRow>
{
    public void Configure(EntityTypeBuilder<BaselineRow> builder)
    {
        builder.ToTable("baselines");
        builder.HasKey(b => b.Sequence);
        builder.HasIndex(b => b.Id).IsUnique();
        builder.HasIndex(b => new { b.Source, b.Sequence });
    }
}
