using System.Data.Common;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.EventLog;

/// <summary>
/// Where log and ledger are kept: a SQLite file (<see cref="LogFile"/>) or PostgreSQL (<see cref="PostgresStore"/>). A position of the log is
/// a sequence on the one and a transaction on the other; either way all that is at or below a reader's head is decided for good.
/// </summary>
public interface ILogStore
{
    /// <summary>Writers of this process queue here. Held by whoever writes to the log or the ledger.</summary>
    SemaphoreSlim WriteGate { get; }

    /// <summary>Opens one cut of the log.</summary>
    EventReader OpenReader();

    /// <summary>Opens the appender's connection, which is kept until it fails.</summary>
    /// <param name="patience">How long it waits where another process writes.</param>
    IGroupWriter<NewEvent, Appended> OpenWriter(TimeSpan patience);

    /// <summary>Opens the connection that deliveries are stored on; as <see cref="OpenWriter"/>.</summary>
    IGroupWriter<NewDelivery, Kept> OpenDeliveryWriter(TimeSpan patience);

    /// <summary>Keeps all other writers out until the transaction that has just begun on <paramref name="db"/> ends.</summary>
    Task KeepOthersOutAsync(GatewayDb db, CancellationToken cancellationToken);

    /// <summary>Appends within a transaction of the ledger. One result an event, in order.</summary>
    Appended[] Append(DbTransaction transaction, IReadOnlyList<NewEvent> events);

    /// <summary>Stores which events came of deliveries, within a transaction of the ledger.</summary>
    void Note(DbTransaction transaction, IReadOnlyList<DeliveryEvent> events);

    /// <summary>Takes what only one gateway of this store does at a time; null: another one has it.</summary>
    Task<Lease?> TryLeaseAsync(LeaseOf what, CancellationToken cancellationToken);

    /// <summary>Held while a start brings schema and notes up to date: one process at a time.</summary>
    Task<IAsyncDisposable> LockStartAsync(CancellationToken cancellationToken);

    /// <summary>Brings a schema up to date. The caller holds <see cref="LockStartAsync"/>.</summary>
    Task MigrateAsync(DbContext db, CancellationToken cancellationToken);

    /// <summary>A failure as operators are told of it, in a few words and without data.</summary>
    string NameOf(Exception failure);
}

/// <summary>The one connection of a process that stores items of a kind. Thrown away after any failure.</summary>
public interface IGroupWriter<in TItem, TResult> : IDisposable
{
    DbConnection Connection { get; }

    /// <summary>Begins as a writer; waits where another process writes. Disposed without <see cref="Commit"/>, it is taken back.</summary>
    IDisposable Begin();

    /// <summary>
    /// Writes the items of several requests in the transaction that has begun, and commits: when it returns they are on disk. One array
    /// a request, one result an item, in order. A row that cannot be stored fails alone.
    /// </summary>
    TResult[][] Commit(IReadOnlyList<IReadOnlyList<TItem>> requests);
}
