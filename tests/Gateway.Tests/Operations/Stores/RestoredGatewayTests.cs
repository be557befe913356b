using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Tests.Servers;
using Gateway.Tests.Sync;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.Operations.Stores;

/// <summary>A gateway that was put back from a backup sends nothing that nobody has looked at beside the account.</summary>
public sealed class RestoredGatewayTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task It_starts_paused_and_holds_its_first_run_beside_what_the_account_has(string provider)
    {
        await using var source = await Place.OfAsync(provider);
        await using var target = await Place.OfAsync(provider);
        await using var before = await StoreVerbs.CompanyAsync(source);
        await BackUpAsync(before, source, target);
        // What the backup does not know: one more came and was sent, and a team with her.
        await before.EventsAsync(before.Team("T3", "Design"), before.Hire(60, "T3"));
        Assert.Equal("accepted", (await before.RequestAsync()).State());
        var sent = await before.SentAsync();

        await using var after = await StoreVerbs.AfterAsync(before, target);
        Assert.Equal(HttpStatusCode.Conflict, await StartAsync(after));
        after.Advance(TimeSpan.FromDays(30));
        Assert.Empty(await after.WorkAsync());
        await ResumeAsync(after);
        await after.EventsAsync(after.Update(1, "jobTitle", "Head"));
        var run = await after.RequestAsync();
        Assert.Equal("held", run.State());
        Assert.Contains("Restored", run.Rules());
        Assert.Equal(sent, await before.SentAsync());
        var account = run["account"]!;
        // E060 and Design are in the account and not here; nobody is here who is not there.
        Assert.Equal((1, 1, 0, 0), ((int)account["membersNotInIt"]!, (int)account["teamsNotInIt"]!, (int)account["membersNotInAccount"]!, (int)account["teamsNotInAccount"]!));

        await after.ApproveAsync(run);
        await after.WorkAsync();
        Assert.Equal("accepted", (await after.RunAsync(run.Id())).State());
        Assert.Equal(sent + 1, await before.SentAsync());
        // From here on it knows what Officevibe has.
        await after.EventsAsync(after.Update(1, "jobTitle", "Chief"));
        Assert.Equal("accepted", (await after.RequestAsync()).State());
    }

    [Fact]
    public async Task The_very_company_of_the_backup_is_held_too()
    {
        await using var source = await Place.OfAsync("sqlite");
        await using var target = await Place.OfAsync("sqlite");
        await using var before = await StoreVerbs.CompanyAsync(source);
        Assert.Equal("accepted", (await before.RequestAsync()).State());
        await BackUpAsync(before, source, target);

        await using var after = await StoreVerbs.AfterAsync(before, target);
        await ResumeAsync(after);
        var run = await after.RequestAsync();
        Assert.Equal((before.Gateway is null, "held"), (false, run.State()));
        Assert.Equal(["Restored"], run.Rules());
        Assert.Empty(run["guard"]!["reasons"]![0]!["subjects"]!.AsArray());
        // Rejected, it is asked about again as soon as it is another one.
        await after.RejectAsync(run);
        Assert.Equal("rejected", (await after.RequestAsync()).State());
        await after.EventsAsync(after.Update(1, "jobTitle", "Head"));
        Assert.Equal("held", (await after.RequestAsync()).State());
    }

    [Fact]
    public async Task What_waited_when_the_backup_was_taken_waits_no_more()
    {
        await using var source = await Place.OfAsync("sqlite");
        await using var target = await Place.OfAsync("sqlite");
        await using var before = await StoreVerbs.CompanyAsync(source, members: 30);
        await before.LeaveAsync(10, 12);
        var held = await before.RequestAsync();
        Assert.Equal("held", held.State());
        using (await before.PostAsync("/v1/sync/pause", new { reason = "Payday." })) { }
        await before.ApproveAsync(held);
        using (await before.PostAsync("/v1/syncs", new { dryRun = true })) { }
        await AlterAsync(source, "INSERT INTO runs (State, \"Trigger\", DryRun, RequestedBy, CreatedAt, SendUntil, SendingAt, Users, Groups, Mappings, TouchesAll, Attempt, Later, StructureOnly, BaseRunId) VALUES "
            + "('Sending', 'Request', 0, 'x', 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 1), ('Unknown', 'Request', 0, 'x', 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 1), ('Assembling', 'Request', 0, 'x', 1, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 1)");
        await BackUpAsync(before, source, target);
        var sent = await before.SentAsync();

        await using var after = await StoreVerbs.AfterAsync(before, target);
        var runs = (await after.RunsAsync()).ToDictionary(r => r!.Id(), r => r!.State(), StringComparer.Ordinal);
        Assert.Equal("superseded", runs[held.Id()]);
        Assert.Equal(["failed", "failed", "unknown", "unknown"], runs.Where(r => r.Key != held.Id() && r.Key != "1").Select(r => r.Value).Order(StringComparer.Ordinal));
        await ResumeAsync(after);
        Assert.Empty(await after.WorkAsync());
        Assert.Equal(sent, await before.SentAsync());
        using var approve = await after.DecideAsync(held, "approve", new { contentHash = (string?)held["contentHash"] });
        Assert.Equal(HttpStatusCode.Conflict, approve.StatusCode);
        // The approval of the same changes, a while ago by the clock of the backup, covers nothing here.
        await AlterAsync(target, $"UPDATE runs SET ApprovedAt = {Micros.Of(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1))} WHERE Id = {held.Id()}");
        var run = await after.RequestAsync();
        Assert.Equal(["Restored", "MembersRemoved"], run.Rules()[..2]);
        Assert.Equal("held", run.State());
    }

    [Fact]
    public async Task A_required_baseline_has_to_come_again_before_anything_is_approved()
    {
        await using var source = await Place.OfAsync("sqlite");
        await using var target = await Place.OfAsync("sqlite");
        var required = new Dictionary<string, string?> { ["Gateway:Sources:hris:Baseline"] = "required" };
        await using var before = await StoreVerbs.CompanyAsync(source, required);
        await BaselineAsync(before, "Platforms");
        await before.EventsAsync(before.Update(1, "jobTitle", "Lead"));
        Assert.Empty((await before.RequestAsync()).Rules());
        await BackUpAsync(before, source, target);

        await using var after = await StoreVerbs.AfterAsync(before, target, required);
        await ResumeAsync(after);
        var run = await after.RequestAsync();
        Assert.Equal(["Restored", "BaselineMissing"], run.Rules());
        using var no = await after.DecideAsync(run, "approve", new { contentHash = (string?)run["contentHash"] });
        Assert.Equal(HttpStatusCode.Conflict, no.StatusCode);
        Assert.Contains("required baseline of hris", await no.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await BaselineAsync(after, "Platforms");
        run = await after.RequestAsync();
        Assert.Equal(["Restored"], run.Rules());
        await after.ApproveAsync(run);
        await after.WorkAsync();
        Assert.Equal("accepted", (await after.RunAsync(run.Id())).State());
    }

    [Fact]
    public async Task An_account_that_could_not_be_read_is_approved_only_by_who_says_so()
    {
        await using var source = await Place.OfAsync("sqlite");
        await using var target = await Place.OfAsync("sqlite");
        await using var before = await StoreVerbs.CompanyAsync(source);
        await BackUpAsync(before, source, target);
        await using var after = await StoreVerbs.AfterAsync(before, target);
        await ResumeAsync(after);
        await before.Officevibe.ArmAsync(JsonNode.Parse("""{"kind":"truncatedJson","path":"/api/v2/users*"}""")!);

        var run = await after.RequestAsync();
        Assert.NotNull((string?)run["account"]!["problem"]);
        using var no = await after.DecideAsync(run, "approve", new { contentHash = (string?)run["contentHash"] });
        Assert.Equal(HttpStatusCode.Conflict, no.StatusCode);
        Assert.Contains("could not be read", await no.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var yes = await after.DecideAsync(run, "approve", new { contentHash = (string?)run["contentHash"], withoutReading = true, reason = "Seen by eye." });
        Assert.Equal(HttpStatusCode.OK, yes.StatusCode);
        Assert.Contains("\"withoutReading\":true", Encoding.UTF8.GetString(await after.BytesAsync("/v1/audit?subject=" + run.Id())).Replace("\\u0022", "\"", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_put_back_by_hand_is_noticed_by_the_projection_that_is_ahead_of_it()
    {
        await using var place = await Place.OfAsync("sqlite");
        await using var sync = await StoreVerbs.CompanyAsync(place);
        await sync.Gateway.StopAsync();
        File.Copy(place.ConnectionString, place.File("copy"));
        await sync.Gateway.RestartAsync();
        await sync.EventsAsync(sync.Hire(70), sync.Hire(71));
        await sync.Gateway.FoldAsync();
        await sync.Gateway.StopAsync();
        File.Copy(place.File("copy"), place.ConnectionString, overwrite: true);
        await sync.Gateway.RestartAsync();

        Assert.Equal(HttpStatusCode.Conflict, await StartAsync(sync));
        await ResumeAsync(sync);
        Assert.Equal("Restored", (await sync.RequestAsync()).Rules()[0]);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_store_put_back_by_other_means_can_be_said_to_be_so(string provider)
    {
        await using var place = await Place.OfAsync(provider);
        await using var sync = await StoreVerbs.CompanyAsync(place);
        Assert.Contains(provider == "sqlite" ? "another process" : "in use", await StoreVerbs.RefusedAsync(["restore", "--in-place", .. place.Arguments]), StringComparison.Ordinal);
        await sync.Gateway.StopAsync();
        await StoreVerbs.DoAsync(["restore", "--in-place", .. place.Arguments]);
        Assert.Contains("Give either", await StoreVerbs.RefusedAsync(["restore", .. place.Arguments]), StringComparison.Ordinal);
        await sync.Gateway.RestartAsync();
        sync.Advance(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1) - sync.Time.GetUtcNow());
        Assert.Equal(HttpStatusCode.Conflict, await StartAsync(sync));
        await ResumeAsync(sync);
        Assert.Equal("Restored", (await sync.RequestAsync()).Rules()[0]);
    }

    private static async Task BackUpAsync(SyncGateway before, Place source, Place target)
    {
        var file = source.File("company.backup");
        await StoreVerbs.DoAsync(["backup", file, .. source.Arguments]);
        await StoreVerbs.DoAsync(["restore", file, .. target.Arguments]);
        Assert.NotNull(before);
    }

    private static async Task<HttpStatusCode> StartAsync(SyncGateway sync)
    {
        using var answer = await sync.PostAsync("/v1/syncs", new { });
        return answer.StatusCode;
    }

    private static async Task ResumeAsync(SyncGateway sync)
    {
        using var answer = await sync.PostAsync("/v1/sync/resume", null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task BaselineAsync(SyncGateway sync, string name)
    {
        using var content = new StringContent($$"""{"groups":[{"id":"T1","name":"{{name}}"},{"id":"T2","name":"Data"}]}""", Encoding.UTF8, "application/json");
        using var answer = await sync.Gateway.Http.PutAsync(new Uri("/v1/sources/hris/baseline", UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        sync.Advance(TimeSpan.FromSeconds(1));
    }

    private static async Task AlterAsync(Place place, string sql)
    {
        await using var connection = place.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
