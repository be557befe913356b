using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Changes;

/// <summary>
/// Brings what came of runs from the ledger, where it was written together with the outcome, into the one table that has an order. Two steps,
/// since a file has the ledger and another one the changes: a crash between them repeats the first, which does nothing the second time.
/// </summary>
public sealed class AnnouncementMover(IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, IProjectionStore projection)
{
    private const int Most = 500;

    /// <summary>For tests: called between the two steps.</summary>
    internal Action? Told { get; set; }

    /// <summary>Returns how many there were. Any number of gateways may move the same ones.</summary>
    public async Task<int> MoveAsync(CancellationToken cancellationToken)
    {
        List<Announcement> waiting;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            waiting = await db.Set<Announcement>().AsNoTracking().OrderBy(a => a.Id).Take(Most).ToListAsync(cancellationToken);
        if (waiting.Count == 0) return 0;

        await projection.WriteGate.WaitAsync(cancellationToken);
        try
        {
            projection.Tell(waiting.ConvertAll(a => new ChangeRow { Type = a.Type, Source = "", Subject = a.Subject, At = Micros.Of(a.At), Data = a.Data, Announcement = a.Key }));
        }
        finally
        {
            projection.WriteGate.Release();
        }

        Told?.Invoke();
        var moved = waiting.ConvertAll(a => a.Id);
        await using var write = await ledger.BeginAsync(cancellationToken);
        await write.Db.Set<Announcement>().Where(a => moved.Contains(a.Id)).ExecuteDeleteAsync(cancellationToken);
        await write.CommitAsync(cancellationToken);
        return moved.Count;
    }
}
