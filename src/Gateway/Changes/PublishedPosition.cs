using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Changes;

/// <summary>Up to which change the broker has confirmed, kept in the ledger.</summary>
internal sealed class PublishedPosition(IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger)
{
    /// <summary>When a gateway that publishes starts for the first time: whatever comes from now on is published.</summary>
    public async Task BeginAsync(ChangeId now, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not null) return;
        await using var write = await ledger.BeginAsync(cancellationToken);
        if (!await write.Db.Set<PublishedChanges>().AnyAsync(cancellationToken)) write.Db.Add(new PublishedChanges { Generation = now.Generation, Through = now.Number });
        await write.CommitAsync(cancellationToken);
    }

    /// <summary>Null: no gateway has ever published.</summary>
    public async Task<ChangeId?> FindAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<PublishedChanges>().AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } row ? new ChangeId(row.Generation, row.Through) : null;
    }

    /// <summary>Never lowers: whoever published before and is late changes nothing.</summary>
    public async Task SaveAsync(ChangeId through, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        await write.Db.Set<PublishedChanges>().Where(p => p.Generation != through.Generation || p.Through < through.Number)
            .ExecuteUpdateAsync(p => p.SetProperty(r => r.Generation, through.Generation).SetProperty(r => r.Through, through.Number), cancellationToken);
        await write.CommitAsync(cancellationToken);
    }
}
