namespace Gateway.Membership.Sync;

/// <summary>
/// How much may change without a person: the larger of a count and a share of the last accepted number (rounded down), but never
/// more than a third of the section (at least 1).
/// </summary>
/// <param name="Count">0 or more.</param>
/// <param name="Share">0 to 1.</param>
public sealed record Limit(int Count, double Share = 0)
{
    /// <summary>The greatest number that passes.</summary>
    /// <param name="number">How many there were in the last accepted snapshot of what is counted.</param>
    /// <param name="section">How many rows the section has there.</param>
    public int Of(int number, int section) =>
        Math.Min(Math.Max(Count, (int)decimal.Floor((decimal)Share * number)), Math.Max(1, section / 3));
}

/// <summary>The limits that apply to one source's people and teams, besides those of the whole company. Null: none of its own.</summary>
public sealed record SourceLimits
{
    public Limit? LeftOut { get; init; }
    public Limit? MembersRemoved { get; init; }
    public Limit? LastTeamLost { get; init; }
    public Limit? TeamsRemoved { get; init; }
    public Limit? MembersAdded { get; init; }
    public Limit? EmailsChanged { get; init; }
    public Limit? ManagersGained { get; init; }
    public Limit? MembersChanged { get; init; }
    public Limit? MappingsChanged { get; init; }
}

/// <summary>The rules of semantics.md, section 6, with their defaults.</summary>
public sealed record GuardSettings
{
    /// <summary>The first snapshot ever sent is held.</summary>
    public bool FirstSync { get; init; } = true;

    /// <summary>Members or teams of the last accepted snapshot that an issue leaves out.</summary>
    public Limit LeftOut { get; init; } = new(0);

    public Limit MembersRemoved { get; init; } = new(5, 0.02);

    public Limit LastTeamLost { get; init; } = new(5, 0.02);

    public Limit TeamsRemoved { get; init; } = new(1);

    /// <summary>A member or team that comes back under a new id is held.</summary>
    public bool IdChange { get; init; } = true;

    /// <summary>Counted only while invitations are on.</summary>
    public Limit MembersAdded { get; init; } = new(20, 0.02);

    public Limit EmailsChanged { get; init; } = new(5, 0.01);

    public Limit ManagersGained { get; init; } = new(10, 0.05);

    /// <summary>Members with another value in any field but the e-mail. One may always change, or a company of three never could.</summary>
    public Limit MembersChanged { get; init; } = new(1, 0.25);

    /// <summary>Rows replaced, added or removed: the larger of rows gone and rows new, since a move is one of each.</summary>
    public Limit MappingsChanged { get; init; } = new(1, 0.25);

    /// <summary>People whom Workleap would delete for good.</summary>
    public Limit Deletions { get; init; } = new(0);

    /// <summary>People whom the account has and nobody was ever sent as, together with those whom the run itself removes.</summary>
    public Limit AccountDiffers { get; init; } = new(5, 0.02);

    /// <summary>Content that the rules changed, and no event, is held.</summary>
    public bool RulesChanged { get; init; } = true;

    /// <summary>What accepted runs changed within this time adds to what a run would change.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a hold stands, and how long an approval covers what it listed.</summary>
    public TimeSpan HoldFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Ids of members (administrators, executives) who are not counted.</summary>
    public IReadOnlySet<string> Exempt { get; init; } = new HashSet<string>();

    /// <summary>By source name.</summary>
    public IReadOnlyDictionary<string, SourceLimits> Sources { get; init; } = new Dictionary<string, SourceLimits>();
}
