namespace Gateway.OfficevibeSimulator.Account;

/// <summary>How many, and the first of them by name, for a person who reads.</summary>
public sealed class Affected
{
    private const int Shown = 50;
    private readonly List<string> _first = [];

    public int Count { get; private set; }

    /// <summary>The first 50: e-mail addresses of people, names of teams.</summary>
    public IReadOnlyList<string> First => _first;

    internal void Add(string name)
    {
        Count++;
        if (_first.Count < Shown)
        {
            _first.Add(name);
        }
    }
}

/// <summary>What one sync did to the account, or would do.</summary>
public sealed class SyncEffect
{
    public Affected Created { get; } = new();

    /// <summary>Of those created.</summary>
    public Affected Invited { get; } = new();

    public Affected Reactivated { get; } = new();

    /// <summary>Members with another value in a field or a property.</summary>
    public Affected Updated { get; } = new();

    public Affected Deactivated { get; } = new();

    /// <summary>Gone for good.</summary>
    public Affected Deleted { get; } = new();

    public Affected TeamsCreated { get; } = new();

    /// <summary>Old name and new.</summary>
    public Affected TeamsRenamed { get; } = new();

    /// <summary>With their structure, for good.</summary>
    public Affected TeamsRemoved { get; } = new();

    /// <summary>Of those removed the ones that had history, which is lost.</summary>
    public Affected HistoryLost { get; } = new();

    /// <summary>Manager and member assignments made or taken away; counted for the thresholds alone.</summary>
    public int Assignments { get; internal set; }

    /// <summary>As the users' threshold counts: new users, deactivations and deletions, members with updates.</summary>
    internal int UserChanges => Created.Count + Reactivated.Count + Updated.Count + Deactivated.Count + Deleted.Count;

    /// <summary>As the teams' threshold counts: new teams, removals, assignments; new names too (assumed).</summary>
    internal int TeamChanges => TeamsCreated.Count + TeamsRenamed.Count + TeamsRemoved.Count + Assignments;
}
