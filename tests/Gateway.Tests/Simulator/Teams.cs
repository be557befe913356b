using Gateway.OfficevibeSimulator.Account;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>Behaviours 7 and 8: which team a row means, and what becomes of the others.</summary>
public sealed class Teams
{
    [Fact]
    public async Task An_absent_ordinary_team_is_removed_and_coming_back_it_is_another_team_without_history()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        await officevibe.SyncAsync(Payload.Small().Build());
        var before = await officevibe.TeamAsync("R&D");
        Assert.Equal(1, (int)before!["history"]!);

        await officevibe.SyncAsync(new Payload().User("U1", "ana@x.example").Group("G1", "Company").Member("G1", "U1").Build());
        var removed = Assert.Single((await officevibe.StateAsync())["removedTeams"]!.AsArray());
        Assert.Equal(((string?)before["internalId"], 3), ((string?)removed!["internalId"], (int)removed["removedBySync"]!));
        await officevibe.SyncAsync(Payload.Small().Build());

        var after = await officevibe.TeamAsync("R&D");
        Assert.NotEqual((string?)before["internalId"], (string?)after!["internalId"]);
        Assert.Equal(0, (int)after["history"]!);
    }

    [Fact]
    public async Task A_rule_based_team_stays_follows_its_property_and_is_not_touched_by_mappings()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o =>
        {
            o.Properties.Add(new PropertyDefinition { Name = "Country", Type = PropertyType.Choice, Options = ["Chile", "Peru"] });
            o.Teams.Add(new SeedTeam { Name = "All of Chile", Rule = new TeamRule("Country", "Chile") });
        });
        var payload = new Payload()
            .User("U1", "ana@x.example", ("Country", "Chile")).User("U2", "bo@x.example", ("Country", "Peru"))
            .Group("G1", "Company").Group("G9", "All of Chile").Member("G1", "U1").Member("G9", "U2");

        var answer = await officevibe.SyncAsync(payload.Build());
        await officevibe.SyncAsync(new Payload()
            .User("U1", "ana@x.example").User("U2", "bo@x.example", ("Country", "Chile")).Group("G1", "Company").Member("G1", "U1").Build());

        Assert.Equal(
            "Skipped relation – the group is rule-based (ExternalId: G9, user: U2)", (string?)Assert.Single(answer["errors"]!.AsArray()));
        Assert.Equal(["ana@x.example", "bo@x.example"], (await officevibe.TeamAsync("All of Chile")).Emails("members"));
    }

    [Fact]
    public async Task A_team_that_is_known_by_name_only_gets_the_id_and_keeps_its_history()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Teams.Add(new SeedTeam { Name = "R&D", History = 52 }));
        var before = await officevibe.TeamAsync("R&D");

        await officevibe.SyncAsync(Payload.Small().Build());

        await IsAsync(officevibe, "R&D", (string?)before!["internalId"], "G2", 53);
    }

    [Fact]
    public async Task A_rename_in_two_syncs_first_ids_then_names_keeps_the_history()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Teams.Add(new SeedTeam { Name = "R&D", History = 52 }));
        var before = await officevibe.TeamAsync("R&D");

        await officevibe.SyncAsync(Payload.Small().Build());
        await officevibe.SyncAsync(Named("G2", "Research"));

        await IsAsync(officevibe, "Research", (string?)before!["internalId"], "G2", 54);
        Assert.Null(await officevibe.TeamAsync("R&D"));
    }

    [Fact]
    public async Task A_new_id_with_a_new_name_is_a_new_team_and_the_old_one_is_removed()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Teams.Add(new SeedTeam { Name = "R&D", ExternalId = "G2", History = 52 }));
        var before = await officevibe.TeamAsync("R&D");

        await officevibe.SyncAsync(Named("G7", "Research"));

        var after = await officevibe.TeamAsync("Research");
        Assert.NotEqual((string?)before!["internalId"], (string?)after!["internalId"]);
        Assert.Equal(0, (int)after["history"]!);
        Assert.Equal("R&D", (string?)Assert.Single((await officevibe.StateAsync())["removedTeams"]!.AsArray())!["name"]);
    }

    [Fact]
    public async Task The_id_goes_before_the_name_when_two_teams_exchange_their_names()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        var (company, research) = (await officevibe.TeamAsync("Company"), await officevibe.TeamAsync("R&D"));

        await officevibe.SyncAsync(new Payload()
            .User("U1", "ana@x.example").Group("G1", "R&D").Group("G2", "Company").Member("G1", "U1").Build());

        await IsAsync(officevibe, "R&D", (string?)company!["internalId"], "G1", 1);
        await IsAsync(officevibe, "Company", (string?)research!["internalId"], "G2", 1);
    }

    [Fact]
    public async Task There_is_no_call_that_brings_a_removed_team_back()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        using var answer = await officevibe.Http.PostAsync("/api/v2/groups/restore", null, SimulatorServer.Cancel);

        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static object Named(string id, string name) => new Payload()
        .User("U1", "ana@x.example").User("U2", "bo@x.example").Group("G1", "Company").Group(id, name).SubGroup("G1", id).Member(id, "U1").Build();

    private static async Task IsAsync(SimulatorServer officevibe, string name, string? internalId, string externalId, int history)
    {
        var team = await officevibe.TeamAsync(name);
        Assert.Equal((internalId, externalId, history), ((string?)team!["internalId"], (string?)team["externalId"], (int)team["history"]!));
    }
}
