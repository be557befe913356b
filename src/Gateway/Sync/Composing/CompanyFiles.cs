using System.IO.Compression;
using System.Text;
using Gateway.Edge;
using Gateway.Membership;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;

namespace Gateway.Sync.Composing;

/// <summary>
/// A company as the three CSV files of the Enterprise Sync Tool (<c>users.csv</c>, <c>groups.csv</c>, <c>groups-mapping.csv</c>) or of Workleap's script
/// (<c>members.csv</c>, <c>teams.csv</c>, <c>teams-mappings.csv</c>), in one zip.
/// </summary>
public static class CompanyFiles
{
    private const string True = "TRUE";
    private const string False = "FALSE";

    /// <param name="zip">Is written to, and left open.</param>
    /// <param name="snapshot">The company.</param>
    /// <param name="wire">Its dialect names files and columns; its languages, products and combining of roles hold as on the wire.</param>
    /// <param name="forSpreadsheet">Cells that a spreadsheet would take for a formula begin with <c>'</c>, and the files are marked.</param>
    public static void Write(Stream zip, Snapshot snapshot, OfficevibeOptions wire, bool forSpreadsheet)
    {
        var workleap = wire.Dialect == OfficevibeDialect.Workleap;
        using var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        People(archive, snapshot, wire, workleap, forSpreadsheet);
        File(archive, workleap ? "teams" : "groups", forSpreadsheet, workleap ? ["externalTeamId", "teamName"] : ["id", "name"], snapshot.Groups.Select(g => (string?[])[g.Id, g.Name]));
        File(
            archive, workleap ? "teams-mappings" : "groups-mapping", forSpreadsheet,
            workleap ? ["externalTeamId", "externalMemberId", "externalSubteamId", "isMember", "isManager"] : ["groupId", "userId", "subGroupId", "isMember", "isManager"],
            OfficevibeBody.Rows(snapshot.Mappings, wire).Select(row => Mapping(row.Mapping, row.AlsoMember)));
    }

    private static void People(ZipArchive archive, Snapshot snapshot, OfficevibeOptions wire, bool workleap, bool forSpreadsheet)
    {
        var attributes = snapshot.Users.SelectMany(u => u.Attributes.Select(a => a.Name)).Distinct(StringComparer.Ordinal).Order(Ordinal.Comparer).ToList();
        var languages = new Languages(wire);
        string?[] products = workleap && wire.Workleap.ProductAssignations.Count > 0 ? [string.Join(',', wire.Workleap.ProductAssignations)] : [];
        string[] header =
        [
            workleap ? "externalMemberId" : "id", "email", "firstName", "lastName", "jobTitle", "imageUrl", workleap ? "languagePreferences" : "language",
            .. products.Length > 0 ? ["productAssignations"] : Array.Empty<string>(), .. attributes,
        ];
        File(archive, workleap ? "members" : "users", forSpreadsheet, header, snapshot.Users.Select(u =>
        {
            var values = u.Attributes.ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal);
            return (string?[])[u.Id, u.Email, u.FirstName, u.LastName, u.JobTitle, u.ImageUrl, languages.Of(u.Language), .. products, .. attributes.Select(values.GetValueOrDefault)];
        }));
    }

    private static string?[] Mapping(SnapshotMapping m, bool alsoMember) => m.Kind == MappingKind.SubGroup
        ? [m.GroupId, "", m.OtherId, False, False]
        : [m.GroupId, m.OtherId, "", m.Kind == MappingKind.Member || alsoMember ? True : False, m.Kind == MappingKind.Manager ? True : False];

    private static void File(ZipArchive archive, string name, bool forSpreadsheet, IReadOnlyList<string> header, IEnumerable<string?[]> rows)
    {
        using var stream = archive.CreateEntry(forSpreadsheet ? $"{name}-spreadsheet.csv" : $"{name}.csv", CompressionLevel.Fastest).Open();
        CsvFile.Write(stream, forSpreadsheet, header, rows);
    }
}

/// <summary>How a company is to be exported: the queries <c>for</c> and <c>names</c>.</summary>
/// <param name="ForSpreadsheet">For people's eyes; not for import.</param>
/// <param name="Dialect">Whose names files and columns have.</param>
public sealed record FilesRequest(bool ForSpreadsheet, OfficevibeDialect Dialect)
{
    private const string Spreadsheet = "spreadsheet";

    /// <param name="purpose">The query <c>for</c>: <c>sync</c> (default) or <c>spreadsheet</c>.</param>
    /// <param name="names">The query <c>names</c>: <c>officevibe</c> or <c>workleap</c>.</param>
    /// <param name="otherwise">The dialect where the query does not say.</param>
    public static (FilesRequest? Request, Problem? Refusal) Read(string? purpose, string? names, OfficevibeDialect otherwise)
    {
        if (purpose is not (null or "sync" or Spreadsheet)) return (null, Problem.Invalid("for", "sync (verbatim) or spreadsheet (for people's eyes; not for import)."));
        OfficevibeDialect? dialect = names is null ? otherwise
            : AsciiCaseInsensitive.Same(names, "officevibe") ? OfficevibeDialect.Officevibe : AsciiCaseInsensitive.Same(names, "workleap") ? OfficevibeDialect.Workleap : null;
        return dialect is { } named ? (new FilesRequest(purpose == Spreadsheet, named), null) : (null, Problem.Invalid("names", "officevibe or workleap."));
    }

    /// <summary>The zip, as a download.</summary>
    /// <param name="snapshot">The company.</param>
    /// <param name="wire">The settings of the wire.</param>
    /// <param name="name">Of the file, without its end.</param>
    public IResult Answer(Snapshot snapshot, OfficevibeOptions wire, string name)
    {
        var zip = new MemoryStream();
        CompanyFiles.Write(zip, snapshot, wire.In(Dialect), ForSpreadsheet);
        zip.Position = 0;
        return Results.File(zip, "application/zip", ForSpreadsheet ? $"{name}-spreadsheet.zip" : $"{name}.zip");
    }
}
