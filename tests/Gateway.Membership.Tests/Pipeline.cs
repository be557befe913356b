using System.Text;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Tests;

/// <summary>From events to a snapshot, as the gateway does it: each facet with the retractions of its source.</summary>
internal static class Pipeline
{
    public static List<Facet> Fold(IReadOnlyCollection<MembershipEvent> events, MembershipRules rules, DateTimeOffset at)
    {
        var retractions = events.OfType<Retract>().ToLookup(r => r.Source);
        return events.Where(e => e.Facet is not null).GroupBy(e => e.Facet!.Value)
            .Select(g => FacetFold.Fold(g.Key, g.Concat<MembershipEvent>(retractions[g.Key.Source]), at, rules.Sources[g.Key.Source].TimeZone))
            .ToList();
    }

    public static Company Resolve(IReadOnlyCollection<MembershipEvent> events, MembershipRules rules, DateTimeOffset at, Snapshot? lastAccepted = null, bool packed = false)
    {
        var facets = Fold(events, rules, at);
        var members = new MemberFacets(packed);
        foreach (var facet in facets.OfType<MemberFacet>()) members.Add(facet);
        return Resolver.Resolve(members, [.. facets.OfType<TeamFacet>()], rules, lastAccepted);
    }

    public static Assembly Assemble(
        IReadOnlyCollection<MembershipEvent> events, MembershipRules rules, DateTimeOffset at, Snapshot? lastAccepted = null,
        IReadOnlyCollection<Exclusion>? exclusions = null, IReadOnlyCollection<Issue>? logIssues = null) =>
        Assembler.Assemble(Resolve(events, rules, at, lastAccepted), rules, exclusions ?? [], lastAccepted, at, logIssues);

    public static MembershipRules Rules(params SourceRules[] sources) => new() { Sources = sources.ToDictionary(s => s.Name) };

    public static SourceRules Source(string name, int priority = 100, MatchBy matchBy = MatchBy.Id, UnmatchedPeople unmatched = default, string? zone = null, params string[] owns) =>
        new()
        {
            Name = name, Priority = priority, MatchBy = matchBy, Unmatched = unmatched, Owns = owns.ToHashSet(),
            TimeZone = zone is null ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(zone),
        };

    /// <summary>The content, for comparing: records hold lists, which .NET compares by reference.</summary>
    public static string Text(Snapshot snapshot)
    {
        var text = new StringBuilder();
        foreach (var u in snapshot.Users)
        {
            text.Append(string.Join('|', u.Id, u.Email, u.FirstName, u.LastName, u.JobTitle, u.ImageUrl, u.Language))
                .AppendLine(string.Concat(u.Attributes.Select(a => $" {a.Name}={a.Value}")));
        }

        foreach (var g in snapshot.Groups) text.AppendLine(g.ToString());
        foreach (var m in snapshot.Mappings) text.AppendLine(m.ToString());
        return text.ToString();
    }

    public static string Text(Assembly assembly) => Text(assembly.Snapshot) + string.Join('\n', assembly.Issues);

    /// <summary>Everything a facet says, with its events by id.</summary>
    public static string Text(Facet facet) => System.Text.Json.JsonSerializer.Serialize<object>(facet);
}
