using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>What people approved beforehand, while its window is open.</summary>
public abstract record PlannedChange(string Id)
{
    /// <summary>Exactly this content, by its hash.</summary>
    /// <param name="Id">Of the plan.</param>
    /// <param name="Hash">Of the body as it would be sent.</param>
    /// <param name="Also">Which of <see cref="PlannedChanges.Named"/> it lets through besides: they were named.</param>
    public sealed record Content(string Id, string Hash, IReadOnlySet<string> Also) : PlannedChange(Id);

    /// <summary>Whatever stays within these numbers, all runs of the window together.</summary>
    /// <param name="Id">Of the plan.</param>
    /// <param name="Greatest">By rule: the greatest number that passes, in place of the usual limits of the company and of its sources.</param>
    /// <param name="Since">What accepted runs did since the window opened, without what a person approved then.</param>
    /// <param name="Deleted">Ids of those whom accepted runs deleted since the window opened, unasked.</param>
    public sealed record Limits(string Id, IReadOnlyDictionary<string, int> Greatest, GuardWindow Since, IReadOnlyCollection<string> Deleted) : PlannedChange(Id)
    {
        /// <summary>The greatest number that passes; null: the rule is not named.</summary>
        internal int? For(string rule) => Greatest.TryGetValue(rule, out var greatest) ? greatest : null;
    }
}

/// <summary>What a plan lets through of a run.</summary>
public sealed record PlannedUse(string PlanId, IReadOnlyList<string> Rules, IReadOnlySet<Change> Changes);

/// <param name="Verdict">What is left to ask.</param>
/// <param name="Use">What would have been asked, but for a plan; null: nothing.</param>
public sealed record PlannedVerdict(GuardVerdict Verdict, PlannedUse? Use);

/// <summary>The guard, with what was approved beforehand.</summary>
public static class PlannedChanges
{
    /// <summary>Rules with a limit, which a plan may set for its window.</summary>
    public static readonly IReadOnlyList<string> Counted =
    [
        GuardRules.LeftOut, GuardRules.MembersRemoved, GuardRules.LastTeamLost, GuardRules.TeamsRemoved, GuardRules.MembersAdded, GuardRules.EmailsChanged, GuardRules.ManagersGained,
        GuardRules.MembersChanged, GuardRules.MappingsChanged,
    ];

    /// <summary>What no plan lets through without naming it: there is no way back.</summary>
    public static readonly IReadOnlyList<string> Named = [GuardRules.IdChange, GuardRules.Deletions];

    /// <summary>What else an exact content was seen to do. Not the state of a source or of the account on the day, which nobody could know before.</summary>
    private static readonly string[] OfContent = [.. Counted, GuardRules.RulesChanged, GuardRules.Mode, GuardRules.UsersThreshold, GuardRules.TeamsThreshold];

    /// <param name="input">What the guard looks at.</param>
    /// <param name="settings">The usual limits.</param>
    /// <param name="plans">Those in force; at most one with limits.</param>
    public static PlannedVerdict Check(GuardInput input, GuardSettings settings, IReadOnlyList<PlannedChange> plans)
    {
        var usual = Guard.Check(input, settings);
        // No plan stands in for the look that a first sync, or an earlier company, wants.
        if (usual is GuardVerdict.Refuse || input.Accepted is null || input.Restore || input.Restored) return new(usual, null);

        var asked = (usual as GuardVerdict.Hold)?.Reasons ?? [];
        var exact = plans.OfType<PlannedChange.Content>()
            .FirstOrDefault(p => asked.Count > 0 && p.Hash == input.ContentHash && asked.All(r => OfContent.Contains(r.Rule) || p.Also.Contains(r.Rule)));
        if (exact is not null)
            return new(new GuardVerdict.Pass(), Use(exact, asked, Change.AllOf(input.Difference).Append(Change.Whole(input.ContentHash))));

        if (plans.OfType<PlannedChange.Limits>().FirstOrDefault() is not { } limits) return new(usual, null);
        var verdict = Guard.Check(input with { Planned = limits }, settings);
        var still = (verdict as GuardVerdict.Hold)?.Reasons.Select(r => r.Rule).ToHashSet() ?? [];
        var lifted = asked.Where(r => limits.For(r.Rule) is not null && !still.Contains(r.Rule)).ToList();
        return new(verdict, lifted.Count == 0 ? null : Use(limits, lifted, Under(limits, input)));
    }

    /// <summary>How much of each limit accepted runs have used.</summary>
    public static IReadOnlyDictionary<string, int> Used(PlannedChange.Limits plan, Snapshot accepted, GuardSettings settings)
    {
        // As if each of them were about to be exceeded: the number is then told, whatever it is.
        var input = new GuardInput { Accepted = accepted, Next = accepted, ContentHash = "", Difference = SnapshotDiff.None, Invitations = true };
        var counts = GuardCount.All(new Counted(accepted, accepted, SnapshotDiff.None), Since(plan, accepted), input).ToDictionary(c => c.Rule, c => c.EarlierNumber(settings));
        return plan.Greatest.Keys.ToDictionary(rule => rule, rule => rule switch
        {
            GuardRules.Deletions => plan.Deleted.Count(id => !settings.Exempt.Contains(id)),
            GuardRules.IdChange => IdChanges(plan, input),
            _ => counts.GetValueOrDefault(rule),
        });
    }

    /// <summary>What the run does of the kinds that the plan counts: it uses up the plan, so it does not use up the usual limits of the next days as well.</summary>
    private static IEnumerable<Change> Under(PlannedChange.Limits plan, GuardInput input)
    {
        var (accepted, nothing) = (input.Accepted!, SnapshotDiff.None);
        return GuardCount.All(new Counted(accepted, input.Next, input.Difference), new Counted(accepted, accepted, nothing), input)
            .Where(c => plan.For(c.Rule) is not null).SelectMany(c => c.Run).SelectMany(i => i.Changes);
    }

    /// <summary>What runs did since the window opened and no person approved.</summary>
    internal static Counted Since(PlannedChange.Limits plan, Snapshot accepted)
    {
        var start = plan.Since.Approved.Aggregate(plan.Since.Before ?? accepted, (s, approved) => approved.ApplyTo(s));
        return new Counted(start, accepted, SnapshotDiff.Between(start, accepted));
    }

    /// <summary>Ids that changed from the start of the window up to what would be sent.</summary>
    internal static int IdChanges(PlannedChange.Limits plan, GuardInput input)
    {
        var start = Since(plan, input.Accepted!).Before;
        return IdChange.Find(input with { Accepted = start, Difference = SnapshotDiff.Between(start, input.Next), Window = GuardWindow.Nothing }).Sum(r => r.Number);
    }

    private static PlannedUse Use(PlannedChange plan, IReadOnlyList<HoldReason> asked, IEnumerable<Change> besides) =>
        new(plan.Id, [.. asked.Select(r => r.Rule).Distinct()], asked.SelectMany(r => r.Changes).Concat(besides).ToHashSet());
}
