namespace Gateway.Sources.Baselines;

/// <summary>Strings as semantics.md wants them: trimmed, empty is null, of bounded length, without control characters.</summary>
internal static class BaselineText
{
    public const int LongestId = 200;
    public const int Longest = 2000;

    /// <summary>Null: empty, or wrong (then it is said).</summary>
    public static string? Read(string? raw, string place, BaselineErrors errors, int longest = Longest)
    {
        var text = raw?.Trim();
        if (string.IsNullOrEmpty(text)) return null;
        if (text.Length > longest && text.EnumerateRunes().Count() > longest)
        {
            errors.Add(place, $"At most {longest} characters are allowed.");
            return null;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
            {
                errors.Add(place, "Control characters are not allowed.");
                return null;
            }

            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                errors.Add(place, "The text is not valid Unicode: it holds half of a surrogate pair.");
                return null;
            }

            i++;
        }

        return text;
    }
}
