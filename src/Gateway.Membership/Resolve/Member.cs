using Gateway.Membership.Events;
using Gateway.Membership.Fold;

namespace Gateway.Membership.Resolve;

/// <summary>How a person's numbers found each other (semantics.md, section 4).</summary>
public enum Identity
{
    /// <summary>One of the company's numbers is among them.</summary>
    Company = 0,

    /// <summary>Joins nobody, and makes a user of their own because the source says so.</summary>
    OwnMember = 1,

    /// <summary>Joins nobody: no user.</summary>
    Unmatched = 2,

    /// <summary>Could join several: no user.</summary>
    Ambiguous = 3,

    /// <summary>Another number of the same source, the employed one, has joined the member in its place: no user.</summary>
    Eclipsed = 4,
}

/// <summary>
/// A person across all sources. Values are looked up in the joined facets when asked for, so that a hundred thousand members cost little
/// more than their facets.
/// </summary>
public sealed class Member
{
    private readonly Precedence precedence;
    private readonly MemberFacet[] facets;

    internal Member(Precedence precedence, MemberFacet[] facets, in Person person)
    {
        (this.precedence, this.facets) = (precedence, facets);
        (Id, IdRule, Identity, OtherIds) = (person.Id, person.IdRule, person.Identity, person.OtherIds);
        (Employed, Deciding, EmployedRule) = Employment.Decide<MemberFacet>(facets, precedence.Rules.Employed);
        Absent = Employment.IsAbsent(facets, Deciding);
        foreach (var facet in facets)
            if (facet.FirstHiredAt is { } hired && !(FirstHiredAt <= hired)) FirstHiredAt = hired;
    }

    /// <summary>On the wire; <c>source:number</c> where the person makes no user.</summary>
    public string Id { get; }

    /// <summary>One of <see cref="Chosen"/>.</summary>
    public string IdRule { get; }

    /// <summary>The other forms that this person's numbers would take on the wire.</summary>
    public IReadOnlyList<string> OtherIds { get; }

    public Identity Identity { get; }

    /// <summary>Identity does not keep this person out of the snapshot.</summary>
    public bool MakesUser => Identity is Identity.Company or Identity.OwnMember;

    /// <summary>By priority of the source; within one source the employed first, then hired later, then the greater number.</summary>
    public IReadOnlyList<MemberFacet> Facets => facets;

    /// <summary>Some source has hired this person.</summary>
    public bool EverHired => Deciding >= 0;

    public bool Employed { get; }

    /// <summary>One of <see cref="Chosen"/>.</summary>
    public string EmployedRule { get; }

    /// <summary>The facet that decides employment; null: never hired.</summary>
    public MemberFacet? EmployedFrom => Deciding < 0 ? null : facets[Deciding];

    /// <summary>The hire or leave that decides employment.</summary>
    public EventRef? EmployedBy => EmployedFrom is { EmployedBy: { } by } facet ? facet.By[by] : null;

    /// <summary>By the source that decides employment.</summary>
    public bool Absent { get; }

    public EventRef? AbsentBy => EmployedFrom is { AbsentBy: { } by } facet ? facet.By[by] : null;

    /// <summary>When the first hire, in any facet, took effect.</summary>
    public DateTimeOffset? FirstHiredAt { get; }

    public Resolved Email => Field(ProfileField.Email);

    public Resolved FirstName => Field(ProfileField.FirstName);

    public Resolved LastName => Field(ProfileField.LastName);

    public Resolved JobTitle => Field(ProfileField.JobTitle);

    public Resolved ImageUrl => Field(ProfileField.ImageUrl);

    public Resolved Language => Field(ProfileField.Language);

    /// <summary>By name (ordinal), those without a value included.</summary>
    public IReadOnlyList<KeyValuePair<string, Resolved>> Attributes
    {
        get
        {
            var list = new List<KeyValuePair<string, Resolved>>();
            foreach (var name in AttributeNames()) list.Add(new(name, Attribute(name)));
            return list;
        }
    }

    /// <summary>By team id (ordinal), then role.</summary>
    public IReadOnlyList<MemberAssignment> Assignments
    {
        get
        {
            var list = new List<MemberAssignment>();
            CopyAssignments(list);
            return list;
        }
    }

    internal int Deciding { get; }

    public Resolved Field(ProfileField field) => Choose(precedence.OwnerOf(field), new FieldOf(field));

    public Resolved Attribute(string name) => Choose(precedence.OwnerOfAttribute(name), new AttributeOf(name));

    /// <summary>By name (ordinal).</summary>
    internal IEnumerable<string> AttributeNames()
    {
        if (facets.Length == 1) return facets[0].Attributes?.Keys ?? [];
        SortedSet<string>? names = null;
        IEnumerable<string>? only = null;
        foreach (var facet in facets)
        {
            if (facet.Attributes is not { Count: > 0 } attributes) continue;
            if (only is null) only = attributes.Keys;
            else (names ??= new SortedSet<string>(only, Ordinal.Comparer)).UnionWith(attributes.Keys);
        }

        return names ?? only ?? [];
    }

    internal void CopyAssignments(List<MemberAssignment> into)
    {
        into.Clear();
        var (from, to, rule) = DecidersOfTeams();
        var several = false;
        for (var i = from; i < to; i++)
        {
            if (facets[i].Assignments.Count == 0) continue;
            several |= into.Count > 0;
            foreach (var (teamId, role, by) in facets[i].Assignments)
                if (!several || !Holds(into, teamId, role)) into.Add(new MemberAssignment(teamId, role, facets[i], by, rule));
        }

        if (several) into.Sort((x, y) => Ordinal.Compare(x.TeamId, y.TeamId) is var order && order != 0 ? order : x.Role.CompareTo(y.Role));
    }

    private static bool Holds(List<MemberAssignment> list, string teamId, AssignmentRole role)
    {
        foreach (var assignment in list)
            if (assignment.Role == role && assignment.TeamId == teamId) return true;
        return false;
    }

    private (int From, int To, string Rule) DecidersOfTeams()
    {
        if (precedence.TeamsOwner is { } owner && Group(owner) is (>= 0, _) and var owned) return (owned.From, owned.To, Chosen.ByOwner);
        if (precedence.Rules.Teams == TeamsRule.Union) return (0, facets.Length, Chosen.ByUnion);
        var stated = Array.FindIndex(facets, f => f.TeamsStated);
        var group = stated < 0 ? (From: 0, To: 0) : Group(facets[stated].Source);
        return (group.From, group.To, Chosen.ByHighestPriority);
    }

    /// <summary>The facets of one source lie side by side. From -1: it has none.</summary>
    private (int From, int To) Group(string source)
    {
        var from = 0;
        while (from < facets.Length && facets[from].Source != source) from++;
        if (from == facets.Length) return (-1, -1);
        var to = from + 1;
        while (to < facets.Length && facets[to].Source == source) to++;
        return (from, to);
    }

    /// <summary>The owner decides, null included; else the first with a value does.</summary>
    private Resolved Choose<TPick>(string? owner, TPick pick) where TPick : struct, IPick
    {
        var (from, to) = owner is null ? (-1, -1) : Group(owner);
        var rule = from < 0 ? Chosen.ByHighestPriority : Chosen.ByOwner;
        if (from < 0) (from, to) = (0, facets.Length);

        var nothing = new Resolved(null, rule == Chosen.ByOwner ? facets[from] : null, -1, rule);
        for (var i = from; i < to; i++)
        {
            if (pick.From(facets[i]) is not { } said) continue;
            if (said.Value is not null) return new Resolved(said.Value, facets[i], said.By, rule);
            if (nothing.By < 0) nothing = new Resolved(null, facets[i], said.By, rule);
        }

        return nothing;
    }

    private interface IPick
    {
        Said? From(MemberFacet facet);
    }

    private readonly struct FieldOf(ProfileField field) : IPick
    {
        public Said? From(MemberFacet facet) => field switch
        {
            ProfileField.Email => facet.Email,
            ProfileField.FirstName => facet.FirstName,
            ProfileField.LastName => facet.LastName,
            ProfileField.JobTitle => facet.JobTitle,
            ProfileField.ImageUrl => facet.ImageUrl,
            ProfileField.Language => facet.Language,
            _ => throw new ArgumentOutOfRangeException(nameof(facet), field, "A closed family has no other case."),
        };
    }

    private readonly struct AttributeOf(string name) : IPick
    {
        public Said? From(MemberFacet facet) => facet.Attributes is { } attributes && attributes.TryGetValue(name, out var said) ? said : null;
    }
}
