using System.Text.Json;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Rules;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Notifications;

/// <summary>Notes when a source falls silent for longer than it may, once, and when it is heard again, once.</summary>
public sealed class SilenceWatch(IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, RulesInForce rules, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Returns how many sources fell silent or were heard again.</summary>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var watched = rules.Sources.Where(s => s.Value is { Retired: false, SilentAfter: not null }).ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal);
        var seen = new Dictionary<string, DateTimeOffset?>(StringComparer.Ordinal);
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var known = await db.Set<SourceSilence>().AsNoTracking().ToDictionaryAsync(s => s.Source, StringComparer.Ordinal, cancellationToken);
            foreach (var source in watched.Keys) seen[source] = await db.LastSeenAsync(source, cancellationToken);
            if (known.Keys.All(watched.ContainsKey) && watched.All(w => known.GetValueOrDefault(w.Key) is { } row && IsSilent(w.Value, row, seen[w.Key], now) == row.SilentSince is not null)) return 0;
        }

        await using var write = await ledger.BeginAsync(cancellationToken);
        var rows = await write.Db.Set<SourceSilence>().ToListAsync(cancellationToken);
        // Nobody watches it any more: it is neither silent nor heard.
        write.Db.RemoveRange(rows.Where(r => !watched.ContainsKey(r.Source)));
        var changed = 0;
        foreach (var (source, settings) in watched) changed += Note(write.Db, rows.Find(r => r.Source == source), source, settings, seen[source], now);
        await write.CommitAsync(cancellationToken);
        return changed;
    }

    private static int Note(GatewayDb db, SourceSilence? row, string source, SourceOptions settings, DateTimeOffset? seen, DateTimeOffset now)
    {
        if (row is null)
        {
            row = new SourceSilence { Source = source, KnownSince = now };
            db.Add(row);
        }

        var silent = IsSilent(settings, row, seen, now);
        if (silent == row.SilentSince is not null) return 0;
        var data = new { source, lastSeen = seen, silentAfter = settings.SilentAfter, silentSince = row.SilentSince, path = "/v1/status" };
        db.Notify(silent ? NoticeTypes.SourceSilent : NoticeTypes.SourceHeard, JsonSerializer.Serialize(data, Json), now);
        row.SilentSince = silent ? now : null;
        return 1;
    }

    /// <summary>One that never said anything has as long as any other, from when it was first looked for.</summary>
    private static bool IsSilent(SourceOptions settings, SourceSilence row, DateTimeOffset? seen, DateTimeOffset now) => settings.IsSilent(seen ?? row.KnownSince, now);
}
