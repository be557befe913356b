using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Tests.Officevibe;

/// <summary>The client against a real server on a real port.</summary>
public sealed class OfficevibeClientTests
{
    private const string Key = "ov-secret/key+1";
    private const string Sync = "POST /api/v2/sync";
    private const string Ping = "GET /api/v2/ping";
    private const string Users = "GET /api/v2/users";
    private const string Groups = "GET /api/v2/groups";
    private const string Json = "application/json; charset=utf-8";
    private static readonly byte[] Body = """{"settings":{"inviteNewUsers":false},"users":[],"groups":[],"mappings":[]}"""u8.ToArray();

    private readonly List<string> logged = [];

    [Fact]
    public async Task A_company_goes_out_once_with_its_exact_bytes_and_the_key()
    {
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Sync, 200, Json, """{"isSuccess":true,"errors":[]}""");
        var outcome = await Send(officevibe.BaseUrl);

        var accepted = Assert.IsType<SendOutcome.Accepted>(outcome);
        Assert.Equal((200, "application/json", Body.Length), (accepted.Answer.Status, accepted.Answer.ContentType, accepted.Answer.BytesSent));
        var request = Assert.Single(officevibe.Requests);
        Assert.Equal($"Bearer {Key}", request.Authorization);
        Assert.StartsWith("application/json", request.ContentType);
        Assert.Equal(Body, request.Body);
    }

    [Theory]
    [InlineData(200, Json, """{"isSuccess":true,"errors":["Attribute not found: Gender"]}""", "AcceptedWithIssues")]
    [InlineData(200, Json, """{"isSuccess":false,"errors":["You must activate API synchronization via the admin dashboard on officevibe.com."]}""", "Refused")]
    [InlineData(200, Json, """{"isSuccess":false,"errors":["The groups section is empty"]}""", "Failed")]
    [InlineData(200, "text/html", "<html>Log in</html>", "Refused")]
    [InlineData(401, Json, "{}", "Refused")]
    [InlineData(422, Json, """{"message":"users[0]"}""", "Refused")]
    [InlineData(429, "text/html", "<html>slow down</html>", "Failed")]
    [InlineData(500, Json, "{}", "Failed")]
    [InlineData(502, "text/html", "<html>bad gateway</html>", "Unknown")]
    [InlineData(504, "text/html", "<html>gateway timeout</html>", "Unknown")]
    [InlineData(408, Json, "{}", "Unknown")]
    [InlineData(200, Json, """{"isSuccess":tr""", "Unknown")]
    [InlineData(405, Json, "{}", "Failed")]
    public async Task Each_answer_gives_its_outcome_and_is_asked_for_once(int status, string contentType, string body, string expected)
    {
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Sync, status, contentType, body);
        var outcome = await Send(officevibe.BaseUrl);
        Assert.Equal(expected, outcome.GetType().Name);
        Assert.Equal(body, outcome.Answer.Raw);
    }

    [Fact]
    public async Task A_redirect_to_the_login_page_is_not_followed()
    {
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Sync, 302, "text/html", "", ("Location", "/login"));
        Assert.IsType<SendOutcome.Refused>(await Send(officevibe.BaseUrl));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("999999", 6 * 3600)]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT", 0)]
    public async Task The_pause_that_is_asked_for_is_kept_up_to_six_hours(string header, int seconds)
    {
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Sync, 503, "text/html", "<html>maintenance</html>", ("Retry-After", header));
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.IsType<SendOutcome.Failed>(await Send(officevibe.BaseUrl)).RetryAfter);
    }

    [Fact]
    public async Task A_connection_cut_after_the_body_was_sent_leaves_it_unknown()
    {
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Sync, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var unknown = Assert.IsType<SendOutcome.Unknown>(await Send(officevibe.BaseUrl));
        Assert.Equal((null, Body.Length), (unknown.Answer.Status, unknown.Answer.BytesSent));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_leaves_it_unknown()
    {
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Sync, async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 200;
            await context.Response.WriteAsync("""{"isSuccess":true,"errors":[]}""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        Assert.IsType<SendOutcome.Unknown>(await Send(officevibe.BaseUrl));
    }

    [Fact]
    public async Task An_answer_later_than_the_deadline_leaves_it_unknown()
    {
        var release = new TaskCompletionSource();
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Sync, _ => release.Task);
        var unknown = Assert.IsType<SendOutcome.Unknown>(await Send(officevibe.BaseUrl, ("Timeout", "00:00:01")));
        release.SetResult();
        Assert.Contains("00:00:01", unknown.Reason);
    }

    [Fact]
    public async Task A_call_broken_off_from_this_side_still_says_what_is_known()
    {
        using var stop = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Sync, async _ =>
        {
            await stop.CancelAsync();
            await release.Task;
        });
        await using var services = Services(officevibe.BaseUrl);
        var outcome = await services.GetRequiredService<OfficevibeClient>().SendAsync(() => new MemoryStream(Body), Body.Length, stop.Token);
        release.SetResult();
        Assert.IsType<SendOutcome.Unknown>(outcome);
    }

    [Fact]
    public async Task Without_a_connection_nothing_was_sent_and_it_failed()
    {
        var failed = Assert.IsType<SendOutcome.Failed>(await Send(new Uri($"http://127.0.0.1:{UnusedPort()}/api/v2")));
        Assert.Equal((null, 0L), (failed.Answer.Status, failed.Answer.BytesSent));
        Assert.Contains("no connection", failed.Reason);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_the_body_leaves_it_unknown()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var cut = Task.Run(async () =>
        {
            using var connection = await listener.AcceptTcpClientAsync();
            var seen = 0;
            var buffer = new byte[16 * 1024];
            while (seen < 100_000) seen += await connection.GetStream().ReadAsync(buffer);
            connection.Client.LingerState = new LingerOption(true, 0);
        });
        await using var services = Services(new Uri($"http://{listener.LocalEndpoint}/api/v2"));
        var outcome = await services.GetRequiredService<OfficevibeClient>().SendAsync(() => new MemoryStream(new byte[50_000_000]), 50_000_000, CancellationToken.None);
        await cut;
        var unknown = Assert.IsType<SendOutcome.Unknown>(outcome);
        Assert.InRange(unknown.Answer.BytesSent, 1, 50_000_000);
    }

    [Fact]
    public async Task A_body_that_cannot_be_opened_is_no_answer_of_Officevibe()
    {
        await using var officevibe = await StubOfficevibe.StartAsync();
        await using var services = Services(officevibe.BaseUrl);
        await Assert.ThrowsAsync<FileNotFoundException>(() => services.GetRequiredService<OfficevibeClient>().SendAsync(() => throw new FileNotFoundException(), 1, CancellationToken.None));
    }

    [Fact]
    public async Task The_key_is_in_no_kept_answer_no_log_and_no_text_of_an_outcome()
    {
        var echo = $$"""{"isSuccess":true,"errors":["key {{Key}}","{{Key.Replace("/", "\\/")}}","{{Uri.EscapeDataString(Key)}}","ov-secret/key\u002B1"]}""" + new string(' ', KeptAnswer.MaxRaw - 250) + Key;
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Sync, 401, Json, echo).On(Sync, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var outcome = await Send(officevibe.BaseUrl);
        var broken = await Send(officevibe.BaseUrl);

        Assert.Contains("[key]", outcome.Answer.Raw);
        foreach (var text in new[] { outcome.Answer.Raw, outcome.ToString(), broken.ToString(), System.Text.Json.JsonSerializer.Serialize(new OfficevibeOptions { ApiKey = Key }), string.Join('\n', logged) })
            Assert.DoesNotContain("secret", text);
        Assert.Contains(logged, line => line.Contains("Sync sent"));
    }

    [Fact]
    public async Task A_long_answer_is_kept_in_part_and_read_in_full()
    {
        var errors = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"Attribute not found: {i}\""));
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Sync, 200, Json, $$"""{"isSuccess":true,"errors":[{{errors}}]}""");
        var issues = Assert.IsType<SendOutcome.AcceptedWithIssues>(await Send(officevibe.BaseUrl));
        Assert.Equal(5_000, issues.Texts.Count);
        Assert.Equal((KeptAnswer.MaxRaw, true), (issues.Answer.Raw.Length, issues.Answer.Truncated));
    }

    [Fact]
    public async Task A_ping_says_whether_the_key_is_taken()
    {
        await using var officevibe = (await StubOfficevibe.StartAsync())
            .On(Ping, 200, Json, """{"isSuccess":true,"errorMessage":null}""")
            .On(Ping, 200, "text/html", "<html>Log in</html>")
            .On(Ping, 503, "text/html", "<html>maintenance</html>", ("Retry-After", "60"));
        await using var services = Services(officevibe.BaseUrl);
        var client = services.GetRequiredService<OfficevibeClient>();
        Assert.IsType<PingOutcome.Ready>(await client.PingAsync(CancellationToken.None));
        Assert.Contains("ApiKey", Assert.IsType<PingOutcome.Refused>(await client.PingAsync(CancellationToken.None)).WhatToDo);
        Assert.Equal(TimeSpan.FromMinutes(1), Assert.IsType<PingOutcome.Failed>(await client.PingAsync(CancellationToken.None)).RetryAfter);
    }

    [Fact]
    public async Task A_reading_that_fails_for_a_moment_is_tried_again()
    {
        await using var officevibe = (await StubOfficevibe.StartAsync())
            .On(Ping, 503, "text/html", "", ("Retry-After", "0")).On(Ping, 200, Json, """{"isSuccess":true}""");
        await using var services = Services(officevibe.BaseUrl);
        Assert.IsType<PingOutcome.Ready>(await services.GetRequiredService<OfficevibeClient>().PingAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_account_is_read_as_Officevibe_writes_it()
    {
        await using var officevibe = (await StubOfficevibe.StartAsync())
            .On(Users, 200, Json, """{"isSuccess":true,"errorMessage":null,"data":{"userCount":2,"users":[{"email":"A@x.example","fistName":"Ana","lastName":"Núñez","isGroupManager":true,"isAdmin":true,"managedGroups":["Company"],"memberGroups":["Company > R&D"]},{"email":"b@x.example","firstName":"Bo","memberGroups":[{"name":"Company"}]}]}}""")
            .On(Groups, 200, Json, """{"isSuccess":true,"data":{"groupCount":1,"groups":[{"id":17,"name":"Company","userCount":2,"managerCount":1,"group_type":"x"}]}}""");
        var read = Assert.IsType<AccountReading.Read>(await ReadAccount(officevibe));
        Assert.Equal(["Ana", "Bo"], read.Users.Select(u => u.FirstName));
        Assert.Equal((true, true, "Company", "Company > R&D"), (read.Users[0].IsGroupManager, read.Users[0].IsAdmin, read.Users[0].ManagedGroups[0], read.Users[0].MemberGroups[0]));
        Assert.Equal("Company", Assert.Single(read.Users[1].MemberGroups));
        Assert.Equal(new AccountGroup("17", "Company", 2, 1), Assert.Single(read.Groups));
    }

    [Theory]
    [InlineData(200, "text/html", "<html>Log in</html>", "Refused")]
    [InlineData(302, "text/html", "", "Refused")]
    [InlineData(200, Json, """{"isSuccess":false,"errorMessage":"no"}""", "Failed")]
    [InlineData(200, Json, """{"isSuccess":true}""", "Failed")]
    [InlineData(200, Json, """{"isSuccess":true,"data":{}}""", "Failed")]
    [InlineData(200, Json, """{"isSuccess":true,"data":{"users":null}}""", "Failed")]
    [InlineData(200, Json, """{"isSuccess":true,"data":{"userCount":3,"users":[{"email":"a@x.example"}]}}""", "Failed")]
    [InlineData(200, Json, """{"isSuccess":true,"data":{"users":[{"lastName":"x"}]}}""", "Failed")]
    [InlineData(200, Json, """{"isSuccess":true,"data":{"users":[""", "Failed")]
    [InlineData(200, Json, "", "Failed")]
    public async Task A_failed_reading_is_never_an_empty_account(int status, string contentType, string body, string expected)
    {
        await using var officevibe = (await StubOfficevibe.StartAsync()).On(Users, status, contentType, body);
        Assert.Equal(expected, (await ReadAccount(officevibe)).GetType().Name);
    }

    private async Task<AccountReading> ReadAccount(StubOfficevibe officevibe)
    {
        await using var services = Services(officevibe.BaseUrl);
        return await services.GetRequiredService<OfficevibeClient>().ReadAccountAsync(CancellationToken.None);
    }

    private async Task<SendOutcome> Send(Uri baseUrl, params (string Key, string Value)[] settings)
    {
        await using var services = Services(baseUrl, settings);
        return await services.GetRequiredService<OfficevibeClient>().SendAsync(() => new MemoryStream(Body), Body.Length, CancellationToken.None);
    }

    private ServiceProvider Services(Uri baseUrl, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["Gateway:Officevibe:BaseUrl"] = baseUrl.ToString(), ["Gateway:Officevibe:ApiKey"] = Key };
        foreach (var (name, value) in settings) values[$"Gateway:Officevibe:{name}"] = value;
        return TestServices.Officevibe(values, Environments.Production, logged);
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
