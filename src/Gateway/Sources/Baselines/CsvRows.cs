using CsvHelper;
using Gateway.Edge;
using Gateway.Membership;

namespace Gateway.Sources.Baselines;

/// <summary>One cell of a column that is known or an attribute. A cell that is empty is null.</summary>
internal readonly record struct CsvCell(string Column, string? Field, string? Text);

/// <summary>Reads the rows of one CSV file: header names of either set in any order, quoted fields, any line end. Says what is wrong, and where.</summary>
internal sealed class CsvRows(BaselineFields fields, string file, BaselineErrors errors)
{
    private CsvMalformedReason? malformed;

    /// <summary>Calls <paramref name="row"/> for each row that can be read. Returns how many rows the file has, the header not counted.</summary>
    public int Read(CsvText text, Action<Place, IReadOnlyList<CsvCell>> row)
    {
        using var reader = CsvReader.FromText(text.Text, new CsvReaderOptions
        {
            HasHeader = false,
            Separator = text.Delimiter,
            DetectSeparatorHint = false,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
            OnMalformedRecord = record => malformed = record.Reason,
        });
        if (!reader.Read() || (text.HasHint && !reader.Read()))
        {
            errors.Add($"{file} line 1", $"The file is empty. Its first line names the columns: {string.Join(", ", fields.Required)}.");
            return 0;
        }

        var header = new Place(file, Line(reader), IsLine: true);
        if (malformed is { } inHeader) errors.Add(header.Of(), Quoting(inHeader));
        var columns = malformed is null ? Header(reader, header) : [];
        if (columns.Length == 0) return 0;

        var rows = 0;
        for (malformed = null; reader.Read(); malformed = null)
        {
            rows++;
            var at = new Place(file, Line(reader), IsLine: true);
            if (malformed is { } reason)
                errors.Add(at.Of(Misquoted(reader, reason) is var column && column < columns.Length ? columns[column] : null), Quoting(reason));
            else if (reader.FieldCount != columns.Length)
                errors.Add(at.Of(), $"The line has {reader.FieldCount} fields, the first line has {columns.Length}. Look for a delimiter or a quote too many or missing.");
            else
                row(at, Cells(reader, columns, at));
        }

        return rows;
    }

    private List<CsvCell> Cells(CsvReader reader, string[] columns, Place at)
    {
        var cells = new List<CsvCell>(columns.Length);
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Length > 0) cells.Add(new CsvCell(columns[i], fields.FieldOf(columns[i]), reader.GetString(i)));
            else if (!string.IsNullOrWhiteSpace(reader.GetString(i))) errors.Add(at.Of(), $"Column {i + 1} has a value here and no name in the first line. Name it, or remove it.");
        }

        return cells;
    }

    private static int Line(CsvReader reader) => checked((int)reader.LineNumber);

    /// <summary>The index of the field whose quotes are wrong.</summary>
    private static int Misquoted(CsvReader reader, CsvMalformedReason reason)
    {
        for (var i = 0; i < reader.FieldCount && reason != CsvMalformedReason.UnterminatedQuote; i++)
        {
            var raw = reader.GetRawSpan(i);
            if (reason == CsvMalformedReason.StrayQuote ? raw is not [(byte)'"', ..] && raw.Contains((byte)'"') : raw is [(byte)'"', .., not (byte)'"']) return i;
        }

        return reader.FieldCount - 1;
    }

    private static string Quoting(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.UnterminatedQuote => "A quote opens a field here and is never closed. Close it, or write a quote that is meant twice, in a quoted field.",
        CsvMalformedReason.TextAfterClosingQuote => "Text follows a closing quote. Put the whole field in quotes, and write a quote within it twice.",
        _ => "A quote stands inside a field. Put the whole field in quotes, and write a quote within it twice.",
    };

    /// <summary>The columns' names, trimmed; none: something is wrong with them.</summary>
    private string[] Header(CsvReader reader, Place line)
    {
        var columns = new string[reader.FieldCount];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var fine = true;
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = reader.GetString(i).Trim();
            var at = $"{line.Of()}, column {i + 1}";
            if (columns[i].Length == 0) continue;
            if (AsciiCaseInsensitive.Same(columns[i], SpreadsheetCopy.Mark))
                fine = Wrong(at, "The file was exported for spreadsheets: some of its cells are changed. Use the export for sync instead.");
            else if (fields.FieldOf(columns[i]) is not { } field && !fields.TakesAttributes)
                fine = Wrong(at, $"The column is not known here. Known are {string.Join(", ", fields.Required)}.");
            else if (!seen.Add(fields.FieldOf(columns[i]) ?? columns[i]))
                fine = Wrong(at, "The column stands twice. Remove one of the two.");
            else if (BaselineText.Read(columns[i], at, errors, BaselineText.LongestId) is null)
                fine = false;
        }

        foreach (var missing in fields.Required.Where(r => !seen.Contains(r)))
            fine = Wrong(line.Of(), $"The column {fields.NamesOf(missing)} is missing. Add it, and see that fields are separated by one of , ; or tab.");
        return fine ? columns : [];
    }

    private bool Wrong(string place, string message)
    {
        errors.Add(place, message);
        return false;
    }
}
