namespace Gateway.Rules;

/// <summary>One source (<c>Gateway:Sources:{name}</c>). Webhook settings stand beside these and are read by their station.</summary>
public sealed class SourceOptions
{
    /// <summary>1 is the highest. Default 100.</summary>
    public int Priority { get; set; } = 100;

    /// <summary>An IANA zone in which this source's bare dates are read. Default UTC.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary><c>id</c>, <c>email</c> or <c>none</c>. Needed as soon as there are two sources; default <c>id</c> for a single one.</summary>
    public string? MatchBy { get; set; }

    /// <summary><c>leave-out</c> (default) or <c>own-member</c>.</summary>
    public string Unmatched { get; set; } = "leave-out";

    /// <summary>Fields that this source decides alone.</summary>
    public IList<string> Owns { get; set; } = [];

    /// <summary>Takes its facets out deliberately. Default false.</summary>
    public bool Retired { get; set; }

    /// <summary><c>optional</c> (default) or <c>required</c>: without one, runs are held.</summary>
    public string Baseline { get; set; } = "optional";

    /// <summary>Silent for longer than this is worth a word. Default: never.</summary>
    public TimeSpan? SilentAfter { get; set; }

    /// <summary><c>warn</c> (default) or <c>hold</c>.</summary>
    public string SilentAction { get; set; } = "warn";

    /// <summary>For longer than it may be. One that is taken out deliberately never is.</summary>
    /// <param name="seen">When it was heard last; null: never.</param>
    /// <param name="now">The instant asked about.</param>
    public bool IsSilent(DateTimeOffset? seen, DateTimeOffset now) => !Retired && SilentAfter is { } after && !(seen + after > now);
}

/// <summary><c>Gateway:Membership</c>.</summary>
public sealed class MembershipOptions
{
    /// <summary><c>highest</c> (default) or <c>any</c>.</summary>
    public string Employed { get; set; } = "highest";

    /// <summary><c>highest</c> (default) or <c>union</c>.</summary>
    public string Teams { get; set; } = "highest";
}

/// <summary><c>Gateway:Scope</c>: who is left out. Default: nobody.</summary>
public sealed class ScopeOptions
{
    /// <summary>Attribute name to the values that leave a person out.</summary>
    public IDictionary<string, string[]> ExcludeAttributes { get; set; } = new Dictionary<string, string[]>();

    public IList<string> ExcludeTeams { get; set; } = [];

    public IList<string> ExcludeSources { get; set; } = [];

    /// <summary>Without the <c>@</c>.</summary>
    public IList<string> ExcludeEmailDomains { get; set; } = [];
}

/// <summary>One property of the declared catalogue (<c>Gateway:Officevibe:Properties</c>, a list, since names may hold any character).</summary>
public sealed class PropertyOptions
{
    /// <summary>Exact case.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>text</c> (default), <c>choice</c>, <c>date</c> or <c>number</c>.</summary>
    public string Type { get; set; } = "text";

    /// <summary>For a choice. None: not checked.</summary>
    public IList<string> Options { get; set; } = [];

    /// <summary>For a date: a .NET format such as <c>yyyy-MM-dd</c>. None: as it came.</summary>
    public string? DateFormat { get; set; }

    /// <summary>Who loses their value is sent an empty one. Default false: nothing is sent, and the account keeps what it has.</summary>
    public bool Clear { get; set; }
}
