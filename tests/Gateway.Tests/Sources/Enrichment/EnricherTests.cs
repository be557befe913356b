using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gateway.Rules;
using Gateway.Sources.Enrichment;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Sources.Enrichment;

/// <summary>A vendor's API that is asked for what a delivery leaves out, and does not always answer.</summary>
public sealed class EnricherTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_person_is_asked_for_with_the_credential_and_the_answer_is_given_with_its_lookup()
    {
        await using var vendor = await VendorStandIn.StartAsync();
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/employees/{{id}}?fields=email", ("Credential:User", "the-key"), ("Credential:Password", "x"), ("Headers:X-Version", "2026-01")));

        var answer = await asking.AnswerAsync(("id", "E-1"));

        Assert.Equal(("E-1", 200, "/v1/employees/E-1"), (answer.Values["id"], answer.Status, answer.Body!.Value.GetProperty("path").GetString()));
        var asked = Assert.Single(vendor.Asked);
        Assert.Equal(("GET", "/v1/employees/E-1?fields=email", $"vendor.test:{vendor.Port}"), (asked.Method, asked.Target, asked.Host));
        Assert.Equal(("Basic " + Convert.ToBase64String("the-key:x"u8), "application/json", "2026-01"), (asked.Headers["Authorization"], asked.Headers["Accept"], asked.Headers["X-Version"]));
        Assert.False(asked.Headers.ContainsKey("traceparent"));
    }

    [Fact]
    public async Task An_API_that_is_read_by_a_POST_is_sent_the_body_of_the_settings()
    {
        await using var vendor = await VendorStandIn.StartAsync();
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/people/{{id}}", ("Body", """{"fields":["work.email"]}"""), ("Credential:Header", "X-Key"), ("Credential:Value", "k")));

        Assert.Equal(200, (await asking.AnswerAsync(("id", "1"))).Status);

        var asked = Assert.Single(vendor.Asked);
        Assert.Equal(("POST", """{"fields":["work.email"]}""", "k"), (asked.Method, asked.Body, asked.Headers["X-Key"]));
        Assert.StartsWith("application/json", asked.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_lookup_can_name_another_call_of_the_same_API_and_none_that_the_settings_do_not_know()
    {
        await using var vendor = await VendorStandIn.StartAsync();
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/persons/{{id}}", ("Calls:jobs", $"{vendor.Base}/v1/persons/{{id}}/jobs")));

        Assert.Equal("/v1/persons/1/jobs", (await asking.AnswerAsync(("id", "1"), ("call", "jobs"))).Body!.Value.GetProperty("path").GetString());
        Assert.Equal("enrichment-missing", Assert.IsType<EnrichmentOutcome.Failed>(await asking.FetchAsync(("id", "1"), ("call", "salaries"))).Code);
        Assert.Equal("enrichment-value", Assert.IsType<EnrichmentOutcome.Failed>(await asking.FetchAsync(("number", "1"))).Code);
        Assert.Equal("enrichment-missing", Assert.IsType<EnrichmentOutcome.Failed>(await asking.Enricher.FetchAsync("other", [Asking.Of(("id", "1"))], TestContext.Current.CancellationToken)).Code);
        Assert.Single(vendor.Asked);
    }

    [Theory]
    [InlineData(404, """{"error":"nobody"}""", "later")]
    [InlineData(204, "", "answer")]
    [InlineData(200, "<html>log in</html>", "enrichment-answer")]
    [InlineData(200, """{"cut":""", "enrichment-answer")]
    [InlineData(400, "{}", "enrichment-refused")]
    [InlineData(410, "{}", "enrichment-refused")]
    [InlineData(401, "{}", "later")]
    [InlineData(403, "{}", "later")]
    [InlineData(408, "{}", "later")]
    [InlineData(429, "{}", "later")]
    [InlineData(500, "{}", "later")]
    [InlineData(503, "{}", "later")]
    public async Task What_is_an_answer_what_is_worth_another_try_and_what_is_not(int status, string body, string expected)
    {
        await using var vendor = await VendorStandIn.StartAsync();
        vendor.Answer = context =>
        {
            context.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : context.Response.WriteAsync(body);
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}", ("Credential:Token", "the-token")));

        var outcome = await asking.FetchAsync(("id", "7"));

        switch (outcome)
        {
            case EnrichmentOutcome.Fetched fetched:
                Assert.Equal("answer", expected);
                Assert.Equal((status, body.StartsWith('{')), (fetched.Answers[0].Status, fetched.Answers[0].Body is not null));
                break;
            case EnrichmentOutcome.Failed failed:
                Assert.Equal(expected, failed.Code);
                Assert.DoesNotContain("the-token", failed.Message);
                break;
            case EnrichmentOutcome.Later later:
                Assert.Equal("later", expected);
                if (status is not 408) Assert.Contains($"{status}", later.Reason);
                if (status is 401 or 403) Assert.Equal(TimeSpan.FromMinutes(5), later.After);
                break;
        }
    }

    [Theory]
    [InlineData("""{"error":"nobody"}""")]
    [InlineData("<html>not found</html>")]
    public async Task Nobody_is_an_answer_only_of_an_address_that_has_answered_for_somebody(string nobody)
    {
        await using var vendor = await VendorStandIn.StartAsync();
        var known = "-";
        vendor.Answer = context =>
        {
            if (context.Request.Path.Value!.EndsWith(known, StringComparison.Ordinal)) return context.Response.WriteAsync("{}");
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync(nobody);
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/wrong-company/{{id}}", ("Calls:jobs", $"{vendor.Base}/v1/wrong-company/{{id}}/jobs")));

        // However many: a wrong account is no crowd of leavers, and its calls are not held up for it.
        for (var i = 0; i < 5; i++)
        {
            var later = Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", $"{i}")));
            Assert.Contains("404", later.Reason);
            Assert.Contains("Company", later.Reason);
            Assert.Null(later.After);
        }

        known = "7";
        Assert.Equal(200, (await asking.AnswerAsync(("id", "7"))).Status);
        Assert.Equal((404, nobody.StartsWith('{')), ((await asking.AnswerAsync(("id", "1"))) is var gone ? (gone.Status, gone.Body is not null) : default));
        // Each address for itself.
        Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "7"), ("call", "jobs")));
    }

    [Fact]
    public async Task What_is_no_answer_does_not_make_an_address_one_that_is_believed()
    {
        await using var vendor = await VendorStandIn.StartAsync();
        vendor.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Path.Value!.EndsWith('1') ? 200 : 404;
            return context.Response.WriteAsync("<html>log in</html>");
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}"));

        Assert.IsType<EnrichmentOutcome.Failed>(await asking.FetchAsync(("id", "1")));
        Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "2")));
    }

    [Fact]
    public async Task A_value_can_stand_in_the_body_of_a_POST_and_every_body_is_a_question_of_its_own()
    {
        await using var vendor = await VendorStandIn.StartAsync();
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/employment", ("Body", """{"requests":[{"individual_id":"{id}"}]}""")));

        await Task.WhenAll(asking.FetchAsync(("id", "i-1")), asking.FetchAsync(("id", "i-2")));
        Assert.Equal(["""{"requests":[{"individual_id":"i-1"}]}""", """{"requests":[{"individual_id":"i-2"}]}"""], vendor.Asked.Select(a => a.Body).Order());
        Assert.Equal("enrichment-value", Assert.IsType<EnrichmentOutcome.Failed>(await asking.FetchAsync(("id", "\"},{\"individual_id\":\"i-3"))).Code);
        Assert.Equal("enrichment-value", Assert.IsType<EnrichmentOutcome.Failed>(await asking.FetchAsync(("number", "1"))).Code);
        Assert.Equal(2, vendor.Asked.Count);
    }

    [Fact]
    public async Task A_pause_that_the_vendor_asks_for_is_kept_by_all_of_the_source()
    {
        var time = new FakeTimeProvider(Now);
        await using var vendor = await VendorStandIn.StartAsync();
        vendor.Answer = context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "40");
            return Task.CompletedTask;
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}"), time);

        Assert.Equal(TimeSpan.FromSeconds(40), Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "1"))).After);
        vendor.Answer = context => context.Response.WriteAsync("{}");
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(10), Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "2"))).After);
        Assert.Single(vendor.Asked);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(200, (await asking.AnswerAsync(("id", "2"))).Status);
    }

    [Fact]
    public async Task A_vendor_that_is_down_is_asked_less_and_less_and_first_by_one_call_alone()
    {
        var time = new FakeTimeProvider(Now);
        await using var vendor = await VendorStandIn.StartAsync();
        vendor.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}", ("Concurrency", "1")), time);

        var burst = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => asking.FetchAsync(("id", $"{i}"))));
        Assert.All(burst, o => Assert.IsType<EnrichmentOutcome.Later>(o));
        Assert.Equal(3, vendor.Asked.Count);

        time.Advance(TimeSpan.FromSeconds(3));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => asking.FetchAsync(("id", $"{i}"))));
        Assert.Equal(4, vendor.Asked.Count);
        time.Advance(TimeSpan.FromSeconds(3));
        await asking.FetchAsync(("id", "1"));
        Assert.Equal(4, vendor.Asked.Count);

        vendor.Answer = context => context.Response.WriteAsync("{}");
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(i => asking.FetchAsync(("id", $"{i}")))), o => Assert.IsType<EnrichmentOutcome.Fetched>(o));
    }

    [Fact]
    public async Task Two_answers_that_fail_now_and_then_do_not_stop_a_source()
    {
        await using var vendor = await VendorStandIn.StartAsync();
        var asked = 0;
        vendor.Answer = context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref asked) % 3 == 0 ? 200 : 502;
            return context.Response.WriteAsync("{}");
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}"));

        for (var round = 0; round < 5; round++)
        {
            Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "1")));
            Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "1")));
            Assert.IsType<EnrichmentOutcome.Fetched>(await asking.FetchAsync(("id", "1")));
        }
    }

    [Fact]
    public async Task No_more_calls_at_a_time_than_the_settings_say()
    {
        await using var vendor = await VendorStandIn.StartAsync();
        var (at, most, four) = (0, 0, new TaskCompletionSource());
        var gate = new TaskCompletionSource();
        vendor.Answer = async context =>
        {
            var now = Interlocked.Increment(ref at);
            most = Math.Max(most, now);
            if (now == 4) four.TrySetResult();
            await gate.Task;
            Interlocked.Decrement(ref at);
            await context.Response.WriteAsync("{}");
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}"));

        var all = Task.WhenAll(Enumerable.Range(0, 40).Select(i => asking.FetchAsync(("id", $"{i}"))));
        await four.Task;
        gate.SetResult();
        Assert.All(await all, o => Assert.IsType<EnrichmentOutcome.Fetched>(o));
        Assert.Equal(4, most);
    }

    [Fact]
    public async Task A_burst_about_one_person_is_one_call_and_what_came_after_it_is_asked_for_anew()
    {
        var time = new FakeTimeProvider(Now);
        await using var vendor = await VendorStandIn.StartAsync();
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}"), time);
        Task<EnrichmentOutcome> Heard(DateTimeOffset at) => asking.Enricher.FetchAsync("hris", [Asking.Of(("id", "1"))], at, TestContext.Current.CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Heard(Now.AddSeconds(-i))));
        Assert.Single(vendor.Asked);

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.IsType<EnrichmentOutcome.Fetched>(await Heard(Now.AddSeconds(-1)));
        Assert.Single(vendor.Asked);
        // It may tell of what happened since the answer was given.
        await Heard(Now.AddSeconds(5));
        Assert.Equal(2, vendor.Asked.Count);

        time.Advance(TimeSpan.FromSeconds(31));
        await Heard(Now);
        Assert.Equal(3, vendor.Asked.Count);
    }

    [Fact]
    public async Task A_failure_is_not_kept_for_the_burst()
    {
        await using var vendor = await VendorStandIn.StartAsync();
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}"));
        vendor.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        Assert.IsType<EnrichmentOutcome.Later>(await asking.Enricher.FetchAsync("hris", [Asking.Of(("id", "1"))], DateTimeOffset.MinValue, TestContext.Current.CancellationToken));
        vendor.Answer = context => context.Response.WriteAsync("{}");
        Assert.IsType<EnrichmentOutcome.Fetched>(await asking.Enricher.FetchAsync("hris", [Asking.Of(("id", "1"))], DateTimeOffset.MinValue, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("declared")]
    [InlineData("streamed")]
    public async Task An_answer_without_end_is_not_taken_in(string how)
    {
        await using var vendor = await VendorStandIn.StartAsync();
        vendor.Answer = async context =>
        {
            if (how == "declared") context.Response.ContentLength = 3_000_000_000;
            var piece = new byte[64 * 1024];
            try
            {
                while (true) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // Cut by the other side, as it should be.
            }
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}"));

        var failed = Assert.IsType<EnrichmentOutcome.Failed>(await asking.FetchAsync(("id", "1")));
        Assert.Equal(("enrichment-answer", true), (failed.Code, failed.Message.Contains("1048576", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("silence")]
    [InlineData("headers only")]
    [InlineData("a drip")]
    public async Task An_answer_that_drips_in_ends_at_the_deadline(string how)
    {
        await using var vendor = await VendorStandIn.StartAsync();
        vendor.Answer = async context =>
        {
            using var drops = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            try
            {
                if (how == "headers only") await context.Response.StartAsync(context.RequestAborted);
                while (await drops.WaitForNextTickAsync(context.RequestAborted))
                    if (how == "a drip") await context.Response.WriteAsync(" ", context.RequestAborted);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // As above.
            }
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}", ("Timeout", "00:00:00.7")));
        var started = TimeProvider.System.GetTimestamp();

        Assert.Contains("0.7 s", Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "1"))).Reason);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(0.6), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_worth_another_try()
    {
        await using var vendor = await VendorStandIn.StartAsync();
        vendor.Answer = async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("""{"name":""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}"));

        Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "1")));
    }

    [Fact]
    public async Task A_vendor_that_is_away_is_tried_once_more_and_then_later()
    {
        int port;
        using (var gone = new TcpListener(IPAddress.Loopback, 0))
        {
            gone.Start();
            port = ((IPEndPoint)gone.LocalEndpoint).Port;
        }

        using var asking = new Asking(Asking.Settings($"http://vendor.test:{port}/v1/{{id}}"));
        var looks = 0;
        var resolve = asking.Handlers.Resolve;
        asking.Handlers.Resolve = (host, token) =>
        {
            looks++;
            return resolve(host, token);
        };

        Assert.Contains("no connection", Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "1"))).Reason);
        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task A_name_or_a_connection_that_does_not_come_is_not_waited_for()
    {
        using var asking = new Asking(Asking.Settings("http://vendor.test/v1/{id}"));
        asking.Handlers.ConnectTimeout = TimeSpan.FromMilliseconds(200);
        asking.Handlers.Resolve = async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return [];
        };

        Assert.Contains("no connection in time", Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "1"))).Reason);
    }

    [Fact]
    public async Task A_token_is_asked_for_once_and_again_when_it_ends_or_is_taken_back()
    {
        var time = new FakeTimeProvider(Now);
        await using var tokens = await VendorStandIn.StartAsync();
        await using var vendor = await VendorStandIn.StartAsync();
        var given = 0;
        tokens.Answer = context => context.Response.WriteAsJsonAsync(new { access_token = $"token-{++given}", token_type = "Bearer", expires_in = 3600 });
        var valid = "token-1";
        vendor.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Headers.Authorization == $"Bearer {valid}" ? 200 : 401;
            return context.Response.WriteAsync("{}");
        };
        using var asking = new Asking(Asking.Settings(
            $"{vendor.Base}/v2/persons/{{id}}", ("Credential:TokenUrl", $"{tokens.Base}/v2/auth/token"), ("Credential:ClientId", "the-client"), ("Credential:ClientSecret", "s&=")), time);

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(i => asking.FetchAsync(("id", $"{i}")))), o => Assert.IsType<EnrichmentOutcome.Fetched>(o));
        Assert.Equal(("POST", "grant_type=client_credentials&client_id=the-client&client_secret=s%26%3D"), (Assert.Single(tokens.Asked).Method, Assert.Single(tokens.Asked).Body));
        Assert.All(vendor.Asked, a => Assert.DoesNotContain("s%26%3D", a.Body + a.Target));

        valid = "token-2";
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<EnrichmentOutcome.Fetched>(await asking.FetchAsync(("id", "1")));
        time.Advance(TimeSpan.FromMinutes(60));
        valid = "token-3";
        Assert.IsType<EnrichmentOutcome.Fetched>(await asking.FetchAsync(("id", "1")));
        Assert.Equal(3, given);

        // A fresh token that is refused is a person's job, not a reason to ask for tokens.
        valid = "none";
        Assert.IsType<EnrichmentOutcome.Later>(await asking.FetchAsync(("id", "2")));
        Assert.Equal(3, given);
    }

    [Fact]
    public void A_preset_gives_what_the_settings_leave_out_and_says_what_it_wants()
    {
        var bamboo = Asking.Read(new() { ["Company"] = "acme", ["Credential:User"] = "k" }, "bamboohr").Find("hris")!;
        Assert.StartsWith("https://api.bamboohr.com/api/gateway.php/acme/v1/employees/42?fields=", bamboo.Url.Fill(new Dictionary<string, string> { ["id"] = "42" }).Address!.AbsoluteUri);
        Assert.Equal(new Credential.Basic("k", "x"), bamboo.Credential);
        var personio = Asking.Read(new() { ["Credential:ClientId"] = "c", ["Credential:ClientSecret"] = "s" }, "personio").Find("hris")!;
        Assert.Equal("https://api.personio.de/v2/auth/token", Assert.IsType<Credential.Client>(personio.Credential).TokenUrl.AbsoluteUri);
        Assert.Equal(["employment", "employments"], personio.Calls.Keys.Order());

        Assert.Equal(2, Assert.Throws<SettingsException>(() => Asking.Read(new() { ["Timeout"] = "00:00:05" }, "bamboohr")).Errors.Count);
        Assert.Contains("ClientId and ClientSecret", Assert.Single(Assert.Throws<SettingsException>(() => Asking.Read(new() { ["Timeout"] = "00:00:05" }, "personio")).Errors));
        Assert.Null(Asking.Read([], "bamboohr").Find("hris"));
    }

    [Fact]
    public void Every_preset_can_be_started_with_what_it_wants()
    {
        foreach (var preset in EnrichmentPresets.All)
        {
            var settings = preset.Wants.ToDictionary(w => $"Credential:{w}", string? (w) => "v");
            settings["Company"] = "acme";
            Assert.NotNull(Asking.Read(settings, preset.Name).Find("hris"));
        }
    }

    [Theory]
    [InlineData("Url", "https://api.example.com/v1/{id}", "Calls:x", "https://other.example.com/v1/{id}", "Calls:x")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "Calls:x", "https://api.example.com:444/v1/{id}", "Calls:x")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "Credential:Token", "a\r\nb", "Credential:Token")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "Credential:Tokn", "a", "Credential:Tokn")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "Headers:Host", "evil", "Headers:Host")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "Headers:X", "a\r\nb", "Headers:X")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "Credential:ClientId", "a", "Credential:TokenUrl")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "AllowedAddresses:0", "intranet", "AllowedAddresses")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "AlsoAnswers:0", "401", "AlsoAnswers")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "Body", "{\"id\":{id}}", "Body")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "MaxBytes", "0", "MaxBytes")]
    [InlineData("Url", "https://api.example.com/v1/{id}", "Timout", "00:00:01", "Timout")]
    [InlineData("Url", "https://api.example.com/{company}/{id}", "Company", "a/../b", "Company")]
    public void A_wrong_setting_stops_the_start_by_its_name(string key, string value, string key2, string value2, string named)
    {
        var errors = Assert.Throws<SettingsException>(() => Asking.Read(new() { [key] = value, [key2] = value2 })).Errors;

        Assert.Contains(errors, e => e.StartsWith($"Gateway:Sources:hris:Webhook:Enrichment:{named}:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_gateway_does_not_start_with_a_bad_template()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => TestGateway.StartAsync(new() { ["Gateway:Sources:hris:Webhook:Enrichment:Url"] = "https://{id}.example.com/v1" }));
        Assert.Contains("Gateway:Sources:hris:Webhook:Enrichment:Url", refused.Message);
    }
}
