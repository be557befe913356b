using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>The types of notifications. Part of the contract: never rename one.</summary>
public static class NoticeTypes
{
    public const string SyncHeld = "sync.held";
    public const string SyncFailed = "sync.failed";

    /// <summary>Runs keep ending as rejected, because somebody rejected changes that are still in the company: nothing is sent.</summary>
    public const string SyncRejected = "sync.rejected";

    /// <summary>The account differs from what it accepted, and in another way than it did when it was last read.</summary>
    public const string AccountDrift = "account.drift";

    public const string SourceSilent = "source.silent";
    public const string SourceHeard = "source.heard";

    /// <summary>A baseline found what the source's events had not told.</summary>
    public const string SourceLosses = "source.losses";

    public const string DeliveryParked = "delivery.parked";

    /// <summary>Sent by nobody: it ends what runs had to be told of before.</summary>
    public const string SyncAccepted = "sync.accepted";

    public static IReadOnlyList<string> All { get; } = [SyncHeld, SyncFailed, SyncRejected, AccountDrift, SourceSilent, SourceHeard, SourceLosses, DeliveryParked];
}

/// <summary>Something that people outside are to be told of; written in the transaction of what it tells of, and taken away when it is in the queue of every endpoint.</summary>
public sealed class Notice
{
    public long Id { get; set; }

    public required string Type { get; set; }

    /// <summary>What is the same story: told at once the first time, then at most once in <see cref="Every"/>, with how often it happened. Null: told each time.</summary>
    public string? Story { get; set; }

    /// <summary>In seconds; for a story.</summary>
    public int Every { get; set; }

    /// <summary>How often it happened; for a story.</summary>
    public int Count { get; set; } = 1;

    public required DateTimeOffset At { get; set; }

    /// <summary>JSON, an object: ids, numbers, codes and a path, no personal value.</summary>
    public required string Data { get; set; }
}

/// <summary>A story of notices, and what of it is still to be told.</summary>
public sealed class NoticeStory
{
    public required string Story { get; set; }

    public required string Type { get; set; }

    public int Every { get; set; }

    /// <summary>How often it happened since it was told last; 0: nothing is to be told.</summary>
    public long Waiting { get; set; }

    /// <summary>The first of those.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>The last one.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Of the last one.</summary>
    public required string Data { get; set; }

    public DateTimeOffset? ToldAt { get; set; }
}

/// <summary>Whether a source is silent for longer than it may be, as far as people were told.</summary>
public sealed class SourceSilence
{
    public required string Source { get; set; }

    /// <summary>When it was first looked for: one that never said anything is silent from then on.</summary>
    public required DateTimeOffset KnownSince { get; set; }

    /// <summary>Null: it is not.</summary>
    public DateTimeOffset? SilentSince { get; set; }
}

/// <summary>Ways to write notices.</summary>
public static class Notices
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    extension(GatewayDb db)
    {
        /// <summary>To be told once, with this transaction.</summary>
        public void Notify(string type, string data, DateTimeOffset now) => db.Add(new Notice { Type = type, At = now, Data = data });

        /// <summary>A part of a story, with this transaction.</summary>
        public void Notify(string type, string data, DateTimeOffset now, string story, TimeSpan atMostEvery, int count = 1) =>
            db.Add(new Notice { Type = type, At = now, Data = data, Story = $"{type}|{story}", Every = (int)atMostEvery.TotalSeconds, Count = count });

        /// <summary>Deliveries were parked, with this transaction: told at most once an hour for a source and a reason, with how many there were.</summary>
        /// <param name="source">Whose they are.</param>
        /// <param name="reason">Its code, such as <c>script-error</c>; no message, which may hold what the delivery holds.</param>
        /// <param name="now">The instant of the deed.</param>
        /// <param name="count">How many.</param>
        public void NotifyParked(string source, string reason, DateTimeOffset now, int count = 1) =>
            db.Notify(NoticeTypes.DeliveryParked, JsonSerializer.Serialize(new { source, reason, path = $"/v1/deliveries?source={source}&state=parked" }, Json), now, $"{source}|{reason}", TimeSpan.FromHours(1), count);
    }
}

internal sealed class NoticeConfiguration : IEntityTypeConfiguration<Notice>, IEntityTypeConfiguration<NoticeStory>, IEntityTypeConfiguration<SourceSilence>
{
    public void Configure(EntityTypeBuilder<Notice> builder)
    {
        builder.ToTable("notices");
        builder.HasKey(n => n.Id);
        builder.Property(n => n.Id).ValueGeneratedOnAdd();
    }

    public void Configure(EntityTypeBuilder<NoticeStory> builder)
    {
        builder.ToTable("notice_stories");
        builder.HasKey(s => s.Story);
    }

    public void Configure(EntityTypeBuilder<SourceSilence> builder) => builder.ToTable("source_silences").HasKey(s => s.Source);
}
