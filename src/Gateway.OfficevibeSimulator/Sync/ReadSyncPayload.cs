using System.Text.Json;

namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>
/// Reads the body of a legacy <c>/sync</c>, or of the successor's provisioning, which takes the legacy names as well. Known keys are found in any casing, since producers have been seen with both <c>groupId</c>
/// and <c>GroupId</c>; the names of properties are kept as they are.
/// </summary>
internal static class ReadSyncPayload
{
    public static async Task<SyncBody> FromAsync(Stream body, PayloadNames[] names, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, new JsonDocumentOptions { MaxDepth = 32 }, cancellationToken);
            return Read(document.RootElement, names);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Invalid UTF-8 and lone surrogates only show when a string is taken out, as InvalidOperationException.
            return Unreadable("the body is no valid JSON.");
        }
    }

    private static SyncBody Read(JsonElement root, PayloadNames[] known)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Unreadable("the body is no JSON object.");
        }

        var sections = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in root.EnumerateObject())
        {
            sections[section.Name] = section.Value;
        }

        if (sections.ContainsKey("settings") && Array.TrueForAll(known, n => !n.Settings))
        {
            return Unreadable("the section 'settings' is not allowed: remove it.");
        }

        // By the first names that any section has.
        var names = Array.Find(known, n => n.Sections.Any(sections.ContainsKey)) ?? known[0];
        foreach (var name in names.Sections)
        {
            if (!sections.TryGetValue(name, out var section) || section.ValueKind != JsonValueKind.Array || section.GetArrayLength() == 0)
            {
                return Unreadable($"the section '{name}' is missing or empty.");
            }
        }

        var malformed = new List<SkippedRow>();
        return new SyncPayload(
            sections.TryGetValue("settings", out var settings) && InviteNewUsers(settings),
            Rows(sections[names.Users], "users", (i, row) => User(i, row, names), malformed),
            Rows(sections[names.Groups], "groups", (i, row) => Group(i, row, names), malformed),
            Rows(sections[names.Mappings], "mappings", (i, row) => Mapping(i, row, names), malformed),
            malformed);
    }

    private static UnreadablePayload Unreadable(string detail) => new($"Main: An error occurred while syncing: {detail}");

    private static bool InviteNewUsers(JsonElement settings) =>
        settings.ValueKind == JsonValueKind.Object
        && settings.EnumerateObject().Any(p => Is(p, "inviteNewUsers") && Flag(p.Value));

    private static List<T> Rows<T>(JsonElement section, string name, Func<int, JsonElement, T> read, List<SkippedRow> malformed)
    {
        var rows = new List<T>(section.GetArrayLength());
        var index = 0;
        foreach (var row in section.EnumerateArray())
        {
            if (row.ValueKind == JsonValueKind.Object)
            {
                rows.Add(read(index, row));
            }
            else
            {
                malformed.Add(new SkippedRow(name, index, "", SkipTexts.NotAnObject));
            }

            index++;
        }

        return rows;
    }

    private static UserRow User(int index, JsonElement row, PayloadNames names)
    {
        string? id = null, email = null, firstName = null, lastName = null, jobTitle = null, imageUrl = null, language = null;
        IReadOnlyList<string>? products = null;
        var properties = new List<KeyValuePair<string, string?>>();
        foreach (var field in row.EnumerateObject())
        {
            if (Is(field, names.UserId)) { id = Text(field.Value); }
            else if (Is(field, "email")) { email = Text(field.Value); }
            else if (Is(field, "firstName")) { firstName = Text(field.Value); }
            else if (Is(field, "lastName")) { lastName = Text(field.Value); }
            else if (Is(field, "jobTitle")) { jobTitle = Text(field.Value); }
            else if (Is(field, "imageUrl")) { imageUrl = Text(field.Value); }
            else if (Is(field, names.Language)) { language = Texts(field.Value) is { } all ? string.Join(',', all) : null; }
            else if (names.Products is { } key && Is(field, key)) { products = Texts(field.Value); }
            else { properties.Add(new(field.Name, Text(field.Value))); }
        }

        return new UserRow(index, id ?? "", email ?? "", firstName, lastName, jobTitle, imageUrl, language, products, properties);
    }

    private static GroupRow Group(int index, JsonElement row, PayloadNames names)
    {
        string? id = null, name = null;
        foreach (var field in row.EnumerateObject())
        {
            if (Is(field, names.GroupId)) { id = Text(field.Value); }
            else if (Is(field, names.GroupName)) { name = Text(field.Value); }
        }

        return new GroupRow(index, id ?? "", name ?? "");
    }

    private static MappingRow Mapping(int index, JsonElement row, PayloadNames names)
    {
        string? group = null, user = null, subGroup = null;
        bool member = false, manager = false;
        foreach (var field in row.EnumerateObject())
        {
            if (Is(field, names.MappingGroupId)) { group = Text(field.Value); }
            else if (Is(field, names.MappingUserId)) { user = Text(field.Value); }
            else if (Is(field, names.SubGroupId)) { subGroup = Text(field.Value); }
            else if (Is(field, "isMember")) { member = Flag(field.Value); }
            else if (Is(field, "isManager")) { manager = Flag(field.Value); }
        }

        return new MappingRow(index, group ?? "", user ?? "", subGroup ?? "", member, manager);
    }

    private static bool Is(JsonProperty field, string known) => field.Name.Equals(known, StringComparison.OrdinalIgnoreCase);

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    /// <summary>A text or a list of texts (which of the two is not known upstream); a blank one is none.</summary>
    private static IReadOnlyList<string>? Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Array => [.. value.EnumerateArray().Select(Text).OfType<string>()],
        _ => Text(value) is { Length: > 0 } text ? [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : [],
    };

    private static bool Flag(JsonElement value) =>
        value.ValueKind == JsonValueKind.True
        || (value.ValueKind == JsonValueKind.String && string.Equals(value.GetString(), "true", StringComparison.OrdinalIgnoreCase));
}
