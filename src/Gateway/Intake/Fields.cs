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
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            if (NameOf(property) is not { } name) errors.Add(at.Length == 0 ? "$" : at, "A field's name is not valid Unicode text.");
            else if (!seen.Add(name)) errors.Add(Path(at, name), "The field is there twice; say it once.");
            else yield return (name, property.Value);
        }
    }

    public static string Path(string at, string name) => at.Length == 0 ? Errors.Cut(name) : $"{at}.{Errors.Cut(name)}";
}
