using Gateway.EventLog;
using Npgsql;

namespace Gateway.Aggregation;

/// <summary>The projection in the log's own database: projection and log are read in one transaction.</summary>
public sealed class PostgresProjection(PostgresStore log) : IProjectionStore, IDisposable
{
    private const int Attempts = 5;

    // One statement: whoever raises an epoch later folds whatever is in the log by then again.
    private const string PositionSql = """
        WITH outdated AS (
            SELECT EXISTS (SELECT 1 FROM source_epochs s LEFT JOIN unnest($2, $3) AS mine (source, epoch) ON mine.source = s."Source" WHERE s."Epoch" > coalesce(mine.epoch, 1)) AS yes),
        noted AS (UPDATE position SET folded_through = $1 WHERE folded_through < $1 AND NOT (SELECT outdated.yes FROM outdated))
        SELECT NOT outdated.yes FROM outdated
        """;

    public SemaphoreSlim WriteGate { get; } = new(1, 1);

    public ProjectionReader OpenReader() => new(log.Source.OpenConnection(), null, owned: true);

#pragma warning disable CA2000 // Whoever is given the cut disposes it, and with it what it was made of.
    public CompanyCut OpenCut()
    {
        var reader = log.OpenReader();
        return new CompanyCut(new ProjectionReader(reader.Connection, reader.Transaction, owned: false), () => reader);
    }
#pragma warning restore CA2000

    public int Write(IReadOnlyList<FoldedFacet> folded, Action? begun)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var connection = log.Source.OpenConnection();
                using var transaction = connection.BeginTransaction();
                begun?.Invoke();
                var written = new PostgresFacetRows(connection).Write(folded);
                transaction.Commit();
                return written;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < Attempts)
            {
                // Two gateways fold the same facets; all of this one's was taken back.
            }
        }
    }

    public bool SavePosition(long position, IReadOnlyDictionary<string, int> epochs)
    {
        using var connection = log.Source.OpenConnection();
        using var command = new NpgsqlCommand(PositionSql, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. epochs.Keys] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. epochs.Values] });
        return (bool)command.ExecuteScalar()!;
    }

    public void Tell(IReadOnlyList<ChangeRow> changes)
    {
        using var connection = log.Source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        new PostgresFacetRows(connection).WriteChanges(changes);
        transaction.Commit();
    }

    /// <summary>A commit is on disk when it returns (<c>synchronous_commit</c> is checked at the start).</summary>
    public void Harden()
    {
    }

    public void Dispose() => WriteGate.Dispose();
}
