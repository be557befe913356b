using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>Where a run stands (http-contract, section 4). Stored by name: never rename one.</summary>
public enum RunState
{
    Queued = 0,
    Assembling = 1,
    DryRun = 2,
    Observed = 3,
    Unchanged = 4,
    Held = 5,
    Approved = 6,
    Rejected = 7,
    Superseded = 8,
    Expired = 9,
    Sending = 10,

    /// <summary>Workleap took it; no verdict yet.</summary>
    Processing = 11,

    Accepted = 12,
    AcceptedWithIssues = 13,
    AwaitingUpstreamApproval = 14,

    /// <summary>Tried again at <see cref="RunRow.RetryAt"/>.</summary>
    Failed = 15,

    /// <summary>Cannot succeed without a person.</summary>
    Refused = 16,

    /// <summary>The body was sent, and no answer came.</summary>
    Unknown = 17,
}

/// <summary>Why a run was made. Stored by name.</summary>
public enum RunTrigger
{
    Request = 0,
    Schedule = 1,
    Change = 2,
    Retry = 3,

    /// <summary>A held run could not be approved any more, so the company is asked about as it is today.</summary>
    Approval = 4,

    /// <summary>The run before sent names or addresses as the account has them; this one sends the true ones.</summary>
    FollowUp = 5,

    /// <summary>Somebody wants an earlier accepted company sent again.</summary>
    Restore = 6,

    /// <summary>Somebody wants everybody sent whom a hold is not about.</summary>
    SendRest = 20,

    /// <summary>The window of a plan opened, and a run was held.</summary>
    Plan = 21,
}

/// <summary>One run: what was made of the company at an instant, what was decided about it, and what Officevibe answered.</summary>
public sealed class RunRow
{
    public long Id { get; set; }

    public RunState State { get; set; }

    public RunTrigger Trigger { get; set; }

    /// <summary>Computes and says; sends nothing, and lets a hold stand.</summary>
    public bool DryRun { get; set; }

    /// <summary>Who asked; <c>system</c> for the gateway itself.</summary>
    public required string RequestedBy { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it came to rest in its state.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>The instant of the cut it was made from; null: not made yet.</summary>
    public DateTimeOffset? At { get; set; }

    /// <summary>The position of the log that the cut goes up to.</summary>
    public long? Head { get; set; }

    /// <summary>When the next facet changes without an event, seen from the cut.</summary>
    public DateTimeOffset? NextDue { get; set; }

    /// <summary>The fingerprint of the settings that shape membership.</summary>
    public string? Rules { get; set; }

    /// <summary>The dialect of its body, as in the settings. Null: not made yet.</summary>
    public string? Dialect { get; set; }

    /// <summary>The version of the gateway.</summary>
    public string? Version { get; set; }

    /// <summary>The accepted run it was compared with; null: none.</summary>
    public long? BaseRunId { get; set; }

    public string? BaseHash { get; set; }

    /// <summary>SHA-256 of the body exactly as it would be sent, in lower-case hex.</summary>
    public string? ContentHash { get; set; }

    /// <summary>Of the body, in bytes.</summary>
    public long? BodyLength { get; set; }

    public int Users { get; set; }

    public int Groups { get; set; }

    public int Mappings { get; set; }

    /// <summary>JSON: how many of each kind the difference has.</summary>
    public string? DifferenceCounts { get; set; }

    /// <summary>Everybody in it is touched, so no subjects are listed: there was no base.</summary>
    public bool TouchesAll { get; set; }

    /// <summary>What the state is due to, in a sentence that names nobody.</summary>
    public string? Reason { get; set; }

    public string? WhatToDo { get; set; }

    public DateTimeOffset? HeldAt { get; set; }

    /// <summary>A hash of the rules and numbers it is held for: who was told of it need not be told again.</summary>
    public string? ReasonsKey { get; set; }

    public DateTimeOffset? ApprovedAt { get; set; }

    public DateTimeOffset? RejectedAt { get; set; }

    public string? DecidedBy { get; set; }

    public string? DecisionReason { get; set; }

    /// <summary>Ended as rejected because that run was.</summary>
    public long? RejectedByRunId { get; set; }

    /// <summary>The run that took its place, or settled it.</summary>
    public long? SupersededByRunId { get; set; }

    public DateTimeOffset? SendingAt { get; set; }

    /// <summary>The sender gives up by then, and nobody else sends before.</summary>
    public DateTimeOffset? SendUntil { get; set; }

    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>For an unknown run: when the account was read back.</summary>
    public DateTimeOffset? ReadBackAt { get; set; }

    /// <summary>When it is tried again; of one that is open in Workleap: looked at again.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>How many runs in a row have failed, this one included.</summary>
    public int Attempt { get; set; }

    /// <summary>JSON: what came back and what it means.</summary>
    public string? Answer { get; set; }

    /// <summary>The accepted run whose company it sends again; null: it sends today's.</summary>
    public long? RestoreOfRunId { get; set; }

    /// <summary>Of that company the teams and how they lie in each other; the people are today's.</summary>
    public bool StructureOnly { get; set; }

    /// <summary>The run whose held people and teams it leaves as they were accepted last; null: it leaves nobody.</summary>
    public long? RestOfRunId { get; set; }

    /// <summary>The plan that let it through; null: none was needed.</summary>
    public long? PlanId { get; set; }

    /// <summary>JSON: who approved it, with when and why; the last one sent it.</summary>
    public string? Approvals { get; set; }

    /// <summary>When its bytes were taken away, since they are old. Null: they are there, or never were kept.</summary>
    public DateTimeOffset? ContentGoneAt { get; set; }

    /// <summary>How many changes were left for the run after this one (<see cref="RunPart.Later"/>).</summary>
    public int Later { get; set; }

    /// <summary>Whoever it creates is invited, as the settings were. Null: not made yet.</summary>
    public bool? Invites { get; set; }

    /// <summary>JSON: what the account had when the first sync, or the first one after a restore, was held.</summary>
    public string? Account { get; set; }
}

internal sealed class RunConfiguration : IEntityTypeConfiguration<RunRow>
{
    public void Configure(EntityTypeBuilder<RunRow> builder)
    {
        builder.ToTable("runs");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedOnAdd();
        builder.Property(r => r.State).HasConversion<string>();
        builder.Property(r => r.Trigger).HasConversion<string>();
        builder.HasIndex(r => r.State);
        builder.HasIndex(r => r.AcceptedAt).HasFilter("\"AcceptedAt\" IS NOT NULL");
        builder.HasIndex(r => r.ApprovedAt).HasFilter("\"ApprovedAt\" IS NOT NULL");
        builder.HasIndex(r => r.RejectedAt).HasFilter("\"RejectedAt\" IS NOT NULL");
    }
}
