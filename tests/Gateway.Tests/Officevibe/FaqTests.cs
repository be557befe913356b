using System.Text.Json.Nodes;
using Gateway.Tests.Simulator;
using Gateway.Tests.Sync;

namespace Gateway.Tests.Officevibe;

/// <summary>
/// Questions that Officevibe's own FAQ answers, asked of the gateway: what the account looks like afterwards (docs/officevibe-faq.md). On one company,
/// each a day or more after the other, so that what one did does not count in the guard's window of the next.
/// </summary>
public sealed class FaqTests(FaqAccount faq) : IClassFixture<FaqAccount>
{
    private readonly SyncGateway sync = faq.Sync;

    [Fact]
    public async Task Administrators_and_executives_are_neither_deactivated_nor_changed_in_their_role()
    {
        await faq.DayAsync();
        await sync.Officevibe.ControlAsync("account", new
        {
            members = new object[] { new { email = "admin@example.test", role = "administrator" }, new { email = "ceo@example.test", role = "executive" }, new { email = "left.over@example.test" } },
        });
        await faq.SentAsync(sync.Update(5, "jobTitle", "Dev"));

        Assert.Equal(("active", "administrator"), Standing(await sync.Officevibe.MemberAsync("admin@example.test")));
        Assert.Equal(("active", "executive"), Standing(await sync.Officevibe.MemberAsync("ceo@example.test")));
        Assert.Equal(("deactivated", "member"), Standing(await sync.Officevibe.MemberAsync("left.over@example.test")));
    }

    [Fact]
    public async Task Letters_of_every_script_and_characters_that_mean_something_elsewhere_arrive_as_they_are()
    {
        await faq.DayAsync();
        const string name = "Iñaki Núñez-Łuczak ßÆ 株式会社 😀 <b>&amp; \"quotes\" \\ ';--";
        await faq.SentAsync(
            new JsonObject { ["id"] = "odd-team", ["type"] = "team", ["teamId"] = "T-odd", ["name"] = "Équipe " + name }.ToJsonString(),
            new JsonObject { ["id"] = "odd", ["type"] = "update", ["employeeId"] = SyncGateway.Id(6), ["member"] = new JsonObject { ["lastName"] = name } }.ToJsonString());

        Assert.Equal(name, (string?)(await faq.MemberAsync(6))["lastName"]);
        Assert.Equal("T-odd", (string?)(await sync.Officevibe.TeamAsync("Équipe " + name))!["externalId"]);
    }

    [Fact]
    public async Task A_team_that_is_driven_by_a_property_stays_and_follows_the_property()
    {
        await faq.DayAsync();
        await sync.Officevibe.ControlAsync("account", new { teams = new[] { new { name = "Everyone in Chile", rule = new { property = "Country", value = "Chile" } } } });
        await faq.SentAsync(Country(7, "Chile"), Country(8, "Peru"));
        Assert.Equal(["E007@example.test"], (await sync.Officevibe.TeamAsync("Everyone in Chile")).Emails("members"));

        await faq.DayAsync();
        await faq.SentAsync(Country(7, "Peru"), Country(8, "Chile"));
        Assert.Equal(["E008@example.test"], (await sync.Officevibe.TeamAsync("Everyone in Chile")).Emails("members"));
    }

    [Fact]
    public async Task A_row_is_a_sub_team_a_manager_or_a_member_and_somebody_can_lead_the_team_they_are_in()
    {
        await faq.DayAsync();
        await faq.SentAsync(
            """{"id":"top","type":"team","teamId":"T-top","name":"Company"}""", """{"id":"below","type":"team","teamId":"T-low","name":"Crew","parentId":"T-top"}""",
            faq.Assign(9, "T-low", "manager"), faq.Assign(9, "T-low", "member"), faq.Assign(10, "T-low", "member"));

        var (top, crew) = (await sync.Officevibe.TeamAsync("Company"), await sync.Officevibe.TeamAsync("Crew"));
        Assert.Equal((string?)top!["internalId"], (string?)crew!["parent"]);
        Assert.Equal(["E009@example.test"], crew.Emails("managers"));
        Assert.Equal(["E009@example.test", "E010@example.test"], crew.Emails("members"));
    }

    [Fact]
    public async Task Somebody_who_moves_is_in_the_new_team_and_not_in_the_old_one()
    {
        await faq.DayAsync();
        Assert.Contains("E012@example.test", (await sync.Officevibe.TeamAsync("Platform")).Emails("members"));
        await faq.SentAsync("""{"id":"move","type":"move","employeeId":"E012","from":"T1","to":"T2"}""");

        Assert.DoesNotContain("E012@example.test", (await sync.Officevibe.TeamAsync("Platform")).Emails("members"));
        Assert.Contains("E012@example.test", (await sync.Officevibe.TeamAsync("Data")).Emails("members"));
    }

    [Fact]
    public async Task Ids_carry_a_person_through_a_new_address_and_a_team_through_a_new_name()
    {
        await faq.DayAsync();
        await faq.SentAsync("""{"id":"named","type":"team","teamId":"T-ids","name":"Before"}""", faq.Assign(13, "T-ids", "member"));
        await faq.DayAsync();
        var (person, team) = (await faq.MemberAsync(13), await sync.Officevibe.TeamAsync("Before"));
        await faq.SentAsync(sync.Update(13, "email", "married@example.test"), """{"id":"renamed","type":"team","teamId":"T-ids","name":"After"}""");

        var (later, renamed) = (await sync.Officevibe.MemberAsync("married@example.test"), await sync.Officevibe.TeamAsync("After"));
        Assert.Equal(("E013", (string?)person["internalId"]), ((string?)later!["externalId"], (string?)later["internalId"]));
        Assert.Equal(("T-ids", (string?)team!["internalId"]), ((string?)renamed!["externalId"], (string?)renamed["internalId"]));
        Assert.True((int)renamed["history"]! > (int)team["history"]!);
    }

    [Fact]
    public async Task A_place_in_a_team_that_nobody_named_is_an_issue_here_and_never_a_skipped_row_there()
    {
        await faq.DayAsync();
        await faq.SentAsync(faq.Assign(14, "T-unknown", "member"), """{"id":"lost","type":"team","teamId":"T-lost","name":"Lost","parentId":"T-unknown-too"}""");

        var state = await sync.Officevibe.StateAsync();
        Assert.Equal((0, 0), ((int)state["syncs"]!.AsArray()[^1]!["skipped"]!, state["syncs"]!.AsArray()[^1]!["errors"]!.AsArray().Count));
        Assert.Equal(["assignment.team_unknown E014", "team.parent_unknown T-lost"],
            (await faq.IssuesAsync()).Where(i => i.Contains("unknown", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task While_the_integration_is_switched_off_a_run_says_who_must_do_what_and_nothing_changes()
    {
        await using var own = await SyncGateway.WithAcceptedCompanyAsync(20);
        await own.Officevibe.ControlAsync("account", new { integrationActive = false });
        var before = await own.Officevibe.CompanyAsync();
        await own.EventsAsync(own.Update(15, "jobTitle", "Dev"));
        var run = await own.RequestAsync();
        Assert.Equal("refused", run.State());
        Assert.Contains("must switch the Custom Integration (API) on", (string?)run["whatToDo"], StringComparison.Ordinal);
        Assert.Equal(before, await own.Officevibe.CompanyAsync());

        await own.Officevibe.ControlAsync("account", new { integrationActive = true });
        Assert.Equal("accepted", (await own.RequestAsync()).State());
        Assert.Equal("Dev", (string?)(await own.Officevibe.MemberAsync("E015@example.test"))!["jobTitle"]);
    }

    [Fact]
    public async Task Who_is_created_is_invited_where_that_is_on_and_who_was_created_before_only_by_the_app()
    {
        await using var own = await SyncGateway.WithAcceptedCompanyAsync(6);
        Assert.Equal(("created", 0), Invited(await own.Officevibe.MemberAsync("E003@example.test")));

        await own.Gateway.RestartAsync(new() { ["Gateway:Officevibe:InviteNewUsers"] = "true" });
        await own.EventsAsync(own.Hire(50));
        Assert.Equal("accepted", (await own.RequestAsync()).State());
        Assert.Equal(("invited", 1), Invited(await own.Officevibe.MemberAsync("E050@example.test")));
        Assert.Equal(("created", 0), Invited(await own.Officevibe.MemberAsync("E003@example.test")));

        await own.Officevibe.ControlAsync("account", new { invite = new[] { "E003@example.test" } });
        await own.EventsAsync(own.Update(3, "jobTitle", "Dev"));
        await own.RequestAsync();
        Assert.Equal(("invited", 1), Invited(await own.Officevibe.MemberAsync("E003@example.test")));
        Assert.Equal(("invited", 1), Invited(await own.Officevibe.MemberAsync("E050@example.test")));
    }

    [Fact]
    public async Task A_company_without_people_is_never_sent_and_cannot_be_approved_and_the_account_keeps_all()
    {
        await using var own = await SyncGateway.WithAcceptedCompanyAsync(6);
        var before = await own.Officevibe.CompanyAsync();
        await own.LeaveAsync(0, 6);
        var run = await own.RequestAsync();
        Assert.Equal("refused", run.State());
        using (var approved = await own.DecideAsync(run, "approve", new { contentHash = (string?)run["contentHash"] })) Assert.Equal(409, (int)approved.StatusCode);
        await own.WorkAsync();
        Assert.Equal(before, await own.Officevibe.CompanyAsync());
    }

    [Fact]
    public async Task While_the_key_is_not_taken_nothing_is_sent_and_a_new_one_is_enough()
    {
        await using var own = await SyncGateway.WithAcceptedCompanyAsync(20);
        await own.Officevibe.ControlAsync("account", new { key = "generated-anew" });
        var (before, sent) = (await own.Officevibe.CompanyAsync(), await own.SentAsync());
        await own.EventsAsync(own.Update(16, "jobTitle", "Dev"));
        var run = await own.RequestAsync();
        Assert.Equal("refused", run.State());
        Assert.Contains("Gateway:Officevibe:ApiKey", (string?)run["whatToDo"], StringComparison.Ordinal);
        Assert.Equal((before, sent), (await own.Officevibe.CompanyAsync(), await own.SentAsync()));

        await own.Gateway.RestartAsync(new() { ["Gateway:Officevibe:ApiKey"] = "generated-anew" });
        Assert.Equal("accepted", (await own.RequestAsync()).State());
        Assert.Equal("Dev", (string?)(await own.Officevibe.MemberAsync("E016@example.test"))!["jobTitle"]);
    }

    [Fact]
    public async Task A_last_day_that_HR_knows_of_is_in_the_account_the_night_after_it_without_anybody_asking()
    {
        await using var own = await SyncGateway.WithAcceptedCompanyAsync(6, new() { ["Gateway:Sync:Schedule"] = "0 3 * * *" });
        await own.EventsAsync("""{"id":"last","type":"leave","employeeId":"E003","lastDay":"2026-03-12"}""");
        foreach (var (day, status) in new[] { (11, "created"), (12, "created"), (13, "deactivated") })
        {
            own.Time.AdjustTime(new DateTimeOffset(2026, 3, day, 3, 0, 0, TimeSpan.Zero));
            await own.WorkAsync();
            Assert.Equal((status, "member"), Standing(await own.Officevibe.MemberAsync("E003@example.test")));
        }

        Assert.Equal("schedule", (string?)(await own.LastAsync())["trigger"]);
    }

    private static (string?, string?) Standing(JsonNode? member) => ((string?)member!["status"], (string?)member["role"]);

    private static (string?, int) Invited(JsonNode? member) => ((string?)member!["status"], (int)member["invitations"]!);

    private string Country(int i, string value) => faq.Event("update", i, new JsonObject { ["member"] = new JsonObject { ["attributes"] = new JsonObject { ["Country"] = value } } });
}

/// <summary>A company of 40 in the teams Platform and Data, accepted.</summary>
public sealed class FaqAccount : IAsyncLifetime
{
    private int _events;

    internal SyncGateway Sync { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Sync = await SyncGateway.WithAcceptedCompanyAsync(
        40, new() { ["Gateway:Officevibe:Properties:0:Name"] = "Country" }, o => o.Properties.Add(new() { Name = "Country" }));

    public ValueTask DisposeAsync() => Sync.DisposeAsync();

    /// <summary>Another day: what was sent before is outside the guard's window.</summary>
    internal Task DayAsync()
    {
        Sync.Advance(TimeSpan.FromHours(25));
        return Task.CompletedTask;
    }

    internal string Event(string type, int i, JsonObject more)
    {
        (more["id"], more["type"], more["employeeId"]) = ($"faq{++_events}", type, SyncGateway.Id(i));
        return more.ToJsonString();
    }

    internal string Assign(int i, string team, string role) => Event("assign", i, new JsonObject { ["teamId"] = team, ["role"] = role });

    /// <summary>Posts events and has them sent, without anybody asked.</summary>
    internal async Task SentAsync(params string[] events)
    {
        await Sync.EventsAsync(events);
        var run = await Sync.RequestAsync();
        Assert.True(run.State() == "accepted", run["reason"]?.ToString());
    }

    internal async Task<JsonNode> MemberAsync(int i) => (await Sync.Officevibe.MemberAsync($"{SyncGateway.Id(i)}@example.test"))!;

    internal async Task<List<string>> IssuesAsync()
    {
        using var response = await Sync.Gateway.Http.GetAsync(new Uri("/v1/snapshot/issues", UriKind.Relative), SimulatorServer.Cancel);
        return [.. (await SyncGateway.JsonAsync(response))["items"]!.AsArray().Select(i => $"{i!["code"]} {i["subject"]}")];
    }
}
