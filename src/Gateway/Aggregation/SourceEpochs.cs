using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Rules;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Aggregation;

/// <summary>
/// A number per source, raised in the store when a start finds another fold version or time zone than the last one noted, so that
/// what was folded under other rules is folded again and never overwrites.
/// </summary>
public sealed class SourceEpochs
{
    private volatile Dictionary<string, int> _epochs = new(StringComparer.Ordinal);

    public int Of(string source) => _epochs.TryGetValue(source, out var epoch) ? epoch : 1;

    public IReadOnlyDictionary<string, int> All => _epochs;

    /// <summary>Compares the settings with what the log noted, raises what differs, and remembers.</summary>
    /// <exception cref="SettingsException">A source has events in the log and no settings.</exception>
    public async Task NoteAsync(LedgerWriter ledger, RulesInForce rules, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        var noted = await write.Db.SourceEpochs.ToDictionaryAsync(s => s.Source, StringComparer.Ordinal, cancellationToken);
        await RefuseForgottenAsync(write.Db, noted.Keys.Where(s => !rules.Sources.ContainsKey(s)), cancellationToken);
        foreach (var source in rules.Rules.Sources.Values)
        {
            if (!noted.TryGetValue(source.Name, out var row))
            {
                row = new SourceEpoch { Source = source.Name, Epoch = 1, FoldVersion = RulesInForce.Version, TimeZone = source.TimeZone.Id };
                write.Db.Add(row);
                noted[source.Name] = row;
            }
            else if (row.FoldVersion != RulesInForce.Version || row.TimeZone != source.TimeZone.Id)
            {
                (row.Epoch, row.FoldVersion, row.TimeZone) = (row.Epoch + 1, RulesInForce.Version, source.TimeZone.Id);
            }
        }

        await write.CommitAsync(cancellationToken);
        _epochs = noted.ToDictionary(s => s.Key, s => s.Value.Epoch, StringComparer.Ordinal);
    }

    /// <summary>Raises every source's epoch, and above <paramref name="above"/>: all facets are folded again.</summary>
    public async Task IncreaseAllAsync(LedgerWriter ledger, int above, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        var rows = await write.Db.SourceEpochs.ToListAsync(cancellationToken);
        foreach (var row in rows) row.Epoch = Math.Max(row.Epoch, above) + 1;
        await write.CommitAsync(cancellationToken);
        _epochs = rows.ToDictionary(s => s.Source, s => s.Epoch, StringComparer.Ordinal);
    }

    private static async Task RefuseForgottenAsync(GatewayDb db, IEnumerable<string> withoutSettings, CancellationToken cancellationToken)
    {
        var errors = new List<string>();
        foreach (var source in withoutSettings.ToList())
        {
            if (await db.Events.AnyAsync(e => e.Source == source, cancellationToken))
                errors.Add($"Gateway:Sources:{source}: the log has events of this source, but the settings do not name it, so that its people would be removed. Add it; with Retired = true to take its people out deliberately.");
        }

        if (errors.Count > 0) throw new SettingsException(errors);
    }
}
