using System.Text.Json;
using Gateway.Tests.Simulator;
using Gateway.Tests.Sync;
using Microsoft.Extensions.Configuration;
using static Gateway.Tests.Operations.CommandLineTests;

namespace Gateway.Tests.Operations;

/// <summary>The verbs about an account that has accepted a company: planned changes, exports, properties.</summary>
public sealed class AccountVerbTests
{
    [Fact]
    public async Task A_change_is_planned_by_one_key_approved_by_another_looked_at_and_cancelled()
    {
        await using var sync = await SyncGateway.StartAsync(ApprovalStoryTests.TwoKeys());
        await sync.CompanyAsync(10);
        string[] url = ["--url", sync.Gateway.Address.ToString()], nadia = [.. url, "--key", "gwk_nadia"], omar = [.. url, "--key", "gwk_omar"];
        string[] make = ["planned-changes", "make", "--from", "2026-03-16T01:00:00+01:00", "--until", "2026-03-18T00:00:00Z", "--reason", "The Lyon site closes."];
        string[] limits = ["--limit", "MembersRemoved=40", "--limit", "teamsremoved=6"];

        var made = await RunAsync([.. make, .. limits, .. nadia]);
        var same = await RunAsync(["planned-changes", "approve", "p1", .. nadia]);
        var approved = await RunAsync(["planned-changes", "approve", "p1", "--reason", "Compared.", .. omar, "--json"]);
        var list = await RunAsync(["planned-changes", "list", .. url]);
        var shown = await RunAsync(["planned-changes", "show", "p1", .. url]);
        var cancelled = await RunAsync(["planned-changes", "cancel", "p1", "--reason", "Not this week.", .. nadia]);
        var content = await RunAsync([.. make, "--content-hash", new string('a', 64), "--also", "IdChange", .. nadia, "--json"]);

        Assert.Equal((3, 1, 0, 0, 0, 0, 3), (made.Code, same.Code, approved.Code, list.Code, shown.Code, cancelled.Code, content.Code));
        Assert.Contains("another key", same.Error, StringComparison.Ordinal);
        var plan = JsonDocument.Parse(approved.Output).RootElement;
        Assert.Equal(("planned", "2026-03-16T00:00:00+00:00"), (plan.GetProperty("state").GetString(), plan.GetProperty("from").GetString()));
        Assert.Equal([("MembersRemoved", 40), ("TeamsRemoved", 6)], plan.GetProperty("limits").EnumerateArray().Select(l => (l.GetProperty("rule").GetString()!, l.GetProperty("limit").GetInt32())));
        foreach (var text in (string[])["The Lyon site closes.", "Compared.", "key:omar", "MembersRemoved"]) Assert.Contains(text, shown.Output, StringComparison.Ordinal);
        Assert.Contains("p1", list.Output, StringComparison.Ordinal);
        Assert.Equal(["plan.cancel", "plan.approve", "plan.make"], await ApprovalStoryTests.AuditAsync(sync, "p1"));
        Assert.Equal(("waiting", "IdChange"), (JsonDocument.Parse(content.Output).RootElement.GetProperty("state").GetString(), JsonDocument.Parse(content.Output).RootElement.GetProperty("also")[0].GetString()));

        foreach (var (wrong, says) in ((string[] Options, string Says)[])
        [
            ([.. make], "--limit"), ([.. make, .. limits, "--content-hash", "a"], "not both"), ([.. make, "--limit", "MembersRemoved"], "--limit MembersRemoved:"), ([.. make, "--limit", "MembersRemoved=-1"], "--limit"),
            ([.. make, "--limit", "TeamsRemoved=1", "--limit", "TEAMSREMOVED=2"], "twice"), ([.. make, "--limit", "Nonsense=1"], "limits.Nonsense"),
            (["planned-changes", "make", "--limit", "TeamsRemoved=1", "--reason", "x"], "--until"), (["planned-changes", "make", "--until", "2026-03-18T00:00:00", "--limit", "TeamsRemoved=1", "--reason", "x"], "--until: an instant with its zone"),
            (["planned-changes", "make", "--from", "2026-03-16", "--until", "2026-03-18T00:00:00Z", "--limit", "TeamsRemoved=1", "--reason", "x"], "--from: an instant with its zone"), (["planned-changes", "show", "p7"], "no planned change"),
        ])
        {
            var refused = await RunAsync([.. wrong, .. nadia]);
            Assert.True(refused.Code == 1 && refused.Error.Contains(says, StringComparison.Ordinal), $"{string.Join(' ', wrong)}: {refused.Code} {refused.Error}");
        }
    }

    [Fact]
    public async Task The_company_of_a_run_or_of_an_instant_is_put_into_a_folder_whole_and_nothing_is_replaced_unasked()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6);
        using var folder = new TempFolder();
        var to = Path.Combine(folder.Path, "march");
        string[] url = ["--url", sync.Gateway.Address.ToString()];

        var made = await RunAsync(["export", "company", "--to", to, "--run", "1", .. url]);
        Assert.True(made.Code == 0, made.Error);
        Assert.Equal(["groups-mapping.csv", "groups.csv", "users.csv"], Names(to));
        Assert.Equal(7, (await File.ReadAllLinesAsync(Path.Combine(to, "users.csv"))).Length);
        Assert.Contains(Path.Combine(to, "groups.csv"), made.Output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(to, "users.csv")));

        await sync.EventsAsync(sync.Hire(7));
        var there = await RunAsync(["export", "company", "--to", to, .. url]);
        Assert.Equal(1, there.Code);
        Assert.Contains("--overwrite", there.Error, StringComparison.Ordinal);
        Assert.Equal(7, (await File.ReadAllLinesAsync(Path.Combine(to, "users.csv"))).Length);
        Assert.Equal(0, (await RunAsync(["export", "company", "--to", to, "--overwrite", .. url])).Code);
        Assert.Equal(8, (await File.ReadAllLinesAsync(Path.Combine(to, "users.csv"))).Length);
        Assert.Equal(0, (await RunAsync(["export", "company", "--to", to, "--at", "2026-03-11", "--names", "workleap", "--for", "spreadsheet", .. url])).Code);
        Assert.Equal(["groups-mapping.csv", "groups.csv", "members-spreadsheet.csv", "teams-mappings-spreadsheet.csv", "teams-spreadsheet.csv", "users.csv"], Names(to));

        foreach (var (wrong, says) in ((string[] Options, string Says)[])
        [
            (["--run", "1", "--at", "2026-03-11"], "--run"), (["--run", "404"], "404"), (["--for", "printing"], "for: sync"), (["--names", "sap"], "names: officevibe"),
        ])
        {
            var other = Path.Combine(folder.Path, "other");
            var refused = await RunAsync(["export", "company", "--to", other, .. wrong, .. url]);
            Assert.True(refused.Code == 1 && refused.Error.Contains(says, StringComparison.Ordinal) && !Directory.Exists(other), refused.Error);
        }

        // A file where the folder should be: said with the option's name, and nothing is left lying about.
        var blocked = await RunAsync(["export", "company", "--to", Path.Combine(to, "users.csv"), .. url]);
        Assert.True(blocked.Code == 1 && blocked.Error.Contains("--to", StringComparison.Ordinal), blocked.Error);
        Assert.Empty(Directory.GetFiles(to, "*.part"));

        static IEnumerable<string?> Names(string folder) => Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_Officevibe_lets_one_export_goes_to_the_terminal_or_into_a_file()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6);
        await sync.Officevibe.ControlAsync("account", new { feedback = new[] { new { team = "Data", userEmail = "E001@example.test", message = "+1", creationDate = "2026-03-05T10:00:00Z" } } });
        using var folder = new TempFolder();
        string[] url = ["--url", sync.Gateway.Address.ToString()];
        var file = Path.Combine(folder.Path, "new", "members.json");

        var members = await RunAsync(["export", "members", .. url]);
        var teams = await RunAsync(["export", "teams", "--for", "data", .. url]);
        var engagement = await RunAsync(["export", "engagement", "--team", "Data", "--team", "Platform", "--date", "2026-03-02", "--date", "2026-03-09", "--json", .. url]);
        var feedback = await RunAsync(["export", "feedback", "--team", "Data", "--from", "2026-03-01", .. url]);
        var written = await RunAsync(["export", "members", "--json", "--to", file, .. url]);
        var read = (await ApprovalStoryTests.AuditAsync(sync, "")).Count;
        var again = await RunAsync(["export", "members", "--to", file, .. url]);

        Assert.Equal((0, 0, 0, 0, 0, 1), (members.Code, teams.Code, engagement.Code, feedback.Code, written.Code, again.Code));
        Assert.StartsWith("email,firstName", members.Output, StringComparison.Ordinal);
        Assert.StartsWith("id,name,userCount,managerCount,ruleBased\r\n", teams.Output, StringComparison.Ordinal);
        Assert.Equal(4, JsonDocument.Parse(engagement.Output).RootElement.GetProperty("items").GetArrayLength());
        Assert.Contains("'+1", feedback.Output, StringComparison.Ordinal);
        Assert.Equal(("", 6), (written.Output, JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("items").GetArrayLength()));
        Assert.Contains("--overwrite", again.Error, StringComparison.Ordinal);
        // The account was not read for a file that could not be written.
        Assert.Equal(read, (await ApprovalStoryTests.AuditAsync(sync, "")).Count);

        await sync.Officevibe.ControlAsync("account", new { key = "another" });
        var refused = await RunAsync(["export", "members", "--to", file, "--overwrite", .. url]);
        Assert.Equal(1, refused.Code);
        Assert.Contains("Gateway:Officevibe:ApiKey", refused.Error, StringComparison.Ordinal);
        Assert.StartsWith("{", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        var vibes = await RunAsync(["export", "goodvibes", "--public", .. url]);
        Assert.True(vibes.Code == 1 && vibes.Error.Contains("legacy", StringComparison.Ordinal), vibes.Error);
        var unasked = await RunAsync(["export", "feedback", .. url]);
        Assert.True(unasked.Code == 1 && unasked.Error.Contains("team:", StringComparison.Ordinal) && unasked.Error.Contains("from:", StringComparison.Ordinal), unasked.Error);
    }

    [Fact]
    public async Task Properties_that_Officevibe_does_not_find_are_listed_and_doctor_names_them_with_their_likely_name()
    {
        var declared = new Dictionary<string, string?>
        {
            ["Gateway:Officevibe:Properties:0:Name"] = "Hiring Date", ["Gateway:Officevibe:Properties:1:Name"] = "Site", ["Gateway:Officevibe:Properties:2:Name"] = "hiring date",
            ["Gateway:Officevibe:Properties:3:Name"] = "Nickname", ["Gateway:Sync:Guard:RulesChanged"] = "false",
        };
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(30, declared, o => o.Properties.AddRange(
            [new() { Name = "Hiring Date" }, new() { Name = "Site", Type = OfficevibeSimulator.Account.PropertyType.Choice, Options = ["Paris"] }]));
        string[] url = ["--url", sync.Gateway.Address.ToString()];
        var configuration = sync.Gateway.Get<IConfiguration>();
        string[] doctor =
        [
            "doctor", "--offline", "--json", "--environment=Development", "--Gateway:Simulator:Enabled=false", $"--Gateway:Storage:Provider={configuration["Gateway:Storage:Provider"] ?? "sqlite"}",
            $"--ConnectionStrings:Gateway={configuration.GetConnectionString("Gateway")}", .. declared.Select(d => $"--{d.Key}={d.Value}"),
        ];
        Assert.Equal("ok", Assert.Single(Findings(await RunAsync(doctor), "properties")).Verdict);

        await sync.EventsAsync(Said(2, "Hiring Date", "2026-03-02"), Said(3, "hiring date", "2025-01-07"), Said(3, "Nickname", "Bo"), Said(4, "Site", "Lyon"));
        Assert.Equal("accepted_with_issues", (await sync.RequestAsync()).State());

        var all = await RunAsync(["properties", .. url, "--json"]);
        var refused = await RunAsync(["properties", "--refused", .. url]);
        Assert.Equal((0, 0, 4), (all.Code, refused.Code, JsonDocument.Parse(all.Output).RootElement.GetProperty("items").GetArrayLength()));
        foreach (var text in (string[])["hiring date", "not found since 2026-03-10, run 2", "Lyon", "Nickname"]) Assert.Contains(text, refused.Output, StringComparison.Ordinal);
        Assert.Equal(3, JsonDocument.Parse((await RunAsync(["properties", "--refused", .. url, "--json"])).Output).RootElement.GetProperty("items").GetArrayLength());

        // Beside the gateway that serves.
        var looked = await RunAsync(doctor);
        Assert.Contains("`hiring date` is probably `Hiring Date` there (capitals count)", Assert.Single(Findings(looked, "property hiring date")).Message, StringComparison.Ordinal);
        Assert.Contains("Look in Officevibe for a property", Assert.Single(Findings(looked, "property Nickname")).Message, StringComparison.Ordinal);
        var (verdict, message) = Assert.Single(Findings(looked, "property Site"));
        Assert.Equal("look", verdict);
        Assert.Contains("the option `Lyon` of Site (since run 2)", message, StringComparison.Ordinal);
        Assert.Empty(Findings(looked, "properties"));
        Assert.Empty(Findings(looked, "property Hiring Date"));

        // What is not declared any more is not sent, and nothing to look at.
        var mended = await RunAsync([.. doctor.Where(d => !d.Contains(":2:", StringComparison.Ordinal))]);
        Assert.Empty(Findings(mended, "property hiring date"));
        Assert.Single(Findings(mended, "property Nickname"));
    }

    private static IEnumerable<(string Verdict, string Message)> Findings((int Code, string Output, string Error) doctor, string subject) =>
        JsonDocument.Parse(doctor.Output).RootElement.EnumerateArray().Where(f => f.GetProperty("subject").GetString() == subject)
            .Select(f => (f.GetProperty("verdict").GetString()!, f.GetProperty("message").GetString()!));

    private static string Said(int i, string property, string value) =>
        $$"""{"id":"{{Guid.NewGuid()}}","type":"update","employeeId":"{{SyncGateway.Id(i)}}","member":{"attributes":{"{{property}}":"{{value}}"} } }""";
}
