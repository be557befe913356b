using Gateway.Membership.Events;
using Gateway.Membership.Resolve;

namespace Gateway.Membership.Snapshots;

/// <summary>Who belongs in Officevibe: the employed, less those excluded by a rule or an operator, and the absent where they are left out.</summary>
internal sealed class Scope
{
    private readonly MembershipRules rules;
    private readonly HashSet<string> excluded = [];

    public Scope(MembershipRules rules, IReadOnlyCollection<Exclusion> exclusions, DateTimeOffset at)
    {
        this.rules = rules;
        foreach (var exclusion in exclusions)
            if (exclusion.From <= at && !(exclusion.Until <= at)) excluded.Add(exclusion.MemberId);
    }

    /// <summary>Whether this person belongs there. Why not is among the issues, unless the person simply left.</summary>
    public bool Admits(Member member, IssueList issues)
    {
        if (!member.MakesUser) return false;
        if (!member.EverHired)
        {
            issues.Add(new Issue(IssueCodes.MemberNeverHired, SubjectKind.Member, member.Id, LeftOut: true,
                "Sources speak of this person, but none has sent a hire that has taken effect. Send one, or retract what was sent by mistake.")
            {
                Source = member.Facets[0].Source,
                EventId = member.Facets[0].By.Count > 0 ? member.Facets[0].By[0].Id : null,
            });
        }

        if (!member.Employed) return false;
        var reason = OutOfScope(member, rules.Scope) ?? (member.Absent && rules.OnAbsence == OnAbsence.LeaveOut ? Absent(member) : null);
        if (reason is not null) issues.Add(reason);
        return reason is null;
    }

    private Issue? OutOfScope(Member member, ScopeRules scope)
    {
        if (excluded.Count > 0 && (excluded.Contains(member.Id) || member.OtherIds.Any(excluded.Contains)))
            return Because(member, "An operator has excluded this person. Delete the exclusion to take them in.");

        if (scope.ExcludeSources.Count > 0 && member.EmployedFrom is { } employer && scope.ExcludeSources.Contains(employer.Source))
            return Because(member, $"Gateway:Scope excludes those whom {employer.Source} employs.") with { Source = employer.Source, EventId = member.EmployedBy?.Id };

        foreach (var (name, values) in scope.ExcludeAttributes)
        {
            var attribute = member.Attribute(name);
            if (attribute.Value is { } value && values.Contains(value))
                return Because(member, $"Gateway:Scope excludes those with this value of the attribute {name}.", attribute) with { Attribute = name };
        }

        if (scope.ExcludeTeams.Count > 0)
        {
            foreach (var assignment in member.Assignments)
            {
                if (!scope.ExcludeTeams.Contains(assignment.TeamId)) continue;
                return Because(member, $"Gateway:Scope excludes those in the team {assignment.TeamId}.") with { Source = assignment.Source, EventId = assignment.EventId };
            }
        }

        if (scope.ExcludeEmailDomains.Count > 0 && member.Email is { Value: { } address } email && address.LastIndexOf('@') is >= 0 and var sign)
        {
            var domain = address[(sign + 1)..];
            if (scope.ExcludeEmailDomains.Any(d => AsciiCaseInsensitive.Same(d, domain)))
                return Because(member, "Gateway:Scope excludes the domain of this person's e-mail.", email);
        }

        return null;
    }

    private static Issue Because(Member member, string message, Resolved by = default) =>
        new(IssueCodes.MemberOutOfScope, SubjectKind.Member, member.Id, LeftOut: true, message) { Source = by.Source, EventId = by.EventId };

    private static Issue Absent(Member member) =>
        new(IssueCodes.MemberAbsent, SubjectKind.Member, member.Id, LeftOut: true, "Absent, and Gateway:OnAbsence is leave-out. Comes back with the return.")
        {
            Source = member.EmployedFrom?.Source,
            EventId = member.AbsentBy?.Id,
        };
}
