using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>
/// What came of a run and is still to be told to whoever listens to changes. Written in the transaction of the outcome, taken away when it
/// stands among the changes.
/// </summary>
public sealed class Announcement
{
    public long Id { get; set; }

    /// <summary>Unique for ever, also where a restored ledger gives out its numbers again: it is told once.</summary>
    public string Key { get; set; } = Guid.NewGuid().ToString("N");

    /// <summary><c>sync.accepted</c>, <c>sync.held</c>, <c>sync.failed</c>, <c>account.drift</c>.</summary>
    public required string Type { get; set; }

    /// <summary>The run.</summary>
    public required string Subject { get; set; }

    public required DateTimeOffset At { get; set; }

    /// <summary>JSON: ids, numbers and codes, no personal value.</summary>
    public required string Data { get; set; }
}

/// <summary>The one row that says up to which change the broker has confirmed. In the ledger, so that it outlives the projection and its numbers.</summary>
public sealed class PublishedChanges
{
    public int Id { get; set; } = 1;

    /// <summary>Whose numbers they are; another one than the projection's: what it told is gone.</summary>
    public required string Generation { get; set; }

    public long Through { get; set; }
}

internal sealed class AnnouncementConfiguration : IEntityTypeConfiguration<Announcement>, IEntityTypeConfiguration<PublishedChanges>
{
    public void Configure(EntityTypeBuilder<Announcement> builder)
    {
        builder.ToTable("announcements");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedOnAdd();
    }

    public void Configure(EntityTypeBuilder<PublishedChanges> builder) => builder.ToTable("published_changes").HasKey(p => p.Id);
}
