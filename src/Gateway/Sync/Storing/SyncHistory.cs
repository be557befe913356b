using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Storing;

/// <summary>What earlier runs mean for the next one.</summary>
public sealed record SyncHistory
{
    /// <summary>The last run that Officevibe accepted; null: none ever.</summary>
    public RunRow? LastAccepted { get; init; }

    public Snapshot? Accepted { get; init; }

    public required GuardWindow Window { get; init; }

    /// <summary>Approvals from then on still cover what they listed.</summary>
    public DateTimeOffset ApprovedSince { get; init; }

    public required IReadOnlyList<Rejection> Rejections { get; init; }

    /// <summary>A run got no answer since, so nobody knows that Officevibe still has what it accepted last.</summary>
    public bool Unsettled { get; init; }

    /// <summary>Log and ledger were put back from a backup, and nothing was accepted since.</summary>
    public bool Restored { get; init; }

    public static async Task<SyncHistory> LoadAsync(GatewayDb db, GuardSettings guard, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var last = await LastAcceptedAsync(db, cancellationToken);
        var restoredAt = await RestoredAtAsync(db, cancellationToken);
        var approvedSince = now - guard.HoldFor;
        var accepted = last is null ? null : await db.RunPartAsync<Snapshot>(last.Id, RunPart.Sections, cancellationToken);
        var window = await WindowAsync(db, now - guard.Window, null, accepted, cancellationToken);
        return new SyncHistory
        {
            LastAccepted = last,
            Accepted = accepted,
            Window = window,
            ApprovedSince = restoredAt > approvedSince ? restoredAt.Value : approvedSince,
            Rejections = await RejectionsAsync(db, cancellationToken),
            Unsettled = await db.Set<RunRow>().AnyAsync(
                r => (r.State == RunState.Unknown || r.State == RunState.Processing || r.State == RunState.AwaitingUpstreamApproval) && r.SupersededByRunId == null && (last == null || r.Id > last.Id), cancellationToken),
            Restored = restoredAt is { } at && !(last?.AcceptedAt > at),
        };
    }

    /// <summary>When log and ledger were put back from a backup last; null: never.</summary>
    public static Task<DateTimeOffset?> RestoredAtAsync(GatewayDb db, CancellationToken cancellationToken) =>
        db.Set<SyncState>().Select(s => s.RestoredAt).SingleOrDefaultAsync(cancellationToken);

    public static Task<RunRow?> LastAcceptedAsync(GatewayDb db, CancellationToken cancellationToken) =>
        db.Set<RunRow>().AsNoTracking().Where(r => r.AcceptedAt != null).OrderByDescending(r => r.AcceptedAt).ThenByDescending(r => r.Id)
            .FirstOrDefaultAsync(cancellationToken);

    /// <summary>What accepted runs did since an instant, and what of it was approved.</summary>
    /// <param name="db">The ledger.</param>
    /// <param name="since">The window's start.</param>
    /// <param name="unlessBy">What this plan let through counts as not approved: its own limits are counted. Null: no plan's does.</param>
    /// <param name="like">A company that is held already: whoever is alike in both is one object. Null: none.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    internal static async Task<GuardWindow> WindowAsync(GatewayDb db, DateTimeOffset since, long? unlessBy, Snapshot? like, CancellationToken cancellationToken)
    {
        var accepted = db.Set<RunRow>().AsNoTracking().Where(r => r.AcceptedAt != null);
        var runs = await accepted.Where(r => r.AcceptedAt > since).OrderBy(r => r.AcceptedAt).ThenBy(r => r.Id)
            .Select(r => new { r.Id, AcceptedAt = r.AcceptedAt!.Value, r.PlanId }).ToListAsync(cancellationToken);
        var before = await accepted.Where(r => r.AcceptedAt <= since).OrderByDescending(r => r.AcceptedAt).ThenByDescending(r => r.Id)
            .Select(r => new { r.Id, AcceptedAt = r.AcceptedAt!.Value, r.PlanId }).FirstOrDefaultAsync(cancellationToken);
        if (before is not null) runs.Insert(0, before);
        if (GuardWindow.StartsAt([.. runs.Select(r => r.AcceptedAt)], since, TimeSpan.Zero) is not { } start) return GuardWindow.Nothing;

        var approved = new List<SnapshotDiff>();
        foreach (var run in runs.Skip(start + 1))
        {
            if (await db.RunPartOrNullAsync<SnapshotDiff>(run.Id, RunPart.Approved, cancellationToken) is not { } part) continue;
            if (unlessBy is not null && run.PlanId == unlessBy && await db.RunPartOrNullAsync<SnapshotDiff>(run.Id, RunPart.Planned, cancellationToken) is { } planned)
                part = Change.Only(part, Change.AllOf(part).Except(Change.AllOf(planned)).ToHashSet());
            approved.Add(part);
        }

        return new GuardWindow(StoredContent.UnpackLike(await db.RunBytesOfAsync(runs[start].Id, RunPart.Sections, cancellationToken), like), approved);
    }

    /// <summary>What approvals that still hold say of the changes that this run is asked about.</summary>
    public async Task<IReadOnlyList<Approval>> ApprovalsAsync(GatewayDb db, GuardVerdict verdict, SnapshotDiff difference, string contentHash, CancellationToken cancellationToken)
    {
        var runs = await db.Set<RunRow>().AsNoTracking().Where(r => r.ApprovedAt > ApprovedSince).ToListAsync(cancellationToken);
        // Before the first approval a company of any size is asked about, change by change.
        if (runs.Count == 0) return [];
        var about = Decision.AskedAbout(verdict, difference, contentHash);
        var subjects = about.Select(c => c.Subject).ToHashSet(StringComparer.Ordinal);
        var approvals = new List<Approval>(runs.Count);
        foreach (var run in runs)
        {
            var asked = StoredContent.ChangesAbout(await db.RunBytesOfAsync(run.Id, RunPart.Verdict, cancellationToken), subjects);
            var approved = StoredContent.UnpackAbout(await db.RunBytesOfAsync(run.Id, RunPart.Difference, cancellationToken), subjects);
            approvals.Add(new Approval(RunView.IdOf(run.Id), run.ApprovedAt!.Value, Decision.CoveredByApproval(asked, approved, run.ContentHash!, about)));
        }

        return approvals;
    }

    /// <summary>Those that stand: a run that was accepted, or found unchanged, since had none of their changes.</summary>
    private static async Task<List<Rejection>> RejectionsAsync(GatewayDb db, CancellationToken cancellationToken)
    {
        var over = await db.Set<RunRow>()
            .Where(r => r.State == RunState.Accepted || r.State == RunState.AcceptedWithIssues || r.State == RunState.Unchanged)
            .MaxAsync(r => (DateTimeOffset?)r.FinishedAt, cancellationToken) ?? DateTimeOffset.MinValue;
        var runs = await db.Set<RunRow>().AsNoTracking().Where(r => r.RejectedAt > over).OrderBy(r => r.Id).ToListAsync(cancellationToken);
        var rejections = new List<Rejection>(runs.Count);
        foreach (var run in runs)
        {
            if (run.SendingAt is not null)
            {
                // Workleap had it, and it was rejected there.
                var difference = await db.RunPartAsync<SnapshotDiff>(run.Id, RunPart.Difference, cancellationToken);
                var deletions = await db.RunPartOrNullAsync<List<Deletion>>(run.Id, RunPart.Deletions, cancellationToken) ?? [];
                rejections.Add(new Rejection(RunView.IdOf(run.Id), Decision.NamedByUpstream(difference, deletions, run.ContentHash!)));
                continue;
            }

            var hold = (await db.RunPartAsync<StoredVerdict>(run.Id, RunPart.Verdict, cancellationToken)).AsHold();
            rejections.Add(new Rejection(RunView.IdOf(run.Id), Decision.NamedByRejection(hold, run.ContentHash!)));
        }

        return rejections;
    }
}

/// <summary>Reads the parts of runs.</summary>
internal static class RunParts
{
    public static async Task<T> RunPartAsync<T>(this GatewayDb db, long runId, RunPart part, CancellationToken cancellationToken) where T : class =>
        StoredContent.Unpack<T>(await db.RunBytesOfAsync(runId, part, cancellationToken));

    public static async Task<T?> RunPartOrNullAsync<T>(this GatewayDb db, long runId, RunPart part, CancellationToken cancellationToken) where T : class =>
        await db.RunBytesAsync(runId, part, cancellationToken) is { } data ? StoredContent.Unpack<T>(data) : null;

    /// <summary>Compressed.</summary>
    public static async Task<byte[]> RunBytesOfAsync(this GatewayDb db, long runId, RunPart part, CancellationToken cancellationToken) =>
        await db.RunBytesAsync(runId, part, cancellationToken) ?? throw new InvalidDataException($"Run {runId} has lost its {part}: the ledger is damaged.");

    /// <summary>Compressed; null: not kept.</summary>
    public static Task<byte[]?> RunBytesAsync(this GatewayDb db, long runId, RunPart part, CancellationToken cancellationToken) =>
        db.Set<RunContent>().Where(c => c.RunId == runId && c.Part == part).Select(c => c.Data).FirstOrDefaultAsync(cancellationToken);
}
