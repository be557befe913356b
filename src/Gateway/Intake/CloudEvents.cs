using System.Text.Json;

namespace Gateway.Intake;

/// <summary>CloudEvents 1.0: the envelope around an event, structured or in headers. Its <c>data</c> is the event.</summary>
public static class CloudEvents
{
    public const string Structured = "application/cloudevents+json";
    public const string Batched = "application/cloudevents-batch+json";

    private const int MaxDepth = 32;
    private const string WantVersion = "The gateway takes CloudEvents of specversion 1.0.";

    /// <summary>True: the request is in binary mode. A wrong version is an error.</summary>
    public static bool IsBinary(IHeaderDictionary headers, Errors errors)
    {
        if (!headers.TryGetValue("ce-specversion", out var version)) return false;
        if (version != "1.0") errors.Add("ce-specversion", WantVersion);
        return true;
    }

    /// <summary>The event inside a structured envelope and the envelope's id; null where there is none, which <paramref name="errors"/> tells.</summary>
    public static (JsonDocument? Owned, JsonElement Data, string? Id)? Open(JsonElement envelope, Errors errors)
    {
        if (envelope.ValueKind != JsonValueKind.Object)
        {
            errors.Add("$", "A CloudEvents envelope is a JSON object.");
            return null;
        }

        if (Attribute(envelope, "specversion", errors) != "1.0") errors.Add("specversion", WantVersion);
        var id = Attribute(envelope, "id", errors);
        if (id is null) errors.Add("id", "A CloudEvent has an id.");
        if (Attribute(envelope, "source", errors) is null) errors.Add("source", "A CloudEvent has a source.");
        if (Attribute(envelope, "type", errors) is null) errors.Add("type", "A CloudEvent has a type.");
        if (envelope.TryGetProperty("data", out var data)) return errors.Any ? null : (null, data, id);
        if (envelope.TryGetProperty("data_base64", out var encoded) && Decode(encoded, errors) is { } document)
            return errors.Any ? null : (document, document.RootElement, id);
        errors.Add("data", "The envelope's data is the event; it is missing.");
        return null;
    }

    private static string? Attribute(JsonElement envelope, string name, Errors errors) =>
        envelope.TryGetProperty(name, out var value) ? Scalars.Text(value, name, errors) : null;

    private static JsonDocument? Decode(JsonElement encoded, Errors errors)
    {
        if (encoded.ValueKind == JsonValueKind.String && encoded.TryGetBytesFromBase64(out var bytes)) return EventIntake.Parse(bytes, errors, MaxDepth);
        errors.Add("data_base64", "Base64 of the event's JSON is needed.");
        return null;
    }
}
