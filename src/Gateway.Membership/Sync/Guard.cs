using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>May this snapshot be sent? Semantics.md, section 6.</summary>
public static class Guard
{
    public static GuardVerdict Check(GuardInput input, GuardSettings settings)
    {
        string[] empty =
        [
            .. input.Next.Users.Count == 0 ? ["users"] : Array.Empty<string>(),
            .. input.Next.Groups.Count == 0 ? ["groups"] : Array.Empty<string>(),
            .. input.Next.Mappings.Count == 0 ? ["mappings"] : Array.Empty<string>(),
        ];
        string[] ofOneName = input.Accepted is not null ? [] :
        [
            .. input.Next.Groups.GroupBy(g => g.Name).Where(g => g.Count() > 1).SelectMany(g => g).Select(g => g.Id),
        ];
        if (empty.Length + ofOneName.Length > 0) return new GuardVerdict.Refuse(empty, ofOneName);

        var reasons = new List<HoldReason>();
        if (input.HoldAll) reasons.Add(Flag(GuardRules.Mode, [.. Change.AllOf(input.Difference).DefaultIfEmpty(Change.Whole(input.ContentHash))]));
        // The content itself is held: another one, made a moment later, is looked at again.
        if (input.Restored) reasons.Add(Flag(GuardRules.Restored, [.. Change.AllOf(input.Difference), Change.Whole(input.ContentHash)]));
        if (input.Restore) reasons.Add(Flag(GuardRules.Restore, [.. Change.AllOf(input.Difference), Change.Whole(input.ContentHash)]));
        if (input.Accepted is null)
        {
            if (input.Adoption is { } adoption) reasons.Add(new HoldReason(GuardRules.Adoption, adoption.Open, 0, [Change.Whole(input.ContentHash)]));
            if (settings.FirstSync) reasons.Add(Flag(GuardRules.FirstSync, new EveryChange(input.Difference)));
            else if (input.Invitations) reasons.AddRange(Exceeded(input, settings).Where(r => r.Rule == GuardRules.MembersAdded));
        }
        else
        {
            reasons.AddRange(Exceeded(input, settings));
            if (settings.IdChange) reasons.AddRange(IdChanges(input));
            if (settings.RulesChanged) reasons.AddRange(DueToTheRules(input));
            reasons.AddRange(AccountGuard.Check(input, settings));
        }

        reasons.AddRange(WorkleapGuard.Check(input, settings));
        reasons.AddRange(Sources(input.Sources));
        return reasons.Count == 0 ? new GuardVerdict.Pass() : new GuardVerdict.Hold(reasons);
    }

    /// <summary>Rules with a limit, for the company and then for each source that has limits of its own.</summary>
    private static IEnumerable<HoldReason> Exceeded(GuardInput input, GuardSettings settings)
    {
        var accepted = input.Accepted ?? Snapshot.Empty;
        var run = new Counted(accepted, input.Next, input.Difference);
        // Without what a person approved: as if it had been so before the window.
        var start = input.Window.Approved.Aggregate(input.Window.Before ?? accepted, (s, approved) => approved.ApplyTo(s));
        var earlier = new Counted(start, accepted, SnapshotDiff.Between(start, accepted));

        var counts = GuardCount.All(run, earlier, input).Where(c => input.Planned?.For(c.Rule) is null).ToList();
        foreach (var count in counts)
        {
            var company = count.Against(count.CompanyLimit(settings), null, input, settings);
            if (company is not null) yield return company;
        }

        foreach (var (source, limits) in settings.Sources.OrderBy(s => s.Key, Ordinal.Comparer))
            foreach (var count in counts)
                if (count.SourceLimit(limits) is { } limit && count.Against(limit, source, input, settings) is { } reason)
                    yield return reason;

        if (input.Planned is not { } plan) yield break;
        foreach (var count in GuardCount.All(run, PlannedChanges.Since(plan, accepted), input))
            if (plan.For(count.Rule) is { } greatest && count.Against(greatest, settings) is { } reason)
                yield return reason with { Plan = plan.Id };
    }

    private static IEnumerable<HoldReason> IdChanges(GuardInput input)
    {
        foreach (var reason in IdChange.Find(input))
        {
            if (input.Planned is not { } plan || plan.For(GuardRules.IdChange) is not { } greatest)
            {
                yield return reason;
                continue;
            }

            var number = Math.Max(reason.Number, PlannedChanges.IdChanges(plan, input));
            if (number > greatest) yield return reason with { Number = number, Limit = greatest, Earlier = number - reason.Number, Plan = plan.Id };
        }
    }

    private static IEnumerable<HoldReason> DueToTheRules(GuardInput input)
    {
        if (input.RulesDifference is not { } difference) yield break;

        // What an event has changed back since is not sent, and nobody need look at it.
        var facts = Change.AllOf(difference).Select(c => c.Fact).ToHashSet();
        var changes = Change.AllOf(input.Difference).Where(c => facts.Contains(c.Fact)).ToList();
        if (changes.Count > 0) yield return Flag(GuardRules.RulesChanged, changes);
    }

    private static IEnumerable<HoldReason> Sources(IReadOnlyList<SourceState> sources)
    {
        foreach (var source in sources)
        {
            if (source.BaselineMissing)
                yield return Flag(GuardRules.BaselineMissing, [new Change(ChangeKind.Source, source.Name, "baseline", null, "missing")]) with { Source = source.Name };
            if (source is { Silent: true, HoldWhenSilent: true })
                yield return Flag(GuardRules.SourceSilent, [new Change(ChangeKind.Source, source.Name, "silent", null, "silent")]) with { Source = source.Name };
        }
    }

    private static HoldReason Flag(string rule, IReadOnlyList<Change> changes) =>
        new(rule, changes.Where(c => c.Kind != ChangeKind.Content).Select(c => (c.Kind is ChangeKind.Team or ChangeKind.TeamName or ChangeKind.SubGroup, c.Subject)).Distinct().Count(), 0, changes);
}

/// <summary>Two snapshots and what is between them.</summary>
internal sealed record Counted(Snapshot Before, Snapshot After, SnapshotDiff Diff);
