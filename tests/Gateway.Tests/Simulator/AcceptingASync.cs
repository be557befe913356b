using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>Behaviours 3, 4, 11 and 12: what a whole-company payload does, and what is refused as a whole.</summary>
public sealed class AcceptingASync
{
    [Fact]
    public async Task A_whole_payload_is_answered_with_success_and_no_errors_and_builds_the_company()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        var answer = await officevibe.SyncAsync(Payload.Small().Build());

        Assert.Equal("""{"isSuccess":true,"errors":[]}""", answer.ToJsonString());
        var counts = (await officevibe.StateAsync())["counts"]!;
        Assert.Equal((2, 2, 3), ((int)counts["members"]!, (int)counts["teams"]!, (int)counts["relations"]!));
        var team = await officevibe.TeamAsync("R&D");
        Assert.Equal(["ana@x.example"], team.Emails("members"));
        Assert.Equal(["bo@x.example"], team.Emails("managers"));
        Assert.Equal((string?)(await officevibe.TeamAsync("Company"))!["internalId"], (string?)team!["parent"]);
    }

    [Theory]
    [InlineData("""{"groups":[{"id":"G2","name":"X"}],"mappings":[{"groupId":"G2","userId":"U1","isMember":true}]}""", "users")]
    [InlineData("""{"users":null,"groups":[{"id":"G2","name":"X"}],"mappings":[{"groupId":"G2","userId":"U1","isMember":true}]}""", "users")]
    [InlineData("""{"users":[],"groups":[{"id":"G2","name":"X"}],"mappings":[{"groupId":"G2","userId":"U1","isMember":true}]}""", "users")]
    [InlineData("""{"users":[{"id":"U9","email":"z@x.example"}],"groups":[],"mappings":[{"groupId":"G2"}]}""", "groups")]
    [InlineData("""{"users":[{"id":"U9","email":"z@x.example"}],"mappings":[{"groupId":"G2"}]}""", "groups")]
    [InlineData("""{"users":[{"id":"U9","email":"z@x.example"}],"groups":[{"id":"G2","name":"X"}],"mappings":[]}""", "mappings")]
    [InlineData("""{"users":[{"id":"U9","email":"z@x.example"}],"groups":[{"id":"G2","name":"X"}],"mappings":null}""", "mappings")]
    public async Task A_section_that_is_missing_null_or_empty_fails_the_call_and_leaves_the_account_untouched(string body, string section)
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        var before = await officevibe.CompanyAsync();

        var answer = await officevibe.SyncAsync(body);

        Assert.False((bool)answer["isSuccess"]!);
        Assert.Contains($"'{section}'", (string?)Assert.Single(answer["errors"]!.AsArray()), StringComparison.Ordinal);
        Assert.Equal(before, await officevibe.CompanyAsync());
    }

    [Theory]
    [InlineData("""{"users":[{"id":"U1","email":"a@x.example" """)]
    [InlineData("""[]""")]
    [InlineData("""{"users":[{"id":"U1","email":"\ud800"}],"groups":[{"id":"G2","name":"X"}],"mappings":[{"groupId":"G2"}]}""")]
    public async Task A_body_that_cannot_be_read_fails_the_call_and_leaves_the_account_untouched(string body)
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        var before = await officevibe.CompanyAsync();

        var answer = await officevibe.SyncAsync(body);

        Assert.False((bool)answer["isSuccess"]!);
        Assert.Equal(before, await officevibe.CompanyAsync());
    }

    [Fact]
    public async Task The_http_status_of_a_failure_is_200_and_can_be_switched()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        using (var asSeen = await officevibe.SendSyncAsync("{}"))
        {
            Assert.Equal(HttpStatusCode.OK, asSeen.StatusCode);
        }

        await officevibe.ControlAsync("account", new { failureStatus = 422 });

        using var switched = await officevibe.SendSyncAsync("{}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, switched.StatusCode);
        Assert.False((bool)JsonNode.Parse(await switched.Content.ReadAsStringAsync(SimulatorServer.Cancel))!["isSuccess"]!);
    }

    [Fact]
    public async Task Known_keys_are_found_in_any_casing()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        var answer = await officevibe.SyncAsync("""
            {"Settings":{"InviteNewUsers":true},"Users":[{"ID":"U1","EMail":"ana@x.example","FIRSTNAME":"Ana"}],"GROUPS":[{"Id":"G1","Name":"Company"}],
             "Mappings":[{"GroupId":"G1","UserId":"U1","SubGroupId":null,"IsMember":true,"IsManager":false}]}
            """);

        Assert.Equal("""{"isSuccess":true,"errors":[]}""", answer.ToJsonString());
        var ana = await officevibe.MemberAsync("ana@x.example");
        Assert.Equal(("Ana", "invited"), ((string?)ana!["firstName"], (string?)ana["status"]));
        Assert.Equal(["ana@x.example"], (await officevibe.TeamAsync("Company")).Emails("members"));
    }

    [Fact]
    public async Task Accented_names_come_back_unchanged()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        await officevibe.SyncAsync(new Payload()
            .User("U1", "ines@x.example", ("firstName", "Inés"), ("lastName", "Muñoz Þór 林"), ("jobTitle", "Ingénieure 🚀"))
            .Group("G1", "Équipe Ñandú").Member("G1", "U1").Build());

        var user = (await officevibe.GetAsync("/api/v2/users/ines@x.example"))["data"]!;
        Assert.Equal(
            ("Inés", "Muñoz Þór 林", "Ingénieure 🚀"), ((string?)user["fistName"], (string?)user["lastName"], (string?)user["jobTitle"]));
        Assert.Equal("Équipe Ñandú", (string?)user["memberGroups"]![0]);
        Assert.Equal("Muñoz Þór 林", (string?)(await officevibe.MemberAsync("ines@x.example"))!["lastName"]);
    }

    [Fact]
    public async Task A_hundred_thousand_people_are_applied_without_work_that_grows_with_their_square()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        var payload = new Payload();
        for (var team = 0; team < 2_000; team++)
        {
            payload.Group($"G{team}", $"Team {team}");
        }

        for (var person = 0; person < 100_000; person++)
        {
            payload.User($"U{person}", $"person.{person}@x.example", ("firstName", "Ana"), ("lastName", new string('n', 100)));
            payload.Member($"G{person % 2_000}", $"U{person}");
        }

        var body = payload.Build();
        await officevibe.SyncAsync(body);

        var started = TimeProvider.System.GetTimestamp();
        var answer = await officevibe.SyncAsync(body);

        Assert.Equal("""{"isSuccess":true,"errors":[]}""", answer.ToJsonString());
        Assert.Equal(100_000, (int)(await officevibe.GetAsync("/api/v2/users"))["data"]!["userCount"]!);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }
}
