namespace Gateway.Membership.Sync;

/// <summary>The rules a hold can be for, as they are named in settings and on the page.</summary>
public static class GuardRules
{
    public const string FirstSync = "FirstSync";

    /// <summary>The account holds teams or people that a first sync would lose, and nobody has decided about them.</summary>
    public const string Adoption = "Adoption";

    public const string LeftOut = "LeftOut";
    public const string MembersRemoved = "MembersRemoved";
    public const string LastTeamLost = "LastTeamLost";
    public const string TeamsRemoved = "TeamsRemoved";
    public const string IdChange = "IdChange";
    public const string MembersAdded = "MembersAdded";
    public const string EmailsChanged = "EmailsChanged";
    public const string ManagersGained = "ManagersGained";
    public const string MembersChanged = "MembersChanged";
    public const string MappingsChanged = "MappingsChanged";
    public const string RulesChanged = "RulesChanged";
    public const string BaselineMissing = "BaselineMissing";
    public const string SourceSilent = "SourceSilent";

    /// <summary>An earlier company is to be sent again.</summary>
    public const string Restore = "Restore";

    /// <summary>Put back from a backup: what is compared with is not what Officevibe has.</summary>
    public const string Restored = "Restored";

    /// <summary>Workleap only: people who would be deleted for good.</summary>
    public const string Deletions = "Deletions";

    /// <summary>Workleap only: as many changes of users as the account's risk threshold.</summary>
    public const string UsersThreshold = "UsersThreshold";

    /// <summary>Workleap only: as many changes of teams as the account's risk threshold.</summary>
    public const string TeamsThreshold = "TeamsThreshold";

    /// <summary>Workleap only: another run waits for approval there.</summary>
    public const string AwaitingUpstream = "AwaitingUpstream";

    /// <summary>The last accepted content went out in the other dialect.</summary>
    public const string DialectChanged = "DialectChanged";

    /// <summary>The account has people or teams that no company had or will have: the run would take them away.</summary>
    public const string AccountDiffers = "AccountDiffers";

    /// <summary><c>Gateway:Sync:Mode</c> is <c>hold</c>.</summary>
    public const string Mode = "Mode";
}

/// <summary>One rule that a snapshot fails.</summary>
/// <param name="Rule">One of <see cref="GuardRules"/>.</param>
/// <param name="Number">What was counted, this run and the window together.</param>
/// <param name="Limit">The greatest number that would pass.</param>
/// <param name="Changes">The changes of this run that the rule is about, with their values.</param>
public sealed record HoldReason(string Rule, int Number, int Limit, IReadOnlyList<Change> Changes)
{
    /// <summary>The source whose own limit it is; null: the company's.</summary>
    public string? Source { get; init; }

    /// <summary>How many of <see cref="Number"/> were accepted within the window already.</summary>
    public int Earlier { get; init; }

    /// <summary>The plan whose limit it is, and whose window; null: the usual ones.</summary>
    public string? Plan { get; init; }

    /// <summary>The people, teams or sources it is about.</summary>
    public IEnumerable<string> Subjects => Changes.Where(c => c.Kind != ChangeKind.Content).Select(c => c.Subject).Distinct();
}

/// <summary>May this snapshot be sent?</summary>
public abstract record GuardVerdict
{
    private GuardVerdict() { }

    public sealed record Pass : GuardVerdict;

    /// <summary>A person has to look; every reason is listed.</summary>
    public sealed record Hold(IReadOnlyList<HoldReason> Reasons) : GuardVerdict
    {
        /// <summary>The changes that are held, whatever the rule.</summary>
        public IEnumerable<Change> Changes => Reasons.SelectMany(r => r.Changes).Distinct();
    }

    /// <summary>Not approvable: the data must change first.</summary>
    /// <param name="EmptySections">Officevibe would fail the call.</param>
    /// <param name="TeamsOfOneName">Ids, on first adoption only: Officevibe matches teams by name then, and would take one for the other.</param>
    public sealed record Refuse(IReadOnlyList<string> EmptySections, IReadOnlyList<string> TeamsOfOneName) : GuardVerdict;
}
