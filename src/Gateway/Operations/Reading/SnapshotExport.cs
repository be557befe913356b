using System.Globalization;
using Gateway.Officevibe;
using Gateway.Sync;
using Gateway.Sync.Composing;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Gateway.Operations.Reading;

/// <summary>The company of any instant as three CSV files.</summary>
internal static class SnapshotExport
{
    public static void MapSnapshotExport(this RouteGroupBuilder snapshot) =>
        snapshot.MapGet("/export", GetAsync).WithName("exportSnapshot").WithSummary("The three CSV files of the company now, at an instant or as it was known, in a zip.")
            .Produces(200, contentType: "application/zip").ProducesProblem(400).ProducesProblem(429).ProducesProblem(503);

    /// <param name="at">An instant or a date; default now.</param>
    /// <param name="known">A position of the log: what was known then.</param>
    /// <param name="purpose">sync (default): verbatim, for the Enterprise Sync Tool; spreadsheet: for people, marked, and refused as a baseline.</param>
    /// <param name="names">officevibe (users.csv, groups.csv, groups-mapping.csv) or workleap (members.csv, teams.csv, teams-mappings.csv); default: the configured dialect.</param>
    private static async Task<IResult> GetAsync(
        string? at, long? known, [FromQuery(Name = "for")] string? purpose, string? names, HttpContext context, CompanyReading reading, IOptions<OfficevibeOptions> wire,
        CancellationToken cancellationToken)
    {
        var (files, bad) = FilesRequest.Read(purpose, names, wire.Value.Dialect);
        if (files is null) return bad!;
        var (company, refusal) = await reading.ReadAsync(at, known, cancellationToken);
        if (company is null) return refusal!;
        SnapshotEndpoints.Tell(context, company);
        return files.Answer(company.Composed.Snapshot, wire.Value, company.Composed.At.UtcDateTime.ToString("'company-'yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
    }
}
