using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>What people approve beforehand: exactly one content, or limits of its own for a window of time.</summary>
public sealed class PlannedChangeRow
{
    public long Id { get; set; }

    public required DateTimeOffset From { get; set; }

    public required DateTimeOffset Until { get; set; }

    /// <summary>SHA-256 of the body exactly as it would be sent, in lower-case hex. Null: it has limits.</summary>
    public string? ContentHash { get; set; }

    /// <summary>JSON: numbers by rule. Null: it is one content.</summary>
    public string? Limits { get; set; }

    /// <summary>JSON: rules that a content lets through because they were named. Null: none.</summary>
    public string? Also { get; set; }

    public required string Reason { get; set; }

    public required DateTimeOffset MadeAt { get; set; }

    public required string MadeBy { get; set; }

    /// <summary>A fingerprint of the key or the subject: a second one has to be another. Not a secret, and no key.</summary>
    public required string MadeVoice { get; set; }

    /// <summary>From when on it counts. Null: it waits for a second key.</summary>
    public DateTimeOffset? ApprovedAt { get; set; }

    /// <summary>The second key. Null: none was needed, or none came yet.</summary>
    public string? ApprovedBy { get; set; }

    public string? ApprovalReason { get; set; }

    public DateTimeOffset? CancelledAt { get; set; }

    public string? CancelledBy { get; set; }

    public string? CancelReason { get; set; }

    /// <summary>When the window's opening was noticed, so that what was held before is asked about again. Null: not yet.</summary>
    public DateTimeOffset? OpenedAt { get; set; }
}

internal sealed class PlannedChangeConfiguration : IEntityTypeConfiguration<PlannedChangeRow>
{
    public void Configure(EntityTypeBuilder<PlannedChangeRow> builder)
    {
        builder.ToTable("planned_changes").HasKey(p => p.Id);
        builder.Property(p => p.Id).ValueGeneratedOnAdd();
        builder.HasIndex(p => p.Until);
    }
}
