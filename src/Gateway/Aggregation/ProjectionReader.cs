using System.Data.Common;
using Gateway.Membership.Events;

namespace Gateway.Aggregation;

/// <summary>A row of the projection as a run reads it.</summary>
public readonly record struct ProjectedFacet(FacetKey Key, int Epoch, long FoldedThrough, long FoldedAt, long? NextDue, byte[]? Body, bool Failed);

/// <summary>Reads the projection over one connection.</summary>
public sealed class ProjectionReader : IDisposable
{
    private readonly DbConnection _connection;
    private readonly DbTransaction? _transaction;
    private readonly bool _owned;
    private readonly DbCommand _through;

    /// <param name="connection">Open.</param>
    /// <param name="transaction">Everything read is one cut; null: each statement sees what is committed.</param>
    /// <param name="owned">Disposed with this reader.</param>
    internal ProjectionReader(DbConnection connection, DbTransaction? transaction, bool owned)
    {
        (_connection, _transaction, _owned) = (connection, transaction, owned);
        _through = Command("SELECT folded_through FROM facets WHERE kind = @kind AND source = @source AND subject = @subject AND error IS NULL");
        foreach (var name in (ReadOnlySpan<string>)["@kind", "@source", "@subject"]) Add(_through, name, null);
    }

    public long Position()
    {
        using var command = Command("SELECT folded_through FROM position");
        return (long)(command.ExecuteScalar() ?? 0L);
    }

    /// <summary>Null: not folded, or it failed.</summary>
    public long? FoldedThrough(FacetKey key)
    {
        _through.Parameters[0].Value = (int)key.Kind;
        _through.Parameters[1].Value = key.Source;
        _through.Parameters[2].Value = key.Subject;
        return (long?)_through.ExecuteScalar();
    }

    public List<FacetKey> Select(string sql, long now, int most)
    {
        using var command = Command(sql);
        Add(command, "@now", now);
        Add(command, "@most", most);
        return Keys(command);
    }

    public List<FacetKey> OfOlderEpoch(string source, int epoch, int most)
    {
        using var command = Command("SELECT kind, source, subject FROM facets WHERE source = @source AND epoch < @epoch AND error IS NULL LIMIT @most");
        Add(command, "@source", source);
        Add(command, "@epoch", epoch);
        Add(command, "@most", most);
        return Keys(command);
    }

    /// <summary>By source, then subject, in whatever order the store has for texts: near it is who is gone through next.</summary>
    public IEnumerable<ProjectedFacet> All()
    {
        using var command = Command("SELECT kind, source, subject, epoch, folded_through, folded_at, next_due, body, error IS NOT NULL FROM facets ORDER BY kind, source, subject");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            yield return new ProjectedFacet(
                new FacetKey((SubjectKind)rows.GetInt32(0), rows.GetString(1), rows.GetString(2)), rows.GetInt32(3), rows.GetInt64(4), rows.GetInt64(5),
                rows.IsDBNull(6) ? null : rows.GetInt64(6), rows.IsDBNull(7) ? null : (byte[])rows.GetValue(7), rows.GetBoolean(8));
        }
    }

    private static List<FacetKey> Keys(DbCommand command)
    {
        using var rows = command.ExecuteReader();
        var keys = new List<FacetKey>();
        while (rows.Read()) keys.Add(new FacetKey((SubjectKind)rows.GetInt32(0), rows.GetString(1), rows.GetString(2)));
        return keys;
    }

    private static void Add(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    // Every text that reaches this is a constant of this station.
    private DbCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.Transaction = _transaction;
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    public void Dispose()
    {
        _through.Dispose();
        if (!_owned) return;
        _transaction?.Dispose();
        _connection.Dispose();
    }
}
