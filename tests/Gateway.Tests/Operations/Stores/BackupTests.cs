using System.Collections.Concurrent;
using System.Globalization;
using Gateway.EventLog;
using Gateway.EventLog.Copying;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Sync;
using Microsoft.Data.Sqlite;

namespace Gateway.Tests.Operations.Stores;

/// <summary>What a backup holds, and what comes of restoring it.</summary>
public sealed class BackupTests
{
    [Theory]
    [InlineData("sqlite", "sqlite")]
    [InlineData("postgres", "postgres")]
    [InlineData("sqlite", "postgres")]
    [InlineData("postgres", "sqlite")]
    public async Task A_restored_backup_gives_the_same_company_and_runs_to_the_byte(string from, string to)
    {
        await using var source = await Place.OfAsync(from);
        await using var target = await Place.OfAsync(to);
        await using var before = await StoreVerbs.CompanyAsync(source);
        var file = source.File("company.backup");

        var said = await StoreVerbs.DoAsync(["backup", file, .. source.Arguments]);
        Assert.Contains("13 events and 1 runs", said, StringComparison.Ordinal);
        Assert.Contains("run 1 was the last", said, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await StoreVerbs.DoAsync(["restore", file, .. target.Arguments]);

        await using var after = await StoreVerbs.AfterAsync(before, target);
        const string At = "/v1/snapshot?at=2026-03-11T00:00:00Z";
        Assert.Equal(await before.BytesAsync(At), await after.BytesAsync(At));
        Assert.Equal(await before.BytesAsync("/v1/syncs/1/snapshot"), await after.BytesAsync("/v1/syncs/1/snapshot"));
        var (run, again) = (await before.RunAsync("1"), await after.RunAsync("1"));
        // What was known to the run is the same, though its position has another number in the other kind of store.
        var known = "/v1/snapshot?at=" + Uri.EscapeDataString((string)run["at"]!) + "&known=";
        Assert.Equal(await before.BytesAsync(known + run["head"]), await after.BytesAsync(known + again["head"]));
        Assert.Equal((string?)run["contentHash"], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await after.BytesAsync(known + again["head"]))));
        run["head"] = again["head"]?.DeepClone();
        Assert.Equal(run.ToJsonString(), again.ToJsonString());

        // It goes on: what comes in is later than all there is, and gets numbers of its own.
        Assert.Equal(200, (await after.Gateway.PostAsync("/v1/events", before.Leave(3).Replace("\"e14\"", "\"e12\"", StringComparison.Ordinal))).Status());
        await after.EventsAsync(after.Hire(50));
        Assert.Contains("E050", System.Text.Encoding.UTF8.GetString(await after.BytesAsync("/v1/snapshot")), StringComparison.Ordinal);
        Assert.Equal(14, after.Gateway.Get<ILogStore>().Count());
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_backup_under_load_holds_every_event_that_was_answered_before_it(string provider)
    {
        await using var source = await Place.OfAsync(provider);
        await using var target = await Place.OfAsync(provider);
        await using var gateway = await TestGateway.StartAsync(source.Settings, folder: source.Folder);
        var answered = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(async client =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"c{client}-{i}");
                using var answer = await gateway.PostAsync("/v1/events", Events.Return(id));
                Assert.Equal(202, answer.Status());
                answered[id] = true;
            }
        }).ToArray();
        await Eventually.SeeAsync(() => Task.FromResult(answered.Count), n => n > 200);

        var (first, second) = (source.File("first"), source.File("second"));
        await StoreVerbs.DoAsync(["backup", first, .. source.Arguments]);
        var before = answered.Keys.ToHashSet(StringComparer.Ordinal);
        await StoreVerbs.DoAsync(["backup", second, .. source.Arguments]);
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        await StoreVerbs.DoAsync(["restore", second, .. target.Arguments]);

        using var restored = target.Open();
        Assert.Empty(before.Except(Ids(restored)));
        Assert.Empty(Ids(restored).Except(answered.Keys));
        Assert.InRange(restored.Scalar("SELECT count(*) FROM events"), before.Count, answered.Count);
    }

    [Fact]
    public async Task A_backup_replaces_nothing_and_nobody_serves_on_it()
    {
        await using var place = await Place.OfAsync("sqlite");
        await using var gateway = await TestGateway.StartAsync(place.Settings, folder: place.Folder);
        var file = place.File("one");
        await StoreVerbs.DoAsync(["backup", file, .. place.Arguments]);
        var bytes = await File.ReadAllBytesAsync(file);

        Assert.Contains("is there already", await StoreVerbs.RefusedAsync(["backup", file, .. place.Arguments]), StringComparison.Ordinal);
        Assert.Contains("cannot be written", await StoreVerbs.RefusedAsync(["backup", place.File("no/such/folder"), .. place.Arguments]), StringComparison.Ordinal);
        var served = await Assert.ThrowsAsync<InvalidOperationException>(() => TestGateway.StartAsync(new() { ["ConnectionStrings:Gateway"] = file }));
        Assert.Contains("is a backup", served.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file));
        Assert.Empty(Directory.GetFiles(place.Folder, "*.part"));
    }

    [Fact]
    public async Task A_stopped_gateways_store_is_backed_up_as_well()
    {
        await using var place = await Place.OfAsync("sqlite");
        await using (var gateway = await TestGateway.StartAsync(place.Settings, folder: place.Folder)) await gateway.AcceptAsync(Events.Return("r1"), Events.Return("r2"));
        Assert.Contains("2 events", await StoreVerbs.DoAsync(["backup", place.File("one"), .. place.Arguments]), StringComparison.Ordinal);
        Assert.Contains("There is no store", await StoreVerbs.RefusedAsync("backup", place.File("two"), "--ConnectionStrings:Gateway=" + place.File("nothing.db")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("half of it is missing")]
    [InlineData("bytes are wrong")]
    [InlineData("a row is gone")]
    [InlineData("a row is another")]
    [InlineData("it is a letter")]
    [InlineData("it is a store")]
    public async Task What_is_no_whole_backup_is_refused_and_leaves_the_store_as_it_was(string how)
    {
        await using var source = await Place.OfAsync("sqlite");
        await using var target = await Place.OfAsync("sqlite");
        await using (var gateway = await TestGateway.StartAsync(source.Settings, folder: source.Folder)) await gateway.AcceptAsync([.. Enumerable.Range(0, 300).Select(i => Events.Return($"r{i}"))]);
        var file = source.File("one");
        await StoreVerbs.DoAsync(["backup", file, .. source.Arguments]);
        switch (how)
        {
            case "half of it is missing":
                using (var opened = new FileStream(file, FileMode.Open)) opened.SetLength(opened.Length / 2);
                break;
            case "bytes are wrong":
                using (var opened = new FileStream(file, FileMode.Open))
                {
                    opened.Position = opened.Length / 2 / 4096 * 4096;
                    opened.Write(new byte[4096]);
                }

                break;
            case "a row is gone": Tamper(file, "DELETE FROM events WHERE id = 'r7'"); break;
            case "a row is another": Tamper(file, "UPDATE events SET occurred_at = occurred_at + 1 WHERE id = 'r7'"); break;
            case "it is a letter": await File.WriteAllTextAsync(file, string.Join('\n', Enumerable.Repeat("Dear backup,", 1000))); break;
            default: file = source.ConnectionString; break;
        }

        var said = await StoreVerbs.RefusedAsync(["restore", file, .. target.Arguments]);
        Assert.Contains(file, said, StringComparison.Ordinal);
        Assert.Contains(how switch { "it is a store" => "no backup of a gateway", "a row is gone" or "a row is another" => "events differs", _ => "damaged" }, said, StringComparison.Ordinal);
        Assert.False(File.Exists(target.ConnectionString));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_store_that_has_something_is_never_restored_into(string provider)
    {
        await using var source = await Place.OfAsync(provider);
        await using var target = await Place.OfAsync(provider);
        await using var gateway = await TestGateway.StartAsync(source.Settings, folder: source.Folder);
        await gateway.AcceptAsync(Events.Return("r1"));
        var file = source.File("one");
        await StoreVerbs.DoAsync(["backup", file, .. source.Arguments]);
        await using (var other = await TestGateway.StartAsync(target.Settings, folder: target.Folder))
        {
            // Empty, but served.
            var served = await StoreVerbs.RefusedAsync(["restore", file, .. target.Arguments]);
            Assert.Contains(provider == "sqlite" ? "another process" : "in use", served, StringComparison.Ordinal);
            await other.AcceptAsync(Events.Return("other"));
        }

        Assert.Contains("not empty: there is something in events", await StoreVerbs.RefusedAsync(["restore", file, .. target.Arguments]), StringComparison.Ordinal);
        using var connection = target.Open();
        Assert.Equal(["other"], Ids(connection));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_restore_that_is_broken_off_leaves_an_empty_store_which_the_next_one_fills(string provider)
    {
        await using var source = await Place.OfAsync(provider);
        await using var target = await Place.OfAsync(provider);
        await using (var gateway = await TestGateway.StartAsync(source.Settings, folder: source.Folder)) await gateway.AcceptAsync([.. Enumerable.Range(0, 2500).Select(i => Events.Return($"r{i}"))]);
        var file = source.File("one");
        await StoreVerbs.DoAsync(["backup", file, .. source.Arguments]);
        // It was started once, so that there is a store.
        await using (await TestGateway.StartAsync(target.Settings, folder: target.Folder)) { }

        using var stop = new CancellationTokenSource();
        await using (var app = Gateway.Operations.CommandLine.StoreHost.Compose(target.Arguments))
        {
            void Tell(string table, long rows, long of)
            {
                if (table == "audit, read again") stop.Cancel();
            }

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Restorer.RestoreAsync(app.Services, file, Tell, stop.Token));
        }

        Assert.Empty(Directory.GetFiles(target.Folder, "*.part"));
        // One that was killed leaves its half, under a name that nobody takes for a store.
        await File.WriteAllTextAsync(target.File("gateway.db.0a1b2c3d.part"), "half");
        await using (var empty = await TestGateway.StartAsync(target.Settings, folder: target.Folder)) Assert.Equal(0, empty.Get<ILogStore>().Count());
        await StoreVerbs.DoAsync(["restore", file, .. target.Arguments]);
        await using var full = await TestGateway.StartAsync(target.Settings, folder: target.Folder);
        Assert.Equal(2500, full.Get<ILogStore>().Count());
    }

    [Fact]
    public async Task A_database_that_was_moved_to_a_younger_server_is_refused_and_comes_back_through_a_backup()
    {
        await using var source = await Place.OfAsync("postgres");
        await using var target = await Place.OfAsync("postgres");
        await using (var gateway = await TestGateway.StartAsync(source.Settings, folder: source.Folder)) await gateway.AcceptAsync(Events.Return("r1"), Events.Return("r2"));
        using (var outside = source.Open()) outside.Run("UPDATE events SET tx = tx + 1000000000000");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => TestGateway.StartAsync(source.Settings, folder: source.Folder));
        Assert.Contains("gateway backup", refused.Message, StringComparison.Ordinal);

        await StoreVerbs.DoAsync(["backup", source.File("one"), .. source.Arguments]);
        await StoreVerbs.DoAsync(["restore", source.File("one"), .. target.Arguments]);
        await using var after = await TestGateway.StartAsync(target.Settings, folder: target.Folder);
        await after.AcceptAsync(Events.Return("r3"));
        Assert.Equal(3, after.Get<ILogStore>().Count());
    }

    private static void Tamper(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        connection.Run(sql);
    }

    private static HashSet<string> Ids(System.Data.Common.DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM events";
        using var rows = command.ExecuteReader();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Read()) ids.Add(rows.GetString(0));
        return ids;
    }
}
