using System.Text.Json.Nodes;
using Gateway.Operations.Demo;
using Gateway.Tests.Simulator;
using Spectre.Console;
using Xunit;

namespace Gateway.Tests.Operations.Demo;

public sealed class DemoTests
{
    private static readonly DateOnly Founded = new(2026, 1, 31);

    [Fact]
    public async Task The_demo_plays_its_month_and_ends_with_0()
    {
        MassTransit.LogContext.ConfigureCurrentLogContext(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(text) });

        var code = await DemoCommand.RunAsync(exit: true, console, TestContext.Current.CancellationToken);

        Assert.True(code == 0, text.ToString());
        Assert.Contains("8/8", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_company_has_250_people_with_names_and_addresses_of_their_own_in_25_teams_and_is_the_same_every_time()
    {
        var company = MadeUpCompany.Found(Founded);

        Assert.Equal((250, 25), (company.People.Count, company.Teams.Count));
        Assert.Equal(250, company.People.Values.Select(p => p.Email).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(250, company.People.Values.Select(p => $"{p.FirstName} {p.LastName}").Distinct().Count());
        Assert.All(company.People.Values, p => Assert.EndsWith(".example", p.Email, StringComparison.Ordinal));
        Assert.All(company.Teams.Values, t => Assert.Contains(t.Manager!, company.People));
        Assert.Equal(CompanyJson.Baseline(company).ToJsonString(), CompanyJson.Baseline(MadeUpCompany.Found(Founded)).ToJsonString());
    }

    [Fact]
    public async Task An_account_is_the_same_as_the_company_only_if_every_person_team_and_relation_is()
    {
        var company = MadeUpCompany.Found(Founded);
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Properties.AddRange([new() { Name = "Country" }, new() { Name = "Hiring Date" }]));
        await officevibe.SyncAsync(CompanyJson.Baseline(company));
        Assert.Empty(AccountComparison.Differences(company, await officevibe.StateAsync()));

        foreach (var (section, difference) in ((string, string)[])
            [("users", "missing: "), ("groups", "missing: "), ("mappings", "missing: ")])
        {
            var body = CompanyJson.Baseline(company);
            body[section]!.AsArray().RemoveAt(100 % body[section]!.AsArray().Count);
            await officevibe.SyncAsync(body);
            Assert.Contains(AccountComparison.Differences(company, await officevibe.StateAsync()), d => d.StartsWith(difference, StringComparison.Ordinal));
        }

        var renamed = CompanyJson.Baseline(company);
        renamed["users"]![7]!["lastName"] = "Somebody Else";
        await officevibe.SyncAsync(renamed);
        Assert.Equal(2, AccountComparison.Differences(company, await officevibe.StateAsync()).Count);
    }

    [Fact]
    public void A_check_that_fails_says_what_was_expected_and_what_was_found()
    {
        var unmet = Assert.Throws<UnmetExpectationException>(() => Expect.Equal("members in Officevibe", 250, 249));

        Assert.Equal("members in Officevibe: expected 250, found 249", unmet.Message);
        Assert.Throws<UnmetExpectationException>(() => Expect.Nothing("the account", ["missing: somebody"]));
        Assert.Throws<UnmetExpectationException>(() => Expect.Status("a hire", new DoorAnswer(System.Net.HttpStatusCode.Conflict, new JsonObject()), System.Net.HttpStatusCode.OK));
    }
}
