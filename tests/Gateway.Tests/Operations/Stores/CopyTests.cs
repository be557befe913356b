using Gateway.EventLog;
using Gateway.EventLog.Copying;
using Gateway.EventLog.Ledger;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Sync;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.Operations.Stores;

/// <summary>Moving a gateway to another store.</summary>
public sealed class CopyTests
{
    [Theory]
    [InlineData("sqlite", "postgres")]
    [InlineData("postgres", "sqlite")]
    [InlineData("postgres", "postgres")]
    public async Task A_copy_is_the_same_in_every_row_and_says_what_is_not(string from, string to)
    {
        await using var source = await Place.OfAsync(from);
        await using var target = await Place.OfAsync(to);
        await using var before = await StoreVerbs.CompanyAsync(source);
        using (await before.Gateway.Http.PutAsync(new Uri("/v1/members/E004/exclusion", UriKind.Relative), Json("""{"reason":"Works council."}"""))) { }
        using (await before.Gateway.Http.PutAsync(new Uri("/v1/sources/hris/baseline", UriKind.Relative), Json("""{"groups":[{"id":"T1","name":"Platforms"},{"id":"T2","name":"Data"}]}"""))) { }
        string[] copy = ["copy", "--environment=Development", "--from", source.Address, "--to", target.Address];
        var served = await StoreVerbs.RefusedAsync(copy);
        Assert.Contains(from == "sqlite" ? "another process" : "in use", served, StringComparison.Ordinal);
        await before.Gateway.StopAsync();

        var said = await StoreVerbs.DoAsync([.. copy, "--verify"]);
        Assert.DoesNotContain("differs", said, StringComparison.Ordinal);
        foreach (var what in (string[])["events", "runs", "run contents", "audit", "exclusions", "baselines", "snapshot at", "last accepted"]) Assert.Contains(what, said, StringComparison.Ordinal);
        Assert.Contains("not empty", await StoreVerbs.RefusedAsync(copy), StringComparison.Ordinal);
        await StoreVerbs.DoAsync([.. copy, "--verify-only"]);

        await TellsWhatDiffersAsync(source, to);

        await using var after = await StoreVerbs.AfterAsync(before, target);
        using var paused = await after.PostAsync("/v1/syncs", new { });
        Assert.Equal(409, (int)paused.StatusCode);
        using (await after.PostAsync("/v1/sync/resume", null)) { }
        // It was stopped before it was copied, so that it knows what Officevibe has.
        Assert.Equal("accepted", (await after.RequestAsync()).State());
    }

    /// <summary>One row after another is made another one in a copy of its own.</summary>
    private static async Task TellsWhatDiffersAsync(Place source, string to)
    {
        await using var altered = await Place.OfAsync(to);
        string[] copy = ["copy", "--environment=Development", "--from", source.Address, "--to", altered.Address];
        await StoreVerbs.DoAsync(copy);
        var expected = 0;
        foreach (var (sql, what) in new[]
        {
            ("INSERT INTO audit (\"Id\", \"At\", \"Actor\", \"Action\") VALUES (-1, 0, 'nobody', 'nothing')", "audit"),
            ("UPDATE exclusions SET \"Reason\" = 'Another.'", "exclusions"),
            ("UPDATE runs SET \"Head\" = (SELECT max(\"Head\") FROM runs) - 1 WHERE \"Id\" = 1", "runs"),
            ("UPDATE events SET payload = (SELECT payload FROM events WHERE id = 'e6') WHERE id = 'e5'", "events"),
        })
        {
            using (var connection = altered.Open()) connection.Run(sql);
            var (code, output, error) = await StoreVerbs.RunAsync([.. copy, "--verify-only"]);
            Assert.True(code == 1, output + error);
            Assert.Matches($@"differs\s+│ {what} ", output);
            // An event that is another one makes another company too; nothing else does.
            expected += what == "events" ? 2 : 1;
            Assert.Equal(expected, output.Split("differs").Length - 1);
        }
    }

    [Fact]
    public async Task Where_a_store_is_may_be_said_by_settings_so_that_no_password_is_on_the_command_line()
    {
        await using var source = await Place.OfAsync("sqlite");
        await using var target = await Place.OfAsync("postgres");
        await using (var gateway = await TestGateway.StartAsync(source.Settings, folder: source.Folder)) await gateway.AcceptAsync(Events.Return("r1"));
        Assert.Contains("ConnectionStrings:To", await StoreVerbs.RefusedAsync(["copy", "--from", "sqlite", "--to", "postgres", .. source.Arguments]), StringComparison.Ordinal);
        Assert.Contains("--from: one of", await StoreVerbs.RefusedAsync(["copy", "--from", "mysql:x", "--to", "postgres", .. source.Arguments]), StringComparison.Ordinal);
        Assert.Contains("There is no store", await StoreVerbs.RefusedAsync(["copy", "--from", "sqlite:" + source.File("nothing.db"), "--to", target.Address]), StringComparison.Ordinal);
        await StoreVerbs.DoAsync(["copy", "--from", "sqlite", "--to", "postgres", "--verify", .. source.Arguments, "--ConnectionStrings:To=" + target.ConnectionString]);
        using var copied = target.Open();
        Assert.Equal(1, copied.Scalar("SELECT count(*) FROM events"));
    }

    [Fact]
    public async Task Events_of_an_undecided_order_keep_it_and_each_noted_position_its_events()
    {
        await using var source = await Place.OfAsync("postgres");
        await using var file = await Place.OfAsync("sqlite");
        await using var target = await Place.OfAsync("postgres");
        await using (await TestGateway.StartAsync(source.Settings, folder: source.Folder)) { }
        await using (var connection = source.Open())
        {
            // 3,000 events in transactions of 7; each commits before the one with the next lower sequences does.
            connection.Run("""
                INSERT INTO events (sequence, key, hash, source, id, type, facet, occurred_at, received_at, tx) OVERRIDING SYSTEM VALUE
                SELECT n, decode(lpad(to_hex(n), 32, '0'), 'hex'), '\x00', 'hris', 'e' || n, 'retract', 0, n, n, 500 - n / 7 FROM generate_series(1, 3000) AS n
                """);
            connection.Run("""INSERT INTO runs ("State", "Trigger", "DryRun", "RequestedBy", "CreatedAt", "Head", "Users", "Groups", "Mappings", "TouchesAll", "Attempt", "Later", "StructureOnly") SELECT 'Unchanged', 'Request', false, 'x', 1, n, 0, 0, 0, false, 0, 0, false FROM generate_series(0, 500, 2) AS n""");
        }

        string[] own = ["--environment=Development"];
        await StoreVerbs.DoAsync(["copy", "--from", source.Address, "--to", file.Address, "--verify", .. own]);
        await StoreVerbs.DoAsync(["copy", "--from", file.Address, "--to", target.Address, "--verify", .. own]);
        using var copied = target.Open();
        using var original = source.Open();
        Assert.Equal(Noted(original), Noted(copied));
        Assert.Equal(3000, copied.Scalar("SELECT count(*) FROM (SELECT id, row_number() OVER (ORDER BY tx, sequence) AS place FROM events) AS c"));
        Assert.Equal(0, copied.Scalar("SELECT count(*) FROM events WHERE tx >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint OR tx < 1"));
        Assert.Equal(0, copied.Scalar("SELECT count(*) FROM (SELECT tx FROM events GROUP BY tx HAVING count(*) > 1000) AS c"));
        Assert.True(copied.Scalar("SELECT nextval('events_sequence_seq')") > copied.Scalar("SELECT max(sequence) FROM events"));
    }

    /// <summary>How many events each run knew of.</summary>
    private static string Noted(System.Data.Common.DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """SELECT string_agg((SELECT count(*) FROM events WHERE tx <= "Head")::text, ' ' ORDER BY "Id") FROM runs""";
        return (string)command.ExecuteScalar()!;
    }

    [Fact]
    public void Every_table_is_taken_along_or_left_behind_on_purpose()
    {
        using var file = new GatewayDb(new DbContextOptionsBuilder<GatewayDb>().UseSqlite("Data Source=none").Options);
        using var postgres = new PostgresGatewayDb(new DbContextOptionsBuilder<PostgresGatewayDb>().UseNpgsql("Host=none").Options);
        Assert.Equal(
            file.Model.GetEntityTypes().Select(e => e.ClrType.Name).Order(StringComparer.Ordinal),
            CopyPlan.Copied.Concat(CopyPlan.Left).Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Equal(CopyPlan.Of(file.Model).Select(Described), CopyPlan.Of(postgres.Model).Select(Described));

        // A number that is a position of the log is translated. What of these is one?
        var numbers = file.Model.GetEntityTypes().SelectMany(e => e.GetProperties()
            .Where(p => (Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType) == typeof(long)).Select(p => $"{e.ClrType.Name}.{p.Name}"));
        Assert.Equal(
            [
                "AccountReadingRow.Id", "AccountReport.Id", "AccountReport.RunId", "Announcement.Id", "AuditEntry.Id", "BaselineRow.Sequence", "DeliveryEvent.Delivery", "DeliveryRow.Sequence", "ExclusionRow.Id", "HandshakeRow.Id", "LetGoEmail.RunId", "Notice.Id", "NoticeStory.Waiting",
                "NotificationRow.Id", "PlannedChangeRow.Id", "PropertyRow.RefusedRunId", "PropertyRow.RefusedSinceRunId", "PropertyRow.TakenRunId", "PropertyRow.TakenSinceRunId",
                "PublishedChanges.Through", "RefusedOptionRow.RunId", "RefusedOptionRow.SinceRunId", "RunContent.RunId",
                "RunRow.BaseRunId", "RunRow.BodyLength", "RunRow.Head", "RunRow.Id", "RunRow.PlanId", "RunRow.RejectedByRunId", "RunRow.RestOfRunId", "RunRow.RestoreOfRunId", "RunRow.SupersededByRunId", "RunSubject.RunId",
                "StoredEvent.Facet", "StoredEvent.OccurredAt", "StoredEvent.ReceivedAt", "StoredEvent.Sequence", "SyncState.RestoreRunId", "SyncState.SenderNumber", "TodoItem.RunId",
            ],
            numbers.Order(StringComparer.Ordinal));
        Assert.Equal(["runs.Head"], CopyPlan.Of(file.Model).SelectMany(t => t.Columns.Where(c => c.IsPosition).Select(c => $"{t.Name}.{c.Name}")));
    }

    private static string Described(CopiedTable table) => $"{table.Name} {string.Join(',', table.Columns)} {string.Join(',', table.Key)}";

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
