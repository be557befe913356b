using System.Globalization;

namespace Gateway.Sources.Baselines;

/// <summary>Where something stands: <c>users.csv line 12, column email</c>, or <c>users[11].email</c>.</summary>
/// <param name="File">The section, or its file's name.</param>
/// <param name="Number">The line (from 1, quoted line ends counted), or the index (from 0).</param>
/// <param name="IsLine">Which of the two.</param>
internal readonly record struct Place(string File, int Number, bool IsLine)
{
    public string Of(string? field = null)
    {
        var number = Number.ToString(CultureInfo.InvariantCulture);
        return IsLine
            ? $"{File} line {number}{(field is null ? "" : $", column {field}")}"
            : $"{File}[{number}]{(field is null ? "" : $".{field}")}";
    }
}

/// <summary>Everything that is wrong with a baseline, up to a cap. Messages say what to do and never hold a value.</summary>
internal sealed class BaselineErrors
{
    private const int Most = 100;
    private readonly Dictionary<string, List<string>> byPlace = new(StringComparer.Ordinal);
    private int count;

    public bool Any => count > 0;

    public void Add(string place, string message)
    {
        if (count++ >= Most) return;
        if (!byPlace.TryGetValue(place, out var messages)) byPlace[place] = messages = [];
        if (!messages.Contains(message, StringComparer.Ordinal)) messages.Add(message);
    }

    public IReadOnlyDictionary<string, string[]> ToDictionary()
    {
        var all = byPlace.ToDictionary(e => e.Key, e => e.Value.ToArray(), StringComparer.Ordinal);
        if (count > Most) all["$"] = [string.Create(CultureInfo.InvariantCulture, $"There are {count - Most} more errors; mend these first.")];
        return all;
    }
}
