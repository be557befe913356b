using Microsoft.Data.Sqlite;
using Npgsql;

namespace Gateway.EventLog;

/// <summary>Tells a store that cannot be written to from data that it refuses.</summary>
public static class StorageFailure
{
    /// <summary>True: the same request may succeed later.</summary>
    public static bool IsOne(Exception? e) => e switch
    {
        // SQLITE_BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN.
        SqliteException s => s.SqliteErrorCode is 5 or 6 or 8 or 10 or 11 or 13 or 14,
        PostgresException p => !PostgresEventRows.IsAboutData(p) && !p.SqlState.StartsWith("42", StringComparison.Ordinal),
        NpgsqlException => true,
        _ => false,
    };
}
