using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>The one row that says which log this is: a projection of another log is rebuilt.</summary>
public sealed class LogIdentity
{
    public int Id { get; set; } = 1;

    public required string LogId { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
}

/// <summary>
/// What the log noted of a source when it last started: another fold version or zone than the noted one raises the epoch, and
/// every facet of that source is folded again.
/// </summary>
public sealed class SourceEpoch
{
    public required string Source { get; set; }

    public int Epoch { get; set; }

    public int FoldVersion { get; set; }

    public required string TimeZone { get; set; }
}

/// <summary>An operator's word that keeps a person out of Officevibe. Rows are ended, never deleted.</summary>
public sealed class ExclusionRow
{
    public long Id { get; set; }

    public required string MemberId { get; set; }

    public required string Reason { get; set; }

    public required DateTimeOffset From { get; set; }

    public DateTimeOffset? Until { get; set; }

    public required string Actor { get; set; }

    /// <summary>When it was taken back; null: it stands.</summary>
    public DateTimeOffset? TakenBackAt { get; set; }
}

internal sealed class LogIdentityConfiguration :
    IEntityTypeConfiguration<LogIdentity>, IEntityTypeConfiguration<SourceEpoch>, IEntityTypeConfiguration<ExclusionRow>
{
    public void Configure(EntityTypeBuilder<LogIdentity> builder) => builder.ToTable("log_identity").HasKey(l => l.Id);

    public void Configure(EntityTypeBuilder<SourceEpoch> builder) => builder.ToTable("source_epochs").HasKey(s => s.Source);

    public void Configure(EntityTypeBuilder<ExclusionRow> builder)
    {
        builder.ToTable("exclusions");
        builder.HasKey(e => e.Id);
        builder.HasIndex(e => e.MemberId);
    }
}
