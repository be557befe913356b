using System.Text;
using System.Text.Unicode;

namespace Gateway.Sources.Baselines;

/// <summary>A CSV file's text, and what was recognised in its bytes.</summary>
/// <param name="Text">Without a byte order mark.</param>
/// <param name="Encoding"><c>utf-8</c> or <c>windows-1252</c>.</param>
/// <param name="Delimiter">One of <c>,</c> <c>;</c> tab.</param>
/// <param name="HasHint">The first line is a spreadsheet's <c>sep=;</c>, the second one is the header.</param>
internal sealed record CsvText(string Text, string Encoding, char Delimiter, bool HasHint)
{
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>Null: neither of the two (then it is said).</summary>
    public static CsvText? Recognise(ReadOnlySpan<byte> bytes, string file, BaselineErrors errors)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            errors.Add(file, "The file is UTF-16. Save it as CSV in UTF-8.");
            return null;
        }

        if (bytes.StartsWith("PK"u8))
        {
            errors.Add(file, "The file is a workbook or an archive. Save it as CSV in UTF-8.");
            return null;
        }

        // Accented text in Windows-1252 is as good as never valid UTF-8.
        var (encoding, text) = Utf8.IsValid(bytes)
            ? ("utf-8", System.Text.Encoding.UTF8.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes))
            : ("windows-1252", Windows1252.GetString(bytes));
        return text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 5 && text[4] is (',' or ';' or '\t') && text[5] is ('\r' or '\n')
            ? new CsvText(text, encoding, text[4], HasHint: true)
            : new CsvText(text, encoding, DelimiterOf(text), HasHint: false);
    }

    /// <summary>The one that the header line has most of, outside quotes; a comma where it has none.</summary>
    private static char DelimiterOf(string text)
    {
        var (quoted, commas, semicolons, tabs) = (false, 0, 0, 0);
        foreach (var c in text)
        {
            if (c == '"') quoted = !quoted;
            else if (quoted) continue;
            else if (c == ',') commas++;
            else if (c == ';') semicolons++;
            else if (c == '\t') tabs++;
            else if (c is '\n' or '\r' && commas + semicolons + tabs > 0) break;
        }

        return semicolons > commas && semicolons >= tabs ? ';' : tabs > commas ? '\t' : ',';
    }
}
