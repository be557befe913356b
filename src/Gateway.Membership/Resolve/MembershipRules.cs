namespace Gateway.Membership.Resolve;

/// <summary>How a source's employee numbers find the person they belong to (semantics.md, section 4).</summary>
public enum MatchBy
{
    Id = 0,
    Email = 1,
    None = 2,
}

public enum UnmatchedPeople
{
    /// <summary>Who joins nobody makes no user.</summary>
    LeaveOut = 0,

    /// <summary>Who joins nobody is a member of their own, with the id <c>source:number</c>.</summary>
    OwnMember = 1,
}

/// <summary><c>Highest</c>: the highest-priority source that has a say. <c>Any</c>: employed while any source says so.</summary>
public enum EmployedRule
{
    Highest = 0,
    Any = 1,
}

/// <summary><c>Highest</c>: the highest-priority source that ever stated an assignment. <c>Union</c>: all together.</summary>
public enum TeamsRule
{
    Highest = 0,
    Union = 1,
}

public enum OnAbsence
{
    Keep = 0,
    LeaveOut = 1,
}

/// <summary>The settings of one source that shape membership.</summary>
public sealed record SourceRules
{
    public required string Name { get; init; }

    /// <summary>1 is the highest; ties by name (ordinal).</summary>
    public int Priority { get; init; } = 100;

    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    public MatchBy MatchBy { get; init; } = MatchBy.Id;

    public UnmatchedPeople Unmatched { get; init; } = UnmatchedPeople.LeaveOut;

    /// <summary>Fields this source decides alone: <c>email</c>, <c>firstName</c>, <c>lastName</c>, <c>jobTitle</c>, <c>imageUrl</c>,
    /// <c>language</c>, <c>attributes</c>, <c>attributes.NAME</c>, <c>teams</c>.</summary>
    public IReadOnlySet<string> Owns { get; init; } = new HashSet<string>();

    /// <summary>Its facets are taken out deliberately.</summary>
    public bool Retired { get; init; }
}

/// <summary>Leaves members out. A member is out of scope when any given condition holds.</summary>
public sealed record ScopeRules
{
    /// <summary>Attribute name (exact case) to the values that exclude (exact).</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> ExcludeAttributes { get; init; } = new Dictionary<string, IReadOnlySet<string>>();

    /// <summary>Members with an assignment in one of these teams.</summary>
    public IReadOnlySet<string> ExcludeTeams { get; init; } = new HashSet<string>();

    /// <summary>Members whose employment one of these sources decides.</summary>
    public IReadOnlySet<string> ExcludeSources { get; init; } = new HashSet<string>();

    /// <summary>Members whose e-mail is of one of these domains (A to Z case-insensitive).</summary>
    public IReadOnlySet<string> ExcludeEmailDomains { get; init; } = new HashSet<string>();
}

public enum PropertyType
{
    Text = 0,
    Choice = 1,
    Date = 2,
    Number = 3,
}

/// <summary>A property that Officevibe is known to have.</summary>
public sealed record DeclaredProperty
{
    /// <summary>Exact case.</summary>
    public required string Name { get; init; }

    public PropertyType Type { get; init; }

    /// <summary>For <see cref="PropertyType.Choice"/>; null: not checked.</summary>
    public IReadOnlySet<string>? Options { get; init; }

    /// <summary>For <see cref="PropertyType.Date"/>: the .NET format to send (invariant culture); null: as it came.</summary>
    public string? DateFormat { get; init; }

    /// <summary>Who loses their value is sent an empty one, which Officevibe takes as "none". Default false: nothing is sent, and the account keeps what it has.</summary>
    public bool Clear { get; init; }
}

/// <summary>An operator's word that a person is kept out, whatever the data say. <c>Until</c> null: until taken back.</summary>
public sealed record Exclusion(string MemberId, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>Everything but events that shapes a snapshot.</summary>
public sealed record MembershipRules
{
    public required IReadOnlyDictionary<string, SourceRules> Sources { get; init; }
    public EmployedRule Employed { get; init; }
    public TeamsRule Teams { get; init; }
    public ScopeRules Scope { get; init; } = new();
    public OnAbsence OnAbsence { get; init; }

    /// <summary>By exact name.</summary>
    public IReadOnlyDictionary<string, DeclaredProperty> Properties { get; init; } = new Dictionary<string, DeclaredProperty>();

    public bool SendUndeclaredProperties { get; init; }
}
