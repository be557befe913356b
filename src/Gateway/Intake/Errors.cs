namespace Gateway.Intake;

/// <summary>What is wrong with a request, by JSON path. Messages say what to do and never hold a value; a path holds names only.</summary>
public sealed class Errors
{
    private const int Most = 100;
    private const int LongestName = 64;
    private SortedDictionary<string, List<string>>? _found;
    private int _count;

    /// <summary>Made when it is needed: most requests have no errors.</summary>
    private SortedDictionary<string, List<string>> ByPath => _found ??= new(StringComparer.Ordinal);

    public bool Any => _count > 0;

    public bool Has(string path) => _found?.ContainsKey(path) == true;

    public void Add(string path, string message)
    {
        if (++_count == Most) (path, message) = ("$", $"There are more errors: these are the first {Most - 1}.");
        else if (_count > Most) return;
        if (!ByPath.TryGetValue(path, out var messages)) ByPath[path] = messages = [];
        if (!messages.Contains(message, StringComparer.Ordinal)) messages.Add(message);
    }

    /// <summary>A name that the sender chose, as part of a path: cut, so that no answer carries a body back.</summary>
    public static string Cut(string name) => name.Length <= LongestName ? name : string.Concat(name.AsSpan(0, char.IsHighSurrogate(name[LongestName - 1]) ? LongestName - 1 : LongestName), "…");

    /// <summary>The same errors, at places inside <paramref name="parent"/>.</summary>
    public Errors Inside(string parent)
    {
        var errors = new Errors { _count = _count };
        foreach (var (path, messages) in ByPath)
            errors.ByPath[path == "$" ? parent : path[0] == '[' ? parent + path : $"{parent}.{path}"] = messages;
        return errors;
    }

    public Dictionary<string, string[]> ToDictionary() => ByPath.ToDictionary(e => e.Key, e => e.Value.ToArray(), StringComparer.Ordinal);
}
