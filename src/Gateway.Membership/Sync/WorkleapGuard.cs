using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>What the guard has to know besides when the account is Workleap's, or was another one's before.</summary>
public sealed record UpstreamInput
{
    public static UpstreamInput None { get; } = new();

    /// <summary>Whom this run would delete.</summary>
    public IReadOnlyList<Deletion> Deletions { get; init; } = [];

    /// <summary>Ids of those whom accepted runs deleted within the window, unasked.</summary>
    public IReadOnlyCollection<string> DeletedEarlier { get; init; } = [];

    /// <summary>The last accepted content went out in the other dialect.</summary>
    public bool OtherDialect { get; init; }

    /// <summary>A run waits for approval in Workleap.</summary>
    public bool Awaiting { get; init; }

    /// <summary>The account's risk thresholds; null: it has none, or they are not known here.</summary>
    public int? UsersThreshold { get; init; }

    public int? TeamsThreshold { get; init; }
}

/// <summary>The rules that Workleap needs besides those of <see cref="Guard"/>.</summary>
internal static class WorkleapGuard
{
    public static IEnumerable<HoldReason> Check(GuardInput input, GuardSettings settings)
    {
        var upstream = input.Upstream;
        Change[] whole = [Change.Whole(input.ContentHash)];
        if (upstream.OtherDialect) yield return new HoldReason(GuardRules.DialectChanged, upstream.Deletions.Count, 0, whole);
        // The older one can still be approved there, after this one: whoever sends beside it has to know.
        if (upstream.Awaiting) yield return new HoldReason(GuardRules.AwaitingUpstream, 1, 0, whole);
        if (Deleting(input, settings) is { } deleting) yield return deleting;
        if (input.Accepted is null) yield break;

        var d = input.Difference;
        var changes = Change.AllOf(d).ToLookup(c => c.Kind is ChangeKind.Member or ChangeKind.MemberField);
        var users = d.UsersAdded.Count + d.UsersRemoved.Count + upstream.Deletions.Count(x => x.Cause == DeletionCause.AbsentBefore) + d.UsersChanged.Sum(u => u.Fields.Count);
        var teams = d.GroupsAdded.Count + d.GroupsRemoved.Count + d.GroupsChanged.Count + d.MappingsAdded.Count + d.MappingsRemoved.Count;
        if (Reaches(GuardRules.UsersThreshold, upstream.UsersThreshold, users, [.. changes[true]]) is { } byUsers) yield return byUsers;
        if (Reaches(GuardRules.TeamsThreshold, upstream.TeamsThreshold, teams, [.. changes[false]]) is { } byTeams) yield return byTeams;
    }

    /// <summary>Below the threshold, never at it: what is counted there may be a little more. One of 0 pauses every run there, whatever is done here.</summary>
    private static HoldReason? Reaches(string rule, int? threshold, int number, IReadOnlyList<Change> changes) =>
        threshold is > 0 and var most && number >= most ? new HoldReason(rule, number, most - 1, changes) : null;

    private static HoldReason? Deleting(GuardInput input, GuardSettings settings)
    {
        var run = input.Upstream.Deletions.Select(d => d.MemberId).Where(id => !settings.Exempt.Contains(id)).ToList();
        if (run.Count == 0) return null;
        var plan = input.Planned?.For(GuardRules.Deletions) is null ? null : input.Planned;
        var number = run.Union((plan?.Deleted ?? input.Upstream.DeletedEarlier).Where(id => !settings.Exempt.Contains(id))).Count();
        var people = input.Accepted?.Users.Count ?? 0;
        var greatest = plan?.For(GuardRules.Deletions) ?? settings.Deletions.Of(people, people);
        return number <= greatest ? null
            : new HoldReason(GuardRules.Deletions, number, greatest, [.. run.Select(Deletions.Change)]) { Earlier = number - run.Count, Plan = plan?.Id };
    }
}
