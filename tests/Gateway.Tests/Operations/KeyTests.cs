using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Edge;
using Gateway.Operations.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Operations;

public sealed class KeyTests
{
    private readonly string key = ApiKey.New();

    [Fact]
    public async Task Without_a_key_nothing_but_what_says_so_is_open()
    {
        await using var host = await EdgeHost.StartAsync(EdgeHost.Key("hris", key, "read"));

        var answer = await host.GetAsync("/any");

        await answer.IsProblemAsync(ProblemKind.KeyMissing);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        await (await host.GetAsync("/no-such-path")).IsProblemAsync(ProblemKind.KeyMissing);
    }

    [Fact]
    public async Task A_key_is_accepted_in_either_header()
    {
        await using var host = await EdgeHost.StartAsync(EdgeHost.Key("hris", key, "read"));

        var inHeader = await host.GetAsync("/read", key);
        using var bearer = new HttpRequestMessage(HttpMethod.Get, "/read");
        bearer.Headers.Authorization = new("Bearer", key);
        var asBearer = await host.Client.SendAsync(bearer);

        Assert.Equal("key:hris", await inHeader.Content.ReadAsStringAsync());
        Assert.Equal("key:hris", await asBearer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("gwk_unknown")]
    [InlineData("not even a key")]
    public async Task Another_key_is_refused_and_not_repeated(string other)
    {
        await using var host = await EdgeHost.StartAsync(EdgeHost.Key("hris", key, "read"));

        var answer = await host.GetAsync("/read", other);

        await answer.IsProblemAsync(ProblemKind.KeyInvalid);
        Assert.DoesNotContain(other, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(host.Log.Lines, l => l.Contains(other, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_hash_of_a_key_does_not_open_what_the_key_opens()
    {
        await using var host = await EdgeHost.StartAsync(EdgeHost.Key("hris", key, "read"));

        await (await host.GetAsync("/read", ApiKey.Hash(key))).IsProblemAsync(ProblemKind.KeyInvalid);
        await (await host.GetAsync("/read", new string('x', 100_00))).IsProblemAsync(ProblemKind.KeyInvalid);
    }

    [Fact]
    public async Task A_key_does_what_its_scopes_say_and_no_more()
    {
        await using var host = await EdgeHost.StartAsync(EdgeHost.Key("hris", key, "read, ingest", "hris"));

        foreach (var scope in Scopes.All)
        {
            var answer = await host.GetAsync("/" + scope, key);
            if (scope is Scopes.Read or Scopes.Ingest) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            else Assert.Contains(scope, (await answer.IsProblemAsync(ProblemKind.ScopeMissing)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("hris", "hris", false)]
    [InlineData("payroll", "payroll", true)]
    [InlineData("*", null, true)]
    [InlineData(null, null, false)]
    public async Task A_key_speaks_for_its_sources(string? sources, string? only, bool forPayroll)
    {
        await using var host = await EdgeHost.StartAsync(EdgeHost.Key("one", key, "read", sources));

        var caller = await (await host.GetAsync("/sources/payroll", key)).Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(only, caller.GetProperty("onlySource").GetString());
        Assert.Equal(forPayroll, caller.GetProperty("may").GetBoolean());
    }

    [Fact]
    public async Task A_key_ends_at_its_instant()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2029-12-31T23:59:59Z"));
        await using var host = await EdgeHost.StartAsync(
            EdgeHost.Key("hris", key, "read", notAfter: "2030-01-01"), build: b => b.Services.AddSingleton<TimeProvider>(time));

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/read", key)).StatusCode);
        time.Advance(TimeSpan.FromSeconds(1));

        await (await host.GetAsync("/read", key)).IsProblemAsync(ProblemKind.KeyInvalid);
    }

    [Fact]
    public async Task Changed_keys_count_without_a_restart_and_wrong_ones_do_not_lock_out()
    {
        var other = ApiKey.New();
        await using var host = await EdgeHost.StartAsync(EdgeHost.Key("hris", key, "read"));

        host.Configuration["Gateway:Keys:hris:Hash"] = ApiKey.Hash(other);
        host.Configuration.Reload();
        await (await host.GetAsync("/read", key)).IsProblemAsync(ProblemKind.KeyInvalid);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/read", other)).StatusCode);

        host.Configuration["Gateway:Keys:hris:Hash"] = "typo";
        host.Configuration.Reload();
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/read", other)).StatusCode);
        Assert.Contains(host.Log.Lines, l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains("Gateway:Keys:hris:Hash", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Gateway:Keys:hris:Hash", "abc")]
    [InlineData("Gateway:Keys:hris:Hash", "gwk_the-key-itself")]
    [InlineData("Gateway:Keys:hris:Hash", null)]
    [InlineData("Gateway:Keys:hris:Scopes", "reed")]
    [InlineData("Gateway:Keys:hris:Scopes", "")]
    [InlineData("Gateway:Keys:hris:Source", "")]
    [InlineData("Gateway:Keys:hris:Source", "HRIS")]
    [InlineData("Gateway:Keys:hris:Source", "hris, payroll")]
    [InlineData("Gateway:Keys:hris:NotAfter", "soon")]
    [InlineData("Gateway:Keys:hris:Scope", "read")]
    [InlineData("Gateway:Authentication:Audience", "gateway")]
    [InlineData("Gateway:Authentication:Authority", "https://login.example.test")]
    [InlineData("Gateway:Limits:Depth", "1")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string? value)
    {
        var settings = EdgeHost.Key("hris", key, "ingest", "hris");
        settings[setting] = value;

        var stopped = await Assert.ThrowsAsync<OptionsValidationException>(() => EdgeHost.StartAsync(settings));

        Assert.Contains(setting.Split(':')[^1], stopped.Message, StringComparison.Ordinal);
        if (value is { Length: > 10 }) Assert.DoesNotContain(value, stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_key_under_two_names_stops_the_start()
    {
        var settings = EdgeHost.Key("a", key, "read").Concat(EdgeHost.Key("b", key, "approve"));

        var stopped = await Assert.ThrowsAsync<OptionsValidationException>(() => EdgeHost.StartAsync(settings));

        Assert.Contains("a and b", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_development_key_opens_everything_in_Development_and_nothing_elsewhere()
    {
        await using var development = await EdgeHost.StartAsync(environment: "Development");
        await using var production = await EdgeHost.StartAsync();

        foreach (var scope in Scopes.All)
        {
            Assert.Equal(HttpStatusCode.OK, (await development.GetAsync("/" + scope, ApiKey.Development)).StatusCode);
            await (await production.GetAsync("/" + scope, ApiKey.Development)).IsProblemAsync(ProblemKind.KeyInvalid);
        }

        Assert.Contains(development.Log.Lines, l => l.StartsWith("Warning 9001", StringComparison.Ordinal));
        Assert.Contains(production.Log.Lines, l => l.StartsWith("Warning 9002", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_development_key_is_of_no_use_from_another_machine()
    {
        await using var host = await EdgeHost.StartAsync(environment: "Development", build: b => b.Services.AddTransient<Microsoft.AspNetCore.Hosting.IStartupFilter>(
            _ => new From(IPAddress.Parse("192.0.2.7"))));

        await (await host.GetAsync("/read", ApiKey.Development)).IsProblemAsync(ProblemKind.KeyInvalid);
    }

    [Fact]
    public void A_new_key_has_256_random_bits_and_a_prefix()
    {
        var made = Enumerable.Range(0, 100).Select(_ => ApiKey.New()).ToList();

        Assert.All(made, k => Assert.Matches("^gwk_[A-Za-z0-9_-]{43}$", k));
        Assert.Equal(100, made.Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>Every request comes from this address.</summary>
    private sealed class From(IPAddress address) : Microsoft.AspNetCore.Hosting.IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Connection.RemoteIpAddress = address;
                return rest(context);
            });
            next(app);
        };
    }
}
