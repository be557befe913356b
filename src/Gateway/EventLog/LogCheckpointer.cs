using Microsoft.Data.Sqlite;

namespace Gateway.EventLog;

/// <summary>
/// Copies the write-ahead log into the database file while others write. Left to SQLite, every few commits would stop for it, and with
/// them all who wait for an answer. The copy adds nothing to durability: a commit is on disk when its own flush returns.
/// </summary>
public sealed partial class LogCheckpointer(ILogStore store, TimeProvider time, ILogger<LogCheckpointer> logger) : BackgroundService
{
    /// <summary>
    /// Pages (of 4 KB) after which writers are held for a moment: the write-ahead log begins anew only when a copy has it all,
    /// and under steady load a copy beside the writers never does.
    /// </summary>
    private const long PagesBeforeAnew = 8192;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store is not LogFile file) return;
        using var timer = new PeriodicTimer(Interval, time);
        SqliteConnection? connection = null;
        var failing = false;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    connection ??= file.OpenAlone();
                    await CopyAsync(file, connection, stoppingToken);
                    failing = false;
                }
                catch (SqliteException e)
                {
                    // Nothing is lost: what is not copied stays in the write-ahead log, and SQLite copies it itself when that grows too large.
                    if (!failing) Log.NotCopied(logger, e.SqliteErrorCode, e);
                    failing = true;
                    connection?.Dispose();
                    connection = null;
                }
            }
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private static async Task CopyAsync(LogFile file, SqliteConnection connection, CancellationToken cancellationToken)
    {
        if (Copy(connection) < PagesBeforeAnew) return;
        await file.WriteGate.WaitAsync(cancellationToken);
        try
        {
            Copy(connection);
        }
        finally
        {
            file.WriteGate.Release();
        }
    }

    /// <summary>How many pages the write-ahead log has. What a reader still needs is left where it is.</summary>
    private static long Copy(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        using var row = command.ExecuteReader();
        return row.Read() ? row.GetInt64(1) : 0;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1002, Level = LogLevel.Warning, Message = "The write-ahead log could not be copied into the database (SQLite error {Code}); it grows until it can")]
        public static partial void NotCopied(ILogger logger, int code, Exception exception);
    }
}
