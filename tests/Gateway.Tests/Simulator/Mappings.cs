using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>Behaviours 10, 11 and 14: rows between teams and people, and the report of those that did not fit.</summary>
public sealed class Mappings
{
    [Fact]
    public async Task Rows_that_name_an_unknown_group_sub_group_or_user_are_skipped_and_reported_and_the_others_applied()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        var answer = await officevibe.SyncAsync(Payload.Small()
            .Member("G404", "U1").SubGroup("G1", "G405").SubGroup("G406", "G1").Member("G2", "U404").Build());

        Assert.True((bool)answer["isSuccess"]!);
        Assert.Equal(
            [
                "Skipped user-to-group relation – group not found (ExternalId: G404, user: U1)",
                "Skipped sub-group-to-group relation – sub-group not found (ExternalId: G405, group: G1)",
                "Skipped sub-group-to-group relation – group not found (ExternalId: G406, sub-group: G1)",
                "Skipped user-to-group relation – user not found (ExternalId: U404, group: G2)",
            ],
            answer["errors"]!.AsArray().Select(e => (string)e!));
        Assert.Equal(3, (int)(await officevibe.StateAsync())["counts"]!["relations"]!);
    }

    [Fact]
    public async Task Skipped_rows_can_be_left_to_the_report_alone()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.ListSkippedRows = false);

        var answer = await officevibe.SyncAsync(Payload.Small().Member("G404", "U1").Build());

        Assert.Equal("""{"isSuccess":true,"errors":[]}""", answer.ToJsonString());
        Assert.Contains("G404,mappings,3,", await ReportAsync(officevibe, "/_simulator/report/1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_has_the_external_id_of_each_skipped_row_and_cannot_be_had_through_the_api()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        await officevibe.SyncAsync(Payload.Small().User("U9", "nina@x.example", ("A, \"quoted\"\nname", "x")).Member("G404", "U1").Build());

        var number = (int)(await officevibe.LastRequestAsync())["sync"]!;
        var report = await ReportAsync(officevibe, $"/_simulator/report/{number}");

        Assert.Equal(2, number);
        Assert.Equal(
            "ExternalId,Section,Row,Message,Detail\r\n"
            + "U9,users,2,Attribute not found,\"attribute: A, \"\"quoted\"\"\nname\"\r\n"
            + "G404,mappings,3,Skipped user-to-group relation – group not found,user: U1\r\n",
            report);
        using var throughApi = await officevibe.Http.GetAsync("/api/v2/report/2", SimulatorServer.Cancel);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, throughApi.StatusCode);
    }

    [Fact]
    public async Task A_row_can_be_member_and_manager_at_once_and_a_person_can_be_in_several_teams()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        await officevibe.SyncAsync(Payload.Small().Mapping("G1", "U1", "", true, true).Build());

        var ana = await officevibe.MemberAsync("ana@x.example");
        Assert.Equal(["R&D", "Company"], ana!["memberOf"]!.AsArray().Select(t => (string)t!["name"]!).OrderDescending(StringComparer.Ordinal));
        Assert.Equal("Company", (string?)Assert.Single(ana["manages"]!.AsArray())!["name"]);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Two_rows_for_one_person_add_up_unless_later_rows_replace(bool laterReplaces, bool isManager)
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.LaterMappingReplaces = laterReplaces);

        await officevibe.SyncAsync(Payload.Small().Manager("G1", "U1").Member("G1", "U1").Build());

        var company = await officevibe.TeamAsync("Company");
        Assert.Contains("ana@x.example", company.Emails("members"));
        Assert.Equal(isManager, company.Emails("managers").Contains("ana@x.example"));
    }

    [Theory]
    [InlineData("""{"groupId":"G2","userId":"U1","subGroupId":"","isMember":true,"isManager":false}""")]
    [InlineData("""{"groupId":"G2","userId":"U1","subGroupId":null,"isMember":true,"isManager":null}""")]
    [InlineData("""{"groupId":"G2","userId":"U1","isMember":true}""")]
    [InlineData("""{"groupId":"G2","userId":"U1","isMember":"TRUE","isManager":"FALSE"}""")]
    public async Task Empty_null_and_absent_ids_are_alike(string row)
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        var answer = await officevibe.SyncAsync($$"""
            {"users":[{"id":"U1","email":"ana@x.example"}],"groups":[{"id":"G1","name":"Company"},{"id":"G2","name":"R&D"}],
             "mappings":[{{row}},{"groupId":"G1","subGroupId":"G2","userId":null}]}
            """);

        Assert.Equal("""{"isSuccess":true,"errors":[]}""", answer.ToJsonString());
        var team = await officevibe.TeamAsync("R&D");
        Assert.Equal(["ana@x.example"], team.Emails("members"));
        Assert.NotNull(team!["parent"]);
    }

    [Fact]
    public async Task Rows_without_a_meaning_are_skipped_and_a_circle_of_teams_is_not_closed()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        var answer = await officevibe.SyncAsync(Payload.Small()
            .Mapping("G1", "U1", "G2", true, false).Mapping("G1", "", "", false, false).Mapping("G1", "U1", "", false, false)
            .SubGroup("G2", "G1").Group("G3", "Sales").SubGroup("G3", "G2").Build());

        Assert.Equal(
            [
                "Skipped relation – exactly one of userId and subGroupId is needed (ExternalId: G1)",
                "Skipped relation – exactly one of userId and subGroupId is needed (ExternalId: G1)",
                "Skipped user-to-group relation – neither member nor manager (ExternalId: G1, user: U1)",
                "Skipped sub-group-to-group relation – the group would be its own ancestor (ExternalId: G1, group: G2)",
                "Skipped sub-group-to-group relation – sub-group already has a parent (ExternalId: G2, group: G3)",
            ],
            answer["errors"]!.AsArray().Select(e => (string)e!));
    }

    [Fact]
    public async Task The_structure_of_the_last_payload_is_the_whole_structure()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());

        await officevibe.SyncAsync(new Payload().User("U1", "ana@x.example").User("U2", "bo@x.example")
            .Group("G1", "Company").Group("G2", "R&D").Member("G1", "U2").Build());

        var team = await officevibe.TeamAsync("R&D");
        Assert.Empty(team.Emails("members").Concat(team.Emails("managers")));
        Assert.Null((string?)team!["parent"]);
        Assert.Equal(["bo@x.example"], (await officevibe.TeamAsync("Company")).Emails("members"));
    }

    private static async Task<string> ReportAsync(SimulatorServer officevibe, string path)
    {
        using var response = await officevibe.Http.GetAsync(path, SimulatorServer.Cancel);
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync(SimulatorServer.Cancel);
    }
}
