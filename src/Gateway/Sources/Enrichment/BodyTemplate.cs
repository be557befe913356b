using System.Text.Json;

namespace Gateway.Sources.Enrichment;

/// <summary>
/// The body of a call that reads by POST, with places for a delivery's values inside of its strings: <c>{"requests":[{"individual_id":"{id}"}]}</c>. What may stand in
/// an address ends no string of JSON either.
/// </summary>
public sealed class BodyTemplate
{
    private readonly string _text;

    private BodyTemplate(string text) => _text = text;

    /// <summary>Null: there is none; or it is no JSON, and a word on it is among the errors.</summary>
    public static BodyTemplate? Read(string key, string? text, List<string> errors)
    {
        if (text is null) return null;
        try
        {
            // A place outside of a string makes no JSON.
            using var json = JsonDocument.Parse(AddressTemplate.Place().Replace(text, "x"));
            return new BodyTemplate(text);
        }
        catch (JsonException)
        {
            errors.Add($"{key}: JSON is needed; a {{place}} stands inside of a string.");
            return null;
        }
    }

    /// <summary>The body for these values, or what is the matter with them, without the value.</summary>
    public (string? Body, string? Wrong) Fill(IReadOnlyDictionary<string, string> values)
    {
        string? wrong = null;
        var body = AddressTemplate.Place().Replace(_text, place =>
        {
            var name = place.Value[1..^1];
            wrong ??= AddressTemplate.Wrong(values, name);
            return values.GetValueOrDefault(name, "");
        });
        return wrong is null ? (body, null) : (null, wrong);
    }
}
