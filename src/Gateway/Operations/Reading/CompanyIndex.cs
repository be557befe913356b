using Gateway.Membership;
using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Gateway.Sync;
using Gateway.Sync.Composing;

namespace Gateway.Operations.Reading;

/// <summary>A composed company, arranged for looking things up. What is not asked for is not arranged.</summary>
public sealed class CompanyIndex(ComposedCompany composed)
{
    private readonly Lazy<Dictionary<string, SnapshotUser>> users = new(() => composed.Snapshot.Users.ToDictionary(u => u.Id, StringComparer.Ordinal));
    private readonly Lazy<HashSet<string>> groups = new(() => composed.Snapshot.Groups.Select(g => g.Id).ToHashSet(StringComparer.Ordinal));
    private readonly Lazy<ILookup<(SubjectKind, string), Issue>> issues = new(() => composed.Issues.ToLookup(i => (i.Kind, i.Subject)));
    private readonly Lazy<Dictionary<(string Source, string Number), Member>> byNumber = new(() => ByNumber(composed.Company));
    private readonly Lazy<Dictionary<string, Team>> teams = new(() => composed.Company.Teams.ToDictionary(t => t.Id, StringComparer.Ordinal));
    private readonly Lazy<Dictionary<string, List<Place>>> places = new(() => Places(composed.Company));

    /// <summary>Somebody's place in a team.</summary>
    public readonly record struct Place(Member Member, MemberAssignment Assignment);

    public ComposedCompany Composed => composed;

    /// <summary>As Officevibe is to see this member; null: left out.</summary>
    public SnapshotUser? UserOf(Member member) => member.MakesUser ? users.Value.GetValueOrDefault(member.Id) : null;

    public bool IsGroup(string teamId) => groups.Value.Contains(teamId);

    public IEnumerable<Issue> IssuesOf(SubjectKind kind, string id) => issues.Value[(kind, id)];

    public Member? ByNumber(string source, string number) => byNumber.Value.GetValueOrDefault((source, number));

    /// <summary>By the id on the wire, else by another of this person's numbers. Null: nobody, or (a number that several sources use) not one person.</summary>
    public Member? Find(string id)
    {
        // By id (ordinal): those who make users, and then those who do not, under one id.
        var members = composed.Company.Members;
        var (low, high) = (0, members.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Ordinal.Compare(members[middle].Id, id) < 0) low = middle + 1;
            else high = middle;
        }

        if (low < members.Count && members[low].Id == id) return members[low];
        var others = members.Where(m => m.OtherIds.Contains(id, StringComparer.Ordinal) || m.Facets.Any(f => f.EmployeeId == id)).Take(2).ToList();
        return others.Count == 1 ? others[0] : null;
    }

    public Team? Team(string id) => teams.Value.GetValueOrDefault(id);

    /// <summary>Those of employed people.</summary>
    public IReadOnlyList<Place> PlacesIn(string teamId) => places.Value.GetValueOrDefault(teamId) ?? [];

    private static Dictionary<(string, string), Member> ByNumber(Company company)
    {
        var all = new Dictionary<(string, string), Member>(company.Members.Count);
        foreach (var member in company.Members)
        {
            foreach (var facet in member.Facets) all.TryAdd((facet.Source, facet.EmployeeId), member);
        }

        return all;
    }

    private static Dictionary<string, List<Place>> Places(Company company)
    {
        var byTeam = new Dictionary<string, List<Place>>(StringComparer.Ordinal);
        foreach (var member in company.Members.Where(m => m.Employed))
        {
            foreach (var assignment in member.Assignments)
            {
                if (!byTeam.TryGetValue(assignment.TeamId, out var list)) byTeam.Add(assignment.TeamId, list = []);
                list.Add(new Place(member, assignment));
            }
        }

        return byTeam;
    }
}
