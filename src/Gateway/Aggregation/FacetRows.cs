using System.Text.Json;
using Gateway.EventLog;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Microsoft.Data.Sqlite;

namespace Gateway.Aggregation;

/// <summary>Writes facets with their outcomes and changes, in one transaction of one connection.</summary>
internal sealed class FacetRows : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteCommand _before;
    private readonly SqliteCommand _upsert;
    private readonly SqliteCommand _fail;
    private readonly SqliteCommand _clearOutcomes;
    private readonly SqliteCommand _outcome;
    private readonly SqliteCommand _change;
    private readonly long _quietThrough;

    public FacetRows(SqliteConnection connection, SqliteTransaction transaction)
    {
        (_connection, _transaction) = (connection, transaction);
        _before = Command("SELECT body FROM facets WHERE kind = $kind AND source = $source AND subject = $subject", "$kind", "$source", "$subject");

        // The guard: what was folded from fewer events, or for an earlier instant, does not overwrite.
        _upsert = Command("""
            INSERT INTO facets (kind, source, subject, epoch, folded_events, folded_through, folded_at, next_due, body, error, failures, retry_at)
            VALUES ($kind, $source, $subject, $epoch, $events, $through, $at, $due, $body, NULL, 0, NULL)
            ON CONFLICT (kind, source, subject) DO UPDATE SET
                epoch = excluded.epoch, folded_events = excluded.folded_events, folded_through = excluded.folded_through,
                folded_at = excluded.folded_at, next_due = excluded.next_due, body = excluded.body, error = NULL, failures = 0, retry_at = NULL
            WHERE (facets.epoch, facets.folded_events, facets.folded_at) <= (excluded.epoch, excluded.folded_events, excluded.folded_at)
            """, "$kind", "$source", "$subject", "$epoch", "$events", "$through", "$at", "$due", "$body");

        // A failure of a reading older than the last good one says nothing.
        _fail = Command("""
            INSERT INTO facets (kind, source, subject, epoch, folded_events, folded_through, folded_at, next_due, body, error, failures, retry_at)
            VALUES ($kind, $source, $subject, $epoch, 0, 0, 0, NULL, NULL, $error, 1, $at + 1000000)
            ON CONFLICT (kind, source, subject) DO UPDATE SET
                error = excluded.error, failures = facets.failures + 1,
                retry_at = $at + min(3600, 1 << min(facets.failures, 12)) * 1000000
            WHERE (facets.epoch, facets.folded_at) <= ($epoch, $at)
            """, "$kind", "$source", "$subject", "$epoch", "$error", "$at");

        _clearOutcomes = Command("DELETE FROM outcomes WHERE source = $source AND kind = $kind AND subject = $subject", "$source", "$kind", "$subject");
        _outcome = Command("""
            INSERT INTO outcomes (source, event_id, kind, subject, state) VALUES ($source, $event, $kind, $subject, $state)
            ON CONFLICT (source, event_id) DO UPDATE SET kind = excluded.kind, subject = excluded.subject, state = excluded.state
            """, "$source", "$event", "$kind", "$subject", "$state");
        _change = Command("INSERT INTO changes (type, source, subject, at, data) VALUES ($type, $source, $subject, $at, $data)",
            "$type", "$source", "$subject", "$at", "$data");
        using var quiet = Command("SELECT quiet_through FROM position");
        _quietThrough = (long)(quiet.ExecuteScalar() ?? 0L);
    }

    /// <summary>False: what is there is fresher.</summary>
    public bool Write(FoldedFacet folded)
    {
        var key = folded.Key;
        if (folded.Facet is not { } facet)
        {
            Run(_fail, (int)key.Kind, key.Source, key.Subject, folded.Epoch, folded.Error!, folded.At);
            return false;
        }

        var (known, before) = Before(key);
        var due = facet.NextDue is { } d ? Micros.Of(d) : (object)DBNull.Value;
        if (Run(_upsert, (int)key.Kind, key.Source, key.Subject, folded.Epoch, folded.Events, folded.Through, folded.At, due, FacetCodec.Write(facet)) == 0) return false;

        if (!known || before is { Outcomes.Count: > 0 } || facet.Outcomes.Count > 0)
        {
            Run(_clearOutcomes, key.Source, (int)key.Kind, key.Subject);
            foreach (var outcome in facet.Outcomes) Run(_outcome, key.Source, outcome.EventId, (int)key.Kind, key.Subject, (int)outcome.State);
        }

        var isNews = known && (before is not null || folded.Through > _quietThrough);
        if (isNews && MembershipChange.Between(before, facet) is var (type, data)) Run(_change, type, key.Source, key.Subject, folded.At, data);
        return true;
    }

    /// <summary>The facet as it stands; null: there is none. Not known: another version wrote it and this one cannot read it.</summary>
    private (bool Known, Facet? Facet) Before(FacetKey key)
    {
        Bind(_before, (int)key.Kind, key.Source, key.Subject);
        if (_before.ExecuteScalar() is not byte[] body) return (true, null);
        try
        {
            return (true, FacetCodec.Read(key.Kind, body));
        }
        catch (JsonException)
        {
            return (false, null);
        }
    }

    private static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        Bind(command, values);
        return command.ExecuteNonQuery();
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
    }

    // Every text that reaches this is a constant of this file.
    private SqliteCommand Command(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.Transaction = _transaction;
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    public void Dispose()
    {
        _before.Dispose();
        _upsert.Dispose();
        _fail.Dispose();
        _clearOutcomes.Dispose();
        _outcome.Dispose();
        _change.Dispose();
    }
}
