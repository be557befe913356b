using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>The one row of what outlives runs: the pause, how far the schedule was followed, and who makes and sends runs.</summary>
public sealed class SyncState
{
    public int Id { get; set; } = 1;

    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>Null: until somebody resumes.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    public string? PauseReason { get; set; }

    public string? PausedBy { get; set; }

    /// <summary>The run that sent an earlier company again: syncs are paused until the log gives that company, or somebody resumes. Null: none.</summary>
    public long? RestoreRunId { get; set; }

    /// <summary>Occurrences of the schedule up to here have had their run, or never will.</summary>
    public required DateTimeOffset ScheduleHandledAt { get; set; }

    /// <summary>When log and ledger were put back from a backup last: what was decided, sent and accepted before may not be all. Null: never.</summary>
    public DateTimeOffset? RestoredAt { get; set; }

    /// <summary>When somebody said that the first sync needs no adoption. Null: nobody did.</summary>
    public DateTimeOffset? AdoptionWaivedAt { get; set; }

    public string? AdoptionWaivedBy { get; set; }

    public string? AdoptionWaivedReason { get; set; }

    /// <summary>Goes up each time another gateway takes over: whoever had a lower one writes no more.</summary>
    public long SenderNumber { get; set; }

    /// <summary>The machine of the gateway that makes and sends runs.</summary>
    public string? Sender { get; set; }

    public DateTimeOffset? SenderSince { get; set; }

    /// <summary>Ends a pause, whatever began it.</summary>
    public void Resume()
    {
        (PausedAt, PausedUntil, PauseReason, PausedBy) = (null, null, null, null);
        RestoreRunId = null;
    }
}

internal sealed class SyncStateConfiguration : IEntityTypeConfiguration<SyncState>
{
    public void Configure(EntityTypeBuilder<SyncState> builder) => builder.ToTable("sync_state").HasKey(s => s.Id);
}
