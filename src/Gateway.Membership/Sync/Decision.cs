using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>The last run that Officevibe accepted.</summary>
/// <param name="ContentHash">Of the body as it was sent.</param>
/// <param name="At">When it was accepted.</param>
/// <param name="WithIssues">It was accepted with rows skipped: worth sending again on the next schedule.</param>
public sealed record LastAccepted(string ContentHash, DateTimeOffset At, bool WithIssues);

/// <summary>A person approved a run and with it the changes it listed. It covers them for a time.</summary>
public sealed record Approval(string RunId, DateTimeOffset At, IReadOnlySet<Change> Changes);

/// <summary>A person rejected a run and with it its held changes. It stands while the content has one of them.</summary>
public sealed record Rejection(string RunId, IReadOnlySet<Change> Changes);

/// <summary>Everything a decision depends on.</summary>
public sealed record DecisionInput
{
    public required GuardVerdict Verdict { get; init; }

    /// <summary>From the last accepted content (or nothing) to this one.</summary>
    public required SnapshotDiff Difference { get; init; }

    /// <summary>Of the body exactly as it would be sent.</summary>
    public required string ContentHash { get; init; }

    public required LastAccepted? Accepted { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The schedule started this run.</summary>
    public bool Scheduled { get; init; }

    /// <summary>Unchanged content is sent again after this long.</summary>
    public required TimeSpan ResendAfter { get; init; }

    /// <summary>How long an approval covers what it listed.</summary>
    public required TimeSpan HoldFor { get; init; }

    public IReadOnlyList<Approval> Approvals { get; init; } = [];

    /// <summary>What a plan lets through of this run: the verdict does not ask about it any more.</summary>
    public IReadOnlySet<Change> Planned { get; init; } = new HashSet<Change>();

    /// <summary>What the account has alone, whether or not it is enough to hold for: a rejection may name it. Null: nobody has looked.</summary>
    public OnlyThere? OnlyThere { get; init; }

    /// <summary>Those that stand: no content without their changes was accepted, or found unchanged, since.</summary>
    public IReadOnlyList<Rejection> Rejections { get; init; } = [];
}

/// <summary>What becomes of a snapshot.</summary>
public abstract record Decision
{
    private Decision() { }

    /// <summary>To be sent. <c>Approved</c> is the part of its difference that a person has approved before, plans included.</summary>
    public sealed record Send(SnapshotDiff Approved) : Decision;

    /// <summary>Officevibe has this already.</summary>
    public sealed record Unchanged : Decision;

    public sealed record Hold(GuardVerdict.Hold Verdict) : Decision;

    public sealed record Refuse(GuardVerdict.Refuse Verdict) : Decision;

    /// <summary>A person has said no to these changes.</summary>
    public sealed record Rejected(string ByRunId, IReadOnlyList<Change> Changes) : Decision;

    public static Decision Of(DecisionInput input)
    {
        if (input.Verdict is GuardVerdict.Refuse refuse) return new Refuse(refuse);
        if (IsUnchanged(input)) return new Unchanged();

        var hold = input.Verdict as GuardVerdict.Hold;
        if (RejectedAgain(input, hold) is { } rejected) return rejected;
        var covered = input.Approvals
            .Where(a => input.Now < a.At + input.HoldFor)
            .SelectMany(a => a.Changes)
            .ToHashSet();
        if (hold is not null && (AsksAlways(hold) || !hold.Changes.All(covered.Contains))) return new Hold(hold);
        covered.UnionWith(input.Planned);
        return new Send(covered.Count == 0 ? SnapshotDiff.None : Change.Only(input.Difference, covered));
    }

    /// <summary>An earlier company is looked at whenever somebody wants it sent again: that its changes were approved when it was new says nothing of today.</summary>
    private static bool AsksAlways(GuardVerdict.Hold hold) => hold.Reasons.Any(r => r.Rule == GuardRules.Restore);

    private static Rejected? RejectedAgain(DecisionInput input, GuardVerdict.Hold? hold)
    {
        if (input.Rejections.Count == 0) return null;
        var present = Change.AllOf(input.Difference).Append(Change.Whole(input.ContentHash)).ToHashSet();
        if (hold is not null) present.UnionWith(hold.Changes);
        if (input.OnlyThere is { } there) present.UnionWith(there.Changes());
        foreach (var rejection in input.Rejections)
        {
            var again = rejection.Changes.Where(present.Contains).ToList();
            if (again.Count > 0) return new Rejected(rejection.RunId, again);
        }

        return null;
    }

    /// <summary>
    /// The changes that a rejection of this hold names: those that are held. A first sync is everything there is, and after a restore nobody
    /// knows what a change is from, so there it is the content as a whole: once that is corrected it is asked again.
    /// </summary>
    public static IReadOnlySet<Change> NamedByRejection(GuardVerdict.Hold hold, string contentHash) =>
        hold.Reasons.Any(r => r.Rule is GuardRules.FirstSync or GuardRules.Adoption or GuardRules.Restore or GuardRules.Restored)
            ? new HashSet<Change> { Change.Whole(contentHash) }
            : hold.Changes.ToHashSet();

    /// <summary>
    /// The changes that Workleap's rejection of a run names: what it would take away, which cannot be undone, and the content as a whole. What else was
    /// wrong with it nobody tells.
    /// </summary>
    public static IReadOnlySet<Change> NamedByUpstream(SnapshotDiff difference, IEnumerable<Deletion> deletions, string contentHash) =>
        difference.UsersRemoved.Select(Change.Removed).Concat(difference.GroupsRemoved.Select(Change.Removed))
            .Concat(deletions.Select(d => Deletions.Change(d.MemberId))).Append(Change.Whole(contentHash)).ToHashSet();

    /// <summary>The changes that an approval can be asked about: those there are, and those that are held.</summary>
    public static IReadOnlySet<Change> AskedAbout(GuardVerdict verdict, SnapshotDiff difference, string contentHash) =>
        Change.AllOf(difference).Concat((verdict as GuardVerdict.Hold)?.Changes ?? []).Append(Change.Whole(contentHash)).ToHashSet();

    /// <summary>The changes that an approval of this hold covers: all that its page listed.</summary>
    /// <param name="asked">The changes that were asked about.</param>
    /// <param name="difference">Of the approved run.</param>
    /// <param name="contentHash">Of the approved run.</param>
    /// <param name="among">Only these are told: a first sync's approval covers the whole company, and nobody needs all of it.</param>
    public static IReadOnlySet<Change> CoveredByApproval(IEnumerable<Change> asked, SnapshotDiff difference, string contentHash, IReadOnlySet<Change> among) =>
        Change.AllOf(difference).Concat(asked).Append(Change.Whole(contentHash)).Where(among.Contains).ToHashSet();

    private static bool IsUnchanged(DecisionInput input) =>
        input.Accepted is { } last
        && last.ContentHash == input.ContentHash
        && input.Now - last.At < input.ResendAfter
        && !(last.WithIssues && input.Scheduled);
}
