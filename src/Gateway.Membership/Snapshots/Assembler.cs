using Gateway.Membership.Resolve;

namespace Gateway.Membership.Snapshots;

/// <summary>A snapshot, and everything that is not in it or deserves a look.</summary>
/// <param name="Snapshot">In canonical order; nothing in it dangles.</param>
/// <param name="Issues">In the order of the table of semantics.md, section 5, then by subject (ordinal).</param>
public sealed record Assembly(Snapshot Snapshot, IReadOnlyList<Issue> Issues);

/// <summary>Members and teams become the whole company as Officevibe is to see it (semantics.md, section 5).</summary>
public static class Assembler
{
    /// <param name="company">Resolved with the same rules.</param>
    /// <param name="rules">Scope, absence and the catalogue of properties.</param>
    /// <param name="exclusions">Of operators; those in force at the instant count.</param>
    /// <param name="lastAccepted">Settles who keeps an e-mail; null: nothing was ever accepted.</param>
    /// <param name="at">The instant asked about.</param>
    /// <param name="logIssues">Those that only the log can find: see <see cref="LogIssues"/>.</param>
    /// <param name="warnings">Whether attributes that are not sent are told person by person: nothing is decided by that, and they are many.</param>
    public static Assembly Assemble(
        Company company, MembershipRules rules, IReadOnlyCollection<Exclusion> exclusions, Snapshot? lastAccepted, DateTimeOffset at,
        IReadOnlyCollection<Issue>? logIssues = null, bool warnings = true)
    {
        var issues = new IssueList();
        issues.AddRange(company.Issues);
        if (logIssues is not null) issues.AddRange(logIssues);

        // Each member is looked at once and let go: what is needed of them later goes with the candidate.
        var structure = Structure.Of(company.Teams, issues);
        var (scope, properties, placement, before) = (new Scope(rules, exclusions, at), new Properties(rules), new Placement(structure), new UsersBefore(lastAccepted));
        var candidates = new List<Candidate>(company.Members.Count);
        foreach (var member in company.Members)
        {
            Disputes.Find(member, issues);
            if (!scope.Admits(member, issues)) continue;
            var candidate = new Candidate(member, before.Find(member.Id));
            candidate.User = UsersBefore.Same(candidate.Before, User(member, properties.Of(member, candidate.Before, warnings ? candidate : null)));
            placement.Place(candidate, member);
            candidates.Add(candidate);
        }

        Emails.Settle(candidates, lastAccepted, issues);
        var users = new List<SnapshotUser>(candidates.Count);
        foreach (var candidate in candidates)
        {
            if (candidate.Address is null) continue;
            users.Add(candidate.Sent());
            issues.AddRange(candidate.IfSent);
        }

        var mappings = placement.Rows(users.Count);
        TeamWarnings.Find(structure, users, mappings, issues);
        return new Assembly(new Snapshot { Users = users, Groups = structure.Groups, Mappings = mappings }, issues.InOrder());
    }

    private static SnapshotUser User(Member member, IReadOnlyList<SnapshotAttribute> attributes) => new()
    {
        Id = member.Id,
        Email = member.Email.Value ?? "",
        FirstName = member.FirstName.Value,
        LastName = member.LastName.Value,
        JobTitle = member.JobTitle.Value,
        ImageUrl = member.ImageUrl.Value,
        Language = member.Language.Value,
        Attributes = attributes,
    };
}
