using System.Text.Json;

namespace Gateway.Sources.Baselines;

/// <summary>
/// Reads a baseline from JSON: <c>users</c>, <c>groups</c>, <c>mappings</c>, as a sync's body has them. <c>settings</c>, which such a body has
/// too, is passed over. A key that a user has besides the standard ones is an attribute; so is each key of an object <c>attributes</c>.
/// </summary>
internal static class JsonBaseline
{
    public static IReadOnlyList<ReadFile> Read(JsonElement root, BaselineDraft draft, BaselineErrors errors)
    {
        var files = new List<ReadFile>();
        if (root.ValueKind != JsonValueKind.Object)
        {
            errors.Add("$", "An object with users, groups and mappings is needed.");
            return files;
        }

        foreach (var section in root.EnumerateObject())
        {
            var fields = section.Name switch
            {
                "users" => BaselineFields.Users,
                "groups" => BaselineFields.Groups,
                "mappings" => BaselineFields.Mappings,
                _ => null,
            };
            if (fields is null)
            {
                if (section.Name != "settings") errors.Add("$", "There is a key other than users, groups, mappings and settings. Remove it, or correct its spelling.");
            }
            else if (!draft.Sections.Add(section.Name)) errors.Add(section.Name, "The section stands twice.");
            else if (section.Value.ValueKind != JsonValueKind.Array) errors.Add(section.Name, "An array is needed; leave the section out where nothing is to be said.");
            else files.Add(new ReadFile(section.Name, Section(fields, section.Value, draft, errors), null, null));
        }

        return files;
    }

    private static int Section(BaselineFields fields, JsonElement array, BaselineDraft draft, BaselineErrors errors)
    {
        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            var at = new Place(fields.Section, index++, IsLine: false);
            if (item.ValueKind != JsonValueKind.Object) errors.Add(at.Of(), "An object is needed.");
            else if (fields == BaselineFields.Users) User(at, item, draft, errors);
            else Row(at, fields, item, draft, errors);
        }

        return index;
    }

    private static void User(Place at, JsonElement item, BaselineDraft draft, BaselineErrors errors)
    {
        string? id = null;
        var (profile, hasId) = (new ProfileDraft(), false);
        foreach (var property in item.EnumerateObject())
        {
            if (Name(property, at, errors) is not { } name) continue;
            var field = BaselineFields.Users.FieldOf(name);
            if (field == BaselineFields.Ignored) continue;
            if (field == BaselineFields.Id)
            {
                if (hasId) errors.Add(at.Of(name), "The id stands twice.");
                (id, hasId) = (Text(property.Value, at.Of(name), errors, BaselineText.LongestId), true);
            }
            else if (field is null && name == "attributes" && property.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var attribute in property.Value.EnumerateObject())
                    if (Name(attribute, at, errors) is { } attributeName) Give(null, attributeName, attribute.Value);
            }
            else
            {
                Give(field, name, property.Value);
            }
        }

        draft.User(at, id, profile.ToPatch());

        void Give(string? field, string name, JsonElement value)
        {
            if (!profile.Give(field, name, Text(value, at.Of(name), errors, BaselineText.Longest))) errors.Add(at.Of(name), "The field stands twice.");
        }
    }

    private static void Row(Place at, BaselineFields fields, JsonElement item, BaselineDraft draft, BaselineErrors errors)
    {
        var values = new Dictionary<string, JsonElement>();
        foreach (var property in item.EnumerateObject())
        {
            if (Name(property, at, errors) is not { } name) continue;
            if (fields.FieldOf(name) is not { } field) errors.Add(at.Of(), $"There is a key that is not known here. Known are {string.Join(", ", fields.Required)}.");
            else if (!values.TryAdd(field, property.Value)) errors.Add(at.Of(name), "The field stands twice.");
        }

        if (fields == BaselineFields.Groups)
        {
            draft.Group(at, Id(BaselineFields.Id), values.TryGetValue("name", out var name) ? Text(name, at.Of("name"), errors, BaselineText.Longest) : null);
            return;
        }

        var (isMember, isManager) = (Flag("isMember"), Flag("isManager"));
        var (group, user, subGroup) = (Id("groupId"), Id("userId"), Id("subGroupId"));
        if (isMember is not null && isManager is not null) draft.Mapping(at, group, user, subGroup, isMember.Value, isManager.Value);

        string? Id(string field) => values.TryGetValue(field, out var value) ? Text(value, at.Of(field), errors, BaselineText.LongestId) : null;

        bool? Flag(string field)
        {
            if (!values.TryGetValue(field, out var value)) return false;
            switch (value.ValueKind)
            {
                case JsonValueKind.True: return true;
                case JsonValueKind.False or JsonValueKind.Null: return false;
                default:
                    errors.Add(at.Of(field), "true or false is needed.");
                    return null;
            }
        }
    }

    private static string? Name(JsonProperty property, Place at, BaselineErrors errors)
    {
        try
        {
            if (BaselineText.Read(property.Name, at.Of(), errors, BaselineText.LongestId) is { } name) return name;
            errors.Add(at.Of(), "A key needs a name, of at most 200 characters.");
        }
        catch (InvalidOperationException)
        {
            errors.Add(at.Of(), "A key is not valid Unicode text.");
        }

        return null;
    }

    private static string? Text(JsonElement value, string place, BaselineErrors errors, int longest)
    {
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.String)
        {
            errors.Add(place, "A string or null is needed.");
            return null;
        }

        try
        {
            return BaselineText.Read(value.GetString(), place, errors, longest);
        }
        catch (InvalidOperationException)
        {
            errors.Add(place, "The text is not valid Unicode.");
            return null;
        }
    }
}
