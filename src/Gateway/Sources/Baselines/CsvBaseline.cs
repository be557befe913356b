using Gateway.Membership.Events;

namespace Gateway.Sources.Baselines;

/// <summary>Reads a section from a CSV file into a draft.</summary>
internal static class CsvBaseline
{
    public static ReadFile? Read(BaselineFields fields, string file, ReadOnlySpan<byte> bytes, BaselineDraft draft, BaselineErrors errors)
    {
        draft.Sections.Add(fields.Section);
        if (CsvText.Recognise(bytes, file, errors) is not { } text) return null;
        var rows = new CsvRows(fields, file, errors).Read(text, (at, cells) =>
        {
            if (fields == BaselineFields.Users) User(at, cells, draft, errors);
            else if (fields == BaselineFields.Groups) Group(at, cells, draft, errors);
            else Mapping(at, cells, draft, errors);
        });
        return new ReadFile(fields.Section, rows, text.Encoding, text.Delimiter == '\t' ? "tab" : text.Delimiter.ToString());
    }

    private static void User(Place at, IReadOnlyList<CsvCell> cells, BaselineDraft draft, BaselineErrors errors)
    {
        string? id = null;
        var profile = new ProfileDraft();
        foreach (var cell in cells)
        {
            if (cell.Field == BaselineFields.Ignored) continue;
            var text = BaselineText.Read(cell.Text, at.Of(cell.Column), errors, cell.Field == BaselineFields.Id ? BaselineText.LongestId : BaselineText.Longest);
            if (cell.Field == BaselineFields.Id) id = text;
            else profile.Give(cell.Field, cell.Column, text);
        }

        draft.User(at, id, profile.ToPatch());
    }

    private static void Group(Place at, IReadOnlyList<CsvCell> cells, BaselineDraft draft, BaselineErrors errors) =>
        draft.Group(at, Text(at, cells, BaselineFields.Id, errors, BaselineText.LongestId), Text(at, cells, "name", errors));

    private static void Mapping(Place at, IReadOnlyList<CsvCell> cells, BaselineDraft draft, BaselineErrors errors)
    {
        var (group, user, subGroup) = (
            Text(at, cells, "groupId", errors, BaselineText.LongestId), Text(at, cells, "userId", errors, BaselineText.LongestId),
            Text(at, cells, "subGroupId", errors, BaselineText.LongestId));
        var (isMember, isManager) = (Flag(at, cells, "isMember", errors), Flag(at, cells, "isManager", errors));
        if (isMember is not null && isManager is not null) draft.Mapping(at, group, user, subGroup, isMember.Value, isManager.Value);
    }

    private static string? Text(Place at, IReadOnlyList<CsvCell> cells, string field, BaselineErrors errors, int longest = BaselineText.Longest) =>
        cells.FirstOrDefault(c => c.Field == field) is { Column: { } column, Text: { } text } ? BaselineText.Read(text, at.Of(column), errors, longest) : null;

    /// <summary>Empty is false. Null: neither of the two (then it is said).</summary>
    private static bool? Flag(Place at, IReadOnlyList<CsvCell> cells, string field, BaselineErrors errors)
    {
        var cell = cells.FirstOrDefault(c => c.Field == field);
        // A French spreadsheet writes VRAI and FAUX.
        switch (cell.Text?.Trim().ToUpperInvariant())
        {
            case "TRUE" or "VRAI": return true;
            case null or "" or "FALSE" or "FAUX": return false;
            default:
                errors.Add(at.Of(cell.Column), "TRUE or FALSE is needed.");
                return null;
        }
    }
}
