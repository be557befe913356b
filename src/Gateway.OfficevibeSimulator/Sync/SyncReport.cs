using System.Text;
using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>How far a sync has come.</summary>
public enum SyncStatus
{
    /// <summary>Refused as a whole, nothing changed.</summary>
    Refused,

    /// <summary>Taken, not worked off yet.</summary>
    Pending,

    /// <summary>Over a risk threshold: an administrator approves or rejects it.</summary>
    Paused,

    /// <summary>By an administrator; nothing changed.</summary>
    Rejected,

    /// <summary>Broke; perhaps half of it is applied.</summary>
    Failed,

    /// <summary>Applied. The vendor's name for it is not known.</summary>
    Done,
}

/// <summary>What one sync came to; the vendor shows it in the app only, so the API never hands it out.</summary>
/// <param name="Number">From 1, in the order in which syncs were decided.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="Errors">The text of a refusal; empty for an applied one.</param>
/// <param name="Skipped">What an applied one left out.</param>
public sealed record SyncReport(
    int Number, DateTimeOffset At, SyncStatus Status, IReadOnlyList<string> Errors, IReadOnlyList<SkippedRow> Skipped)
{
    /// <summary>It is applied, as a whole.</summary>
    public bool Applied => Status == SyncStatus.Done;

    /// <summary>By the successor's API.</summary>
    public bool Workleap { get; init; }

    /// <summary>What it did; what it would do, while it is paused.</summary>
    public SyncEffect Effect { get; init; } = new();

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
