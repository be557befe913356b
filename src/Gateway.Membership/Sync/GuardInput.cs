using Gateway.Membership.Drift;
using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>
/// What accepted runs did within the window: the content accepted last before it (or, where there is none, the first ever accepted),
/// and what a person approved of the runs accepted since, in their order. <c>Before</c> null: none was accepted since.
/// </summary>
public sealed record GuardWindow(Snapshot? Before, IReadOnlyList<SnapshotDiff> Approved)
{
    public static GuardWindow Nothing { get; } = new(null, []);

    /// <summary>
    /// The run whose content the counting starts from, as an index into runs ordered by when they were accepted: the last one at or
    /// before the window, else the first. Those after it are the runs within the window. Null: nothing was accepted within it.
    /// </summary>
    public static int? StartsAt(IReadOnlyList<DateTimeOffset> acceptedAt, DateTimeOffset now, TimeSpan window)
    {
        var start = 0;
        while (start + 1 < acceptedAt.Count && acceptedAt[start + 1] <= now - window) start++;
        return start + 1 < acceptedAt.Count ? start : null;
    }
}

/// <summary>A source's state where it matters to the guard.</summary>
/// <param name="Name">The source.</param>
/// <param name="BaselineMissing">Its baseline is <c>required</c>, and it has none, or none since the ledger was put back from a backup.</param>
/// <param name="Silent">It was silent for longer than its <c>SilentAfter</c>.</param>
/// <param name="HoldWhenSilent">Its <c>SilentAction</c> is <c>hold</c>.</param>
public sealed record SourceState(string Name, bool BaselineMissing, bool Silent, bool HoldWhenSilent);

/// <summary>What stands in the way of a first sync onto an account.</summary>
/// <param name="Open">Teams and people of the account that it would lose, and about which nobody has decided.</param>
/// <param name="Problem">Why the account could not be read; null: it was.</param>
public sealed record AdoptionState(int Open, string? Problem);

/// <summary>Everything the guard looks at.</summary>
public sealed record GuardInput
{
    /// <summary>The last snapshot that Officevibe accepted; null: none ever.</summary>
    public required Snapshot? Accepted { get; init; }

    public required Snapshot Next { get; init; }

    /// <summary>The hash of <see cref="Next"/> as it would be sent.</summary>
    public required string ContentHash { get; init; }

    /// <summary>From <see cref="Accepted"/> (or nothing) to <see cref="Next"/>.</summary>
    public required SnapshotDiff Difference { get; init; }

    public GuardWindow Window { get; init; } = GuardWindow.Nothing;

    /// <summary>The issues found when <see cref="Next"/> was assembled.</summary>
    public IReadOnlyList<Issue> Issues { get; init; } = [];

    /// <summary>Members that this run creates would be invited.</summary>
    public bool Invitations { get; init; }

    /// <summary>Every run needs approval.</summary>
    public bool HoldAll { get; init; }

    /// <summary>
    /// The ledger was put back from a backup, and nothing was accepted since: <see cref="Accepted"/> is as old as the backup, and nobody knows
    /// what Officevibe was sent after it.
    /// </summary>
    public bool Restored { get; init; }

    /// <summary>It is an earlier company, which somebody wants sent again: a person looks at what that means today.</summary>
    public bool Restore { get; init; }

    /// <summary>For a first sync: what stands in its way. Null: nothing, or somebody waived it.</summary>
    public AdoptionState? Adoption { get; init; }

    /// <summary>What the account has and no company had or will have. Null: nobody has looked.</summary>
    public OnlyThere? OnlyThere { get; init; }

    public IReadOnlyList<SourceState> Sources { get; init; } = [];

    public UpstreamInput Upstream { get; init; } = UpstreamInput.None;

    /// <summary>Limits that people planned for these days, in place of the usual ones. Null: none. See <see cref="PlannedChanges"/>.</summary>
    public PlannedChange.Limits? Planned { get; init; }

    /// <summary>
    /// From the last accepted content to what today's rules make of the same events at the same instant; null: the rules are the same.
    /// </summary>
    public SnapshotDiff? RulesDifference { get; init; }

    /// <summary>The source that a member (by employment) or a team belongs to, for limits of a source's own. Who is not there counts for none.</summary>
    public IReadOnlyDictionary<(SubjectKind Kind, string Subject), string> SourceOf { get; init; } =
        new Dictionary<(SubjectKind, string), string>();
}
