using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Gateway.EventLog;

/// <summary>
/// The one way to write to the ledger: a transaction that begins as a writer (a transaction that reads first and writes later
/// fails when somebody wrote in between), queued behind the appender and other writers.
/// </summary>
public sealed class LedgerWriter(IDbContextFactory<GatewayDb> contexts, ILogStore store, CommitFeed feed)
{
    /// <summary>Begins a write. Dispose without <see cref="LedgerWrite.CommitAsync"/> takes everything back.</summary>
    public async Task<LedgerWrite> BeginAsync(CancellationToken cancellationToken)
    {
        await store.WriteGate.WaitAsync(cancellationToken);
        GatewayDb? db = null;
        try
        {
            db = await contexts.CreateDbContextAsync(cancellationToken);
            var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await store.KeepOthersOutAsync(db, cancellationToken);
            return new LedgerWrite(db, transaction, store, feed);
        }
        catch
        {
            if (db is not null) await db.DisposeAsync();
            store.WriteGate.Release();
            throw;
        }
    }
}

/// <summary>A write to log and ledger in progress. Keep it short: everybody else waits.</summary>
public sealed class LedgerWrite(GatewayDb db, IDbContextTransaction transaction, ILogStore store, CommitFeed feed) : IAsyncDisposable
{
    private List<NewEvent>? _events;
    private List<Appended>? _results;

    /// <summary>Read and write through this; call its <c>SaveChangesAsync</c> or let <see cref="CommitAsync"/> do it.</summary>
    public GatewayDb Db => db;

    /// <summary>Appends events in this transaction, so that they and the ledger's rows stand or fall together.</summary>
    public IReadOnlyList<Appended> Append(IReadOnlyList<NewEvent> events)
    {
        var results = store.Append(transaction.GetDbTransaction(), events);
        (_events ??= []).AddRange(events);
        (_results ??= []).AddRange(results);
        return results;
    }

    /// <summary>Stores which events came of deliveries, in this transaction.</summary>
    public void Note(IReadOnlyList<DeliveryEvent> events) => store.Note(transaction.GetDbTransaction(), events);

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (_events is not null) feed.Tell(_events, _results!);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
            await db.DisposeAsync();
        }
        finally
        {
            store.WriteGate.Release();
        }
    }
}
