using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>What answers have taught of a property of the account, by its exact name.</summary>
public sealed class PropertyRow
{
    public required string Name { get; set; }

    /// <summary>Since when it was sent and not refused, without a break; kept when it is refused later. Null: never.</summary>
    public DateTimeOffset? TakenSince { get; set; }

    public long? TakenSinceRunId { get; set; }

    /// <summary>The last time.</summary>
    public DateTimeOffset? TakenAt { get; set; }

    public long? TakenRunId { get; set; }

    /// <summary>Since when Officevibe does not find it. Null: it does, as far as is known.</summary>
    public DateTimeOffset? RefusedSince { get; set; }

    public long? RefusedSinceRunId { get; set; }

    /// <summary>The last time.</summary>
    public DateTimeOffset? RefusedAt { get; set; }

    public long? RefusedRunId { get; set; }
}

/// <summary>A value that Officevibe did not find among the options of a property when it was sent last.</summary>
public sealed class RefusedOptionRow
{
    public required string Property { get; set; }

    /// <summary>Empty: the answer did not say which.</summary>
    public required string Value { get; set; }

    public required DateTimeOffset Since { get; set; }

    public long SinceRunId { get; set; }

    /// <summary>The last time.</summary>
    public required DateTimeOffset At { get; set; }

    public long RunId { get; set; }
}

internal sealed class PropertyConfiguration : IEntityTypeConfiguration<PropertyRow>, IEntityTypeConfiguration<RefusedOptionRow>
{
    public void Configure(EntityTypeBuilder<PropertyRow> builder) => builder.ToTable("properties").HasKey(p => p.Name);

    public void Configure(EntityTypeBuilder<RefusedOptionRow> builder) => builder.ToTable("refused_options").HasKey(o => new { o.Property, o.Value });
}
