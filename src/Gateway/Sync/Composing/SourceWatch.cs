using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Sync;
using Gateway.Rules;
using Gateway.Sync.Storing;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Composing;

/// <summary>Which sources lack their required baseline, or are silent for longer than they may be.</summary>
public sealed class SourceWatch(RulesInForce rules)
{
    public async Task<IReadOnlyList<SourceState>> ReadAsync(GatewayDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var states = new List<SourceState>();
        var restoredAt = await SyncHistory.RestoredAtAsync(db, cancellationToken) ?? DateTimeOffset.MinValue;
        foreach (var (name, settings) in rules.Sources.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (settings.Retired || (settings.Baseline != "required" && settings.SilentAfter is null)) continue;
            var missing = settings.Baseline == "required" && !await HasBaselineAsync(db, name, restoredAt, cancellationToken);
            var silent = settings.SilentAfter is not null && settings.IsSilent(await db.LastSeenAsync(name, cancellationToken), now);
            states.Add(new SourceState(name, missing, silent, settings.SilentAction == "hold"));
        }

        return states;
    }

    /// <summary>
    /// One stands; or one came since the last was taken back and found that everything was said already. What a backup has of them is as old
    /// as the backup, and does not count.
    /// </summary>
    private static async Task<bool> HasBaselineAsync(GatewayDb db, string source, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var units = db.Baselines.Where(b => b.Source == source);
        if (await units.AnyAsync(b => b.RevertedAt == null && b.AppliedAt > since, cancellationToken)) return true;
        var takenBack = await units.MaxAsync(b => b.RevertedAt, cancellationToken) ?? DateTimeOffset.MinValue;
        if (takenBack < since) takenBack = since;
        return await db.Audit.AnyAsync(a => a.Action == BaselineRow.FoundNone && a.Subject == source && a.At >= takenBack, cancellationToken);
    }
}
