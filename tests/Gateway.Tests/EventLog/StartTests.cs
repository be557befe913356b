using System.Text.Json;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Membership.Resolve;
using Gateway.Rules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Gateway.Tests.Servers;

namespace Gateway.Tests.EventLogs;

/// <summary>What a start finds, and refuses by name.</summary>
public sealed class StartTests
{
    private static readonly Dictionary<string, string?> TwoSources = new()
    {
        ["Gateway:Sources:hris:MatchBy"] = "id", ["Gateway:Sources:hris:Priority"] = "1", ["Gateway:Sources:orgtool:MatchBy"] = "id",
    };

    [SqliteFact]
    public async Task A_second_gateway_on_the_same_file_refuses_to_start()
    {
        await using var gateway = await TestGateway.StartAsync();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => TestGateway.StartAsync(folder: gateway.Folder));
        Assert.Contains("ConnectionStrings:Gateway: another process uses " + Path.Combine(gateway.Folder, "gateway.db"), refused.Message, StringComparison.Ordinal);
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("still"))).Status());
        await gateway.RestartAsync();
        Assert.Equal(1, gateway.Get<ILogStore>().Count());
    }

    [Theory]
    [InlineData("ConnectionStrings:Gateway", ":memory:", "ConnectionStrings:Gateway")]
    [InlineData("ConnectionStrings:Gateway", "Data Source=x;Nonsense=1", "ConnectionStrings:Gateway")]
    [InlineData("ConnectionStrings:Gateway", "/proc/gateway/gateway.db", "ConnectionStrings:Gateway")]
    [InlineData("Gateway:Storage:Provider", "oracle", "Gateway:Storage:Provider")]
    [InlineData("Gateway:Storage:AppendDeadline", "00:00:00", "Gateway:Storage:AppendDeadline")]
    [InlineData("Gateway:Storage:MaxGroupSize", "0", "Gateway:Storage:MaxGroupSize")]
    [InlineData("Gateway:Storage:MaxWaiting", "-1", "Gateway:Storage:MaxWaiting")]
    [InlineData("Gateway:Storage:AppendDeadline", "soon", "Gateway:Storage:AppendDeadline")]
    [InlineData("Gateway:Aggregation:SweepInterval", "00:00:00", "Gateway:Aggregation:SweepInterval")]
    [InlineData("Gateway:Sources:hris:TimeZone", "Europe/Nowhere", "Gateway:Sources:hris:TimeZone")]
    [InlineData("Gateway:Sources:hris:Priority", "0", "Gateway:Sources:hris:Priority")]
    [InlineData("Gateway:Sources:hris:Priority", "first", "Gateway:Sources:hris:Priority")]
    [InlineData("Gateway:Sources:hris:MatchBy", "name", "Gateway:Sources:hris:MatchBy")]
    [InlineData("Gateway:Sources:hris:Unmatched", "drop", "Gateway:Sources:hris:Unmatched")]
    [InlineData("Gateway:Sources:hris:Owns:0", "mail", "Gateway:Sources:hris:Owns")]
    [InlineData("Gateway:Sources:hris:TimeZoen", "Europe/Paris", "Gateway:Sources:hris:TimeZoen")]
    [InlineData("Gateway:Sources:hris:SilentAfter", "-1.00:00:00", "Gateway:Sources:hris:SilentAfter")]
    [InlineData("Gateway:Sources:hris:SilentAction", "shout", "Gateway:Sources:hris:SilentAction")]
    [InlineData("Gateway:Sources:hris:Baseline", "never", "Gateway:Sources:hris:Baseline")]
    [InlineData("Gateway:Sources:HRIS 2:Priority", "1", "Gateway:Sources:HRIS 2")]
    [InlineData("Gateway:Membership:Employed", "lowest", "Gateway:Membership:Employed")]
    [InlineData("Gateway:Membership:Teams", "none", "Gateway:Membership:Teams")]
    [InlineData("Gateway:OnAbsence", "fire", "Gateway:OnAbsence")]
    [InlineData("Gateway:Officevibe:SendUndeclaredProperties", "maybe", "Gateway:Officevibe:SendUndeclaredProperties")]
    [InlineData("Gateway:Officevibe:Properties:0:Type", "text", "Gateway:Officevibe:Properties:0:Name")]
    [InlineData("Gateway:Scope:ExcludeTeam:0", "T1", "Gateway:Scope:ExcludeTeam")]
    public async Task A_bad_setting_stops_the_start_and_is_named(string key, string value, string named)
    {
        var settings = new Dictionary<string, string?> { ["Gateway:Sources:hris:MatchBy"] = "id", [key] = value };
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => TestGateway.StartAsync(settings));
        Assert.True(refused is SettingsException or OptionsValidationException or InvalidOperationException, refused.ToString());
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_sources_without_a_word_on_who_is_who_stop_the_start_with_every_error()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => TestGateway.StartAsync(new()
        {
            ["Gateway:Sources:a:Priority"] = "1", ["Gateway:Sources:b:MatchBy"] = "email", ["Gateway:Sources:b:Owns:0"] = "teams", ["Gateway:Sources:a:Owns:0"] = "teams",
        }));
        Assert.Contains(refused.Errors, e => e.StartsWith("Gateway:Sources:a:MatchBy:", StringComparison.Ordinal));
        Assert.Contains(refused.Errors, e => e.Contains("teams", StringComparison.Ordinal) && e.StartsWith("Gateway:Sources:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_with_events_and_no_settings_stops_the_start_by_name()
    {
        await using var gateway = await TestGateway.StartAsync(new(TwoSources));
        Assert.Equal(202, (await gateway.PostAsync("/v1/events?source=orgtool", Events.Return("o1"))).Status());
        await gateway.StopAsync();

        var refused = await Assert.ThrowsAsync<SettingsException>(() => TestGateway.StartAsync(new() { ["Gateway:Sources:hris:MatchBy"] = "id" }, folder: gateway.Folder));
        Assert.StartsWith("Gateway:Sources:orgtool:", Assert.Single(refused.Errors), StringComparison.Ordinal);
        await using (await TestGateway.StartAsync(new(TwoSources), folder: gateway.Folder))
        {
            // The settings are back: so is the gateway.
        }
    }

    [Fact]
    public async Task A_source_that_never_sent_anything_may_go()
    {
        await using var gateway = await TestGateway.StartAsync(new(TwoSources));
        await gateway.StopAsync();
        await using var without = await TestGateway.StartAsync(new() { ["Gateway:Sources:hris:MatchBy"] = "id" }, folder: gateway.Folder);
        Assert.Equal(["hris"], without.Get<RulesInForce>().Sources.Keys);
    }

    [Fact]
    public async Task A_retired_source_takes_its_people_out()
    {
        static async Task<string[]> EmployedAsync(TestGateway gateway)
        {
            var cut = await gateway.Get<CompanyReader>().ReadAsync(null, null, packed: false, CancellationToken.None);
            var company = Resolver.Resolve(cut.Members, cut.Teams, gateway.Get<RulesInForce>().Rules, null);
            return [.. company.Members.Where(m => m.Employed).Select(m => m.Id).Order(StringComparer.Ordinal)];
        }

        await using var gateway = await TestGateway.StartAsync(new(TwoSources));
        await gateway.PostAsync("/v1/events?source=hris", """{"id":"h","type":"hire","employeeId":"E1"}""");
        await gateway.PostAsync("/v1/events?source=orgtool", """{"id":"h","type":"hire","employeeId":"E2"}""");
        Assert.Equal(["E1", "E2"], await EmployedAsync(gateway));
        await gateway.RestartAsync(new() { ["Gateway:Sources:orgtool:Retired"] = "true" });
        Assert.Equal(["E1"], await EmployedAsync(gateway));
        await gateway.RestartAsync(new() { ["Gateway:Sources:orgtool:Retired"] = "false" });
        Assert.Equal(["E1", "E2"], await EmployedAsync(gateway));
    }

    [SqliteFact]
    public async Task A_start_that_was_killed_in_its_migration_does_not_stop_the_next_one()
    {
        await using var gateway = await TestGateway.StartAsync();
        var file = (LogFile)gateway.Get<ILogStore>();
        await gateway.StopAsync();
        foreach (var path in (string[])[file.Path, file.ProjectionPath])
        {
            using var outside = file.Outside(path);
            outside.Run("""CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL)""");
            outside.Run("""INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00')""");
        }

        await gateway.RestartAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(202, (await gateway.PostAsync("/v1/events", Events.Return("on"))).Status());
    }

    [SqliteFact]
    public async Task The_ledger_is_written_as_durably_as_the_log()
    {
        await using var gateway = await TestGateway.StartAsync();
        var file = (LogFile)gateway.Get<ILogStore>();
        // Pooled connections keep what somebody set on them.
        using (var careless = file.Open()) careless.Run("PRAGMA synchronous=OFF");
        await using (var write = await gateway.Get<LedgerWriter>().BeginAsync(CancellationToken.None))
            Assert.Equal(2, ((Microsoft.Data.Sqlite.SqliteConnection)write.Db.Database.GetDbConnection()).Scalar("PRAGMA synchronous"));
    }

    [Fact]
    public async Task A_restart_goes_on_where_the_log_ended()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.AcceptAsync(Events.Return("r1"), Events.Return("r2"));
        await gateway.RestartAsync();
        Assert.Equal(gateway.Get<ILogStore>().Position(2), gateway.Get<CommitFeed>().Head);
        using var again = await gateway.PostAsync("/v1/events", Events.Return("r1"));
        Assert.Equal(200, again.Status());
        using var next = await gateway.PostAsync("/v1/events", Events.Return("r3"));
        // The one that was there already may have used a number up.
        Assert.Equal(TestStore.IsSqlite ? 3 : 4, JsonElement.Parse(await next.Content.ReadAsStringAsync()).GetProperty("sequence").GetInt64());
    }
}
