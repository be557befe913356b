using System.Text.Json;
using Gateway.EventLog;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.Aggregation;

/// <summary>Writes facets with their outcomes and changes, many a statement, in the transaction of a connection.</summary>
internal sealed class PostgresFacetRows(NpgsqlConnection connection)
{
    // Every row is there and locked before it is compared with what was folded, in one order for all gateways: two that hire the same
    // person at the same time must tell of one hire. Such an empty row lives no longer than the transaction.
    private const string LockSql = """
        INSERT INTO facets (kind, source, subject, epoch, folded_events, folded_through, folded_at, failures)
        SELECT k.kind, k.source, k.subject, 0, 0, 0, 0, 0 FROM unnest($1, $2, $3) AS k (kind, source, subject)
        ON CONFLICT (kind, source, subject) DO NOTHING
        """;

    private const string BeforeSql = """
        SELECT f.kind, f.source, f.subject, f.body FROM facets f JOIN unnest($1, $2, $3) AS k (kind, source, subject)
            ON f.kind = k.kind AND f.source = k.source COLLATE "C" AND f.subject = k.subject COLLATE "C"
        ORDER BY f.kind, f.source, f.subject FOR UPDATE OF f
        """;

    // The guard: what was folded from fewer events, or for an earlier instant, does not overwrite.
    private const string UpdateSql = """
        UPDATE facets SET epoch = n.epoch, folded_events = n.events, folded_through = n.through, folded_at = n.at, next_due = n.due, body = n.body,
            error = NULL, failures = 0, retry_at = NULL
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS n (kind, source, subject, epoch, events, through, at, due, body)
        WHERE facets.kind = n.kind AND facets.source = n.source COLLATE "C" AND facets.subject = n.subject COLLATE "C"
            AND (facets.epoch, facets.folded_events, facets.folded_at) <= (n.epoch, n.events, n.at)
        RETURNING facets.kind, facets.source, facets.subject
        """;

    // A failure of a reading older than the last good one says nothing. A row that was made just now has the failing fold's epoch.
    private const string FailSql = """
        UPDATE facets SET epoch = greatest(facets.epoch, n.epoch * (facets.epoch = 0)::int), error = n.error, failures = facets.failures + 1,
            retry_at = n.at + least(3600, 1 << least(facets.failures, 12)) * 1000000::bigint
        FROM unnest($1, $2, $3, $4, $5, $6) AS n (kind, source, subject, epoch, at, error)
        WHERE facets.kind = n.kind AND facets.source = n.source COLLATE "C" AND facets.subject = n.subject COLLATE "C"
            AND (facets.epoch, facets.folded_at) <= (n.epoch, n.at)
        """;

    private const string ClearOutcomesSql = """
        DELETE FROM outcomes o USING unnest($1, $2, $3) AS k (kind, source, subject)
        WHERE o.kind = k.kind AND o.source = k.source COLLATE "C" AND o.subject = k.subject COLLATE "C"
        """;

    private const string OutcomeSql = """
        INSERT INTO outcomes (kind, source, subject, event_id, state) SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (source, event_id) DO UPDATE SET kind = excluded.kind, subject = excluded.subject, state = excluded.state
        """;

    private const string ChangeSql = """
        INSERT INTO changes (type, source, subject, at, data, announcement) SELECT * FROM unnest($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
        """;

    /// <summary>Returns how many were written: what is there may be fresher.</summary>
    public int Write(IReadOnlyList<FoldedFacet> folded)
    {
        FoldedFacet[] facets = [.. folded.DistinctBy(f => f.Key).OrderBy(f => f.Key.Kind).ThenBy(f => f.Key.Source, StringComparer.Ordinal).ThenBy(f => f.Key.Subject, StringComparer.Ordinal)];
        var before = Before(facets);
        Fail([.. facets.Where(f => f.Facet is null)]);
        var written = Update([.. facets.Where(f => f.Facet is not null)]);
        FoldedFacet[] fresh = [.. facets.Where(f => written.Contains(f.Key))];
        WriteOutcomes([.. fresh.Where(f => !before[f.Key].Known || before[f.Key].Facet is { Outcomes.Count: > 0 } || f.Facet!.Outcomes.Count > 0)]);
        var quietThrough = QuietThrough();
        WriteChanges([.. fresh.Where(f => before[f.Key].Known && (before[f.Key].Facet is not null || f.Through > quietThrough))
            .Select(f => (f, MembershipChange.Between(before[f.Key].Facet, f.Facet!))).Where(c => c.Item2 is not null)
            .Select(c => new ChangeRow { Type = c.Item2!.Value.Type, Source = c.f.Key.Source, Subject = c.f.Key.Subject, At = c.f.At, Data = c.Item2.Value.Data })]);
        return written.Count;
    }

    private long QuietThrough()
    {
        using var command = new NpgsqlCommand("SELECT quiet_through FROM position", connection);
        return (long)(command.ExecuteScalar() ?? 0L);
    }

    /// <summary>The facets as they stand, locked. Not known: another version wrote it and this one cannot read it.</summary>
    private Dictionary<FacetKey, (bool Known, Facet? Facet)> Before(FoldedFacet[] facets)
    {
        using (var rows = Of(LockSql, facets)) rows.ExecuteNonQuery();
        using var command = Of(BeforeSql, facets);
        using var reader = command.ExecuteReader();
        var before = new Dictionary<FacetKey, (bool, Facet?)>(facets.Length);
        while (reader.Read()) before.Add(Key(reader), reader.IsDBNull(3) ? (true, null) : Read((SubjectKind)reader.GetInt32(0), reader.GetFieldValue<byte[]>(3)));
        return before;
    }

    private static (bool, Facet?) Read(SubjectKind kind, byte[] body)
    {
        try
        {
            return (true, FacetCodec.Read(kind, body));
        }
        catch (JsonException)
        {
            return (false, null);
        }
    }

    private HashSet<FacetKey> Update(FoldedFacet[] facets)
    {
        var written = new HashSet<FacetKey>(facets.Length);
        if (facets.Length == 0) return written;
        using var command = Of(UpdateSql, facets);
        Add(command, NpgsqlDbType.Integer, facets, f => f.Epoch);
        Add(command, NpgsqlDbType.Bigint, facets, f => f.Events);
        Add(command, NpgsqlDbType.Bigint, facets, f => f.Through);
        Add(command, NpgsqlDbType.Bigint, facets, f => f.At);
        Add(command, NpgsqlDbType.Bigint, facets, f => f.Facet!.NextDue is { } due ? Micros.Of(due) : (long?)null);
        Add(command, NpgsqlDbType.Bytea, facets, f => FacetCodec.Write(f.Facet!));
        using var reader = command.ExecuteReader();
        while (reader.Read()) written.Add(Key(reader));
        return written;
    }

    private void Fail(FoldedFacet[] facets)
    {
        if (facets.Length == 0) return;
        using var command = Of(FailSql, facets);
        Add(command, NpgsqlDbType.Integer, facets, f => f.Epoch);
        Add(command, NpgsqlDbType.Bigint, facets, f => f.At);
        Add(command, NpgsqlDbType.Text, facets, f => f.Error);
        command.ExecuteNonQuery();
    }

    private void WriteOutcomes(FoldedFacet[] facets)
    {
        if (facets.Length == 0) return;
        using (var clear = Of(ClearOutcomesSql, facets)) clear.ExecuteNonQuery();
        (FacetKey Key, EventOutcome Outcome)[] outcomes = [.. facets.SelectMany(f => f.Facet!.Outcomes.Select(o => (f.Key, o))).OrderBy(o => o.o.EventId, StringComparer.Ordinal)];
        if (outcomes.Length == 0) return;
        using var command = new NpgsqlCommand(OutcomeSql, connection);
        AddKeys(command, outcomes, o => o.Key);
        Add(command, NpgsqlDbType.Text, outcomes, o => o.Outcome.EventId);
        Add(command, NpgsqlDbType.Integer, outcomes, o => (int)o.Outcome.State);
        command.ExecuteNonQuery();
    }

    /// <summary>Last of all in a transaction: whoever is given a number commits before the next one is.</summary>
    public void WriteChanges(IReadOnlyList<ChangeRow> changes)
    {
        if (changes.Count == 0) return;
        using (var alone = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection))
        {
            alone.Parameters.Add(new NpgsqlParameter<long> { TypedValue = AdvisoryLocks.Changes });
            alone.ExecuteNonQuery();
        }

        using var command = new NpgsqlCommand(ChangeSql, connection);
        ChangeRow[] rows = [.. changes];
        Add(command, NpgsqlDbType.Text, rows, c => c.Type);
        Add(command, NpgsqlDbType.Text, rows, c => c.Source);
        Add(command, NpgsqlDbType.Text, rows, c => c.Subject);
        Add(command, NpgsqlDbType.Bigint, rows, c => c.At);
        Add(command, NpgsqlDbType.Text, rows, c => c.Data);
        Add(command, NpgsqlDbType.Text, rows, c => c.Announcement);
        command.ExecuteNonQuery();
    }

    // Every text that reaches this is a constant of this file.
    private NpgsqlCommand Of(string sql, FoldedFacet[] facets)
    {
#pragma warning disable CA2100
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        AddKeys(command, facets, f => f.Key);
        return command;
    }

    private static void AddKeys<T>(NpgsqlCommand command, T[] rows, Func<T, FacetKey> key)
    {
        Add(command, NpgsqlDbType.Integer, rows, r => (int)key(r).Kind);
        Add(command, NpgsqlDbType.Text, rows, r => key(r).Source);
        Add(command, NpgsqlDbType.Text, rows, r => key(r).Subject);
    }

    private static void Add<T, TValue>(NpgsqlCommand command, NpgsqlDbType type, T[] rows, Func<T, TValue> value) =>
        command.Parameters.Add(new NpgsqlParameter { Value = Array.ConvertAll(rows, r => value(r)), NpgsqlDbType = NpgsqlDbType.Array | type });

    private static FacetKey Key(NpgsqlDataReader row) => new((SubjectKind)row.GetInt32(0), row.GetString(1), row.GetString(2));
}
