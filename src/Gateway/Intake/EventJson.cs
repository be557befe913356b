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
            else Put(request, name, value, errors);
        }

        return request;
    }

    private static void Put(EventRequest r, string name, JsonElement value, Errors errors)
    {
        switch (name)
        {
            case "id": r.Id = Scalars.Id(value, name, errors); break;
            case "occurredAt": r.OccurredAt = Scalars.Instant(value, name, errors); break;
            case "effectiveAt": r.EffectiveAt = Scalars.InstantOrDay(value, name, errors); break;
            case "lastDay": r.LastDay = Scalars.LastDay(value, name, errors); break;
            case "until": r.Until = Scalars.InstantOrDay(value, name, errors); break;
            case "replaces": r.Replaces = Scalars.Id(value, name, errors); break;
            case "employeeId": r.EmployeeId = Scalars.Id(value, name, errors); break;
            case "teamId": r.TeamId = Scalars.Id(value, name, errors); break;
            case "eventId": r.EventId = Scalars.Id(value, name, errors); break;
            case "name": r.Name = Scalars.Required(value, name, errors); break;
            case "parentId": r.ParentId = Patch.To(Scalars.IdOrNull(value, name, errors)); break;
            case "member": r.Member = Profile(value, errors); break;
            case "teams": r.Teams = Teams(value, errors); break;
            case "from": r.From = Scalars.IdOrNull(value, name, errors); break;
            case "to": r.To = Scalars.IdOrNull(value, name, errors); break;
            case "role": r.Role = Scalars.Role(value, name, errors); break;
            case "reason": r.Reason = Scalars.Text(value, name, errors); break;
            case "sameAs": SameAs(r, value, errors); break;
        }
    }

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
        Patch email = default, firstName = default, lastName = default, jobTitle = default, imageUrl = default, language = default;
        IReadOnlyDictionary<string, string?>? attributes = null;
        foreach (var (name, field) in Fields.Each(value, "member", errors))
        {
            switch (name)
            {
                case "email": email = Scalars.Text(field, "member.email", errors); break;
                case "firstName": firstName = Scalars.Text(field, "member.firstName", errors); break;
                case "lastName": lastName = Scalars.Text(field, "member.lastName", errors); break;
                case "jobTitle": jobTitle = Scalars.Text(field, "member.jobTitle", errors); break;
                case "imageUrl": imageUrl = Scalars.Text(field, "member.imageUrl", errors); break;
                case "language": language = Scalars.Text(field, "member.language", errors); break;
                case "attributes": attributes = Attributes(field, errors); break;
                default: errors.Add(Fields.Path("member", name), "This is no field of member." + Nearest(name, ProfileFields)); break;
            }
        }

        return new ProfilePatch
        {
            Email = email, FirstName = firstName, LastName = lastName, JobTitle = jobTitle, ImageUrl = imageUrl, Language = language,
            Attributes = attributes ?? ProfilePatch.Nothing.Attributes,
        };
    }

    private static Dictionary<string, string?> Attributes(JsonElement value, Errors errors)
    {
        var attributes = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (!IsObject(value, "member.attributes", errors)) return attributes;
        foreach (var property in value.EnumerateObject())
        {
            var name = Scalars.AttributeName(property, "member.attributes", errors);
            if (name is null) continue;
            if (!Scalars.TryText(property.Value, out var text)) text = Scalars.Text(property.Value, Path(name), errors);
            if (!attributes.TryAdd(name, text)) errors.Add(Path(name), "The attribute is there twice; say it once.");
        }

        return attributes;

        static string Path(string name) => $"member.attributes['{Errors.Cut(name)}']";
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

    private static void SameAs(EventRequest request, JsonElement value, Errors errors)
    {
        if (!IsObject(value, "sameAs", errors)) return;
        foreach (var (name, field) in Fields.Each(value, "sameAs", errors))
        {
            var path = Fields.Path("sameAs", name);
            if (name == "source") request.SameAsSource = Scalars.Id(field, path, errors);
            else if (name == "employeeId") request.SameAsEmployeeId = Scalars.Id(field, path, errors);
            else errors.Add(path, "This is no field of sameAs." + Nearest(name, ["source", "employeeId"]));
        }
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
