using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Gateway.Operations.Demo;

/// <summary>What a person sees of the demo.</summary>
internal sealed class DemoScreen(IAnsiConsole console, TimeProvider time)
{
    private int _step;

    public void Title(int people) => console.Write(new Rule(
        string.Create(CultureInfo.InvariantCulture, $"[bold]A month at Alderfell Instruments, {people} people[/]")).LeftJustified());

    /// <summary>Runs a step, with its name while it runs and its result when it is done.</summary>
    public async Task StepAsync(string what, int steps, Func<Task<string>> step)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{++_step}/{steps} {what}");
        var started = time.GetTimestamp();
        var result = await console.Status().StartAsync(Markup.Escape(name), _ => step());
        var took = time.GetElapsedTime(started);
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[green]✓[/] {Markup.Escape(name)} [grey]{took.TotalSeconds:0.0} s[/]"));
        console.MarkupLine($"  [grey]{Markup.Escape(result)}[/]");
    }

    /// <summary>Why the guard holds a run.</summary>
    public void Held(JsonNode run)
    {
        foreach (var reason in run["guard"]?["reasons"]?.AsArray() ?? [])
        {
            console.MarkupLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  [yellow]held:[/] {reason!["rule"]} {reason["number"]}, at most {reason["limit"]} ({reason["earlier"]} of them from the runs before)"));
        }
    }

    public void Failed(string message) => console.MarkupLine($"[red]✗ {Markup.Escape(message)}[/]");

    public void Account(JsonNode state)
    {
        var counts = state["counts"]!;
        var table = new Table().Border(TableBorder.Rounded).Title("[bold]The account[/]")
            .AddColumn("What").AddColumn(new TableColumn("How many").RightAligned());
        foreach (var (name, field) in ((string, string)[])
            [
                ("members", "members"), ("of these, not invited", "created"), ("deactivated", "deactivated"), ("administrators", "administrators"),
                ("teams", "teams"), ("of these, rule-based", "ruleBasedTeams"), ("sub-team relations", "subTeamRelations"),
                ("manager relations", "managerRelations"), ("member relations", "memberRelations"), ("invitations sent", "invitations"),
                ("syncs applied", "syncsApplied"),
            ])
        {
            table.AddRow(name, counts[field]!.ToString());
        }

        console.Write(table);
    }

    public void Runs(JsonNode runs)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("[bold]The gateway's runs[/]")
            .AddColumn("Run").AddColumn("State").AddColumn(new TableColumn("Users").RightAligned()).AddColumn(new TableColumn("Teams").RightAligned())
            .AddColumn(new TableColumn("Relations").RightAligned()).AddColumn("Content");
        foreach (var run in runs["items"]!.AsArray().Reverse())
        {
            var state = (string?)run!["state"] ?? "";
            table.AddRow(
                Markup.Escape(run["id"]!.ToString()), $"[{Colour(state)}]{Markup.Escape(state)}[/]", Count(run, "users"), Count(run, "groups"),
                Count(run, "mappings"), (string?)run["contentHash"] is { Length: > 12 } hash ? hash[..12] : "");
        }

        console.Write(table);
    }

    public void Addresses(DemoDoor door, string operatorKey)
    {
        console.Write(new Panel(new Rows(
            new Markup($"Gateway            {Markup.Escape(door.Gateway.ToString())}"),
            new Markup($"its contract       {Markup.Escape(new Uri(door.Gateway, "swagger").ToString())}"),
            new Markup($"simulated account  {Markup.Escape(door.Simulator.ToString())}"),
            new Markup(Markup.Escape($"curl -H 'X-Api-Key: {operatorKey}' {door.Gateway}v1/status"))))
            .Header("Have a look"));
    }

    public void StaysUp() => console.MarkupLine("Everything stays up until [bold]Ctrl-C[/]; then the store is deleted.");

    private static string Count(JsonNode run, string section) => run["counts"]?[section]?.ToString() ?? "";

    private static string Colour(string state) => state switch
    {
        "accepted" => "green",
        "held" or "rejected" => "yellow",
        "failed" or "refused" or "unknown" => "red",
        _ => "grey",
    };
}
