using System.Text;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.OfficevibeSimulator.Account;
using Gateway.Tests.Simulator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Gateway.Tests.Officevibe;

/// <summary>The client against the simulated Workleap, over real HTTP.</summary>
public sealed class WorkleapClientTests
{
    private const string Body = """
        {"members":[{"externalMemberId":"U1","email":"ana@x.example"}],"teams":[{"externalTeamId":"G1","teamName":"R&D"}],"teamMappings":[{"externalTeamId":"G1","externalMemberId":"U1","externalSubteamId":"","isMember":true,"isManager":false}]}
        """;

    [Theory]
    [InlineData(SimulatorServer.WorkleapKey, null, "Processing")]
    [InlineData(SimulatorServer.WorkleapKey, 0, "AwaitingApproval")]
    [InlineData("reads-only", null, "Refused")]
    [InlineData(SimulatorServer.Key, null, "Refused")]
    public async Task A_company_is_sent_with_the_subscription_key_to_the_provisioning_endpoint(string key, int? threshold, string expected)
    {
        await using var workleap = await SimulatorServer.StartAsync(o => o.Workleap.UsersThreshold = threshold);
        await using var services = Services(workleap, key);

        var outcome = await SendAsync(services);

        Assert.Equal(expected, outcome.GetType().Name);
        Assert.Equal("/public/provisioning/json", (string?)(await workleap.LastRequestAsync())["path"]);
        if (outcome is SendOutcome.Refused refused) Assert.Contains("read-write access", refused.WhatToDo);
    }

    [Theory]
    [InlineData(SimulatorServer.WorkleapKey, typeof(PingOutcome.Ready))]
    [InlineData("reads-only", typeof(PingOutcome.Ready))]
    [InlineData(SimulatorServer.Key, typeof(PingOutcome.Refused))]
    public async Task A_wrong_key_is_found_out_before_anything_is_sent(string key, Type expected)
    {
        await using var workleap = await SimulatorServer.StartAsync();
        await using var services = Services(workleap, key);

        Assert.IsType(expected, await Client(services).PingAsync(SimulatorServer.Cancel));
    }

    [Theory]
    [InlineData(1_001)]
    [InlineData(1_000)]
    public async Task The_account_is_read_page_by_page_to_its_end(int people)
    {
        await using var workleap = await SimulatorServer.StartAsync(o =>
        {
            for (var i = 0; i < people; i++) o.Members.Add(new SeedMember { Email = $"m{i}@x.example", Status = i == 3 ? MemberStatus.Deactivated : MemberStatus.Active });
            o.Teams.Add(new SeedTeam { Name = "R&D" });
        });
        await using var services = Services(workleap);

        var read = Assert.IsType<AccountReading.Read>(await Client(services).ReadAccountAsync(SimulatorServer.Cancel));

        Assert.Equal((people, people, "R&D"), (read.Users.Count, read.Users.DistinctBy(u => u.Email).Count(), Assert.Single(read.Groups).Name));
        Assert.Equal("m3@x.example", Assert.Single(read.Users, u => u.IsActive == false).Email);
    }

    [Theory]
    [InlineData("""{"value":[{"emails":[{"value":"a@x.example"}],"active":true},7]}""")]
    [InlineData("""{"count":0}""")]
    [InlineData("""{"value":[],"continuationToken":"next"}""")]
    public async Task A_list_that_cannot_be_read_to_its_end_is_no_empty_account(string answer)
    {
        await using var stub = (await StubOfficevibe.StartAsync()).On("POST /public/users/search", 200, "application/json", answer);
        await using var services = Services(new Uri(stub.BaseUrl, "/public"), SimulatorServer.WorkleapKey);
        Assert.IsType<AccountReading.Failed>(await Client(services).ReadAccountAsync(SimulatorServer.Cancel));
    }

    [Theory]
    [InlineData(99, "", true)]
    [InlineData(100, "", false)]
    [InlineData(100, ""","metadata":{"continuationToken":null}""", true)]
    [InlineData(1, ""","metadata":{"continuationToken":"again"}""", false)]
    [InlineData(0, ""","metadata":{"continuationToken":"next"}""", false)]
    public async Task Good_Vibes_are_all_there_or_none_are_given(int count, string rest, bool given)
    {
        var page = $"{{\"data\":[{string.Join(',', Enumerable.Repeat("""{"goodVibeId":"1","message":null}""", count))}]{rest}}}";
        await using var stub = (await StubOfficevibe.StartAsync()).On("GET /officevibe/goodvibes", 200, "application/json", page);
        // Asked for once more: by the filter, or by the token that does not change.
        if (given || (count > 0 && rest.Length > 0)) stub.On("GET /officevibe/goodvibes", 200, "application/json", page);
        await using var services = Services(new Uri(stub.BaseUrl, "/public"), SimulatorServer.WorkleapKey);
        var export = await Client(services).ExportGoodVibesAsync(publicOnly: false, SimulatorServer.Cancel);
        Assert.Equal(given ? count : null, (export as AccountExport<GoodVibe>.Given)?.Items.Count);

        // What the account gives though it was asked for public ones alone stays here.
        if (given) Assert.Empty(Assert.IsType<AccountExport<GoodVibe>.Given>(await Client(services).ExportGoodVibesAsync(publicOnly: true, SimulatorServer.Cancel)).Items);
    }

    [Fact]
    public async Task A_full_page_that_does_not_say_whether_it_is_the_last_is_no_whole_account()
    {
        var page = $"{{\"value\":[{string.Join(',', Enumerable.Range(0, 500).Select(i => $"{{\"email\":\"m{i}@x.example\",\"active\":true}}"))}]}}";
        await using var stub = (await StubOfficevibe.StartAsync()).On("POST /public/users/search", 200, "application/json", page);
        await using var services = Services(new Uri(stub.BaseUrl, "/public"), SimulatorServer.WorkleapKey);
        Assert.Contains("may go on", Assert.IsType<AccountReading.Failed>(await Client(services).ReadAccountAsync(SimulatorServer.Cancel)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_are_looked_up_one_by_one_and_whoever_could_not_be_seen_is_not_taken_for_absent()
    {
        await using var workleap = await SimulatorServer.StartAsync(o =>
        {
            o.Members.Add(new SeedMember { Email = "Ana@x.example" });
            o.Members.Add(new SeedMember { Email = "bo@x.example", Status = MemberStatus.Deactivated });
            o.Members.Add(new SeedMember { Email = "not-cy@x.example" });
        });
        await using var services = Services(workleap);

        var standings = await Client(services).ReadStandingsAsync(["ana@x.example", "bo@x.example", "cy@x.example"], SimulatorServer.Cancel);
        Assert.Equal([Standing.Active, Standing.Inactive, Standing.Absent], [standings.Known["ana@x.example"], standings.Known["bo@x.example"], standings.Known["CY@x.example"]]);
        Assert.Null(standings.Problem);

        await workleap.ArmAsync(new { kind = "serverError", status = 400, path = "/public/users/search", after = 1, untilCleared = true });
        var half = await Client(services).ReadStandingsAsync(["ana@x.example", "bo@x.example"], SimulatorServer.Cancel);
        Assert.Equal(["ana@x.example"], half.Known.Keys);
        Assert.NotNull(half.Problem);
    }

    private static ServiceProvider Services(SimulatorServer workleap, string key = SimulatorServer.WorkleapKey) => Services(new Uri(workleap.Http.BaseAddress!, "/public"), key);

    private static ServiceProvider Services(Uri address, string key) => TestServices.Officevibe(
        new Dictionary<string, string?>
        {
            ["Gateway:Officevibe:Dialect"] = "workleap",
            ["Gateway:Officevibe:BaseUrl"] = address.ToString(),
            ["Gateway:Officevibe:ApiKey"] = key,
        },
        Environments.Production);

    private static OfficevibeClient Client(ServiceProvider services) => services.GetRequiredService<OfficevibeClient>();

    private static Task<SendOutcome> SendAsync(ServiceProvider services)
    {
        var body = Encoding.UTF8.GetBytes(Body);
        return Client(services).SendAsync(() => new MemoryStream(body), body.Length, SimulatorServer.Cancel);
    }
}
