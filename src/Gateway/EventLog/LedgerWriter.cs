using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Gateway.EventLog;

/// <summary>
/// The one way to write to the ledger: a transaction that begins as a writer (a transaction that reads first and writes later
/// fails when somebody wrote in between), queued behind the appender and other writers.
/// </summary>
public sealed class LedgerWriter(IDbContextFactory<GatewayDb> contexts, LogFile file, CommitFeed feed)
{
    /// <summary>Begins a write. Dispose without <see cref="LedgerWrite.CommitAsync"/> takes everything back.</summary>
    public async Task<LedgerWrite> BeginAsync(CancellationToken cancellationToken)
    {
        await file.WriteGate.WaitAsync(cancellationToken);
        GatewayDb? db = null;
        try
        {
            db = await contexts.CreateDbContextAsync(cancellationToken);
            // Microsoft.Data.Sqlite begins transactions as BEGIN IMMEDIATE.
            var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            return new LedgerWrite(db, transaction, file, feed);
        }
        catch
        {
            if (db is not null) await db.DisposeAsync();
            file.WriteGate.Release();
            throw;
        }
    }
}

/// <summary>A write to log and ledger in progress. Keep it short: everybody else waits.</summary>
public sealed class LedgerWrite(GatewayDb db, IDbContextTransaction transaction, LogFile file, CommitFeed feed) : IAsyncDisposable
{
    private List<NewEvent>? _events;
    private List<Appended>? _results;

    /// <summary>Read and write through this; call its <c>SaveChangesAsync</c> or let <see cref="CommitAsync"/> do it.</summary>
    public GatewayDb Db => db;

    /// <summary>Appends events in this transaction, so that they and the ledger's rows stand or fall together.</summary>
    public IReadOnlyList<Appended> Append(IReadOnlyList<NewEvent> events)
    {
        using var rows = new EventRows((SqliteConnection)db.Database.GetDbConnection());
        var results = new Appended[events.Count];
        for (var i = 0; i < results.Length; i++) results[i] = rows.Insert(events[i]);
        (_events ??= []).AddRange(events);
        (_results ??= []).AddRange(results);
        return results;
    }

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
            file.WriteGate.Release();
        }
    }
}
