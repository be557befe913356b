using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Membership.Sync;
using Gateway.Sync;
using Gateway.Sync.Storing;

namespace Gateway.Tests.Sync;

/// <summary>Pauses, schedules, crashes: whatever is cut off is taken up rightly.</summary>
public class ResumingTests
{
    /// <summary>The process is gone: nothing after it runs.</summary>
    private sealed class Crash : OperationCanceledException;

    [Fact]
    public async Task While_syncs_are_paused_nothing_is_sent_and_an_approved_run_waits()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(settings: new() { ["Gateway:Sync:OnChange"] = "true" });
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        using var pause = await sync.PostAsync("/v1/sync/pause", new { reason = "Reorganisation" });
        Assert.Equal(HttpStatusCode.OK, pause.StatusCode);

        await sync.ApproveAsync(held);
        sync.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await sync.WorkAsync());
        using var refused = await sync.PostAsync("/v1/syncs", new { });
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal("dry_run", (await sync.RequestAsync(dryRun: true)).State());
        Assert.Equal("approved", (await sync.RunAsync(held.Id())).State());

        using var resume = await sync.PostAsync("/v1/sync/resume", null);
        Assert.Equal(HttpStatusCode.OK, resume.StatusCode);
        Assert.Equal([held.Id()], await sync.WorkAsync());
        Assert.Equal("accepted", (await sync.RunAsync(held.Id())).State());
    }

    [Fact]
    public async Task A_pause_ends_by_itself_at_its_instant_and_wants_a_reason_and_a_future()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(settings: new() { ["Gateway:Sync:OnChange"] = "true" });
        using var wrong = await sync.PostAsync("/v1/sync/pause", new { until = SyncGateway.Start });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        var errors = (await SyncGateway.JsonAsync(wrong))["errors"]!.AsObject();
        Assert.Equal(["reason", "until"], errors.Select(e => e.Key).Order(StringComparer.Ordinal));

        using var pause = await sync.PostAsync("/v1/sync/pause", new { reason = "Tonight", until = sync.Time.GetUtcNow().AddHours(2) });
        await sync.EventsAsync(sync.Hire(100));
        sync.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(2));
        Assert.Empty(await sync.WorkAsync());
        sync.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("accepted", (await sync.RunAsync(Assert.Single(await sync.WorkAsync()))).State());
    }

    [Fact]
    public async Task An_approved_run_that_waited_is_asked_anew_if_it_would_take_away_somebody_who_is_back()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        using var pause = await sync.PostAsync("/v1/sync/pause", new { reason = "Wait" });
        await sync.ApproveAsync(held);
        await sync.EventsAsync(sync.Hire(12));
        using var resume = await sync.PostAsync("/v1/sync/resume", null);

        await sync.WorkAsync();

        Assert.Equal("superseded", (await sync.RunAsync(held.Id())).State());
        Assert.Equal(25, await sync.MembersAsync());
    }

    [Fact]
    public async Task A_change_starts_a_run_after_a_quiet_minute()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(settings: new() { ["Gateway:Sync:OnChange"] = "true" });
        sync.Advance(TimeSpan.FromMinutes(10));
        await sync.EventsAsync(sync.Hire(100));
        sync.Advance(TimeSpan.FromSeconds(57));
        Assert.Empty(await sync.WorkAsync());
        sync.Advance(TimeSpan.FromSeconds(3));
        var run = await sync.RunAsync(Assert.Single(await sync.WorkAsync()));
        Assert.Equal(("accepted", "change"), (run.State(), (string)run["trigger"]!));
        sync.Advance(TimeSpan.FromHours(5));
        Assert.Empty(await sync.WorkAsync());
    }

    [Fact]
    public async Task A_date_that_comes_due_starts_a_run_without_any_event()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(settings: new() { ["Gateway:Sync:OnChange"] = "true" });
        await sync.EventsAsync("""{"id":"later","type":"leave","employeeId":"E010","effectiveAt":"2026-03-12"}""");
        sync.Advance(TimeSpan.FromMinutes(10));
        await sync.WorkAsync();
        Assert.Equal("unchanged", (await sync.LastAsync()).State());

        sync.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await sync.WorkAsync());
        sync.Advance(TimeSpan.FromDays(1));
        Assert.Equal("accepted", (await sync.RunAsync(Assert.Single(await sync.WorkAsync()))).State());
        Assert.Equal(29, await sync.MembersAsync());
    }

    [Fact]
    public async Task A_schedule_missed_while_the_gateway_was_down_is_made_up_once()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(settings: new() { ["Gateway:Sync:Schedule"] = "0 3 * * *" });
        await sync.EventsAsync(sync.Hire(100));
        await sync.Gateway.StopAsync();
        sync.Advance(TimeSpan.FromDays(3));
        await sync.Gateway.RestartAsync();

        var run = await sync.RunAsync(Assert.Single(await sync.WorkAsync()));

        Assert.Equal(("accepted", "schedule"), (run.State(), (string)run["trigger"]!));
        sync.Advance(TimeSpan.FromHours(14));
        Assert.Empty(await sync.WorkAsync());
    }

    [Fact]
    public async Task A_crash_between_storing_and_sending_sends_the_approved_run_at_the_next_start()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        await sync.ApproveAsync(held);

        await sync.Gateway.RestartAsync();
        Assert.Equal([held.Id()], await sync.WorkAsync());

        Assert.Equal("accepted", (await sync.RunAsync(held.Id())).State());
        Assert.Equal(24, await sync.MembersAsync());
    }

    [Fact]
    public async Task A_run_that_was_queued_when_the_gateway_stopped_is_made_at_the_next_start()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Hire(100));
        using var queued = await sync.PostAsync("/v1/syncs", new { });
        await sync.Gateway.RestartAsync();
        Assert.Equal("accepted", (await sync.RunAsync(Assert.Single(await sync.WorkAsync()))).State());
    }

    [Theory]
    [InlineData(false, "failed")]
    [InlineData(true, "accepted")]
    public async Task A_crash_in_the_middle_of_sending_is_unknown_until_its_time_is_over_and_then_read_back(bool answered, string settled)
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Hire(100));
        sync.Gateway.Get<SyncSender>().Answered = after => after == answered ? throw new Crash() : Task.CompletedTask;
        using var asked = await sync.PostAsync("/v1/syncs", new { });
        await Assert.ThrowsAsync<Crash>(sync.WorkAsync);
        var id = (await SyncGateway.JsonAsync(asked)).Id();
        Assert.Equal("sending", (await sync.RunAsync(id)).State());

        await sync.Gateway.RestartAsync();
        // The old sender may still be at it: nobody sends before its time is over.
        using var second = await sync.PostAsync("/v1/syncs", new { });
        Assert.Empty(await sync.WorkAsync());
        Assert.Equal("unknown", (await sync.RunAsync(id)).State());

        sync.Advance(TimeSpan.FromMinutes(6));
        await sync.WorkAsync();
        var run = await sync.RunAsync(id);
        Assert.Equal(settled, run.State());
        Assert.Equal(31, await sync.MembersAsync());
        Assert.Equal(answered ? "unchanged" : "accepted", (await sync.LastAsync()).State());
    }

    [Fact]
    public async Task A_sender_that_was_held_up_beyond_its_time_sends_nothing()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Hire(100));
        sync.Gateway.Get<SyncSender>().Answered = after =>
        {
            if (!after) sync.Advance(TimeSpan.FromMinutes(10));
            return Task.CompletedTask;
        };

        var run = await sync.RequestAsync();

        Assert.Equal("failed", run.State());
        Assert.Equal(1, await sync.SentAsync());
    }

    [Fact]
    public async Task A_body_gives_no_further_piece_when_its_senders_time_is_over()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(SyncGateway.Start);
        await using var body = new FencedBody(new MemoryStream(new byte[100]), SyncGateway.Start.AddMinutes(1), time);
        Assert.Equal(60, await body.ReadAsync(new byte[60]));

        time.Advance(TimeSpan.FromMinutes(1));

        await Assert.ThrowsAsync<IOException>(() => body.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task A_run_without_an_answer_that_the_account_does_not_tell_about_is_settled_by_the_next_one()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"));
        await sync.Officevibe.ArmAsync(new { kind = "CutBeforeApply", path = "/api/v2/sync" });
        var run = await sync.RequestAsync();
        Assert.Equal("unknown", run.State());

        sync.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await sync.WorkAsync());
        Assert.Contains("does not tell", (string)(await sync.RunAsync(run.Id()))["reason"]!, StringComparison.Ordinal);
        sync.Advance(TimeSpan.FromMinutes(2));
        await sync.WorkAsync();

        run = await sync.RunAsync(run.Id());
        var next = await sync.LastAsync();
        Assert.Equal(("unknown", "accepted", next.Id()), (run.State(), next.State(), (string)run["supersededBy"]!));
    }

    [Fact]
    public async Task Content_that_other_settings_changed_is_held_and_what_events_changed_is_not()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Leave(20));
        await sync.Gateway.RestartAsync(new() { ["Gateway:Scope:ExcludeEmailDomains:0"] = "nowhere.test" });
        Assert.Equal("accepted", (await sync.RequestAsync()).State());

        await sync.EventsAsync(sync.Update(5, "email", "five@agency.test"));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        await sync.Gateway.RestartAsync(new() { ["Gateway:Scope:ExcludeEmailDomains:0"] = "agency.test" });
        // Whoever asks what the next run would be is told the same.
        var coming = await sync.Gateway.Http.GetFromJsonAsync<JsonNode>("/v1/snapshot/diff");
        Assert.Equal([GuardRules.RulesChanged], coming!["guard"]!["reasons"]!.AsArray().Select(r => (string)r!["rule"]!));
        var run = await sync.RequestAsync();
        Assert.Equal(("held", GuardRules.RulesChanged), (run.State(), Assert.Single(run.Rules())));
        Assert.Contains("E005", run["guard"]!["reasons"]![0]!["subjects"]!.AsArray().Select(s => (string)s!));
    }

    [Fact]
    public async Task Somebody_who_comes_back_after_months_under_another_number_is_held()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync();
        await sync.EventsAsync(sync.Leave(10));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        sync.Advance(TimeSpan.FromDays(90));
        await sync.EventsAsync("""{"id":"back","type":"hire","employeeId":"X77","member":{"email":"e010@EXAMPLE.test"},"teams":[{"teamId":"T1"}]}""");

        var run = await sync.RequestAsync();

        Assert.Equal(("held", GuardRules.IdChange), (run.State(), Assert.Single(run.Rules())));
    }
}
