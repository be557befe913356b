using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Edge.Outgoing;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Notifications;
using Gateway.Rules;
using Gateway.Sources.Webhooks.Deliveries;
using Gateway.Tests.Sources.Webhooks;
using Gateway.Tests.Sync;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Notifications;

/// <summary>People outside are told of what they should look at, once, signed, and sooner or later.</summary>
public sealed class NotificationTests
{
    /// <summary>What the loop does, once.</summary>
    private static async Task TellAsync(TestGateway gateway)
    {
        await gateway.Get<SilenceWatch>().LookAsync(CancellationToken.None);
        await gateway.Get<NoticeQueue>().FillAsync(CancellationToken.None);
        foreach (var endpoint in gateway.Get<NotificationEndpoints>().All) await gateway.Get<NotificationSender>().SendDueAsync(endpoint, CancellationToken.None);
    }

    private static async Task NoteAsync(TestGateway gateway, Action<GatewayDb> note)
    {
        await using var write = await gateway.Get<LedgerWriter>().BeginAsync(CancellationToken.None);
        note(write.Db);
        await write.CommitAsync(CancellationToken.None);
    }

    private static async Task<JsonNode> GetAsync(TestGateway gateway, string path = "/v1/notifications") =>
        JsonNode.Parse(await gateway.Http.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    private static Task<HttpResponseMessage> PostAsync(TestGateway gateway, string path) => gateway.Http.PostAsync(new Uri(path, UriKind.Relative), null);

    private static Func<Microsoft.AspNetCore.Http.HttpContext, Task> Status(int status, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    };

    /// <summary>A gateway whose loop does not turn: its clock stands still.</summary>
    private static Task<SyncGateway> StartAsync(Receiver receiver, params (string Key, string? Value)[] more) => SyncGateway.StartAsync(receiver.Settings("ops", more));

    [Fact]
    public void The_published_vector_is_signed_as_published()
    {
        const string body = """{"id":"evt-1","type":"leave","employeeId":"E-1001","occurredAt":"2026-03-02T09:00:00Z"}""";

        var signature = new StandardWebhook([StandardWebhook.SecretOf(Receiver.Secret)!]).Sign("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1772442000, Encoding.UTF8.GetBytes(body));

        Assert.Equal("v1,l3FnBWD4qpKFI06TFhLfVCleKSDdlOxCShWUsUEqeOc=", signature);
    }

    [Fact]
    public async Task A_held_run_is_told_once_signed_and_without_a_name()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30, receiver.Settings());
        await TellAsync(sync.Gateway);
        Assert.Equal("sync.held", Assert.Single(receiver.Got).Type);
        await sync.LeaveAsync(10, 6);
        var held = await sync.RequestAsync();
        Assert.Equal("held", held.State());
        // The same reasons again are no news; a run for each of them is made all the same.
        await sync.RequestAsync();

        await TellAsync(sync.Gateway);
        await TellAsync(sync.Gateway);

        Assert.Equal(2, receiver.Got.Count);
        var told = receiver.Got.Last();
        Assert.True(told.IsSignedWith(Receiver.Secret));
        Assert.False(told.IsSignedWith(Receiver.OtherSecret));
        Assert.Equal(("application/json", sync.Time.GetUtcNow().ToUnixTimeSeconds()), (told.ContentType, told.Timestamp));
        Assert.Equal(["type", "timestamp", "data"], told.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("sync.held", held.Id(), $"/v1/syncs/{held.Id()}"), (told.Type, told.Data.GetProperty("runId").GetString(), told.Data.GetProperty("path").GetString()));
        Assert.Equal("MembersRemoved", told.Data.GetProperty("reasons")[0].GetProperty("rule").GetString());
        foreach (var word in (string[])["@", "Ana", "Number", "Platform", "E010"]) Assert.DoesNotContain(word, told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_is_told_at_once_and_then_once_an_hour_until_a_sync_is_accepted()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6, receiver.Settings("ops", ("Types:0", "sync.failed")));
        await sync.EventsAsync(sync.Update(3, "jobTitle", "Falconer"));
        async Task FailAsync()
        {
            await sync.Officevibe.ArmAsync(new { kind = "ServerError", status = 500, path = "/api/v2/sync" });
            Assert.Equal("failed", (await sync.RequestAsync()).State());
            await TellAsync(sync.Gateway);
        }

        await FailAsync();
        var first = Assert.Single(receiver.Got);
        Assert.Equal(("sync.failed", "failed", "not_taken", 500, 1), (first.Type, first.Data.GetProperty("state").GetString(), first.Data.GetProperty("code").GetString(),
            first.Data.GetProperty("httpStatus").GetInt32(), first.Data.GetProperty("count").GetInt32()));

        await FailAsync();
        await FailAsync();
        Assert.Single(receiver.Got);
        sync.Advance(TimeSpan.FromMinutes(61));
        await TellAsync(sync.Gateway);
        Assert.Equal((2, 2), (receiver.Got.Count, receiver.Got.Last().Data.GetProperty("count").GetInt32()));

        await FailAsync();
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        sync.Advance(TimeSpan.FromMinutes(61));
        await TellAsync(sync.Gateway);
        Assert.Equal(2, receiver.Got.Count);

        await sync.EventsAsync(sync.Update(3, "jobTitle", "Beekeeper"));
        await FailAsync();
        Assert.Equal((3, 1), (receiver.Got.Count, receiver.Got.Last().Data.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task A_run_that_the_guard_refuses_is_told_as_refused()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await StartAsync(receiver);
        Assert.Equal("refused", (await sync.RequestAsync()).State());

        await TellAsync(sync.Gateway);

        var told = Assert.Single(receiver.Got);
        Assert.Equal(("sync.failed", "refused", "guard_refused"), (told.Type, told.Data.GetProperty("state").GetString(), told.Data.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_rejection_that_stands_is_told_once_a_day()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30, receiver.Settings("ops", ("Types:0", "sync.rejected")));
        await sync.LeaveAsync(10, 6);
        await sync.RejectAsync(await sync.RequestAsync());
        await TellAsync(sync.Gateway);
        Assert.Empty(receiver.Got);

        for (var hour = 0; hour <= 48; hour += 6)
        {
            Assert.Equal("rejected", (await sync.RequestAsync()).State());
            await TellAsync(sync.Gateway);
            sync.Advance(TimeSpan.FromHours(6));
        }

        Assert.Equal(3, receiver.Got.Count);
        Assert.Equal([1, 4, 4], receiver.Got.Select(g => g.Data.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task A_run_without_an_answer_is_told_as_unknown()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6, receiver.Settings("ops", ("Types:0", "sync.failed")));
        await sync.EventsAsync(sync.Update(3, "jobTitle", "Falconer"));
        await sync.Officevibe.ArmAsync(new { kind = "CutBeforeApply", path = "/api/v2/sync" });
        await sync.RequestAsync();

        await TellAsync(sync.Gateway);

        Assert.Equal(("unknown", "no_answer"), (receiver.Got.First().Data.GetProperty("state").GetString(), receiver.Got.First().Data.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_run_whose_gateway_stopped_while_it_was_sent_is_told_as_unknown_by_the_next_one()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6, receiver.Settings("ops", ("Types:0", "sync.failed")));
        await NoteAsync(sync.Gateway, db => Assert.Equal(1, db.Set<RunRow>().Where(r => r.State == RunState.Accepted).ExecuteUpdate(r => r.SetProperty(x => x.State, RunState.Sending))));
        await sync.Gateway.RestartAsync();
        await sync.WorkAsync();

        await TellAsync(sync.Gateway);

        Assert.Equal(("unknown", "no_answer"), (receiver.Got.First().Data.GetProperty("state").GetString(), receiver.Got.First().Data.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_receiver_that_fails_gets_the_same_bytes_under_the_same_id_by_the_published_schedule()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = Status(500);
        await using var sync = await StartAsync(receiver);
        await NoteAsync(sync.Gateway, db => db.Notify(NoticeTypes.SyncHeld, """{"runId":"run_1"}""", sync.Time.GetUtcNow()));
        await TellAsync(sync.Gateway);

        var waits = new List<TimeSpan>();
        while ((await GetAsync(sync.Gateway))["items"]![0]!["nextAt"] is { } next)
        {
            var wait = next.GetValue<DateTimeOffset>() - sync.Time.GetUtcNow();
            waits.Add(wait);
            sync.Advance(wait - TimeSpan.FromSeconds(1));
            await TellAsync(sync.Gateway);
            Assert.Equal(waits.Count, receiver.Got.Count);
            sync.Advance(TimeSpan.FromSeconds(1));
            await TellAsync(sync.Gateway);
            Assert.Equal(waits.Count + 1, receiver.Got.Count);
        }

        Assert.Equal([5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400], waits.Select(w => (int)w.TotalSeconds));
        Assert.Single(receiver.Got.Select(g => (g.Id, g.Text)).Distinct());
        Assert.All(receiver.Got, g => Assert.True(g.IsSignedWith(Receiver.Secret)));
        Assert.Equal(10, receiver.Got.Select(g => g.Timestamp).Distinct().Count());
        var answer = await GetAsync(sync.Gateway);
        Assert.Equal(("failed", 10, 500), ((string)answer["items"]![0]!["state"]!, (int)answer["items"]![0]!["attempts"]!, (int)answer["items"]![0]!["lastTry"]!["status"]!));
        Assert.Equal((0, 1), ((int)answer["endpoints"]![0]!["waiting"]!, (int)answer["endpoints"]![0]!["failed"]!));
        Assert.Equal(1, (int)(await GetAsync(sync.Gateway, "/v1/status"))["notifications"]!["failed"]!);
    }

    [Theory]
    [InlineData(503, "600", 600, "waiting")]
    [InlineData(429, "1", 5, "waiting")]
    [InlineData(302, null, 5, "waiting")]
    [InlineData(404, null, 5, "waiting")]
    [InlineData(410, null, 0, "failed")]
    public async Task What_a_receiver_says_besides_yes_is_taken_at_its_word(int status, string? retryAfter, int seconds, string state)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = Status(status, retryAfter);
        await using var sync = await StartAsync(receiver);
        await NoteAsync(sync.Gateway, db => db.Notify(NoticeTypes.SyncHeld, "{}", sync.Time.GetUtcNow()));

        await TellAsync(sync.Gateway);

        var item = (await GetAsync(sync.Gateway))["items"]![0]!;
        Assert.Equal(state, (string)item["state"]!);
        Assert.Equal(seconds == 0 ? null : sync.Time.GetUtcNow().AddSeconds(seconds), item["nextAt"]?.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task Two_secrets_sign_side_by_side_while_one_takes_the_place_of_the_other()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await StartAsync(receiver, ("Secrets:1", Receiver.OtherSecret));
        await NoteAsync(sync.Gateway, db => db.Notify(NoticeTypes.SyncHeld, "{}", sync.Time.GetUtcNow()));

        await TellAsync(sync.Gateway);

        var told = Assert.Single(receiver.Got);
        Assert.Equal(2, told.Signature.Split(' ').Length);
        Assert.True(told.IsSignedWith(Receiver.Secret));
        Assert.True(told.IsSignedWith(Receiver.OtherSecret));
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_up_nobody_else_and_nothing_else()
    {
        await using var hanging = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var reached = new TaskCompletionSource();
        hanging.Answer = async context =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        var settings = hanging.Settings("hanging", ("Timeout", "00:00:20"));
        foreach (var (key, value) in receiver.Settings()) settings[key] = value;
        // With its own clock and loop, as it is served.
        await using var gateway = await TestGateway.StartAsync(settings);

        await NoteAsync(gateway, db => db.Notify(NoticeTypes.SyncHeld, """{"n":1}""", DateTimeOffset.UtcNow));
        await reached.Task;
        await NoteAsync(gateway, db => db.Notify(NoticeTypes.SyncHeld, """{"n":2}""", DateTimeOffset.UtcNow));

        await Eventually.SeeAsync(() => receiver.Got.Count, n => n == 2, TimeSpan.FromSeconds(10));
        Assert.Single(hanging.Got);
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_given_up_after_its_time_and_tried_again()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async context => await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var gateway = await TestGateway.StartAsync(receiver.Settings("ops", ("Timeout", "00:00:00.3")));
        await NoteAsync(gateway, db => db.Notify(NoticeTypes.SyncHeld, "{}", DateTimeOffset.UtcNow));

        var item = await Eventually.SeeAsync(async () => (await GetAsync(gateway))["items"]!.AsArray().FirstOrDefault(), i => i?["lastTry"] is not null);

        Assert.Equal(("waiting", "No whole answer within 0.3 s."), ((string)item!["state"]!, (string)item["lastTry"]!["error"]!));
        await Eventually.SeeAsync(() => receiver.Got.Count, n => n == 2);
        Assert.Single(receiver.Got.Select(g => g.Id).Distinct());
    }

    [Fact]
    public async Task A_restart_at_any_moment_loses_nothing_and_tells_under_the_same_id()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await StartAsync(receiver);
        var gateway = sync.Gateway;
        await NoteAsync(gateway, db => db.Notify(NoticeTypes.SyncHeld, """{"n":1}""", sync.Time.GetUtcNow()));
        await gateway.RestartAsync();
        await gateway.Get<NoticeQueue>().FillAsync(CancellationToken.None);
        await gateway.RestartAsync();

        // It ends between the answer and the note of it.
        gateway.Get<NotificationSender>().Answered = () => throw new IOException("The process ends here.");
        await Assert.ThrowsAsync<IOException>(() => TellAsync(gateway));
        await gateway.RestartAsync();
        await TellAsync(gateway);
        await TellAsync(gateway);

        Assert.Equal(2, receiver.Got.Count);
        Assert.Single(receiver.Got.Select(g => (g.Id, g.Text)).Distinct());
        await using var db = await gateway.Get<IDbContextFactory<GatewayDb>>().CreateDbContextAsync();
        Assert.False(await db.Set<Notice>().AnyAsync());
        Assert.Equal(NotificationState.Delivered, (await db.Set<NotificationRow>().SingleAsync()).State);
    }

    [Fact]
    public async Task What_is_taken_back_with_its_transaction_was_never_noted()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await StartAsync(receiver);
        await using (var write = await sync.Gateway.Get<LedgerWriter>().BeginAsync(CancellationToken.None))
        {
            write.Db.NotifyParked("hris", "script-error", sync.Time.GetUtcNow());
            await write.Db.SaveChangesAsync();
        }

        await TellAsync(sync.Gateway);
        Assert.Empty(receiver.Got);
    }

    [Fact]
    public async Task Parked_deliveries_are_told_once_an_hour_for_a_source_and_a_reason_with_their_number()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await StartAsync(receiver);
        Task ParkAsync(string source, string reason, int count) => NoteAsync(sync.Gateway, db =>
        {
            for (var i = 0; i < count - 2; i++) db.NotifyParked(source, reason, sync.Time.GetUtcNow());
            if (count > 1) db.NotifyParked(source, reason, sync.Time.GetUtcNow(), 2);
            else db.NotifyParked(source, reason, sync.Time.GetUtcNow());
        });

        await ParkAsync("hris", "script-error", 1);
        await TellAsync(sync.Gateway);
        await ParkAsync("hris", "script-error", 1200);
        await ParkAsync("hris", "enrichment-refused", 2);
        for (var i = 0; i < 5; i++) await TellAsync(sync.Gateway);
        sync.Advance(TimeSpan.FromMinutes(59));
        await TellAsync(sync.Gateway);
        Assert.Equal([("script-error", 1), ("enrichment-refused", 2)], receiver.Got.Select(g => (g.Data.GetProperty("reason").GetString()!, g.Data.GetProperty("count").GetInt32())));

        sync.Advance(TimeSpan.FromMinutes(2));
        await TellAsync(sync.Gateway);
        var last = receiver.Got.Last();
        Assert.Equal((3, "delivery.parked", "hris", "script-error", 1200), (receiver.Got.Count, last.Type, last.Data.GetProperty("source").GetString(), last.Data.GetProperty("reason").GetString(), last.Data.GetProperty("count").GetInt32()));
        sync.Advance(TimeSpan.FromHours(3));
        await TellAsync(sync.Gateway);
        Assert.Equal(3, receiver.Got.Count);
    }

    [Fact]
    public async Task A_source_that_falls_silent_is_told_once_and_once_more_when_it_is_heard()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await StartAsync(receiver, ("Gateway:Sources:hris:SilentAfter", "1.00:00:00"));
        // It has as long as any other before it counts as silent, though it never said a word.
        await TellAsync(sync.Gateway);
        sync.Advance(TimeSpan.FromHours(23));
        await TellAsync(sync.Gateway);
        Assert.Empty(receiver.Got);
        await sync.EventsAsync(sync.Team("T1", "Platform"));
        sync.Advance(TimeSpan.FromHours(23));
        await TellAsync(sync.Gateway);
        Assert.Empty(receiver.Got);

        sync.Advance(TimeSpan.FromHours(2));
        await TellAsync(sync.Gateway);
        sync.Advance(TimeSpan.FromHours(30));
        await TellAsync(sync.Gateway);
        Assert.Equal(("source.silent", "hris"), (Assert.Single(receiver.Got).Type, receiver.Got.First().Data.GetProperty("source").GetString()));

        await sync.EventsAsync(sync.Team("T2", "Data"));
        await TellAsync(sync.Gateway);
        await TellAsync(sync.Gateway);
        Assert.Equal(["source.silent", "source.heard"], receiver.Got.Select(g => g.Type));
    }

    [Fact]
    public async Task A_test_says_what_the_receiver_answered_and_is_in_the_audit()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sync = await StartAsync(receiver);

        using var tested = await PostAsync(sync.Gateway, "/v1/notifications/ops/test");
        var answer = JsonNode.Parse(await tested.Content.ReadAsStringAsync())!;
        Assert.Equal((HttpStatusCode.OK, true, 204), (tested.StatusCode, (bool)answer["delivered"]!, (int)answer["status"]!));
        Assert.Equal(("gateway.test", (string)answer["id"]!), (Assert.Single(receiver.Got).Type, receiver.Got.First().Id));
        Assert.True(receiver.Got.First().IsSignedWith(Receiver.Secret));

        receiver.Answer = Status(401);
        using var refused = await PostAsync(sync.Gateway, "/v1/notifications/ops/test");
        answer = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        Assert.Equal((false, 401, "Answered 401."), ((bool)answer["delivered"]!, (int)answer["status"]!, (string)answer["error"]!));
        using var nobody = await PostAsync(sync.Gateway, "/v1/notifications/nobody/test");
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
        Assert.Equal(2, (await GetAsync(sync.Gateway, "/v1/audit?subject=ops"))["items"]!.AsArray().Count(a => (string)a!["action"]! == "notification.test"));
    }

    [Fact]
    public async Task One_that_was_given_up_is_sent_again_on_request_under_its_own_id()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = Status(410);
        await using var sync = await StartAsync(receiver);
        await NoteAsync(sync.Gateway, db => db.Notify(NoticeTypes.SyncHeld, "{}", sync.Time.GetUtcNow()));
        await TellAsync(sync.Gateway);
        var id = (string)(await GetAsync(sync.Gateway, "/v1/notifications?state=failed"))["items"]![0]!["id"]!;
        receiver.Answer = Status(200);

        using var again = await PostAsync(sync.Gateway, $"/v1/notifications/{id}/resend");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        await TellAsync(sync.Gateway);

        Assert.Equal([id, id], receiver.Got.Select(g => g.Id));
        Assert.Equal("delivered", (string)(await GetAsync(sync.Gateway))["items"]![0]!["state"]!);
        using var nothing = await PostAsync(sync.Gateway, "/v1/notifications/msg_0/resend");
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    [Fact]
    public async Task A_stale_delivery_is_told_once_an_hour_and_a_series_of_them_at_once_as_a_clock_problem()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await WebhookGateway.StartAsync(receiver.Settings());
        async Task<List<(string? Reason, bool ClockProblem, int Count)>> StaleAsync(int many, TimeSpan later = default)
        {
            for (var i = 0; i < many; i++) await gateway.StoredAsync(gateway.VendorAsync(Guid.NewGuid().ToString(), gateway.Time.GetUtcNow() - TimeSpan.FromDays(2)));
            gateway.Jump(later);
            // Looked for twice before it is told of, as it may be: counted once.
            await gateway.Gateway.Get<StaleWatch>().LookAsync(CancellationToken.None);
            await gateway.Gateway.Get<StaleWatch>().LookAsync(CancellationToken.None);
            await TellAsync(gateway.Gateway);
            return [.. receiver.Got.Select(g => (g.Data.GetProperty("reason").GetString(), g.Data.GetProperty("clockProblem").GetBoolean(), g.Data.GetProperty("count").GetInt32()))];
        }

        Assert.Empty(await StaleAsync(0));
        Assert.Equal([("stale", false, 1)], await StaleAsync(1));
        Assert.Equal([("stale", false, 1)], await StaleAsync(0));
        gateway.Jump(TimeSpan.FromMilliseconds(1));
        Assert.Equal([("stale", false, 1), ("stale", true, 2)], await StaleAsync(2));
        gateway.Jump(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, (await StaleAsync(5)).Count);
        Assert.Equal(("stale", true, 5), (await StaleAsync(0, TimeSpan.FromMinutes(61)))[^1]);
        Assert.Equal(3, (await StaleAsync(0, TimeSpan.FromDays(40))).Count);
        Assert.All(receiver.Got, g => Assert.Equal(("delivery.parked", "vendor"), (g.Type, g.Data.GetProperty("source").GetString())));
    }

    [Fact]
    public async Task An_endpoint_is_told_only_what_it_wants_and_one_that_is_gone_holds_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var other = await Receiver.StartAsync();
        other.Answer = Status(500);
        var settings = receiver.Settings("ops", ("Types:0", "source.silent"));
        foreach (var (key, value) in other.Settings("other")) settings[key] = value;
        await using var sync = await SyncGateway.StartAsync(settings);
        await NoteAsync(sync.Gateway, db => db.Notify(NoticeTypes.SyncHeld, "{}", sync.Time.GetUtcNow()));
        await TellAsync(sync.Gateway);
        Assert.Equal((0, 1), (receiver.Got.Count, other.Got.Count));

        await sync.Gateway.RestartAsync(other.Settings("other").ToDictionary(s => s.Key, string? (_) => null));
        Assert.Equal(1, await sync.Gateway.Get<NotificationPruner>().PruneAsync(CancellationToken.None));
        Assert.Equal("failed", (string)(await GetAsync(sync.Gateway))["items"]![0]!["state"]!);
        sync.Advance(TimeSpan.FromDays(31));
        Assert.Equal(1, await sync.Gateway.Get<NotificationPruner>().PruneAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    public async Task A_receiver_whose_name_leads_into_the_house_is_sent_nothing(string address)
    {
        await using var receiver = await Receiver.StartAsync();
        var port = new Uri(receiver.Url).Port;
        await using var sync = await StartAsync(receiver, ("Url", $"http://hooks.test:{port}/x"));
        sync.Gateway.Get<GuardedHandler>().Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]);

        using var tested = await PostAsync(sync.Gateway, "/v1/notifications/ops/test");
        var answer = JsonNode.Parse(await tested.Content.ReadAsStringAsync())!;

        Assert.Contains("not public", (string)answer["error"]!);
        Assert.Empty(receiver.Got);
    }

    [Theory]
    [InlineData("Url", "http://hooks.example.com/x", "Url")]
    [InlineData("Url", "https://169.254.169.254/latest", "Url")]
    [InlineData("Url", "https://2852039166/latest", "Url")]
    [InlineData("Url", "https://user:pw@hooks.example.com/x", "Url")]
    [InlineData("Url", "https://hooks.example.com/{id}", "Url")]
    [InlineData("Url", "", "Url")]
    [InlineData("Secrets:0", "whsec_dG9vIHNob3J0", "Secrets:0")]
    [InlineData("Secrets:0", "not a secret", "Secrets:0")]
    [InlineData("Secrets:0", null, "Secrets")]
    [InlineData("Types:0", "sync.hold", "Types")]
    [InlineData("Typos:0", "sync.held", "Typos")]
    [InlineData("Timeout", "1.00:00:00", "Timeout")]
    public void A_wrong_setting_stops_the_start_by_its_name(string key, string? value, string named)
    {
        var settings = new Dictionary<string, string?> { ["Gateway:Notifications:ops:Url"] = "https://hooks.example.com/x", ["Gateway:Notifications:ops:Secrets:0"] = Receiver.Secret, [$"Gateway:Notifications:ops:{key}"] = value };
        if (value is null) settings.Remove($"Gateway:Notifications:ops:{key}");

        var errors = Assert.Throws<SettingsException>(() => new NotificationEndpoints(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())).Errors;

        Assert.StartsWith($"Gateway:Notifications:ops:{named}:", Assert.Single(errors));
        if (key == "Secrets:0" && value is not null) Assert.DoesNotContain(value, errors.Single());
    }
}
