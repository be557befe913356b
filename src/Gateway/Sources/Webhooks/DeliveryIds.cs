using System.Globalization;
using System.Text.Json;

namespace Gateway.Sources.Webhooks;

/// <summary>Finds the id that the vendor gave a delivery.</summary>
internal static class DeliveryIds
{
    /// <summary>Null: it has none.</summary>
    public static string? Find(DeliveryIdPlace? place, IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        // A CloudEvent has one wherever it comes from; beside a place of the settings only if that is empty.
        var id = place?.Header is { } header ? Header(headers, header) : place?.Path is { } path ? Inside(body, path) : null;
        return id ?? (headers.ContainsKey("ce-specversion") && Header(headers, "ce-id") is { } ce ? Header(headers, "ce-source") + "\n" + ce : null);
    }

    /// <summary>A string or a number, without what is no text; null: neither.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            var text = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            };
            return string.IsNullOrWhiteSpace(text) || text.Any(char.IsControl) ? null : text;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }

    private static string? Header(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values.Count == 1 && !string.IsNullOrWhiteSpace(values[0]) ? values[0] : null;

    private static string? Inside(ReadOnlyMemory<byte> body, IReadOnlyList<string> path)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var at = json.RootElement;
            foreach (var name in path)
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return null;
            return Text(at);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A delivery's id in the gateway.</summary>
    public static string Of(long sequence) => sequence.ToString(CultureInfo.InvariantCulture);

    public static long? Read(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence > 0 ? sequence : null;
}
