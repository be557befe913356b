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

        var candidates = Scope.Apply(company.Members, rules, exclusions, at, issues);
        Emails.Settle(candidates, lastAccepted, issues);
        candidates.RemoveAll(candidate => candidate.Address is null);

        var users = new List<SnapshotUser>(candidates.Count);
        var properties = new Properties(rules, warnings ? issues : new IssueList(), lastAccepted);
        var same = new SameUsers(lastAccepted);
        foreach (var candidate in candidates) users.Add(same.Or(User(candidate, properties)));

        var structure = Structure.Of(company.Teams, issues);
        var mappings = Placement.Of(candidates, structure, issues);
        TeamWarnings.Find(structure, users, mappings, issues);
        return new Assembly(new Snapshot { Users = users, Groups = structure.Groups, Mappings = mappings }, issues.InOrder());
    }

    private static SnapshotUser User(Candidate candidate, Properties properties) => new()
    {
        Id = candidate.Member.Id,
        Email = candidate.Address!,
        FirstName = candidate.Member.FirstName.Value,
        LastName = candidate.Member.LastName.Value,
        JobTitle = candidate.Member.JobTitle.Value,
        ImageUrl = candidate.Member.ImageUrl.Value,
        Language = candidate.Member.Language.Value,
        Attributes = properties.Of(candidate.Member),
    };
}
