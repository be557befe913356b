using Gateway.Edge;
using Microsoft.AspNetCore.Mvc;

namespace Gateway.Exports;

/// <summary>A list as a table: its columns, and the rows of an entry.</summary>
public sealed record ExportTable<T>(IReadOnlyList<string> Header, Func<T, IEnumerable<IReadOnlyList<string?>>> Rows);

/// <summary>A list that was read through from the account, whole.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Items">As the account gave them.</param>
public sealed record ExportAnswer<T>(DateTimeOffset At, IReadOnlyList<T> Items);

/// <summary>The queries of every export.</summary>
/// <param name="Format"><c>json</c> or <c>csv</c>; <c>Accept</c> decides where it is absent, else JSON.</param>
/// <param name="Purpose">Of CSV: <c>spreadsheet</c> (default, since whoever wants CSV mostly opens it in one) or <c>data</c>, verbatim.</param>
public sealed record ExportQuery([property: FromQuery(Name = "format")] string? Format, [property: FromQuery(Name = "for")] string? Purpose);

/// <summary>JSON, or CSV for people or for machines.</summary>
/// <param name="Csv">Else JSON.</param>
/// <param name="ForSpreadsheet">Of CSV: no cell is a formula, and the file is marked.</param>
internal sealed record ExportForm(bool Csv, bool ForSpreadsheet)
{
    private const string CsvType = "text/csv";

    public static (ExportForm? Form, Problem? Refusal) Read(ExportQuery query, HttpRequest request)
    {
        var (format, purpose) = (query.Format, query.Purpose);
        if (format is not (null or "json" or "csv")) return (null, Problem.Invalid("format", "json or csv."));
        if (purpose is not (null or "data" or "spreadsheet")) return (null, Problem.Invalid("for", "spreadsheet (default: no cell is a formula) or data (verbatim)."));
        return (new ExportForm(format is null ? Prefers(request) : format == "csv", purpose != "data"), null);
    }

    public IResult Answer<T>(string list, ExportTable<T> table, IReadOnlyList<T> items, DateTimeOffset at)
    {
        if (!Csv) return TypedResults.Ok(new ExportAnswer<T>(at, items));
        return TypedResults.Stream(async answer =>
        {
            // The writer is not asynchronous: a piece at a time is made in memory, and goes out before the next one.
            using var piece = new MemoryStream();
            for (var from = 0; from == 0 || from < items.Count; from += 1_000)
            {
                piece.SetLength(0);
                CsvFile.Write(piece, ForSpreadsheet, from == 0 ? table.Header : null, items.Skip(from).Take(1_000).SelectMany(table.Rows));
                piece.Position = 0;
                await piece.CopyToAsync(answer);
            }
        }, $"{CsvType}; charset=utf-8", ForSpreadsheet ? $"{list}-spreadsheet.csv" : $"{list}.csv");
    }

    /// <summary>CSV is named, and JSON or anything is not wanted more.</summary>
    private static bool Prefers(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return WeightOf(CsvType) is { } csv && !(WeightOf("application/json") >= csv);

        double? WeightOf(string type) => accepted.Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(a => (double?)(a.Quality ?? 1)).Max();
    }
}
