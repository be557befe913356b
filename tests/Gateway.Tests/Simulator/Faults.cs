using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>Every fault switch: what the caller sees, what became of the account, and what the log says.</summary>
public sealed class Faults
{
    [Theory]
    [InlineData(null)]
    [InlineData(120)]
    public async Task Too_many_requests_come_with_or_without_retry_after_and_nothing_is_applied(int? seconds)
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "rateLimited", retryAfterSeconds = seconds });

        using var answer = await officevibe.SendSyncAsync(Payload.Small().Build());

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(seconds, answer.Headers.RetryAfter?.Delta?.TotalSeconds);
        await LoggedAsync(officevibe, "RateLimited", "answered", 429);
        await AppliedAsync(officevibe, false);
    }

    [Theory]
    [InlineData(null, 500)]
    [InlineData(502, 502)]
    public async Task A_server_error_applies_nothing(int? status, int expected)
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "serverError", status });

        using var answer = await officevibe.SendSyncAsync(Payload.Small().Build());

        Assert.Equal(expected, (int)answer.StatusCode);
        await LoggedAsync(officevibe, "ServerError", "answered", expected);
        await AppliedAsync(officevibe, false);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(503)]
    public async Task A_maintenance_page_is_html_and_nothing_is_applied(int status)
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "maintenance", status });

        using var answer = await officevibe.SendSyncAsync(Payload.Small().Build());

        Assert.Equal((status, "text/html"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        await LoggedAsync(officevibe, "Maintenance", "answered", status);
        await AppliedAsync(officevibe, false);
    }

    [Theory]
    [InlineData("cutBeforeApply", false)]
    [InlineData("cutAfterApply", true)]
    [InlineData("cutMidAnswer", true)]
    public async Task The_connection_can_be_cut_before_after_and_in_the_middle(string kind, bool applied)
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => officevibe.SendSyncAsync(Payload.Small().Build()));

        await LoggedAsync(officevibe, kind[..1].ToUpperInvariant() + kind[1..], "cut", null);
        Assert.Equal(64, ((string?)(await officevibe.LastRequestAsync())["bodySha256"])?.Length);
        await AppliedAsync(officevibe, applied);
    }

    [Fact]
    public async Task A_slow_answer_is_held_until_it_is_released()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "slow", path = "/api/v2/sync" });
        var sync = officevibe.SendSyncAsync(Payload.Small().Build());
        Assert.Equal(1, (int)(await officevibe.GetAsync("/_simulator/faults/held"))["held"]!);
        await LoggedAsync(officevibe, "Slow", "open", null);
        await AppliedAsync(officevibe, false);
        Assert.False(sync.IsCompleted);

        Assert.Equal(1, (int)(await officevibe.ControlAsync("faults/release", new { }))!["released"]!);

        using var answer = await sync;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await LoggedAsync(officevibe, "Slow", "answered", 200);
        await AppliedAsync(officevibe, true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_gives_up_on_a_slow_answer_cannot_know_whether_it_was_applied(bool afterApply)
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "slow", afterApply, path = "/api/v2/sync" });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(SimulatorServer.Cancel);
        var sync = officevibe.SendSyncAsync(Payload.Small().Build(), patience.Token);
        await officevibe.GetAsync("/_simulator/faults/held");

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sync);
        await AppliedAsync(officevibe, afterApply);
        Assert.Equal("Slow", (string?)(await officevibe.LastSyncRequestAsync())["fault"]);
    }

    [Fact]
    public async Task A_simulator_with_a_held_request_stops_at_once()
    {
        var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "slow" });
        var sync = officevibe.SendSyncAsync(Payload.Small().Build());
        await officevibe.GetAsync("/_simulator/faults/held");

        var started = TimeProvider.System.GetTimestamp();
        await officevibe.StopAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => sync);
        await officevibe.DisposeAsync();
    }

    [Fact]
    public async Task A_truncated_answer_is_complete_as_http_and_no_valid_json_and_the_sync_is_applied()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "truncatedJson" });

        using var answer = await officevibe.SendSyncAsync(Payload.Small().Build());

        var body = await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel);
        Assert.StartsWith("{", body, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(body));
        await LoggedAsync(officevibe, "TruncatedJson", "answered", 200);
        await AppliedAsync(officevibe, true);
    }

    [Fact]
    public async Task A_success_can_carry_errors()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "successWithErrors", errors = (string[])["Attribut Non Trouvé", "something new"] });

        // The fault is for syncs alone: a ping before it does not use it up.
        Assert.True((bool)(await officevibe.GetAsync("/api/v2/ping"))["isSuccess"]!);
        var answer = await officevibe.SyncAsync(Payload.Small().Build());

        Assert.True((bool)answer["isSuccess"]!);
        Assert.Equal(["Attribut Non Trouvé", "something new"], answer["errors"]!.AsArray().Select(e => (string)e!));
        await LoggedAsync(officevibe, "SuccessWithErrors", "answered", 200);
        await AppliedAsync(officevibe, true);
    }

    [Fact]
    public async Task A_failure_with_another_text_applies_nothing()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "failureText", errors = (string[])["The moon is in the wrong house."], times = 2 });

        var answer = await officevibe.SyncAsync(Payload.Small().Build());

        Assert.Equal("""{"isSuccess":false,"errors":["The moon is in the wrong house."]}""", answer.ToJsonString());
        await LoggedAsync(officevibe, "FailureText", "answered", 200);
        await AppliedAsync(officevibe, false);
        var ping = await officevibe.GetAsync("/api/v2/ping");
        Assert.Equal((false, "The moon is in the wrong house."), ((bool)ping["isSuccess"]!, (string?)ping["errorMessage"]));
    }

    [Fact]
    public async Task The_key_can_be_regenerated_between_two_calls()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        var armed = await officevibe.ArmAsync(new { kind = "keyRegenerated", after = 1 });
        Assert.True((bool)(await officevibe.GetAsync("/api/v2/ping"))["isSuccess"]!);

        using var turnedAway = await officevibe.SendSyncAsync(Payload.Small().Build());

        Assert.Equal("text/html", turnedAway.Content.Headers.ContentType?.MediaType);
        await LoggedAsync(officevibe, "KeyRegenerated", "answered", 200);
        await AppliedAsync(officevibe, false);
        officevibe.Authorize($"Bearer {armed!["fault"]!["newKey"]}");
        Assert.True((bool)(await officevibe.SyncAsync(Payload.Small().Build()))["isSuccess"]!);
    }

    [Fact]
    public async Task The_integration_can_be_switched_off_in_the_middle_of_a_series()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "integrationOff", after = 2, path = "/api/v2/sync" });
        Assert.True((bool)(await officevibe.SyncAsync(Payload.Small().Build()))["isSuccess"]!);
        Assert.True((bool)(await officevibe.SyncAsync(Payload.Small().Build()))["isSuccess"]!);

        for (var call = 3; call <= 4; call++)
        {
            var answer = await officevibe.SyncAsync(Payload.Small().Build());
            Assert.Equal(
                "You must activate API synchronization via the admin dashboard on officevibe.com.",
                (string?)Assert.Single(answer["errors"]!.AsArray()));
        }

        Assert.Equal(
            [null, null, "IntegrationOff", null],
            (await officevibe.GetAsync("/_simulator/requests")).AsArray().Select(r => (string?)r!["fault"]));
    }

    [Fact]
    public async Task A_fault_is_played_as_often_as_ordered_on_its_path_alone_and_lasting_ones_until_cleared()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ArmAsync(new { kind = "serverError", times = 2, path = "/api/v2/ping" });
        await officevibe.ArmAsync(new { kind = "rateLimited", untilCleared = true, path = "/api/v2/users*" });
        var armed = (await officevibe.GetAsync("/_simulator/faults")).AsArray();
        Assert.Equal(["serverError", "rateLimited"], armed.Select(f => (string)f!["fault"]!["kind"]!));

        Assert.Equal((500, 500, 200), (await StatusAsync("ping"), await StatusAsync("ping"), await StatusAsync("ping")));
        Assert.Equal((429, 429, 429), (await StatusAsync("users"), await StatusAsync("users/x"), await StatusAsync("users")));
        using (await officevibe.Http.DeleteAsync("/_simulator/faults", SimulatorServer.Cancel))
        {
            Assert.Equal(200, await StatusAsync("users"));
        }

        Assert.Empty((await officevibe.GetAsync("/_simulator/faults")).AsArray());

        async Task<int> StatusAsync(string path)
        {
            using var answer = await officevibe.Http.GetAsync($"/api/v2/{path}", SimulatorServer.Cancel);
            return (int)answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("""{"kind":"maintenance","status":404}""", "status")]
    [InlineData("""{"kind":"serverError","status":200}""", "status")]
    [InlineData("""{"kind":"slow","times":0}""", "times")]
    [InlineData("""{"kind":"slow","path":"sync"}""", "path")]
    [InlineData("""{"kind":"eclipse"}""", "")]
    [InlineData("""{"kind":"slow","tmies":2}""", "")]
    public async Task A_fault_that_makes_no_sense_is_refused_and_named(string order, string field)
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        using var content = new StringContent(order, System.Text.Encoding.UTF8, "application/json");
        using var answer = await officevibe.Http.PostAsync("/_simulator/faults", content, SimulatorServer.Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel), StringComparison.Ordinal);
        Assert.Empty((await officevibe.GetAsync("/_simulator/faults")).AsArray());
    }

    private static async Task LoggedAsync(SimulatorServer officevibe, string fault, string state, int? status)
    {
        var entry = await officevibe.LastSyncRequestAsync();
        Assert.Equal((fault, state, status), ((string?)entry["fault"], (string?)entry["state"], (int?)entry["status"]));
    }

    private static async Task AppliedAsync(SimulatorServer officevibe, bool applied) =>
        Assert.Equal(applied ? 2 : 0, (int)(await officevibe.StateAsync())["counts"]!["members"]!);
}
