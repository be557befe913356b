using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Bus;
using Gateway.Intake;

namespace Gateway.Operations.DeadLetters;

/// <summary>What a letter's body is about, as far as it can be read.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LetterSubject(string? Source, string? EventId, string? Type, string? Subject, int Subjects);

/// <summary>
/// Reads bodies that nobody accepted, so nothing in them is certain. Names of fields, ids, types and dates are shown; names, addresses, reasons
/// and whatever else are not: what is wrong with them is in the errors, by place.
/// </summary>
internal static class LetterContent
{
    private const int LargestRead = 1024 * 1024;
    private const int LongestId = 200;

    private static readonly HashSet<string> Shown = new(StringComparer.Ordinal)
    {
        "specversion", "time", "id", "type", "source", "occurredAt", "effectiveAt", "lastDay", "until", "replaces", "employeeId", "teamId", "parentId", "eventId", "from", "to", "role",
    };

    private static readonly HashSet<string> Opened = new(StringComparer.Ordinal) { "data", "member", "attributes", "teams", "sameAs" };

    public static LetterSubject About(DeadLetter letter)
    {
        using var document = Parse(letter);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root) return default;
        return letter.Queue == DeadLetterQueues.Events ? OfEvent(root) : OfNews(root);
    }

    /// <summary>Null: not an event's JSON.</summary>
    public static JsonElement? Masked(DeadLetter letter)
    {
        if (letter.Queue != DeadLetterQueues.Events) return null;
        using var document = Parse(letter);
        return document is null ? null : JsonSerializer.SerializeToElement(Masked(document.RootElement, isShown: false, isOpened: true));
    }

    /// <summary>Null: not an id that the gateway would take.</summary>
    public static string? Id(string? text) => text?.Trim() is { Length: > 0 and <= LongestId } id && !id.Any(char.IsControl) ? id : null;

    private static LetterSubject OfEvent(JsonElement root)
    {
        var inner = root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? data : root;
        var subject = Id(inner, "employeeId") ?? Id(inner, "teamId");
        return new LetterSubject(null, Id(inner, "id") ?? Id(root, "id"), Id(inner, "type"), subject, subject is null ? 0 : 1);
    }

    private static LetterSubject OfNews(JsonElement root)
    {
        if (!root.TryGetProperty("message", out var message) || message.ValueKind != JsonValueKind.Object) return default;
        if (!message.TryGetProperty("facets", out var facets) || facets.ValueKind != JsonValueKind.Array || facets.GetArrayLength() == 0) return default;
        var first = facets[0].ValueKind == JsonValueKind.Object ? facets[0] : default;
        return new LetterSubject(Id(first, "source"), null, null, Id(first, "subject"), facets.GetArrayLength());
    }

    private static string? Id(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Id(value.GetString()) : null;

    private static JsonDocument? Parse(DeadLetter letter)
    {
        if (letter.Message.Body.Length > LargestRead) return null;
        try
        {
            return JsonDocument.Parse(letter.Message.Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonNode? Masked(JsonElement value, bool isShown, bool isOpened) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object when isOpened => Fields(value),
        JsonValueKind.Array when isOpened => new JsonArray([.. value.EnumerateArray().Select(v => Masked(v, isShown, isOpened: v.ValueKind == JsonValueKind.Object))]),
        JsonValueKind.String when isShown && Id(value.GetString()) is { } id => id,
        JsonValueKind.String => string.Create(CultureInfo.InvariantCulture, $"(text, {value.GetString()!.Length} characters)"),
        JsonValueKind.Array => string.Create(CultureInfo.InvariantCulture, $"(list of {value.GetArrayLength()})"),
        JsonValueKind.Object => "(object)",
        JsonValueKind.Number => "(number)",
        _ => "(true or false)",
    };

    private static JsonObject Fields(JsonElement value)
    {
        var fields = new JsonObject();
        foreach (var field in value.EnumerateObject()) fields[Errors.Cut(field.Name)] = Masked(field.Value, Shown.Contains(field.Name), Opened.Contains(field.Name));
        return fields;
    }
}
