using Microsoft.Data.Sqlite;

namespace Gateway.Benchmarks.Load;

/// <summary>Looks into a running gateway's projection file, without asking the gateway.</summary>
internal sealed class Projection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _one;

    public Projection(Server server)
    {
        _connection = new SqliteConnection($"Data Source={Path.Combine(server.Folder, "gateway.projection.db")};Mode=ReadOnly");
        _connection.Open();
        _one = _connection.CreateCommand();
        _one.CommandText = "SELECT count(*) FROM facets WHERE kind = 0 AND subject = $subject AND body IS NOT NULL";
        _one.Parameters.Add(new SqliteParameter { ParameterName = "$subject" });
    }

    public long Count()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM facets WHERE body IS NOT NULL";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The facet of this person is there. The primary key begins with (kind, source), and there is one source.</summary>
    public bool Has(string source, string subject)
    {
        _one.CommandText = "SELECT count(*) FROM facets WHERE kind = 0 AND source = '" + source + "' AND subject = $subject AND body IS NOT NULL";
        _one.Parameters[0].Value = subject;
        return (long)_one.ExecuteScalar()! == 1;
    }

    public void Dispose()
    {
        _one.Dispose();
        _connection.Dispose();
    }
}
