using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>An event and the instant at which it is applied.</summary>
/// <param name="Event">The event.</param>
/// <param name="At">When it is effective.</param>
/// <param name="EndsEarlierStart">A leave of a start before that instant: it goes first.</param>
/// <param name="DateFrom">The event that gave it this instant; null: it has its own.</param>
internal readonly record struct Step<T>(T Event, DateTimeOffset At, bool EndsEarlierStart = false, string? DateFrom = null) where T : MembershipEvent
{
    /// <summary>Step 4: the one order in which events are applied.</summary>
    public static int Compare(Step<T> x, Step<T> y)
    {
        var order = x.At.CompareTo(y.At);
        if (order == 0) order = y.EndsEarlierStart.CompareTo(x.EndsEarlierStart);
        if (order == 0) order = x.Event.OccurredAt.CompareTo(y.Event.OccurredAt);
        if (order == 0) order = KindOf(x.Event).CompareTo(KindOf(y.Event));
        return order != 0 ? order : Ordinal.Compare(x.Event.Id, y.Event.Id);
    }

    private static int KindOf(MembershipEvent e) => e switch
    {
        TeamClosed => 0,
        Hire => 1,
        TeamDefined => 2,
        Leave => 4,
        _ => 3,
    };
}

/// <summary>Steps 2 and 3: gives every standing event of a person the instant at which it is effective.</summary>
internal static class MemberSchedule
{
    /// <summary>The events in the order in which they are applied. Leaves that do not count are added to <paramref name="outcomes"/>.</summary>
    public static List<Step<MemberEvent>> Of(List<MemberEvent> standing, TimeZoneInfo zone, List<EventOutcome> outcomes)
    {
        var (hires, leaves) = (new List<Hire>(), new List<Leave>());
        foreach (var e in standing)
        {
            if (e is Hire hire) hires.Add(hire);
            else if (e is Leave leave) leaves.Add(leave);
        }

        var employment = new Employment(hires, leaves, zone);
        var steps = new List<Step<MemberEvent>>(standing.Count);
        for (var i = 0; i < hires.Count; i++) steps.Add(new(hires[i], employment.Starts.At(i), DateFrom: employment.Starts.MovedBy(i)?.Id));
        for (var i = 0; i < leaves.Count; i++)
        {
            if (employment.SupersededBy(i) is { } last) outcomes.Add(new EventOutcome(leaves[i].Id, EventState.Superseded, employment.At(i), last.Id));
            else steps.Add(new(leaves[i], employment.At(i), employment.IsOfEarlierStart(i), Awaited(employment, leaves[i], employment.At(i))));
        }

        foreach (var e in standing)
        {
            if (e is Hire or Leave) continue;
            var own = e.EffectiveIn(zone);
            var waits = e is Update or Move or Assign or Unassign && e.EffectiveAt is null
                && employment.Starts.AwaitedBy(e) >= 0 && !employment.EmployedAt(own);
            var at = waits ? employment.Starts.At(employment.Starts.AwaitedBy(e)) : own;
            steps.Add(new(e, at, DateFrom: Awaited(employment, e, at)));
        }

        steps.Sort(Step<MemberEvent>.Compare);
        return steps;
    }

    /// <summary>The hire whose start an event without a date of its own was given.</summary>
    private static string? Awaited(Employment employment, MemberEvent e, DateTimeOffset at) =>
        e.EffectiveAt is null && at != e.OccurredAt ? employment.Starts[employment.Starts.AwaitedBy(e)].Id : null;
}
