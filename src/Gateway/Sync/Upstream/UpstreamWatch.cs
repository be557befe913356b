using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Sync.Storing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync.Upstream;

/// <summary>What the guard has to know of the account beyond what was sent to it: whom Workleap would delete, and what is open there.</summary>
public sealed class UpstreamWatch(OfficevibeClient officevibe, GuardSettings guard, IOptions<OfficevibeOptions> wire, TimeProvider time)
{
    public async Task<UpstreamInput> LookAsync(GatewayDb db, SyncHistory history, Snapshot next, SnapshotDiff difference, CancellationToken cancellationToken)
    {
        var last = history.LastAccepted;
        var otherDialect = last is not null && DialectOf(last) != wire.Value.Dialect;
        if (wire.Value.Dialect != OfficevibeDialect.Workleap) return new UpstreamInput { OtherDialect = otherDialect };

        var absent = last is null ? [] : otherDialect ? await EverAcceptedAsync(db, cancellationToken) : await AbsentBeforeAsync(db, last, cancellationToken);
        return new UpstreamInput
        {
            Deletions = Deletions.Find(next, difference, absent, await StandingAsync(difference.UsersRemoved, absent, cancellationToken)),
            DeletedEarlier = await DeletedSinceAsync(db, time.GetUtcNow() - guard.Window, cancellationToken),
            OtherDialect = otherDialect,
            Awaiting = await db.Set<RunRow>().AnyAsync(r => r.State == RunState.AwaitingUpstreamApproval && r.SupersededByRunId == null, cancellationToken),
            UsersThreshold = wire.Value.Workleap.UsersThreshold,
            TeamsThreshold = wire.Value.Workleap.TeamsThreshold,
        };
    }

    private static OfficevibeDialect DialectOf(RunRow run) =>
        Enum.TryParse<OfficevibeDialect>(run.Dialect, ignoreCase: true, out var dialect) ? dialect : OfficevibeDialect.Officevibe;

    /// <summary>The legacy API only ever deactivates: everybody whom it was sent once and is not sent now is still there, deactivated.</summary>
    private static async Task<HashSet<string>> EverAcceptedAsync(GatewayDb db, CancellationToken cancellationToken) =>
        [.. await db.Set<AcceptedEmail>().AsNoTracking().Select(e => e.MemberId).Distinct().ToListAsync(cancellationToken)];

    /// <summary>Whom the last accepted run was the first to be without, and whom runs were that were sent since and may have been applied. Those before are deleted already.</summary>
    private static async Task<HashSet<string>> AbsentBeforeAsync(GatewayDb db, RunRow last, CancellationToken cancellationToken)
    {
        var open = await db.Set<RunRow>().AsNoTracking()
            .Where(r => r.SendingAt > last.SendingAt && (r.State == RunState.Unknown || r.State == RunState.Processing || r.State == RunState.AwaitingUpstreamApproval))
            .Select(r => r.Id).ToListAsync(cancellationToken);
        var absent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in open.Append(last.Id))
            if (await db.RunPartOrNullAsync<SnapshotDiff>(id, RunPart.Difference, cancellationToken) is { } difference) absent.UnionWith(difference.UsersRemoved.Select(u => u.Id));
        return absent;
    }

    /// <summary>By id. Null: the key cannot read, and the settings say so.</summary>
    private async Task<IReadOnlyDictionary<string, Standing>?> StandingAsync(IReadOnlyList<SnapshotUser> removed, HashSet<string> absent, CancellationToken cancellationToken)
    {
        if (!wire.Value.Workleap.ReadBack) return null;
        var first = removed.Where(u => !absent.Contains(u.Id)).ToList();
        if (first.Count == 0) return null;
        var seen = (await officevibe.ReadStandingsAsync([.. first.Select(u => u.Email)], cancellationToken)).Known;
        return first.Where(u => seen.ContainsKey(u.Email)).ToDictionary(u => u.Id, u => seen[u.Email], StringComparer.Ordinal);
    }

    /// <summary>Whom accepted runs deleted that no person approved.</summary>
    internal static async Task<HashSet<string>> DeletedSinceAsync(GatewayDb db, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var runs = await db.Set<RunRow>().AsNoTracking().Where(r => r.AcceptedAt > since && r.ApprovedAt == null).Select(r => r.Id).ToListAsync(cancellationToken);
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in runs)
            if (await db.RunPartOrNullAsync<List<Deletion>>(id, RunPart.Deletions, cancellationToken) is { } part) deleted.UnionWith(part.Select(d => d.MemberId));
        return deleted;
    }
}
