using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Gateway.EventLog;

/// <summary>EF Core's connections to the log are as durable as the appender's: the ledger is written through them.</summary>
internal sealed class DurableConnections : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => LogFile.Configure((SqliteConnection)connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        LogFile.Configure((SqliteConnection)connection);
        return Task.CompletedTask;
    }
}
