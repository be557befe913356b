using System.Text.Json.Nodes;
using Gateway.OfficevibeSimulator.Account;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>Behaviour 13: what the read calls show, and what they do not.</summary>
public sealed class ReadingBack
{
    [Fact]
    public async Task Ping_answers_with_the_one_text_envelope_and_no_data()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        Assert.Equal("""{"isSuccess":true,"errorMessage":""}""", (await officevibe.GetAsync("/api/v2/ping")).ToJsonString());
    }

    [Fact]
    public async Task A_user_has_the_misspelt_first_name_and_teams_by_name_and_neither_id_nor_status_nor_properties()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Properties.Add(new PropertyDefinition { Name = "Department" }));
        await officevibe.SyncAsync(new Payload()
            .User("U1", "ana@x.example", ("firstName", "Ana"), ("lastName", "Ruiz"), ("jobTitle", "Dev"), ("Department", "R&D"))
            .Group("G1", "Company").Group("G2", "R&D").Member("G2", "U1").Manager("G1", "U1").Build());

        var answer = await officevibe.GetAsync("/api/v2/users/ANA%40x.example");

        Assert.Equal(["isSuccess", "errorMessage", "data"], answer.AsObject().Select(p => p.Key));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"email":"ana@x.example","fistName":"Ana","lastName":"Ruiz","userName":"ana@x.example","jobTitle":"Dev",
                 "isGroupManager":true,"isCompanyManager":false,"isAdmin":false,"managedGroups":["Company"],"memberGroups":["R&D"]}
                """),
            answer["data"]));
    }

    [Fact]
    public async Task Users_are_counted_and_listed_without_the_deactivated_unless_that_is_switched()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Members.Add(new SeedMember { Email = "gone@x.example" }));
        await officevibe.SyncAsync(Payload.Small().Build());

        var users = (await officevibe.GetAsync("/api/v2/users"))["data"]!;
        Assert.Equal(2, (int)users["userCount"]!);
        Assert.Equal(["ana@x.example", "bo@x.example"], users["users"]!.AsArray().Select(u => (string)u!["email"]!));
        Assert.False((bool)(await officevibe.GetAsync("/api/v2/users/gone@x.example"))["isSuccess"]!);
        await officevibe.ControlAsync("account", new { listDeactivated = true });

        Assert.Equal(3, (int)(await officevibe.GetAsync("/api/v2/users"))["data"]!["userCount"]!);
    }

    [Fact]
    public async Task An_unknown_user_or_group_is_a_failure_with_one_text()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        foreach (var path in (string[])["/api/v2/users/nobody@x.example", "/api/v2/groups?groupId=nothing"])
        {
            var answer = await officevibe.GetAsync(path);
            Assert.False((bool)answer["isSuccess"]!);
            Assert.NotEmpty((string)answer["errorMessage"]!);
            Assert.False(answer.AsObject().ContainsKey("errors"));
        }
    }

    [Fact]
    public async Task Groups_are_listed_with_their_own_ids_and_never_with_the_callers()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        var internalId = (string?)(await officevibe.TeamAsync("R&D"))!["internalId"];

        var data = (await officevibe.GetAsync("/api/v2/groups"))["data"]!;

        Assert.Equal(2, (int)data["groupCount"]!);
        Assert.True(JsonNode.DeepEquals(
            new JsonObject { ["id"] = internalId, ["name"] = "R&D", ["userCount"] = 1, ["managerCount"] = 1, ["groupType"] = "Standard" },
            data["groups"]!.AsArray().Single(g => (string?)g!["name"] == "R&D")));
        Assert.DoesNotContain("\"G2\"", data.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v2/groups?groupId=R%26D")]
    [InlineData("/api/v2/groups/?groupId=R%26D")]
    [InlineData(null)]
    public async Task One_group_is_found_by_name_or_by_its_own_id_and_shows_its_people(string? path)
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        path ??= $"/api/v2/groups?groupId={(await officevibe.TeamAsync("R&D"))!["internalId"]}";

        var data = (await officevibe.GetAsync(path))["data"]!;

        Assert.Equal("R&D", (string?)data["name"]);
        Assert.Equal(["ana@x.example", "bo@x.example"], data["users"]!.AsArray().Select(u => (string)u!["email"]!));
    }

    [Fact]
    public async Task Sub_teams_can_be_shown_as_paths()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.TeamNamesAsPaths = true);
        await officevibe.SyncAsync(Payload.Small().Build());

        Assert.Equal("Company > R&D", (string?)(await officevibe.GetAsync("/api/v2/users/ana@x.example"))["data"]!["memberGroups"]![0]);
    }
}
