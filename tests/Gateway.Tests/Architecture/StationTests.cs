using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Gateway.Tests.Architecture;

/// <summary>Who knows whom. A folder of <c>src/Gateway</c> is a station; what stands in the root puts them together.</summary>
public sealed partial class StationTests
{
    /// <summary>What every station may use: the edge's words, the rules in force, where the broker is. <c>Telemetry</c> stands in the root.</summary>
    private static readonly string[] Shared = ["Edge", "Rules", "Bus"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Edge"] = [],
        ["Rules"] = [],
        ["Bus"] = [],
        ["EventLog"] = [],
        ["Intake"] = ["EventLog"],
        // A baseline is compared with the fold at its instant. What a delivery is mapped to passes the same door as an event over HTTP.
        ["Sources"] = ["EventLog", "Intake", "Aggregation"],
        ["Aggregation"] = ["EventLog"],
        ["Officevibe"] = ["EventLog"],
        ["Sync"] = ["EventLog", "Aggregation", "Officevibe"],
        // Runs' outcomes come to it by way of the ledger: it knows of no run.
        ["Changes"] = ["EventLog", "Aggregation"],
        // What it tells of comes to it by way of the ledger, whoever notes it.
        ["Notifications"] = ["EventLog"],
        // It reads the account through, and notes who did.
        ["Exports"] = ["EventLog", "Officevibe"],
        ["Operations"] = ["EventLog", "Intake", "Sources", "Aggregation", "Officevibe", "Sync", "Changes", "Exports"],
    };

    /// <summary>Libraries that stay where they are used, so that they can be changed there.</summary>
    private static readonly Dictionary<string, string[]> Libraries = new()
    {
        ["MassTransit"] = ["Aggregation"],
        ["RabbitMQ.Client"] = ["Bus", "Intake", "Changes", "Operations"],
        ["Microsoft.Data.Sqlite"] = ["EventLog", "Aggregation", "Operations"],
        ["Npgsql"] = ["EventLog", "Aggregation"],
        ["CsvHelper"] = ["Edge", "Sources", "Operations"],
        ["Cronos"] = ["Sync", "Sources"],
        ["Jint"] = ["Sources"],
        ["Spectre.Console"] = ["Operations"],
    };

    public static TheoryData<string> Stations => new(Directory.GetDirectories(Path.Combine(Repository.Root, "src", "Gateway"))
        .Select(d => Path.GetFileName(d)).Where(n => n is not ("bin" or "obj" or "Properties" or "wwwroot")));

    [Theory, MemberData(nameof(Stations))]
    public void A_station_knows_only_whom_it_may(string station)
    {
        Assert.True(Allowed.ContainsKey(station), $"{station} is a new station: say in this table whom it may know.");
        var files = Files(station);
        Assert.NotEmpty(files);
        var shared = station == "Edge" ? Array.Empty<string>() : Shared;
        string[] allowed = [station, .. Allowed[station], .. shared];
        var broken = files.SelectMany(file => Mentions(file.Text).Except(allowed).Select(other => $"{file.Name} knows {other}")).ToList();
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
    }

    [Fact]
    public void Each_line_of_the_log_has_a_number_of_its_own()
    {
        var numbers = Files("").SelectMany(file => LogNumber.Matches(file.Text)).Select(m => m.Groups["number"].Value).ToList();

        Assert.NotEmpty(numbers);
        Assert.Empty(numbers.GroupBy(n => n).Where(n => n.Count() > 1).Select(n => n.Key));
    }

    [Fact]
    public void Every_station_of_the_table_is_there() => Assert.Equal(Allowed.Keys.Order(), Stations.Select(s => s.Data).Order());

    [Theory]
    [InlineData("MassTransit")]
    [InlineData("RabbitMQ.Client")]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("Npgsql")]
    [InlineData("CsvHelper")]
    [InlineData("Cronos")]
    [InlineData("Jint")]
    [InlineData("Spectre.Console")]
    public void A_library_stays_in_the_folders_that_use_it(string library)
    {
        var users = Stations.Select(s => s.Data)
            .Where(s => Files(s).Any(f => Regex.IsMatch(f.Text, $@"^using {Regex.Escape(library)}\b", RegexOptions.Multiline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))))
            .ToList();
        Assert.NotEmpty(users);
        Assert.Empty(users.Except(Libraries[library]));
    }

    [Fact]
    public void The_rules_know_nobody()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", "Gateway.Membership", "Gateway.Membership.csproj"));
        Assert.Empty(project.Descendants("ProjectReference"));
        // An analyzer is a tool of the build; nothing of it is in the assembly.
        Assert.All(project.Descendants("PackageReference"), p => Assert.Equal("all", (string?)p.Attribute("PrivateAssets")));
        var references = typeof(Membership.Ordinal).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToList();
        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
        Assert.DoesNotContain(references, name => name.StartsWith("System.Net", StringComparison.Ordinal) || name.Contains("FileSystem", StringComparison.Ordinal));
    }

    /// <summary>Stations that a file's code names, as <c>using Gateway.Sync</c>, <c>Gateway.Sync.X</c> or <c>Sync.X</c>; comments do not count.</summary>
    private static IEnumerable<string> Mentions(string text) =>
        Named.Matches(Comment.Replace(text, "")).Select(m => m.Groups["station"].Value).Distinct(StringComparer.Ordinal);

    private static List<(string Name, string Text)> Files(string station)
    {
        var folder = Path.Combine(Repository.Root, "src", "Gateway", station);
        return [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Select(f => (Path.GetRelativePath(Repository.Root, f), File.ReadAllText(f)))];
    }

    // Either a using or a qualified name of ours; Gateway.Membership.Sync and the like are not stations.
    [GeneratedRegex("""(^using (static )?Gateway\.|(?<![\w.":$])(Gateway\.)?)(?<station>Edge|Rules|EventLog|Intake|Sources|Aggregation|Officevibe|Sync|Changes|Notifications|Exports|Operations)(;|\.[A-Z])""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Named { get; }

    [GeneratedRegex("""(?<!:)//.*$|"(\\.|[^"\\])*"|^namespace .*$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Comment { get; }

    [GeneratedRegex("""LoggerMessage\((EventId = )?(?<number>\d+)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 5000)]
    private static partial Regex LogNumber { get; }
}
