using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Sync;
using Gateway.Rules;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync;

/// <summary>Which sources lack their required baseline, or are silent for longer than they may be.</summary>
public sealed class SourceWatch(RulesInForce rules)
{
    public async Task<IReadOnlyList<SourceState>> ReadAsync(GatewayDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var states = new List<SourceState>();
        foreach (var (name, settings) in rules.Sources.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (settings.Retired || (settings.Baseline != "required" && settings.SilentAfter is null)) continue;
            var missing = settings.Baseline == "required"
                && !await db.Set<BaselineRow>().AnyAsync(b => b.Source == name && b.RevertedAt == null, cancellationToken);
            var silent = settings.SilentAfter is { } after && await LastSeenAsync(db, name, cancellationToken) is var seen
                && (seen is null || Micros.ToInstant(seen.Value) + after <= now);
            states.Add(new SourceState(name, missing, silent, settings.SilentAction == "hold"));
        }

        return states;
    }

    private static Task<long?> LastSeenAsync(GatewayDb db, string source, CancellationToken cancellationToken) =>
        db.Events.Where(e => e.Source == source).OrderByDescending(e => e.Sequence).Select(e => (long?)e.ReceivedAt).FirstOrDefaultAsync(cancellationToken);
}
