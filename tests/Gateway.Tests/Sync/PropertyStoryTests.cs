using System.Text.Json.Nodes;
using Gateway.OfficevibeSimulator.Account;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync;

/// <summary>The account's properties drift: what the account has afterwards, and what the gateway says of it.</summary>
public sealed class PropertyStoryTests
{
    private static readonly Dictionary<string, string?> Declared = new()
    {
        ["Gateway:Officevibe:Properties:0:Name"] = "Hiring Date", ["Gateway:Officevibe:Properties:0:Type"] = "date", ["Gateway:Officevibe:Properties:0:DateFormat"] = "dd/MM/yyyy",
        ["Gateway:Officevibe:Properties:1:Name"] = "Country", ["Gateway:Officevibe:Properties:1:Clear"] = "true",
        ["Gateway:Officevibe:Properties:2:Name"] = "Site", ["Gateway:Officevibe:Properties:2:Type"] = "choice",
        ["Gateway:Sync:Guard:RulesChanged"] = "false",
    };

    private static readonly PropertyDefinition[] There =
        [new() { Name = "Hiring Date", Type = PropertyType.Date }, new() { Name = "Country" }, new() { Name = "Site", Type = PropertyType.Choice, Options = ["Paris"] }];

    [Fact]
    public async Task A_property_that_is_renamed_there_is_named_with_its_likely_name_and_comes_back_once_the_declaration_is_mended()
    {
        await using var sync = await StartAsync();
        await sync.EventsAsync(Said(2, "Hiring Date", "2026-03-02"), Said(3, "Hiring Date", "2025-01-07"), Said(2, "Country", "Chile"));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal("02/03/2026", await ValueAsync(sync, 2, "Hiring Date"));
        var known = await PropertyAsync(sync, "Hiring Date");
        Assert.Equal(("date", "dd/MM/yyyy", 2, null), ((string?)known["declared"]!["type"], (string?)known["declared"]!["dateFormat"], (int)known["members"]!, (string?)known["refused"]));
        var takenBy = (string?)known["taken"]!["sinceRun"];
        Assert.Empty(await IssuesAsync(sync, "attribute.not_found"));

        // Somebody renames it in the app.
        await sync.Officevibe.ControlAsync("account", new { properties = new[] { new { name = "Hiring date", type = "date" }, new { name = "Country", type = "text" } } });
        await sync.EventsAsync(sync.Hire(50), Said(50, "Hiring Date", "2026-03-09"));
        var run = await sync.RequestAsync();
        Assert.Equal("accepted_with_issues", run.State());
        Assert.Contains("a capital, an accent or a space", (string?)run["answer"]!["reported"]![0]!["whatToDo"], StringComparison.Ordinal);
        Assert.Null(await ValueAsync(sync, 50, "Hiring date"));
        Assert.Equal("Chile", await ValueAsync(sync, 2, "Country"));

        var lost = await PropertyAsync(sync, "Hiring Date");
        Assert.Equal((run.Id(), takenBy), ((string?)lost["refused"]!["sinceRun"], (string?)lost["taken"]!["sinceRun"]));
        var issues = await IssuesAsync(sync, "attribute.not_found");
        Assert.Equal(3, issues.Count);
        Assert.Contains("it had it before", (string?)issues[0]!["message"], StringComparison.Ordinal);
        using (var status = await sync.Gateway.Http.GetAsync(new Uri("/v1/status", UriKind.Relative), SimulatorServer.Cancel))
            Assert.Equal(3, (int)(await SyncGateway.JsonAsync(status))["issues"]!.AsArray().Single(i => (string?)i!["code"] == "attribute.not_found")!["count"]!);

        // Its new name is declared, and the source still calls it by the old one: a near miss, said with both names.
        await sync.Gateway.RestartAsync(new() { ["Gateway:Officevibe:Properties:0:Name"] = "Hiring date" });
        var miss = await IssuesAsync(sync, "attribute.near_miss");
        Assert.Equal(3, miss.Count);
        Assert.Contains("`Hiring Date` is `Hiring date` there (capitals count)", (string?)miss[0]!["message"], StringComparison.Ordinal);
        Assert.Equal(["Hiring Date"], (await PropertyAsync(sync, "Hiring date"))["nearMisses"]!.AsArray().Select(n => (string)n!));

        // The source calls it so too: the account has the values again.
        await sync.EventsAsync(Said(2, "Hiring date", "2026-03-02"), Said(3, "Hiring date", "2025-01-07"), Said(50, "Hiring date", "2026-03-09"));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal(("02/03/2026", "09/03/2026"), (await ValueAsync(sync, 2, "Hiring date"), await ValueAsync(sync, 50, "Hiring date")));
        Assert.NotNull((await PropertyAsync(sync, "Hiring date"))["taken"]);
        Assert.Empty(await IssuesAsync(sync, "attribute.not_found"));
    }

    [Fact]
    public async Task A_property_that_is_missing_there_is_sent_all_the_same_and_arrives_once_it_is_made()
    {
        await using var sync = await StartAsync(o => o.Properties.RemoveAll(p => p.Name == "Country"));
        await sync.EventsAsync(Said(2, "Country", "Chile"));
        Assert.Equal("accepted_with_issues", (await sync.RequestAsync()).State());
        var refused = await PropertyAsync(sync, "Country");
        Assert.Equal((1, null), ((int)refused["members"]!, (string?)refused["taken"]));

        await sync.Officevibe.ControlAsync("account", new { properties = There.Select(p => new { name = p.Name, type = p.Type.ToString(), options = p.Options }) });
        await sync.EventsAsync(sync.Update(3, "jobTitle", "Dev"));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());

        Assert.Equal("Chile", await ValueAsync(sync, 2, "Country"));
        var property = await PropertyAsync(sync, "Country");
        Assert.Null(property["refused"]);
        Assert.NotNull(property["taken"]);
        Assert.Empty(await IssuesAsync(sync, "attribute.not_found"));
    }

    [Fact]
    public async Task An_option_that_is_missing_there_is_known_from_the_answer_until_it_goes_through()
    {
        await using var sync = await StartAsync();
        await sync.EventsAsync(Said(2, "Site", "Paris"), Said(3, "Site", "Lyon"));
        var run = await sync.RequestAsync();
        Assert.Equal("accepted_with_issues", run.State());
        Assert.Equal(("Paris", null), (await ValueAsync(sync, 2, "Site"), await ValueAsync(sync, 3, "Site")));
        var site = await PropertyAsync(sync, "Site");
        Assert.NotNull(site["taken"]);
        Assert.Equal(("Lyon", run.Id()), ((string?)site["refusedOptions"]![0]!["value"], (string?)site["refusedOptions"]![0]!["run"]));
        Assert.Equal(SyncGateway.Id(3), (string?)Assert.Single(await IssuesAsync(sync, "attribute.option_not_found"))!["subject"]);

        await sync.Officevibe.ControlAsync("account", new { properties = new[] { new { name = "Site", type = "choice", options = new[] { "Paris", "Lyon" } } } });
        await sync.EventsAsync(sync.Update(3, "jobTitle", "Dev"));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());
        Assert.Equal("Lyon", await ValueAsync(sync, 3, "Site"));
        Assert.Empty((await PropertyAsync(sync, "Site"))["refusedOptions"]!.AsArray());
        Assert.Empty(await IssuesAsync(sync, "attribute.option_not_found"));
    }

    [Fact]
    public async Task A_value_that_is_taken_away_is_cleared_there_only_where_that_is_configured()
    {
        await using var sync = await StartAsync();
        await sync.EventsAsync(Said(2, "Country", "Chile"), Said(2, "Site", "Paris"), Said(3, "Country", "Peru"));
        await sync.RequestAsync();

        await sync.EventsAsync(Said(2, "Country", null), Said(2, "Site", null));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());

        Assert.Equal((null, "Paris", "Peru"), (await ValueAsync(sync, 2, "Country"), await ValueAsync(sync, 2, "Site"), await ValueAsync(sync, 3, "Country")));
        Assert.Equal("unchanged", (await sync.RequestAsync()).State());
    }

    [Fact]
    public async Task Without_a_declaration_the_names_that_went_through_are_the_ones_that_a_refused_one_is_compared_with()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30, new() { ["Gateway:Officevibe:SendUndeclaredProperties"] = "true" }, o => o.Properties.AddRange(There));
        await sync.EventsAsync(Said(2, "Country", "Chile"));
        Assert.Equal("accepted", (await sync.RequestAsync()).State());

        await sync.EventsAsync(Said(3, "country", "Peru"), Said(4, "Région", "Sud"));
        var run = await sync.RequestAsync();
        Assert.Equal("accepted_with_issues", run.State());
        var said = run["answer"]!["reported"]!.AsArray().Select(r => (string)r!["whatToDo"]!).ToList();
        Assert.Contains(said, t => t.StartsWith("`country` is probably `Country` there (capitals count).", StringComparison.Ordinal));
        Assert.Contains(said, t => t.StartsWith("`Région` may be `Region` there, a default property of Officevibe (accents, spaces, capitals and punctuation count).", StringComparison.Ordinal));
        Assert.Equal(["country E003", "Région E004"], (await IssuesAsync(sync, "attribute.not_found")).Select(i => $"{i!["attribute"]} {i["subject"]}"));

        // Page by page, by name.
        var (names, after) = (new List<string>(), "");
        do
        {
            using var page = await sync.Gateway.Http.GetAsync(new Uri($"/v1/properties?limit=1{after}", UriKind.Relative), SimulatorServer.Cancel);
            var json = await SyncGateway.JsonAsync(page);
            names.Add((string)Assert.Single(json["items"]!.AsArray())!["name"]!);
            after = (string?)json["next"] is { } next ? $"&after={next}" : "";
        }
        while (after.Length > 0);
        Assert.Equal(["Country", "Région", "country"], names);
    }

    private static Task<SyncGateway> StartAsync(Action<OfficevibeSimulator.SimulatorOptions>? officevibe = null) => SyncGateway.WithAcceptedCompanyAsync(30, new(Declared), o =>
    {
        o.Properties.AddRange(There);
        officevibe?.Invoke(o);
    });

    private static int _said;

    private static string Said(int i, string property, string? value) => new JsonObject
    {
        ["id"] = $"p{Interlocked.Increment(ref _said)}", ["type"] = "update", ["employeeId"] = SyncGateway.Id(i), ["member"] = new JsonObject { ["attributes"] = new JsonObject { [property] = value } },
    }.ToJsonString();

    private static async Task<string?> ValueAsync(SyncGateway sync, int i, string property) =>
        (string?)(await sync.Officevibe.MemberAsync($"{SyncGateway.Id(i)}@example.test"))!["properties"]![property];

    private static async Task<JsonNode> PropertyAsync(SyncGateway sync, string name)
    {
        using var response = await sync.Gateway.Http.GetAsync(new Uri("/v1/properties", UriKind.Relative), SimulatorServer.Cancel);
        return (await SyncGateway.JsonAsync(response))["items"]!.AsArray().Single(p => (string?)p!["name"] == name)!;
    }

    private static async Task<JsonArray> IssuesAsync(SyncGateway sync, string code)
    {
        using var response = await sync.Gateway.Http.GetAsync(new Uri($"/v1/snapshot/issues?code={code}", UriKind.Relative), SimulatorServer.Cancel);
        return (await SyncGateway.JsonAsync(response))["items"]!.AsArray();
    }
}
