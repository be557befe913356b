using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>Where a notification stands. Stored by name: never rename one.</summary>
public enum NotificationState
{
    /// <summary>Is sent at <see cref="NotificationRow.NextAt"/>.</summary>
    Waiting = 0,

    /// <summary>Its endpoint took it.</summary>
    Delivered = 1,

    /// <summary>Nobody took it, and it is not tried again by itself.</summary>
    Failed = 2,
}

/// <summary>A notification for one endpoint, as it is sent: the same id and bytes at every try.</summary>
public sealed class NotificationRow
{
    public long Id { get; set; }

    /// <summary>The <c>webhook-id</c>.</summary>
    public required string MessageId { get; set; }

    /// <summary>Its name in the settings.</summary>
    public required string Endpoint { get; set; }

    public required string Type { get; set; }

    public required string Body { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public NotificationState State { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset? NextAt { get; set; }

    public DateTimeOffset? LastAt { get; set; }

    /// <summary>What the endpoint answered last; null: nothing.</summary>
    public int? LastStatus { get; set; }

    /// <summary>Why the last try failed, in a few words, without what was answered.</summary>
    public string? LastError { get; set; }
}

internal sealed class NotificationConfiguration : IEntityTypeConfiguration<NotificationRow>
{
    public void Configure(EntityTypeBuilder<NotificationRow> builder)
    {
        builder.ToTable("notifications");
        builder.HasKey(n => n.Id);
        builder.Property(n => n.Id).ValueGeneratedOnAdd();
        builder.Property(n => n.State).HasConversion<string>();
        builder.HasIndex(n => new { n.Endpoint, n.NextAt }).HasFilter("\"NextAt\" IS NOT NULL");
        builder.HasIndex(n => new { n.State, n.Endpoint });
    }
}
