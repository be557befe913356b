using System.Text.Json;
using Gateway.Membership;
using Gateway.Membership.Events;

namespace Gateway.Intake;

/// <summary>
/// Reads the JSON of an event and reports everything wrong with its shape at once: wrong types, unknown, repeated or misplaced
/// fields, dates without sense, strings that cannot be stored.
/// </summary>
public static class EventJson
{
    /// <summary>Which fields each type has, beside the common ones.</summary>
    private static readonly Dictionary<string, string[]> FieldsOfType = new(StringComparer.Ordinal)
    {
        ["hire"] = ["employeeId", "member", "teams"],
        ["update"] = ["employeeId", "member"],
        ["move"] = ["employeeId", "from", "to", "role", "teams"],
        ["assign"] = ["employeeId", "teamId", "role"],
        ["unassign"] = ["employeeId", "teamId", "role"],
        ["leave"] = ["employeeId", "lastDay", "reason"],
        ["absence"] = ["employeeId", "until"],
        ["return"] = ["employeeId"],
        ["alias"] = ["employeeId", "sameAs"],
        ["team"] = ["teamId", "name", "parentId"],
        ["team-close"] = ["teamId"],
        ["retract"] = ["eventId"],
    };

    private static readonly string[] Common = ["id", "type", "occurredAt", "effectiveAt", "replaces"];

    private static readonly string[] Everywhere = [.. Common, .. FieldsOfType.Values.SelectMany(f => f).Distinct(StringComparer.Ordinal)];

    private static readonly string[] ProfileFields = ["email", "firstName", "lastName", "jobTitle", "imageUrl", "language", "attributes"];

    /// <summary>The names a <c>type</c> may have.</summary>
    public static IReadOnlyCollection<string> Types => FieldsOfType.Keys;

    /// <param name="json">The event's object.</param>
    /// <param name="errors">Receives everything wrong.</param>
    public static EventRequest Read(JsonElement json, Errors errors)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add("$", "An event is a JSON object.");
            return new EventRequest();
        }

        var type = Type(json, errors);
        var request = new EventRequest { Type = type };
        foreach (var (name, value) in Fields.Each(json, "", errors))
        {
            if (type is not null && !Belongs(name, type)) errors.Add(Errors.Cut(name), Unexpected(name, type));
            else if (type is null && Array.IndexOf(Everywhere, name) < 0) errors.Add(Errors.Cut(name), "This is no field of any type." + Nearest(name, Everywhere));
            else request = Field(request, name, value, errors);
        }

        return request;
    }

    private static EventRequest Field(EventRequest r, string name, JsonElement value, Errors errors) => name switch
    {
        "id" => r with { Id = Scalars.Id(value, name, errors) },
        "type" => r,
        "occurredAt" => r with { OccurredAt = Scalars.Instant(value, name, errors) },
        "effectiveAt" => r with { EffectiveAt = Scalars.InstantOrDay(value, name, errors) },
        "lastDay" => r with { LastDay = Scalars.LastDay(value, name, errors) },
        "until" => r with { Until = Scalars.InstantOrDay(value, name, errors) },
        "replaces" => r with { Replaces = Scalars.Id(value, name, errors) },
        "employeeId" => r with { EmployeeId = Scalars.Id(value, name, errors) },
        "teamId" => r with { TeamId = Scalars.Id(value, name, errors) },
        "eventId" => r with { EventId = Scalars.Id(value, name, errors) },
        "name" => r with { Name = Scalars.Required(value, name, errors) },
        "parentId" => r with { ParentId = Patch.To(Scalars.IdOrNull(value, name, errors)) },
        "member" => r with { Member = Profile(value, errors) },
        "teams" => r with { Teams = Teams(value, errors) },
        "from" => r with { From = Scalars.IdOrNull(value, name, errors) },
        "to" => r with { To = Scalars.IdOrNull(value, name, errors) },
        "role" => r with { Role = Scalars.Role(value, name, errors) },
        "reason" => r with { Reason = Scalars.Text(value, name, errors) },
        "sameAs" => SameAs(r, value, errors),
        _ => r,
    };

    private static string? Type(JsonElement json, Errors errors)
    {
        if (Fields.Find(json, "type") is not { ValueKind: not JsonValueKind.Null } value)
        {
            errors.Add("type", $"The type is missing; one of {string.Join(", ", Types)}.");
            return null;
        }

        var type = Scalars.Text(value, "type", errors);
        if (type is not null && FieldsOfType.ContainsKey(type)) return type;
        if (value.ValueKind == JsonValueKind.String && !errors.Has("type")) errors.Add("type", $"This is no type of event; one of {string.Join(", ", Types)}.");
        return null;
    }

    private static ProfilePatch? Profile(JsonElement value, Errors errors)
    {
        if (!IsObject(value, "member", errors)) return null;
        var patch = new ProfilePatch();
        foreach (var (name, field) in Fields.Each(value, "member", errors))
        {
            var path = Fields.Path("member", name);
            if (Array.IndexOf(ProfileFields, name) < 0) errors.Add(path, "This is no field of member." + Nearest(name, ProfileFields));
            else if (name == "attributes") patch = patch with { Attributes = Attributes(field, errors) };
            else patch = WithField(patch, name, Scalars.Text(field, path, errors));
        }

        return patch;
    }

    private static ProfilePatch WithField(ProfilePatch p, string name, string? value) => name switch
    {
        "email" => p with { Email = value },
        "firstName" => p with { FirstName = value },
        "lastName" => p with { LastName = value },
        "jobTitle" => p with { JobTitle = value },
        "imageUrl" => p with { ImageUrl = value },
        _ => p with { Language = value },
    };

    private static Dictionary<string, string?> Attributes(JsonElement value, Errors errors)
    {
        var attributes = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (!IsObject(value, "member.attributes", errors)) return attributes;
        foreach (var property in value.EnumerateObject())
        {
            var name = Scalars.AttributeName(property, "member.attributes", errors);
            if (name is null) continue;
            var path = $"member.attributes['{Errors.Cut(name)}']";
            if (!attributes.TryAdd(name, Scalars.Text(property.Value, path, errors))) errors.Add(path, "The attribute is there twice; say it once.");
        }

        return attributes;
    }

    private static List<Assignment>? Teams(JsonElement value, Errors errors)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            errors.Add("teams", value.ValueKind == JsonValueKind.Null ? "Null is not allowed; leave the field out, or send [] for none." : "A list of { teamId, role } is needed.");
            return null;
        }

        var teams = new List<Assignment>();
        var i = -1;
        foreach (var item in value.EnumerateArray())
        {
            var at = $"teams[{++i}]";
            if (!IsObject(item, at, errors)) continue;
            if (Fields.Find(item, "teamId") is null) errors.Add(at + ".teamId", "The team's id is missing.");
            string? team = null;
            AssignmentRole? role = null;
            foreach (var (name, field) in Fields.Each(item, at, errors))
            {
                if (name == "teamId") team = Scalars.Id(field, $"{at}.{name}", errors);
                else if (name == "role") role = Scalars.Role(field, $"{at}.{name}", errors);
                else errors.Add(Fields.Path(at, name), "This is no field of an assignment." + Nearest(name, ["teamId", "role"]));
            }

            if (team is not null) teams.Add(new Assignment(team, role ?? AssignmentRole.Member));
        }

        return teams;
    }

    private static EventRequest SameAs(EventRequest request, JsonElement value, Errors errors)
    {
        if (!IsObject(value, "sameAs", errors)) return request;
        foreach (var (name, field) in Fields.Each(value, "sameAs", errors))
        {
            var path = Fields.Path("sameAs", name);
            if (name == "source") request = request with { SameAsSource = Scalars.Id(field, path, errors) };
            else if (name == "employeeId") request = request with { SameAsEmployeeId = Scalars.Id(field, path, errors) };
            else errors.Add(path, "This is no field of sameAs." + Nearest(name, ["source", "employeeId"]));
        }

        return request;
    }

    private static bool IsObject(JsonElement value, string path, Errors errors)
    {
        if (value.ValueKind == JsonValueKind.Object) return true;
        errors.Add(path, value.ValueKind == JsonValueKind.Null ? "Null is not allowed; leave the field out." : "A JSON object is needed.");
        return false;
    }

    private static bool Belongs(string name, string type) => Array.IndexOf(Common, name) >= 0 || Array.IndexOf(FieldsOfType[type], name) >= 0;

    private static string Unexpected(string name, string type) => Array.IndexOf(Everywhere, name) >= 0
        ? $"The field does not belong to the type {type}; it has {string.Join(", ", Common)}, {string.Join(", ", FieldsOfType[type])}."
        : $"This is no field of the type {type}." + Nearest(name, [.. Common, .. FieldsOfType[type]]);

    /// <summary>Names the field that was probably meant: a misspelt <c>effectivAt</c> must not pass, and should be quick to find.</summary>
    private static string Nearest(string name, string[] known)
    {
        var (best, distance) = ("", int.MaxValue);
        foreach (var candidate in known)
        {
            var d = EditDistance(name, candidate);
            if (d < distance) (best, distance) = (candidate, d);
        }

        return distance <= 3 || AsciiCaseInsensitive.Same(name, best) ? $" Is {best} meant?" : $" It has {string.Join(", ", known)}.";
    }

    private static int EditDistance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 3) return int.MaxValue;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], next);
            }
        }

        return row[b.Length];
    }
}
