using System.Text;

namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>What one sync came to; the vendor shows it in the app only, so the API never hands it out.</summary>
/// <param name="Number">From 1, in the order in which syncs were decided.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Applied">False: refused as a whole, nothing changed.</param>
/// <param name="Errors">The text of a refusal; empty for an applied one.</param>
/// <param name="Skipped">What an applied one left out.</param>
public sealed record SyncReport(
    int Number, DateTimeOffset At, bool Applied, IReadOnlyList<string> Errors, IReadOnlyList<SkippedRow> Skipped)
{
    /// <summary>The report as the spreadsheet has it: one line for each skipped row, with the column <c>ExternalId</c>.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("ExternalId,Section,Row,Message,Detail\r\n");
        foreach (var row in Skipped)
        {
            csv.AppendJoin(',', Cell(row.ExternalId), Cell(row.Section), row.Row, Cell(row.Message), Cell(row.Detail)).Append("\r\n");
        }

        foreach (var error in Errors)
        {
            csv.AppendJoin(',', "", "", "", Cell(error), "").Append("\r\n");
        }

        return csv.ToString();
    }

    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
