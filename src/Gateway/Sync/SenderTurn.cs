using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync;

/// <summary>What came of asking for the turn.</summary>
public enum Turn
{
    /// <summary>Another gateway of this store makes and sends runs.</summary>
    Elsewhere,

    /// <summary>This one does, as before.</summary>
    Kept,

    /// <summary>This one does from now on; whoever did before may have left things behind.</summary>
    Taken,
}

/// <summary>A write that only the one who makes and sends runs may do came too late: another gateway does by now.</summary>
public sealed class TurnLostException : InvalidOperationException
{
    public TurnLostException() : base("Another gateway of this store makes and sends runs by now.") { }

    public TurnLostException(string message) : base(message) { }

    public TurnLostException(string message, Exception innerException) : base(message, innerException) { }
}

/// <summary>
/// The right to make and send runs, which one gateway of a store has at a time. Each holder has a number of its own, and every write
/// to a run makes sure in its transaction that the number still is the last one given out: a holder that slept through the loss of its turn changes nothing.
/// </summary>
public sealed partial class SenderTurn(ILogStore store, LedgerWriter ledger, TimeProvider time, ILogger<SenderTurn> logger) : IAsyncDisposable
{
    private Lease? _lease;
    private long _number;

    /// <summary>Falls when the turn is lost while something is under way.</summary>
    public CancellationToken Lost => _lease?.Lost ?? new CancellationToken(canceled: true);

    /// <summary>Takes the turn if nobody has it.</summary>
    public async Task<Turn> TakeAsync(CancellationToken cancellationToken)
    {
        if (_lease is { Lost.IsCancellationRequested: false }) return Turn.Kept;
        await GiveBackAsync();
        if (await store.TryLeaseAsync(LeaseOf.Syncs, cancellationToken) is not { } lease) return Turn.Elsewhere;
        try
        {
            await using var write = await ledger.BeginAsync(cancellationToken);
            var state = await write.Db.Set<SyncState>().SingleAsync(cancellationToken);
            (state.SenderNumber, state.Sender, state.SenderSince) = (state.SenderNumber + 1, Environment.MachineName, time.GetUtcNow());
            await write.CommitAsync(cancellationToken);
            (_lease, _number) = (lease, state.SenderNumber);
            Log.Taken(logger, _number);
            return Turn.Taken;
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins a write to runs.</summary>
    /// <exception cref="TurnLostException">Another gateway has the turn; nothing was written.</exception>
    public async Task<LedgerWrite> WriteAsync(CancellationToken cancellationToken)
    {
        var write = await ledger.BeginAsync(cancellationToken);
        try
        {
            return await IsMineAsync(write.Db, cancellationToken) ? write : throw new TurnLostException();
        }
        catch
        {
            await write.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asked in a write to the ledger, the answer holds until that ends.</summary>
    public async Task<bool> IsMineAsync(GatewayDb db, CancellationToken cancellationToken) =>
        _lease is not null && await db.Set<SyncState>().AsNoTracking().Select(s => s.SenderNumber).SingleAsync(cancellationToken) == _number;

    /// <summary>Gives the turn back, so that another gateway need not wait for it.</summary>
    public async ValueTask GiveBackAsync()
    {
        if (_lease is not { } lease) return;
        _lease = null;
        await lease.DisposeAsync();
    }

    public ValueTask DisposeAsync() => GiveBackAsync();

    private static partial class Log
    {
        [LoggerMessage(4040, LogLevel.Information, "This gateway makes and sends runs from now on (turn {Number})")]
        public static partial void Taken(ILogger logger, long number);
    }
}
