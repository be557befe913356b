using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Notifications;

/// <summary>What a notification says: <c>type</c>, <c>timestamp</c>, and <c>data</c> with ids, numbers, codes and a path of this API. Who it is about is read there, by those who may.</summary>
internal static class NotificationBody
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string type, DateTimeOffset at, string data) => Write(type, at, JsonNode.Parse(data)!.AsObject());

    /// <summary>Of a story: with how often it happened since it was told last.</summary>
    public static string Of(string type, DateTimeOffset at, string data, long count, DateTimeOffset since)
    {
        var all = JsonNode.Parse(data)!.AsObject();
        all["count"] = count;
        all["since"] = Text(since);
        return Write(type, at, all);
    }

    private static string Write(string type, DateTimeOffset at, JsonObject data) =>
        new JsonObject { ["type"] = type, ["timestamp"] = Text(at), ["data"] = data }.ToJsonString(Json);

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", CultureInfo.InvariantCulture);
}
