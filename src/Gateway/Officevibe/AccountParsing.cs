using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gateway.Membership;

namespace Gateway.Officevibe;

/// <summary>Parses <c>GET /users</c> and <c>GET /groups</c>. What is not as it should be fails the reading: half an account is none.</summary>
internal static class AccountParsing
{
    public static (List<AccountUser> Items, string? Problem) Users(ReadOnlySequence<byte> body) => List(body, "users", "userCount", User);

    public static (List<AccountGroup> Items, string? Problem) Groups(ReadOnlySequence<byte> body) => List(body, "groups", "groupCount", Group);

    /// <summary>One entry at a time: as one document, a hundred thousand people take several times their bytes.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="list">Its list, under <c>data</c>.</param>
    /// <param name="count">Its own count of them; null: it has none.</param>
    /// <param name="read">Reads an entry, and keeps none of it that is not a copy; null: it cannot be read.</param>
    public static (List<T> Items, string? Problem) List<T>(ReadOnlySequence<byte> body, string list, string? count, Func<JsonElement, T?> read)
        where T : class
    {
        // Most of its texts are those of the company that was sent.
        var texts = TextPool.Current;
        var reader = new Utf8JsonReader(AnswerText.From(body));
        if (!Enter(ref reader, "data", JsonTokenType.StartObject)) return ([], $"Reading {list}: the answer has no data.");

        var (items, said) = (default(List<T>), default(int?));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name.Equals(list, StringComparison.OrdinalIgnoreCase) && reader.TokenType == JsonTokenType.StartArray)
            {
                items = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    using var entry = JsonDocument.ParseValue(ref reader);
                    if (entry.RootElement is not { ValueKind: JsonValueKind.Object } element || read(element) is not { } item)
                        return ([], string.Create(CultureInfo.InvariantCulture, $"Reading {list}: entry {items.Count} cannot be read."));
                    items.Add(item);
                }
            }
            else if (count is not null && name.Equals(count, StringComparison.OrdinalIgnoreCase) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)) said = number;
            else reader.Skip();
        }

        GC.KeepAlive(texts);
        if (items is null) return ([], $"Reading {list}: the answer has no list.");
        // Paging has never been seen; should it come, a first page must not pass for all.
        return said is { } all && all != items.Count
            ? ([], string.Create(CultureInfo.InvariantCulture, $"Reading {list}: the answer holds {items.Count} of {said}."))
            : (items, null);
    }

    /// <summary>Goes on to the value of a property of the outermost object. False: it has none, or another kind of one.</summary>
    private static bool Enter(ref Utf8JsonReader reader, string property, JsonTokenType kind)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.GetString()!.Equals(property, StringComparison.OrdinalIgnoreCase);
            reader.Read();
            if (found) return reader.TokenType == kind;
            reader.Skip();
        }

        return false;
    }

    private static AccountUser? User(JsonElement user) => Text(user, "email") is not { } email ? null : new AccountUser
    {
        Email = email,
        // `fistName` is how Officevibe writes it.
        FirstName = Text(user, "firstName") ?? Text(user, "fistName"),
        LastName = Text(user, "lastName"),
        UserName = Text(user, "userName"),
        JobTitle = Text(user, "jobTitle"),
        IsGroupManager = Property(user, "isGroupManager") is null ? null : Flag(user, "isGroupManager"),
        IsCompanyManager = Flag(user, "isCompanyManager"),
        IsAdmin = Flag(user, "isAdmin"),
        AdminTold = Property(user, "isAdmin") is not null,
        TeamsTold = Property(user, "managedGroups") is { ValueKind: JsonValueKind.Array } && Property(user, "memberGroups") is { ValueKind: JsonValueKind.Array },
        ManagedGroups = Names(user, "managedGroups"),
        MemberGroups = Names(user, "memberGroups"),
    };

    private static AccountGroup? Group(JsonElement group) =>
        Text(group, "name") is not { } name ? null : new AccountGroup(Text(group, "id"), name, Number(group, "userCount"), Number(group, "managerCount"), IsRuleBased(group));

    /// <summary>A connector's description has a type of groups, under <c>group_type</c>; its values are not known, so any that speaks of rules counts.</summary>
    private static bool IsRuleBased(JsonElement group) => (Text(group, "groupType") ?? Text(group, "group_type") ?? Text(group, "type")) is { } type
        && (type.Contains("rule", StringComparison.OrdinalIgnoreCase) || type.Contains("dynamic", StringComparison.OrdinalIgnoreCase) || type.Contains("segment", StringComparison.OrdinalIgnoreCase));

    internal static JsonElement? Property(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        if (element.TryGetProperty(name, out var exact)) return exact;
        foreach (var property in element.EnumerateObject())
            if (Ascii.EqualsIgnoreCase(JsonMarshal.GetRawUtf8PropertyName(property), name)) return property.Value;
        return null;
    }

    internal static string? Text(JsonElement element, string name) => Property(element, name) switch
    {
        { ValueKind: JsonValueKind.String } value when String(value).Trim() is { Length: > 0 } text => text,
        { ValueKind: JsonValueKind.Number } value => value.GetRawText(),
        _ => null,
    };

    /// <summary>As the pool has it. One that is escaped, or is no text, is left to the framework.</summary>
    private static string String(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        return raw.Contains((byte)'\\') || !Utf8.IsValid(raw) ? value.GetString()! : TextPool.Current.Of(raw);
    }

    private static bool Flag(JsonElement element, string name) => Property(element, name) is { ValueKind: JsonValueKind.True };

    private static int? Number(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    /// <summary>Names, or objects that have one.</summary>
    internal static IReadOnlyList<string> Names(JsonElement element, string name) => Property(element, name) is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() == 0
        ? []
        : array.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? String(item) : Text(item, "name")).OfType<string>().ToArray();
}
