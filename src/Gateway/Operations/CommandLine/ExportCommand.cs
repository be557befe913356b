using System.CommandLine;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway export …</c>: the company as three CSV files, and what Officevibe lets one export, into files or to the terminal.</summary>
internal static class ExportCommand
{
    /// <summary>The gateway reads the whole account meanwhile.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Puts it in the place of a file that is there." };

    public static Command Create()
    {
        var teams = new Option<string?[]>("--team") { Description = "The team's name in the account; may be given several times." };
        var dates = new Option<string?[]>("--date") { Description = "A day of the week, such as 2026-03-02; may be given several times." };
        var team = new Option<string?>("--team") { Description = "The team's name in the account." };
        var from = new Option<string?>("--from") { Description = "The first day, such as 2026-03-02." };
        var open = new Option<bool>("--public") { Description = "None that is between its people alone." };
        return new Command("export", "The company as CSV files, or what Officevibe lets one export: company, members, teams, engagement, feedback, goodvibes.")
        {
            Company(),
            List("members", "The account's members, as Officevibe lists them now."),
            List("teams", "The account's teams, as Officevibe lists them now."),
            List("engagement", "Weekly scores of teams. Needs the scope operate.", ("team", teams), ("date", dates)),
            List("feedback", "What people of a team wrote in confidence. Needs the scope operate, and Gateway:Exports:Feedback.", ("team", team), ("from", from)),
            List("goodvibes", "What people thank each other for. Workleap only; needs the scope operate, and Gateway:Exports:GoodVibes.", ("public", open)),
        };
    }

    private static Command Company()
    {
        var folder = new Option<DirectoryInfo>("--to") { Description = "The folder that the three files are put into; made if it is not there.", Required = true };
        var run = new Option<string?>("--run") { Description = "As this run had it; default: the company now." };
        var at = new Option<string?>("--at") { Description = "As it is, was or will be on this day or at this instant." };
        var known = new Option<string?>("--known") { Description = "As was known at this position of the log." };
        var names = new Option<string?>("--names") { Description = "officevibe (users.csv, groups.csv, groups-mapping.csv) or workleap (members.csv, teams.csv, teams-mappings.csv); default: the gateway's dialect." };
        var purpose = new Option<string?>("--for") { Description = "sync (default): verbatim, for the Enterprise Sync Tool or Workleap's script. spreadsheet: for people." };
        var command = Verb.Of("company", "The company of a run, of now or of any instant, as the three CSV files.", folder, run, at, known, names, purpose, Overwrite);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(run) is not null && (parsed.GetValue(at) ?? parsed.GetValue(known)) is not null) throw new GatewayClientException("Give either --run, or --at and --known, not both.");
            var path = parsed.GetValue(run) is { } id ? $"v1/syncs/{Uri.EscapeDataString(id)}/export" : "v1/snapshot/export";
            var query = Query([("at", [parsed.GetValue(at)]), ("known", [parsed.GetValue(known)]), ("names", [parsed.GetValue(names)]), ("for", [parsed.GetValue(purpose)])]);
            using var client = Client.For(parsed, Deadline);
            IReadOnlyList<string> made = [];
            await client.DownloadAsync(path + query, async body => made = await OutFiles.UnpackAsync(body, parsed.GetRequiredValue(folder), parsed.GetValue(Overwrite), cancellationToken), cancellationToken);
            foreach (var file in made) await parsed.InvocationConfiguration.Output.WriteLineAsync(file);
            return ExitCode.Clean;
        });
        return command;
    }

    private static Command List(string list, string description, params (string Query, Option Option)[] asked)
    {
        var file = new Option<FileInfo?>("--to") { Description = "The file it is put into; default: the terminal." };
        var purpose = new Option<string?>("--for") { Description = "Of CSV: spreadsheet (default: no cell is a formula) or data (verbatim)." };
        var json = new Option<bool>("--json") { Description = "As JSON instead of CSV." };
        var command = Verb.Of(list, description + " CSV, unless --json.", [.. asked.Select(a => a.Option), file, purpose, json, Overwrite]);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var format = parsed.GetValue(json) ? "json" : "csv";
            var query = Query([("format", [format]), ("for", [parsed.GetValue(purpose)]), .. asked.Select(a => (a.Query, Values(parsed, a.Option)))]);
            // Before the account is read for nothing.
            if (parsed.GetValue(file) is { } taken) OutFiles.RefuseTaken([taken.FullName], parsed.GetValue(Overwrite));
            using var client = Client.For(parsed, Deadline);
            await client.DownloadAsync($"v1/exports/{list}{query}", body => parsed.GetValue(file) is { } to
                ? OutFiles.WriteAsync(body, to, cancellationToken)
                : OutFiles.PrintAsync(body, parsed.InvocationConfiguration.Output, cancellationToken), cancellationToken);
            return ExitCode.Clean;
        });
        return command;
    }

    private static string?[] Values(ParseResult parsed, Option option) => option switch
    {
        Option<bool> flag => [parsed.GetValue(flag) ? "true" : null],
        Option<string?[]> several => parsed.GetValue(several) ?? [],
        _ => [parsed.GetValue((Option<string?>)option)],
    };

    private static string Query(IEnumerable<(string Name, IReadOnlyList<string?> Values)> asked) =>
        string.Join('&', asked.SelectMany(a => a.Values.OfType<string>().Select(v => $"{a.Name}={Uri.EscapeDataString(v)}"))) is { Length: > 0 } query ? "?" + query : "";
}
