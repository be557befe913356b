using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Operations.Demo;

/// <summary>The made-up company in the words of the HTTP contract.</summary>
internal static class CompanyJson
{
    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Body of <c>PUT /v1/sources/{source}/baseline</c>.</summary>
    public static JsonObject Baseline(MadeUpCompany company)
    {
        var mappings = new JsonArray();
        foreach (var team in company.Teams.Values)
        {
            if (team.Parent is not null)
            {
                mappings.Add(Mapping(team.Parent, "", team.Id, false, false));
            }

            if (team.Manager is not null)
            {
                mappings.Add(Mapping(team.Id, team.Manager, "", false, true));
            }
        }

        foreach (var person in company.People.Values.Where(p => p.Team is not null))
        {
            mappings.Add(Mapping(person.Team!, person.Id, "", true, false));
        }

        return new JsonObject
        {
            ["users"] = new JsonArray([.. company.People.Values.Select(User)]),
            ["groups"] = new JsonArray([.. company.Teams.Values.Select(t => new JsonObject { ["id"] = t.Id, ["name"] = t.Name })]),
            ["mappings"] = mappings,
        };
    }

    /// <summary>An event of the common shape; <paramref name="effective"/> is a bare date.</summary>
    public static JsonObject Event(string id, string type, DateOnly recorded, DateOnly? effective, params (string Name, JsonNode? Value)[] fields)
    {
        var json = new JsonObject { ["id"] = id, ["type"] = type, ["occurredAt"] = $"{Date(recorded)}T09:00:00Z" };
        if (effective is { } date)
        {
            json["effectiveAt"] = Date(date);
        }

        foreach (var (name, value) in fields)
        {
            json[name] = value;
        }

        return json;
    }

    public static JsonObject Member(Person person) => new()
    {
        ["email"] = person.Email,
        ["firstName"] = person.FirstName,
        ["lastName"] = person.LastName,
        ["jobTitle"] = person.JobTitle,
        ["language"] = person.Language,
        ["attributes"] = new JsonObject { ["Country"] = person.Country, ["Hiring Date"] = Date(person.HiredOn) },
    };

    private static JsonObject User(Person person) => new()
    {
        ["id"] = person.Id,
        ["email"] = person.Email,
        ["firstName"] = person.FirstName,
        ["lastName"] = person.LastName,
        ["jobTitle"] = person.JobTitle,
        ["language"] = person.Language,
        ["Country"] = person.Country,
        ["Hiring Date"] = Date(person.HiredOn),
    };

    private static JsonObject Mapping(string group, string user, string subGroup, bool isMember, bool isManager) =>
        new() { ["groupId"] = group, ["userId"] = user, ["subGroupId"] = subGroup, ["isMember"] = isMember, ["isManager"] = isManager };
}
