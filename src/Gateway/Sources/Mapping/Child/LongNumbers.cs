using System.Text.Json;

namespace Gateway.Sources.Mapping.Child;

/// <summary>JavaScript's numbers have 15 safe digits; ids have more. Whole numbers that are longer become strings before a script sees them.</summary>
internal static class LongNumbers
{
    private const int SafeDigits = 15;
    private const int MostDepth = 64;

    /// <param name="json">UTF-8.</param>
    /// <returns>The same JSON, with long whole numbers between quotes; null: it is no JSON.</returns>
    public static byte[]? Quote(byte[] json)
    {
        var from = json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var places = new List<(int Start, int Length)>();
        try
        {
            var reader = new Utf8JsonReader(json.AsSpan(from), new JsonReaderOptions { MaxDepth = MostDepth });
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length > SafeDigits && reader.ValueSpan.IndexOfAny(".eE"u8) < 0)
                    places.Add(((int)reader.TokenStartIndex + from, reader.ValueSpan.Length));
            }
        }
        catch (JsonException)
        {
            return null;
        }

        if (places.Count == 0) return from == 0 ? json : json[from..];
        var quoted = new List<byte>(json.Length + 2 * places.Count);
        foreach (var (start, length) in places)
        {
            quoted.AddRange(json.AsSpan(from, start - from));
            quoted.Add((byte)'"');
            quoted.AddRange(json.AsSpan(start, length));
            quoted.Add((byte)'"');
            from = start + length;
        }

        quoted.AddRange(json.AsSpan(from));
        return [.. quoted];
    }
}
