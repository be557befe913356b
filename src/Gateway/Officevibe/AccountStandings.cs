using System.Buffers;
using System.Text.Json;
using Gateway.Membership;
using Gateway.Membership.Sync;

namespace Gateway.Officevibe;

/// <summary>What Workleap says of some people.</summary>
/// <param name="Known">By e-mail, whatever the case; whoever is not in it could not be seen.</param>
/// <param name="Problem">Why somebody could not be seen; null: everybody was.</param>
public sealed record AccountStandings(IReadOnlyDictionary<string, Standing> Known, string? Problem);

/// <summary>Parses what <c>POST /users/search</c> and <c>/groups/search</c> list: under <c>value</c>, or <c>users</c> or <c>groups</c>.</summary>
internal static class WorkleapParsing
{
    /// <param name="Items">Null: the answer has no list.</param>
    /// <param name="Next">For the next page; null: this is the last, as far as it says.</param>
    /// <param name="SaysWhetherItGoesOn">There is a token, or an empty one: without it a full page may be the first of several.</param>
    public sealed record Listed<T>(IReadOnlyList<T>? Items, string? Next, bool SaysWhetherItGoesOn);

    public sealed record Person(string Email, string? Name, bool? Active);

    public static Listed<Person> People(ReadOnlySequence<byte> body) => List(body, "users", item => Email(item) is { } email ? new Person(email, Text(item, "displayName"), Flag(item, "active")) : null);

    public static Listed<AccountGroup> Groups(ReadOnlySequence<byte> body) => List(body, "groups", item =>
        (Text(item, "displayName") ?? Text(item, "name")) is { } name ? new AccountGroup(Text(item, "id"), name, null, null) : null);

    /// <summary>Null: several have it, or it does not tell.</summary>
    public static Standing? Of(IReadOnlyList<Person> found, string email)
    {
        var those = found.Where(p => AsciiCaseInsensitive.Same(p.Email, email)).ToList();
        return those.Count == 0 ? Standing.Absent : those is [{ Active: { } active }] ? active ? Standing.Active : Standing.Inactive : null;
    }

    private static Listed<T> List<T>(ReadOnlySequence<byte> body, string name, Func<JsonElement, T?> read) where T : class
    {
        using var json = JsonDocument.Parse(AnswerText.From(body));
        var root = json.RootElement;
        var list = root.ValueKind == JsonValueKind.Array ? root : Property(root, "value") ?? Property(root, name);
        if (list is not { ValueKind: JsonValueKind.Array } array) return new(null, null, false);
        var items = new List<T>(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
        {
            // Half a list is none.
            if (read(element) is not { } item) return new(null, null, false);
            items.Add(item);
        }

        var paging = Property(root, "continuationToken") is not null ? root : Property(root, "metadata") ?? root;
        return new(items, Text(paging, "continuationToken"), Property(paging, "continuationToken") is not null);
    }

    /// <summary>The first e-mail is the primary one.</summary>
    private static string? Email(JsonElement item) => Property(item, "emails") is { ValueKind: JsonValueKind.Array } emails && emails.GetArrayLength() > 0
        ? emails[0].ValueKind == JsonValueKind.String ? emails[0].GetString() : Text(emails[0], "value")
        : Text(item, "email") ?? Text(item, "userName");

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString()!.Trim() is { Length: > 0 } text ? text : null;

    private static bool? Flag(JsonElement element, string name) => Property(element, name)?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
}
