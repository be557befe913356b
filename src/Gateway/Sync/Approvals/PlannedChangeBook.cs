using System.Globalization;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync.Storing;
using Gateway.Sync.Upstream;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Approvals;

/// <summary>What people approved beforehand, as it is kept.</summary>
internal static class PlannedChangeBook
{
    /// <summary>As in <c>p7</c>: no run has such an id.</summary>
    public static string IdOf(long id) => "p" + id.ToString(CultureInfo.InvariantCulture);

    public static long? ParseId(string id) =>
        id.StartsWith('p') && long.TryParse(id.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    /// <summary>Those whose window is open at an instant, and that nobody cancelled or used up. At most one has limits.</summary>
    public static async Task<IReadOnlyList<PlannedChange>> InForceAsync(GatewayDb db, DateTimeOffset at, Snapshot? accepted, CancellationToken cancellationToken)
    {
        var rows = await InForce(db.Set<PlannedChangeRow>().AsNoTracking(), at).OrderBy(p => p.Id).ToListAsync(cancellationToken);
        var plans = new List<PlannedChange>(rows.Count);
        foreach (var row in rows)
        {
            if (row.ContentHash is null) plans.Add(await LimitsAsync(db, row, accepted, cancellationToken));
            // Sent and accepted, it is used up: should the company come back to it, somebody looks.
            else if (!await db.Set<RunRow>().AnyAsync(r => r.PlanId == row.Id && r.AcceptedAt != null, cancellationToken))
                plans.Add(new PlannedChange.Content(IdOf(row.Id), row.ContentHash, AlsoOf(row).ToHashSet(StringComparer.Ordinal)));
        }

        return plans;
    }

    public static IQueryable<PlannedChangeRow> InForce(IQueryable<PlannedChangeRow> rows, DateTimeOffset at) =>
        rows.Where(p => p.ApprovedAt != null && p.CancelledAt == null && p.From <= at && p.Until > at);

    public static async Task<PlannedChange.Limits> LimitsAsync(GatewayDb db, PlannedChangeRow row, Snapshot? accepted, CancellationToken cancellationToken)
    {
        var (limits, before) = (LimitsOf(row), Before(row.From));
        return new PlannedChange.Limits(
            IdOf(row.Id), limits, await SyncHistory.WindowAsync(db, before, row.Id, accepted, cancellationToken),
            limits.ContainsKey(GuardRules.Deletions) ? await UpstreamWatch.DeletedSinceAsync(db, before, cancellationToken) : []);
    }

    /// <summary>The last instant before a window: a run accepted at its first is within it.</summary>
    public static DateTimeOffset Before(DateTimeOffset from) => from.AddMicroseconds(-1);

    public static IReadOnlyDictionary<string, int> LimitsOf(PlannedChangeRow row) => StoredContent.Parse<Dictionary<string, int>>(row.Limits) ?? [];

    public static IReadOnlyList<string> AlsoOf(PlannedChangeRow row) => StoredContent.Parse<List<string>>(row.Also) ?? [];

    /// <summary>Notes windows that have opened. What was held before is asked about again, by the limits of these days. True: some have.</summary>
    public static async Task<bool> OpenAsync(GatewayDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var opening = await InForce(db.Set<PlannedChangeRow>(), now).Where(p => p.OpenedAt == null).ToListAsync(cancellationToken);
        if (opening.Count == 0) return false;
        foreach (var row in opening) row.OpenedAt = now;
        // An earlier company that waits to be sent again is nothing that a plan is about.
        if (await db.Set<RunRow>().AnyAsync(r => r.State == RunState.Held && r.RestoreOfRunId == null, cancellationToken))
            db.Add(new RunRow { State = RunState.Queued, Trigger = RunTrigger.Plan, RequestedBy = "system", CreatedAt = now });
        return true;
    }
}
