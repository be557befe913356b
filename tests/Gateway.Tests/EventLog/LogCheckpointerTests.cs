using Gateway.EventLog;
using Gateway.Tests.Folds;
using Gateway.Tests.Servers;
using Microsoft.Data.Sqlite;

namespace Gateway.Tests.EventLogs;

/// <summary>The write-ahead log is copied into the database beside the writers, and does not grow without end.</summary>
public sealed class LogCheckpointerTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    [SqliteFact]
    public async Task What_is_committed_gets_into_the_database_file_while_another_is_in_mid_write()
    {
        await using var folding = await Folding.StartAsync();
        using var writer = folding.File.OpenAlone();
        await folding.File.WriteGate.WaitAsync();
        writer.Run("CREATE TABLE ballast (bytes BLOB NOT NULL)");
        writer.Run("INSERT INTO ballast VALUES (zeroblob(10000))");
        using (writer.BeginTransaction(deferred: false))
        {
            writer.Run("INSERT INTO ballast VALUES (zeroblob(10000))");
            await Eventually.SeeAsync(
                () =>
                {
                    folding.Time.Advance(Tick);
                    return RowsInFileAlone(folding, "ballast");
                },
                n => n == 1);
        }

        folding.File.WriteGate.Release();
    }

    [SqliteFact]
    public async Task Under_steady_writes_the_write_ahead_log_begins_anew()
    {
        const int rows = 480;
        const int size = 256 * 1024;
        await using var folding = await Folding.StartAsync();
        using var writer = folding.File.OpenAlone();
        // SQLite itself copies nothing here: what keeps the file small is the checkpointer alone.
        writer.Run("PRAGMA wal_autocheckpoint=0");
        writer.Run("CREATE TABLE ballast (bytes BLOB NOT NULL)");
        await Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < rows; i++)
                {
                    // The next one begins as soon as this one ends, as under load: a copy in between has to ask for its turn.
                    folding.File.WriteGate.Wait();
                    using (var transaction = writer.BeginTransaction(deferred: false))
                    {
                        writer.Run($"INSERT INTO ballast VALUES (zeroblob({size}))");
                        folding.Time.Advance(Tick);
                        transaction.Commit();
                    }

                    folding.File.WriteGate.Release();
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.Equal(rows, writer.Scalar("SELECT count(*) FROM ballast"));
        // 120 MB were written; it begins anew after 32 MB.
        Assert.InRange(new FileInfo(folding.File.Path + "-wal").Length, 32L << 20, 80L << 20);
    }

    [SqliteFact]
    public async Task What_a_reader_kept_back_is_copied_when_it_is_done()
    {
        await using var folding = await Folding.StartAsync();
        await folding.AcceptAsync(Folding.Hire("h1", "E1"));
        // Nothing of it can be copied while somebody reads what was there before.
        using (var reader = (SqliteConnection)folding.Log.Outside())
        using (reader.BeginTransaction(deferred: true))
        {
            reader.Scalar("SELECT count(*) FROM events");
            await folding.AcceptAsync(Folding.Hire("h2", "E2"));
            folding.Time.Advance(Tick);
        }

        await Eventually.SeeAsync(
            () =>
            {
                folding.Time.Advance(Tick);
                return RowsInFileAlone(folding, "events");
            },
            n => n == 2);
    }

    /// <summary>How many rows are in the database file, its write-ahead log left aside.</summary>
    private static long RowsInFileAlone(Folding folding, string table)
    {
        var copy = Path.Combine(folding.Gateway.Folder, "copy.db");
        foreach (var old in Directory.GetFiles(folding.Gateway.Folder, "copy.db*")) File.Delete(old);
        File.Copy(folding.File.Path, copy);
        using var connection = folding.Log.Outside(copy);
        try
        {
            return connection.Scalar($"SELECT count(*) FROM {table}");
        }
        catch (SqliteException)
        {
            // In the middle of a copy the file alone is no whole database.
            return -1;
        }
    }
}
