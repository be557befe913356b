using Gateway.Membership.Fold;

namespace Gateway.Membership.Resolve;

/// <summary>
/// Every employee number that anybody speaks of, and which of them are one person. Sources that match by <c>id</c> share one space,
/// the company's numbers; the numbers of any other source are its own.
/// </summary>
internal sealed class Numbers
{
    private const string CompanySpace = "";

    private readonly Precedence precedence;
    private readonly Dictionary<string, int> company = [];
    private readonly Dictionary<(string Space, string Number), int> others = [];
    private readonly List<(string Space, string Number)> names = [];

    // The facets of one number are a chain: its head here, the rest by following.
    private readonly List<int> heads = [];
    private readonly List<FacetOutline> facets = [];
    private readonly List<int> following = [];
    private readonly List<int> parents = [];
    private readonly Dictionary<int, List<int>> joined = [];

    public Numbers(Precedence precedence, int capacity)
    {
        this.precedence = precedence;
        company.EnsureCapacity(capacity);
        names.EnsureCapacity(capacity);
        heads.EnsureCapacity(capacity);
        facets.EnsureCapacity(capacity);
        following.EnsureCapacity(capacity);
        parents.EnsureCapacity(capacity);
    }

    public int Count => names.Count;

    public static bool IsCompany(string space) => space.Length == 0;

    public bool IsCompanyNumber(string number) => company.ContainsKey(number);

    /// <summary>As it is on the wire: a company's number as it is, any other as <c>source:number</c>.</summary>
    public string Wire(int number) => IsCompany(names[number].Space) ? names[number].Number : $"{names[number].Space}:{names[number].Number}";

    public string SpaceOf(int number) => names[number].Space;

    /// <summary>Finds a number, or adds one that so far has no facet.</summary>
    public int Of(string source, string employeeId)
    {
        var space = precedence.IsCompanyNumber(source) ? CompanySpace : source;
        ref var index = ref (IsCompany(space)
            ? ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(company, employeeId, out var known)
            : ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(others, (space, employeeId), out known));
        if (known) return index;
        index = names.Count;
        names.Add((space, employeeId));
        heads.Add(-1);
        parents.Add(names.Count - 1);
        return names.Count - 1;
    }

    public void Add(FacetOutline facet)
    {
        var number = Of(facet.Source, facet.EmployeeId);
        following.Add(heads[number]);
        heads[number] = facets.Count;
        facets.Add(facet);
    }

    /// <summary>The number that stands for all that are one person with this one.</summary>
    public int Root(int number)
    {
        while (parents[number] != number) number = parents[number] = parents[parents[number]];
        return number;
    }

    public bool IsRoot(int number) => parents[number] == number;

    /// <summary>All numbers of one person.</summary>
    public IReadOnlyList<int> Together(int root) => joined.TryGetValue(root, out var all) ? all : [root];

    public void Join(int x, int y)
    {
        var (into, from) = (Root(x), Root(y));
        if (into == from) return;
        var (all, added) = (Together(into), Together(from));
        if (all.Count < added.Count) (into, from, all, added) = (from, into, added, all);
        var list = all as List<int> ?? [.. all];
        list.AddRange(added);
        joined.Remove(from);
        joined[into] = list;
        parents[from] = into;
    }

    /// <summary>A source, neither of the two, of whose numbers two different ones would become one person; null: none.</summary>
    public string? ThirdDoubled(int x, int y)
    {
        HashSet<string>? spaces = null;
        foreach (var number in Together(Root(x)))
            if (SpaceOf(number) != SpaceOf(x) && SpaceOf(number) != SpaceOf(y)) (spaces ??= []).Add(SpaceOf(number));
        if (spaces is null) return null;
        foreach (var number in Together(Root(y)))
            if (spaces.Contains(SpaceOf(number))) return IsCompany(SpaceOf(number)) ? "the company's numbers" : SpaceOf(number);
        return null;
    }

    public void CopyFacets(int root, List<FacetOutline> into)
    {
        into.Clear();
        if (IsAlone(root)) Append(root, into);
        else foreach (var number in Together(root)) Append(number, into);
    }

    /// <summary>Not joined with any other number: by far the most.</summary>
    public bool IsAlone(int root) => joined.Count == 0 || !joined.ContainsKey(root);

    private void Append(int number, List<FacetOutline> into)
    {
        for (var i = heads[number]; i >= 0; i = following[i]) into.Add(facets[i]);
    }
}
