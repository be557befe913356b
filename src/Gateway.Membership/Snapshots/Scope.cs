using Gateway.Membership.Events;
using Gateway.Membership.Resolve;

namespace Gateway.Membership.Snapshots;

/// <summary>A member in scope, on the way to being a user.</summary>
internal sealed class Candidate(Member member, Resolved email)
{
    public Member Member { get; } = member;

    /// <summary>As resolved; its value may be missing or invalid.</summary>
    public Resolved Email { get; } = email;

    /// <summary>The e-mail to send; null: left out.</summary>
    public string? Address { get; set; }
}

/// <summary>Who belongs in Officevibe: the employed, less those excluded by a rule or an operator, and the absent where they are left out.</summary>
internal static class Scope
{
    public static List<Candidate> Apply(
        IReadOnlyList<Member> members, MembershipRules rules, IReadOnlyCollection<Exclusion> exclusions, DateTimeOffset at, IssueList issues)
    {
        var excluded = new HashSet<string>();
        foreach (var exclusion in exclusions)
            if (exclusion.From <= at && !(exclusion.Until <= at)) excluded.Add(exclusion.MemberId);

        var inScope = new List<Candidate>(members.Count);
        foreach (var member in members)
        {
            if (!member.MakesUser) continue;
            if (!member.EverHired)
            {
                issues.Add(new Issue(IssueCodes.MemberNeverHired, SubjectKind.Member, member.Id, LeftOut: true,
                    "Sources speak of this person, but none has sent a hire that has taken effect. Send one, or retract what was sent by mistake.")
                {
                    Source = member.Facets[0].Source,
                    EventId = member.Facets[0].By.Count > 0 ? member.Facets[0].By[0].Id : null,
                });
            }

            if (!member.Employed) continue;
            var email = member.Email;
            if (OutOfScope(member, email, rules.Scope, excluded) is { } reason) issues.Add(reason);
            else if (member.Absent && rules.OnAbsence == OnAbsence.LeaveOut) issues.Add(Absent(member));
            else inScope.Add(new Candidate(member, email));
        }

        return inScope;
    }

    private static Issue? OutOfScope(Member member, Resolved email, ScopeRules scope, HashSet<string> excluded)
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

        if (scope.ExcludeEmailDomains.Count > 0 && email.Value is { } address && address.LastIndexOf('@') is >= 0 and var sign)
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
