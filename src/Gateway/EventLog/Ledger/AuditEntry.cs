using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>Who decided what, when and why. Append-only; written in the transaction of the deed.</summary>
public sealed class AuditEntry
{
    public long Id { get; set; }

    public required DateTimeOffset At { get; set; }

    /// <summary>The name of the key or the subject of the token; <c>system</c> for the gateway itself.</summary>
    public required string Actor { get; set; }

    /// <summary>What was done, as <c>station.verb</c>: <c>sync.approve</c>, <c>member.exclude</c>, <c>baseline.apply</c>.</summary>
    public required string Action { get; set; }

    /// <summary>The id of what it was done to: a run, a member, a team, a source, a baseline.</summary>
    public string? Subject { get; set; }

    public string? Reason { get; set; }

    /// <summary>JSON; ids and counts, never a key.</summary>
    public string? Detail { get; set; }
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit");
        builder.HasKey(a => a.Id);
        builder.HasIndex(a => new { a.Subject, a.Id });
        builder.HasIndex(a => a.At);
    }
}
