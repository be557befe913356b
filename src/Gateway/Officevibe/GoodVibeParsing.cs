using System.Buffers;
using System.Text.Json;

namespace Gateway.Officevibe;

/// <summary>Parses <c>GET /officevibe/goodvibes</c>: a list under <c>data</c>, and <c>metadata.continuationToken</c> where it goes on. What is not as it should be fails the reading.</summary>
internal static class GoodVibeParsing
{
    /// <param name="Next">Null: this is the last page.</param>
    /// <param name="SaysWhetherItGoesOn">There is <c>metadata</c>: without it a full page may be the first of several.</param>
    public sealed record Page(List<GoodVibe>? Items, string? Next, bool SaysWhetherItGoesOn);

    public static Page Read(ReadOnlySequence<byte> body)
    {
        using var json = JsonDocument.Parse(AnswerText.From(body));
        var metadata = AccountParsing.Property(json.RootElement, "metadata") is { ValueKind: JsonValueKind.Object } m ? m : default(JsonElement?);
        var next = metadata is { } told ? AccountParsing.Text(told, "continuationToken") : null;
        if (AccountParsing.Property(json.RootElement, "data") is not { ValueKind: JsonValueKind.Array } data) return new(null, next, metadata is not null);
        var items = new List<GoodVibe>(data.GetArrayLength());
        foreach (var element in data.EnumerateArray())
        {
            // Half a list is none.
            if (Item(element) is not { } item) return new(null, next, metadata is not null);
            items.Add(item);
        }

        return new(items, next, metadata is not null);
    }

    private static GoodVibe? Item(JsonElement v) => AccountParsing.Property(v, "message") is not { ValueKind: JsonValueKind.String or JsonValueKind.Null } message ? null
        : new GoodVibe(
            AccountParsing.Text(v, "goodVibeId") ?? AccountParsing.Text(v, "id"), AccountParsing.Text(v, "creationDate"),
            AccountParsing.Property(v, "isPublic")?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null },
            AccountParsing.Property(v, "senderUser") is { } sender ? Person(sender) : null,
            [.. Elements(v, "recipients").Select(Person).OfType<AccountPersonName>()], message.GetString(),
            AccountParsing.Text(v, "prompt") ?? FirstText(v, "cardPrompt"), FirstText(v, "collectionName"),
            AccountParsing.Property(v, "replyCount") is { ValueKind: JsonValueKind.Number } count && count.TryGetInt32(out var replies) ? replies : null,
            [.. Elements(v, "reactions").Select(r => r.Clone())]);

    private static AccountPersonName? Person(JsonElement user) => user.ValueKind != JsonValueKind.Object ? null
        : new(AccountParsing.Text(user, "userId"), AccountParsing.Text(user, "displayName"), AccountParsing.Text(user, "emailAddress") ?? AccountParsing.Text(user, "email"));

    /// <summary>Of a text in several languages.</summary>
    private static string? FirstText(JsonElement v, string name) => Elements(v, name).Select(t => AccountParsing.Text(t, "text")).FirstOrDefault(t => t is not null) ?? AccountParsing.Text(v, name);

    private static JsonElement.ArrayEnumerator Elements(JsonElement v, string name) => AccountParsing.Property(v, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;
}
