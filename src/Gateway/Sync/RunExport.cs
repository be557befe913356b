using System.IO.Compression;
using System.Text;
using CsvHelper;
using Gateway.Edge;
using Gateway.Membership;
using Gateway.Membership.Snapshots;

namespace Gateway.Sync;

/// <summary>The three CSV files of a run, in one zip.</summary>
public static class RunExport
{
    /// <summary>Writes <c>users.csv</c>, <c>groups.csv</c> and <c>groups-mapping.csv</c>.</summary>
    /// <param name="zip">Is written to, and left open.</param>
    /// <param name="snapshot">The sections of the run.</param>
    /// <param name="forSpreadsheet">Cells that a spreadsheet would take for a formula begin with <c>'</c>, and the files are marked.</param>
    public static void Write(Stream zip, Snapshot snapshot, bool forSpreadsheet)
    {
        var attributes = snapshot.Users.SelectMany(u => u.Attributes.Select(a => a.Name)).Distinct(StringComparer.Ordinal).Order(Ordinal.Comparer).ToList();
        using var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        File(archive, forSpreadsheet, "users", ["id", "email", "firstName", "lastName", "jobTitle", "imageUrl", "language", .. attributes], snapshot.Users.Select(u => User(u, attributes)));
        File(archive, forSpreadsheet, "groups", ["id", "name"], snapshot.Groups.Select(g => (string?[])[g.Id, g.Name]));
        File(archive, forSpreadsheet, "groups-mapping", ["groupId", "userId", "subGroupId", "isMember", "isManager"], snapshot.Mappings.Select(Mapping));
    }

    private static string?[] User(SnapshotUser u, List<string> attributes)
    {
        var values = u.Attributes.ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal);
        return [u.Id, u.Email, u.FirstName, u.LastName, u.JobTitle, u.ImageUrl, u.Language, .. attributes.Select(values.GetValueOrDefault)];
    }

    private static string?[] Mapping(SnapshotMapping m) => m.Kind == MappingKind.SubGroup
        ? [m.GroupId, "", m.OtherId, "FALSE", "FALSE"]
        : [m.GroupId, m.OtherId, "", m.Kind == MappingKind.Member ? "TRUE" : "FALSE", m.Kind == MappingKind.Manager ? "TRUE" : "FALSE"];

    private static void File(ZipArchive archive, bool forSpreadsheet, string name, IReadOnlyList<string> header, IEnumerable<string?[]> rows)
    {
        var entry = archive.CreateEntry(forSpreadsheet ? $"{name}-spreadsheet.csv" : $"{name}.csv", CompressionLevel.Fastest);
        using var stream = entry.Open();
        using var csv = CsvWriter.Create(stream, CsvWriterOptions.Default with
        {
            Injection = forSpreadsheet ? CsvInjection.Escape : CsvInjection.None,
            // Spreadsheets tell UTF-8 by its byte order mark.
            WriteByteOrderMark = forSpreadsheet,
        }, leaveOpen: true);
        foreach (var column in header) csv.WriteField(column);
        if (forSpreadsheet) csv.WriteField(SpreadsheetCopy.Mark);
        csv.EndRecord();
        foreach (var row in rows)
        {
            foreach (var value in row) csv.WriteField(value);
            if (forSpreadsheet) csv.WriteField("");
            csv.EndRecord();
        }
    }
}
