namespace Gateway.Edge;

/// <summary>Files that are exported for people's spreadsheets, and must never come back as data.</summary>
public static class SpreadsheetCopy
{
    /// <summary>
    /// The last header of such a file. Its cells were changed so that a spreadsheet takes none for a formula: it says something else than
    /// the company, and is refused as a baseline.
    /// </summary>
    public const string Mark = "(for spreadsheets only)";
}
