using System.Text.Json;

namespace Gateway.Intake;

/// <summary>CloudEvents 1.0: the envelope around an event, structured or in headers. Its <c>data</c> is the event.</summary>
public static class CloudEvents
{
    public const string Structured = "application/cloudevents+json";
    public const string Batched = "application/cloudevents-batch+json";

    private const string WantVersion = "The gateway takes CloudEvents of specversion 1.0.";

    /// <summary>Binary mode: the envelope is in the headers. What is wrong there becomes an error; without <c>ce-specversion</c> there is no envelope.</summary>
    public static void CheckHeaders(IHeaderDictionary headers, Errors errors)
    {
        if (!headers.TryGetValue("ce-specversion", out var version)) return;
        if (version != "1.0") errors.Add("ce-specversion", WantVersion);
        foreach (var name in (ReadOnlySpan<string>)["ce-id", "ce-source", "ce-type"])
            if (string.IsNullOrWhiteSpace(headers[name])) errors.Add(name, "A CloudEvent has an id, a source and a type.");
    }

    /// <summary>The value of a <c>ce-</c> header: percent-encoded beyond printable ASCII (HTTP protocol binding, 3.1.3.2).</summary>
    public static string Decode(string header) => Uri.UnescapeDataString(header);

    /// <summary>The event inside a structured envelope and the envelope's id; null where there is none, which <paramref name="errors"/> tells.</summary>
    public static (JsonDocument? Owned, JsonElement Data, string? Id)? Open(JsonElement envelope, int depth, Errors errors)
    {
        if (envelope.ValueKind != JsonValueKind.Object)
        {
            errors.Add("$", "A CloudEvents envelope is a JSON object.");
            return null;
        }

        // Attributes that are not ours to read are extensions, and welcome; said twice, they are a mistake.
        var attributes = Fields.Each(envelope, "", errors).ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
        if (Text(attributes, "specversion", errors) is not (null or "1.0")) errors.Add("specversion", WantVersion);
        var id = Text(attributes, "id", errors);
        _ = Text(attributes, "source", errors);
        _ = Text(attributes, "type", errors);
        var (hasData, hasEncoded) = (attributes.TryGetValue("data", out var data), attributes.TryGetValue("data_base64", out var encoded));
        if (hasData == hasEncoded) errors.Add("data", "The envelope's data is the event: give either data or data_base64.");
        if (errors.Any) return null;
        if (hasData) return (null, data, id);
        return Decode(encoded, depth, errors) is { } document ? (document, document.RootElement, id) : null;
    }

    private static string? Text(Dictionary<string, JsonElement> attributes, string name, Errors errors)
    {
        var text = attributes.TryGetValue(name, out var value) ? Scalars.Text(value, name, errors) : null;
        if (text is null && !errors.Has(name)) errors.Add(name, $"A CloudEvent has {name}.");
        return text;
    }

    private static JsonDocument? Decode(JsonElement encoded, int depth, Errors errors)
    {
        byte[]? bytes = null;
        if (encoded.ValueKind == JsonValueKind.String) _ = encoded.TryGetBytesFromBase64(out bytes);
        if (bytes is null)
        {
            errors.Add("data_base64", "Base64 of the event's JSON is needed.");
            return null;
        }

        var inside = new Errors();
        var document = EventIntake.Parse(bytes, inside, depth);
        foreach (var (path, messages) in inside.Inside("data_base64").ToDictionary())
            foreach (var message in messages) errors.Add(path, message);
        return document;
    }
}
