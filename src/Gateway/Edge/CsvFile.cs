using CsvHelper;

namespace Gateway.Edge;

/// <summary>CSV as it leaves the gateway: with commas, in UTF-8, a header first.</summary>
public static class CsvFile
{
    /// <param name="stream">Is written to, and left open.</param>
    /// <param name="forSpreadsheet">Cells that a spreadsheet would take for a formula begin with <c>'</c>, and the file is marked, so that it is refused as data.</param>
    /// <param name="header">Names of the columns; null: more rows of a file that has begun.</param>
    /// <param name="rows">Null: an empty cell.</param>
    public static void Write(Stream stream, bool forSpreadsheet, IReadOnlyList<string>? header, IEnumerable<IReadOnlyList<string?>> rows)
    {
        using var csv = CsvWriter.Create(stream, CsvWriterOptions.Default with
        {
            Injection = forSpreadsheet ? CsvInjection.Escape : CsvInjection.None,
            // Spreadsheets tell UTF-8 by its byte order mark.
            WriteByteOrderMark = forSpreadsheet && header is not null,
        }, leaveOpen: true);
        if (header is not null)
        {
            foreach (var column in header) csv.WriteField(column);
            if (forSpreadsheet) csv.WriteField(SpreadsheetCopy.Mark);
            csv.EndRecord();
        }

        foreach (var row in rows)
        {
            foreach (var value in row) csv.WriteField(value);
            if (forSpreadsheet) csv.WriteField("");
            csv.EndRecord();
        }
    }
}
