using System.Net;
using System.Net.Http.Headers;
using Gateway.OfficevibeSimulator;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>Behaviours 1 and 2: who gets in, and what the others see.</summary>
public sealed class Authenticating
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer the-wrong-key")]
    [InlineData("Basic dGhlLXJpZ2h0LWtleQ==")]
    [InlineData(SimulatorServer.Key)]
    public async Task A_missing_or_wrong_key_gets_the_login_page_as_html_and_never_a_json_401(string? authorization)
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        var before = await officevibe.CompanyAsync();
        officevibe.Authorize(authorization);

        using var answer = await officevibe.SendSyncAsync(Payload.Small().Build());

        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains("Sign in", await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel), StringComparison.Ordinal);
        Assert.Equal(before, await officevibe.CompanyAsync());
    }

    [Fact]
    public async Task In_the_other_form_a_wrong_key_is_redirected_to_the_login_page()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.AuthenticationFailure = AuthenticationFailure.Redirect);
        officevibe.Authorize("Bearer the-wrong-key");

        using var answer = await officevibe.SendSyncAsync(Payload.Small().Build());

        Assert.Equal((HttpStatusCode.Redirect, "/login"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.Contains("\"message\"", await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel), StringComparison.Ordinal);
        using var page = await officevibe.Http.GetAsync(answer.Headers.Location, SimulatorServer.Cancel);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_key_that_was_replaced_is_turned_away_and_the_new_one_gets_in()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ControlAsync("account", new { key = "another-key" });
        using (var revoked = await officevibe.Http.GetAsync("/api/v2/ping", SimulatorServer.Cancel))
        {
            Assert.Equal("text/html", revoked.Content.Headers.ContentType?.MediaType);
        }

        officevibe.Authorize("Bearer another-key");

        Assert.True((bool)(await officevibe.GetAsync("/api/v2/ping"))["isSuccess"]!);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_right_key_without_an_active_integration_or_plan_is_told_to_activate_it_and_changes_nothing(bool active, bool plan)
    {
        const string Text = "You must activate API synchronization via the admin dashboard on officevibe.com.";
        await using var officevibe = await SimulatorServer.StartAsync(o => (o.IntegrationActive, o.PlanIncludesApi) = (active, plan));
        var before = await officevibe.CompanyAsync();

        var answer = await officevibe.SyncAsync(Payload.Small().Build());
        var ping = await officevibe.GetAsync("/api/v2/ping");

        Assert.Equal((false, Text), ((bool)answer["isSuccess"]!, (string?)Assert.Single(answer["errors"]!.AsArray())));
        Assert.Equal((false, Text), ((bool)ping["isSuccess"]!, (string?)ping["errorMessage"]));
        Assert.Equal(before, await officevibe.CompanyAsync());
    }

    [Fact]
    public async Task The_request_log_shows_size_and_hash_of_a_body_and_never_the_key()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        officevibe.Authorize("Bearer a-secret-that-must-not-show");

        using var answer = await officevibe.SendSyncAsync("abc");

        var log = (await officevibe.GetAsync("/_simulator/requests")).ToJsonString();
        var entry = await officevibe.LastRequestAsync();
        Assert.DoesNotContain("a-secret", log, StringComparison.Ordinal);
        Assert.Equal(("POST", "/api/v2/sync", "[redacted]"), ((string?)entry["method"], (string?)entry["path"], (string?)entry["key"]));
        Assert.Equal((200, 3), ((int?)entry["status"], (int)entry["bodyBytes"]!));
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", (string?)entry["bodySha256"]);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_with_413()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.MaximumBodyBytes = 100);

        using var answer = await officevibe.SendSyncAsync(Payload.Small().Build());

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }
}
