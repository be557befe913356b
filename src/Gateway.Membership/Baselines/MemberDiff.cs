using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Baselines;

/// <summary>Who is employed, with which profile, and in which places.</summary>
/// <param name="foldWith">Folds a facet with events added to it.</param>
internal sealed class MemberDiff(
    BaselineEvents events, IReadOnlyDictionary<string, MemberFacet> facets, Baseline baseline, Func<FacetKey, IEnumerable<MembershipEvent>, MemberFacet> foldWith)
{
    private readonly Dictionary<string, HashSet<Assignment>>? places = Places(baseline.Mappings);

    public List<string> Hired { get; } = [];
    public List<string> Left { get; } = [];
    public List<string> Updated { get; } = [];
    public List<string> EmailsChanged { get; } = [];
    public List<string> NamesChanged { get; } = [];
    public List<string> Moved { get; } = [];

    public void Run()
    {
        var done = new HashSet<string>();
        foreach (var user in (baseline.Users ?? []).OrderBy(u => u.EmployeeId, Ordinal.Comparer))
        {
            done.Add(user.EmployeeId);
            if (facets.GetValueOrDefault(user.EmployeeId) is { Employed: true } employed)
            {
                Update(user, employed);
                Place(user.EmployeeId, employed);
            }
            else
            {
                Hire(user, facets.GetValueOrDefault(user.EmployeeId));
            }
        }

        var others = facets.Keys.Union(places?.Keys ?? Enumerable.Empty<string>()).Where(id => !done.Contains(id)).Order(Ordinal.Comparer);
        foreach (var id in others)
        {
            var facet = facets.GetValueOrDefault(id);
            if (baseline.Users is not null && facet is { Employed: true }) Leave(facet);
            else Place(id, facet);
        }
    }

    private void Hire(BaselineUser user, MemberFacet? facet)
    {
        Hired.Add(user.EmployeeId);
        var wanted = Wanted(user.EmployeeId);
        // Nulls too, where the source knows this person: a hire for a later day is moved to this one and must not bring its own values along.
        var profile = facet is null ? WithValues(user.Profile) : user.Profile;
        events.Add(c => new Hire
        {
            Source = c.Source, Id = c.Id, OccurredAt = c.OccurredAt, EffectiveAt = c.EffectiveAt, EmployeeId = user.EmployeeId,
            Member = profile,
            Teams = wanted?.OrderBy(a => a.TeamId, Ordinal.Comparer).ThenBy(a => a.Role).ToList(),
        });
    }

    private void Leave(MemberFacet facet)
    {
        Left.Add(facet.EmployeeId);
        var before = events.All.Count;
        Leave(facet.EmployeeId, null);

        // A leave ends what was before its instant. A start at that very instant would stand, be it that the leave keeps it from being
        // moved to an earlier one: a leave stands in for it. Likewise a move of that instant comes after the leave.
        var key = new FacetKey(SubjectKind.Member, events.Source, facet.EmployeeId);
        var after = foldWith(key, events.All.Skip(before));
        while (after is { Employed: true, EmployedBy: { } by })
        {
            Leave(facet.EmployeeId, after.By[by].Id);
            after = foldWith(key, events.All.Skip(before));
        }

        Place(facet.EmployeeId, after);
    }

    private void Leave(string id, string? replaces) => events.Add(c => new Leave
    {
        Source = c.Source, Id = c.Id, OccurredAt = c.OccurredAt, EffectiveAt = c.EffectiveAt, EmployeeId = id, Replaces = replaces,
    });

    private void Update(BaselineUser user, MemberFacet facet)
    {
        var (said, profile) = (facet, user.Profile);
        var attributes = profile.Attributes.Where(a => a.Value != Attribute(said, a.Key)).ToDictionary(a => a.Key, a => a.Value);
        var changes = new ProfilePatch
        {
            Email = Change(profile.Email, said.Email),
            FirstName = Change(profile.FirstName, said.FirstName),
            LastName = Change(profile.LastName, said.LastName),
            JobTitle = Change(profile.JobTitle, said.JobTitle),
            ImageUrl = Change(profile.ImageUrl, said.ImageUrl),
            Language = Change(profile.Language, said.Language),
            Attributes = attributes,
        };
        var any = changes.Email.Given || changes.FirstName.Given || changes.LastName.Given || changes.JobTitle.Given || changes.ImageUrl.Given
            || changes.Language.Given || attributes.Count > 0;
        if (!any) return;

        Updated.Add(user.EmployeeId);
        if (changes.Email.Given && said.Email?.Value is not null) EmailsChanged.Add(user.EmployeeId);
        if ((changes.FirstName.Given && said.FirstName?.Value is not null) || (changes.LastName.Given && said.LastName?.Value is not null)) NamesChanged.Add(user.EmployeeId);
        events.Add(c => new Update
        {
            Source = c.Source, Id = c.Id, OccurredAt = c.OccurredAt, EffectiveAt = c.EffectiveAt, EmployeeId = user.EmployeeId, Member = changes,
        });
    }

    /// <summary>One event for each place that begins or ends, so that what stays keeps the event that gave it.</summary>
    private void Place(string id, MemberFacet? facet)
    {
        if (Wanted(id) is not { } wanted) return;
        var have = (facet?.Assignments ?? []).Select(a => new Assignment(a.TeamId, a.Role)).ToHashSet();
        var ending = Ordered(have.Where(a => !wanted.Contains(a)));
        var beginning = Ordered(wanted.Where(a => !have.Contains(a)));
        if (ending.Count + beginning.Count > 0 && facet is { Employed: true }) Moved.Add(id);
        foreach (var (team, role) in ending)
            events.Add(c => new Unassign { Source = c.Source, Id = c.Id, OccurredAt = c.OccurredAt, EffectiveAt = c.EffectiveAt, EmployeeId = id, TeamId = team, Role = role });
        foreach (var (team, role) in beginning)
            events.Add(c => new Assign { Source = c.Source, Id = c.Id, OccurredAt = c.OccurredAt, EffectiveAt = c.EffectiveAt, EmployeeId = id, TeamId = team, Role = role });

        // That somebody has no place is a statement too: another source's word would count otherwise.
        if (wanted.Count == 0 && facet is { Employed: true, TeamsStated: false })
            events.Add(c => new Move { Source = c.Source, Id = c.Id, OccurredAt = c.OccurredAt, EffectiveAt = c.EffectiveAt, EmployeeId = id, Teams = [] });
    }

    /// <summary>Null: the baseline does not speak of places.</summary>
    private HashSet<Assignment>? Wanted(string id) => places is null ? null : places.GetValueOrDefault(id) ?? [];

    private static List<Assignment> Ordered(IEnumerable<Assignment> some) =>
        [.. some.OrderBy(a => a.TeamId, Ordinal.Comparer).ThenBy(a => a.Role)];

    private static Dictionary<string, HashSet<Assignment>>? Places(IReadOnlyList<SnapshotMapping>? mappings)
    {
        if (mappings is null) return null;
        var byPerson = new Dictionary<string, HashSet<Assignment>>();
        foreach (var row in mappings)
        {
            if (row.Kind == MappingKind.SubGroup) continue;
            if (!byPerson.TryGetValue(row.OtherId, out var of)) byPerson[row.OtherId] = of = [];
            of.Add(new Assignment(row.GroupId, row.Kind == MappingKind.Manager ? AssignmentRole.Manager : AssignmentRole.Member));
        }

        return byPerson;
    }

    private static ProfilePatch WithValues(ProfilePatch profile) => new()
    {
        Email = Value(profile.Email),
        FirstName = Value(profile.FirstName),
        LastName = Value(profile.LastName),
        JobTitle = Value(profile.JobTitle),
        ImageUrl = Value(profile.ImageUrl),
        Language = Value(profile.Language),
        Attributes = profile.Attributes.Where(a => a.Value is not null).ToDictionary(a => a.Key, a => a.Value),
    };

    private static Patch Value(Patch given) => given.Value is null ? Patch.Absent : given;

    private static Patch Change(Patch given, Said? said) => given.Given && given.Value != said?.Value ? given : Patch.Absent;

    private static string? Attribute(MemberFacet facet, string name) =>
        facet.Attributes is { } attributes && attributes.TryGetValue(name, out var said) ? said.Value : null;
}
