using System.Text.Json.Nodes;

namespace Gateway.Tests.Sync.Histories;

/// <summary>A whole company as lines of text in ordinal order, so that two of them can be compared and the difference read.</summary>
internal static class Whole
{
    /// <summary>As the account has it: those who are not deactivated, under the ids that were sent.</summary>
    public static List<string> Of(JsonNode state)
    {
        var members = state["members"]!.AsArray().Where(m => (string?)m!["status"] != "deactivated").ToList();
        var ids = members.ToDictionary(m => (string)m!["email"]!, m => (string?)m!["externalId"]);
        var teams = state["teams"]!.AsArray().ToDictionary(t => (string)t!["internalId"]!, t => t!);
        var lines = members.Select(m => Person((string?)m!["externalId"], (string?)m["email"], (string?)m["firstName"], (string?)m["jobTitle"])).ToList();
        foreach (var team in teams.Values)
        {
            var id = (string?)team["externalId"];
            lines.Add(Team(id, (string?)team["name"], (string?)team["parent"] is { } parent ? (string?)teams[parent]["externalId"] : null));
            // Whoever is deactivated is in no team as far as anybody sees.
            foreach (var (role, list) in (ReadOnlySpan<(string, string)>)[("member", "members"), ("manager", "managers")])
                lines.AddRange(team[list]!.AsArray().Where(e => ids.ContainsKey((string)e!)).Select(e => Place(id, role, ids[(string)e!])));
        }

        return InOrder(lines);
    }

    /// <summary>As a body says it, in either dialect.</summary>
    public static List<string> OfBody(JsonNode body)
    {
        var workleap = body["members"] is not null;
        var (user, group, child) = workleap ? ("externalMemberId", "externalTeamId", "externalSubteamId") : ("userId", "groupId", "subGroupId");
        var rows = body[workleap ? "teamMappings" : "mappings"]!.AsArray();
        var parents = rows.Where(r => (string?)r![child] is { Length: > 0 }).ToDictionary(r => (string)r![child]!, r => (string?)r![group]);
        var lines = body[workleap ? "members" : "users"]!.AsArray().Select(u => Person((string?)u![workleap ? user : "id"], (string?)u["email"], (string?)u["firstName"], (string?)u["jobTitle"])).ToList();
        foreach (var team in body[workleap ? "teams" : "groups"]!.AsArray())
        {
            var id = (string)team![workleap ? group : "id"]!;
            lines.Add(Team(id, (string?)team[workleap ? "teamName" : "name"], parents.GetValueOrDefault(id)));
        }

        foreach (var row in rows)
        {
            if ((bool)row!["isMember"]!) lines.Add(Place((string?)row[group], "member", (string?)row[user]));
            if ((bool)row["isManager"]!) lines.Add(Place((string?)row[group], "manager", (string?)row[user]));
        }

        return InOrder(lines);
    }

    /// <summary>As it truly is.</summary>
    public static List<string> Of(RandomCompany company)
    {
        var there = company.Existing.Select(t => t.Id).ToHashSet();
        var lines = company.Employed.Select(p => Person(p.Id, p.Email, p.First, p.Title)).ToList();
        lines.AddRange(company.Existing.Select(t => Team(t.Id, t.Name, t.Parent is { } parent && there.Contains(parent) ? parent : null)));
        foreach (var person in company.Employed) lines.AddRange(person.Places.Where(p => there.Contains(p.Team)).Select(p => Place(p.Team, p.Role, person.Id)));
        return InOrder(lines);
    }

    private static string Person(string? id, string? email, string? first, string? title) => $"person {id} {email} {first} {title}";

    private static string Team(string? id, string? name, string? parent) => $"team {id} {name} under {parent}";

    private static string Place(string? team, string role, string? person) => $"{role} of {team}: {person}";

    private static List<string> InOrder(List<string> lines)
    {
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
