using Gateway.Aggregation;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Changes;

/// <summary>What there is of the stream.</summary>
/// <param name="Generation">Of its ids.</param>
/// <param name="PrunedThrough">Up to here nothing is kept.</param>
/// <param name="Last">The highest number that was ever given; 0: none.</param>
public readonly record struct StreamState(string Generation, long PrunedThrough, long Last);

/// <summary>Some changes in order.</summary>
/// <param name="Changes">Those after the place that was asked for.</param>
/// <param name="Gone">Some after that place are no longer kept.</param>
public readonly record struct ChangePage(IReadOnlyList<Change> Changes, bool Gone);

/// <summary>Reads the table of changes.</summary>
public sealed class ChangeReader(IDbContextFactory<ProjectionDb> contexts)
{
    public async Task<StreamState> StateAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var last = await db.Changes.MaxAsync(c => (long?)c.Id, cancellationToken) ?? 0;
        var position = await db.Position.AsNoTracking().SingleAsync(cancellationToken);
        return new StreamState(position.Generation, position.PrunedThrough, Math.Max(last, position.PrunedThrough));
    }

    /// <summary>The changes after a number, up to another one, at most so many.</summary>
    public async Task<ChangePage> ReadAsync(long after, long through, int most, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Changes.AsNoTracking().Where(c => c.Id > after && c.Id <= through).OrderBy(c => c.Id).Take(most).ToListAsync(cancellationToken);
        // Read last: what was pruned while the rows were read is known by it.
        var position = await db.Position.AsNoTracking().SingleAsync(cancellationToken);
        return new ChangePage(rows.ConvertAll(r => Change.Of(position.Generation, r)), position.PrunedThrough > after);
    }
}
