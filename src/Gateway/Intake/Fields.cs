using System.Text.Json;

namespace Gateway.Intake;

/// <summary>The names of a JSON object's fields. System.Text.Json throws where an escaped name holds half a surrogate pair; here that is null.</summary>
internal static class Fields
{
    public static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The value of a field; of several with the name the last.</summary>
    public static JsonElement? Find(JsonElement json, string name)
    {
        JsonElement? found = null;
        if (json.ValueKind != JsonValueKind.Object) return found;
        foreach (var property in json.EnumerateObject())
            if (NameOf(property) == name) found = property.Value;
        return found;
    }

    /// <summary>The fields of an object, each name once; broken and repeated names become errors.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Each(JsonElement json, string at, Errors errors)
    {
        var seen = new Seen();
        foreach (var property in json.EnumerateObject())
        {
            if (NameOf(property) is not { } name) errors.Add(at.Length == 0 ? "$" : at, "A field's name is not valid Unicode text.");
            else if (!seen.Add(name)) errors.Add(Path(at, name), "The field is there twice; say it once.");
            else yield return (name, property.Value);
        }
    }

    /// <summary>The names of an object so far. Looked through one by one while they are few, as those of an honest event are.</summary>
    private struct Seen()
    {
        private const int Few = 16;
        private readonly string[] _few = new string[Few];
        private HashSet<string>? _many;
        private int _count;

        public bool Add(string name)
        {
            if (_many is not null) return _many.Add(name);
            if (Array.IndexOf(_few, name, 0, _count) >= 0) return false;
            if (_count < Few) _few[_count++] = name;
            else _many = new HashSet<string>(_few, StringComparer.Ordinal) { name };
            return true;
        }
    }

    public static string Path(string at, string name) => at.Length == 0 ? Errors.Cut(name) : $"{at}.{Errors.Cut(name)}";
}
