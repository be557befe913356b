using Microsoft.Data.Sqlite;
using Npgsql;

namespace Gateway.EventLog;

/// <summary>Tells a store that cannot be used just now from data that it refuses.</summary>
public static class StorageFailure
{
    /// <summary>The failure of the storage in an exception or beneath it, in a few words and without data. Null: it is about something else.</summary>
    public static string? NameOf(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                // BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN.
                case SqliteException { SqliteErrorCode: 5 or 6 or 8 or 10 or 11 or 13 or 14 } file:
                    return $"SQLite error {file.SqliteErrorCode}";
                // Class 25 has what is read-only, 40 what was broken off, 53 what is full, 55 what is locked, 57 what was shut down, 58 a broken disk, 08 lost connections.
                case PostgresException { SqlState: ['2', '5', ..] or ['4', '0', ..] or ['5', '3' or '5' or '7' or '8', ..] or ['0', '8', ..] } server:
                    return $"PostgreSQL error {server.SqlState}";
                case NpgsqlException and not PostgresException:
                    return "no connection to PostgreSQL";
            }
        }

        return null;
    }
}
