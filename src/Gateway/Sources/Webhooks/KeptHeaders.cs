using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Sources.Webhooks.Signatures;

namespace Gateway.Sources.Webhooks;

/// <summary>The headers that are kept with a delivery, for its script: none that is a credential or a signature, none that is only about the way here.</summary>
internal static class KeptHeaders
{
    private const int MostHeaders = 60;
    private const int Longest = 2000;

    private static readonly string[] Secretive = ["authorization", "cookie", "signature", "token", "secret", "api-key", "apikey", "hmac", "password", "credential"];

    private static readonly HashSet<string> OfTheWay = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "connection", "content-length", "transfer-encoding", "expect", "accept", "accept-encoding", "keep-alive", "te", "upgrade", "via", "forwarded", "traceparent", "tracestate",
    };

    public static string Json(IHeaderDictionary headers, SignatureScheme? scheme) => JsonSerializer.Serialize(Pick(headers, scheme), HeadersJson.Default.DictionaryStringString);

    public static Dictionary<string, string> Pick(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> headers, SignatureScheme? scheme)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in headers)
        {
            if (kept.Count == MostHeaders) break;
            if (OfTheWay.Contains(name) || name.StartsWith("x-forwarded-", StringComparison.OrdinalIgnoreCase)) continue;
            if (string.Equals(name, scheme?.Header, StringComparison.OrdinalIgnoreCase) || Secretive.Any(s => name.Contains(s, StringComparison.OrdinalIgnoreCase))) continue;
            var value = values.ToString();
            if (value.Length <= Longest) kept[name.ToLowerInvariant()] = value;
        }

        return kept;
    }

    public static Dictionary<string, string> Read(string json) => JsonSerializer.Deserialize(json, HeadersJson.Default.DictionaryStringString) ?? [];

    public static string? ContentType(HttpRequest request) => request.ContentType is { Length: > 0 and <= 200 } type ? type : null;
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class HeadersJson : JsonSerializerContext;
