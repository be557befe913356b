using System.Text.Json;
using Gateway.Membership;
using Gateway.Membership.Fold;

namespace Gateway.Aggregation;

/// <summary>What the difference between a facet before and after says: a fact of one source, in names and ids, never in values.</summary>
public static class MembershipChange
{
    /// <summary>The type and the data of the change; null: nothing that anybody listens for.</summary>
    public static (string Type, string Data)? Between(Facet? before, Facet after) => (before, after) switch
    {
        (_, MemberFacet m) => OfMember(before as MemberFacet, m),
        (_, TeamFacet t) => OfTeam(before as TeamFacet, t),
        _ => null,
    };

    private static (string, string)? OfMember(MemberFacet? before, MemberFacet after)
    {
        var wasEmployed = before?.Employed ?? false;
        var had = Places(before);
        var has = Places(after);
        var gained = has.Except(had, StringComparer.Ordinal).Order(Ordinal.Comparer).ToList();
        var lost = had.Except(has, StringComparer.Ordinal).Order(Ordinal.Comparer).ToList();
        var fields = Fields(before, after);
        var type = (wasEmployed, after.Employed) switch
        {
            (false, true) => "member.hired",
            (true, false) => "member.left",
            (false, false) => null,
            _ when gained.Count + lost.Count > 0 => "member.moved",
            _ when fields.Count > 0 => "member.updated",
            _ => null,
        };
        return type is null ? null : (type, JsonSerializer.Serialize(new { teamsGained = gained, teamsLost = lost, fields }));
    }

    private static (string, string)? OfTeam(TeamFacet? before, TeamFacet after)
    {
        var fields = new List<string>();
        if ((before?.Exists ?? false) != after.Exists) fields.Add("exists");
        if (before?.Name?.Value != after.Name?.Value) fields.Add("name");
        if (before?.ParentId?.Value != after.ParentId?.Value) fields.Add("parentId");
        return fields.Count == 0 ? null : ("team.changed", JsonSerializer.Serialize(new { exists = after.Exists, fields }));
    }

    private static HashSet<string> Places(MemberFacet? facet) =>
        facet is null ? [] : [.. facet.Assignments.Select(a => $"{a.TeamId}:{(a.Role == Membership.Events.AssignmentRole.Manager ? "manager" : "member")}")];

    private static List<string> Fields(MemberFacet? before, MemberFacet after)
    {
        var fields = new List<string>();
        Add("email", before?.Email, after.Email);
        Add("firstName", before?.FirstName, after.FirstName);
        Add("lastName", before?.LastName, after.LastName);
        Add("jobTitle", before?.JobTitle, after.JobTitle);
        Add("imageUrl", before?.ImageUrl, after.ImageUrl);
        Add("language", before?.Language, after.Language);
        if ((before?.Absent ?? false) != after.Absent) fields.Add("absent");
        var had = before?.Attributes ?? new Dictionary<string, Said>(StringComparer.Ordinal);
        var has = after.Attributes ?? new Dictionary<string, Said>(StringComparer.Ordinal);
        foreach (var name in had.Keys.Union(has.Keys, StringComparer.Ordinal).Order(Ordinal.Comparer))
        {
            var (old, now) = (had.TryGetValue(name, out var o) ? o.Value : null, has.TryGetValue(name, out var n) ? n.Value : null);
            if (old != now) fields.Add("attributes." + name);
        }

        return fields;

        void Add(string name, Said? old, Said? now)
        {
            if (old?.Value != now?.Value) fields.Add(name);
        }
    }
}
