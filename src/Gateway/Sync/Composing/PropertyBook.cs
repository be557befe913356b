using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Composing;

/// <summary>The catalogue of properties that answers have taught (docs/adr/0023).</summary>
internal static class PropertyBook
{
    /// <summary>Keeps what the answer to an accepted run says of properties.</summary>
    public static async Task LearnAsync(GatewayDb db, long runId, PropertyLessons lessons, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await db.Set<PropertyRow>().ToDictionaryAsync(p => p.Name, StringComparer.Ordinal, cancellationToken);
        foreach (var name in lessons.Taken)
        {
            var row = Row(name);
            if (row.RefusedSince is not null || row.TakenSince is null) (row.TakenSince, row.TakenSinceRunId) = (now, runId);
            (row.TakenAt, row.TakenRunId) = (now, runId);
            (row.RefusedSince, row.RefusedSinceRunId, row.RefusedAt, row.RefusedRunId) = (null, null, null, null);
        }

        foreach (var name in lessons.Refused)
        {
            var row = Row(name);
            if (row.RefusedSince is null) (row.RefusedSince, row.RefusedSinceRunId) = (now, runId);
            (row.RefusedAt, row.RefusedRunId) = (now, runId);
        }

        var options = await db.Set<RefusedOptionRow>().ToDictionaryAsync(o => (o.Property, o.Value), cancellationToken);
        foreach (var (key, row) in options)
            if (lessons.OptionsTaken(key.Property, key.Value)) db.Remove(row);
        foreach (var (property, value) in lessons.OptionsRefused)
        {
            if (!options.TryGetValue((property, value), out var row))
                db.Add(row = new RefusedOptionRow { Property = property, Value = value, Since = now, SinceRunId = runId, At = now });
            (row.At, row.RunId) = (now, runId);
        }

        PropertyRow Row(string name)
        {
            if (known.TryGetValue(name, out var row)) return row;
            db.Add(row = new PropertyRow { Name = name });
            known.Add(name, row);
            return row;
        }
    }

    /// <summary>Names that Officevibe is known to have, or to have had: declared, or taken before. Those that it refuses now are not among them.</summary>
    public static async Task<IReadOnlyCollection<string>> KnownNamesAsync(GatewayDb db, IEnumerable<string> declared, CancellationToken cancellationToken)
    {
        var rows = await db.Set<PropertyRow>().AsNoTracking().ToListAsync(cancellationToken);
        return [.. declared.Concat(rows.Where(p => p.TakenAt is not null).Select(p => p.Name)).Except(rows.Where(p => p.RefusedSince is not null).Select(p => p.Name), StringComparer.Ordinal)];
    }

    /// <summary>What of a company Officevibe will skip again.</summary>
    public static async Task<IEnumerable<Issue>> IssuesAsync(GatewayDb db, Snapshot snapshot, IEnumerable<string> declared, CancellationToken cancellationToken)
    {
        var (properties, options) = await RefusedAsync(db, cancellationToken);
        if (properties.Count == 0 && options.Count == 0) return [];
        return RefusedProperties.Find(snapshot, properties, [.. options.Where(o => o.Value.Length > 0)], await KnownNamesAsync(db, declared, cancellationToken));
    }

    /// <summary>What Officevibe did not find when it was sent last, by name. An option without a value: the answer did not say which.</summary>
    public static async Task<(IReadOnlyList<RefusedProperty> Properties, IReadOnlyList<RefusedOption> Options)> RefusedAsync(GatewayDb db, CancellationToken cancellationToken)
    {
        var refused = await db.Set<PropertyRow>().AsNoTracking().Where(p => p.RefusedSince != null).OrderBy(p => p.Name).ToListAsync(cancellationToken);
        var options = await db.Set<RefusedOptionRow>().AsNoTracking().OrderBy(o => o.Property).ThenBy(o => o.Value).ToListAsync(cancellationToken);
        return (
            [.. refused.Select(p => new RefusedProperty(p.Name, $"run {RunView.IdOf(p.RefusedSinceRunId!.Value)}", p.RefusedSince!.Value, p.TakenAt))],
            [.. options.Select(o => new RefusedOption(o.Property, o.Value, $"run {RunView.IdOf(o.SinceRunId)}", o.Since))]);
    }
}
