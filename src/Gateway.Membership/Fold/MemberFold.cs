using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>The events of one person from one source, folded into what that source says of them at an instant.</summary>
public static class MemberFold
{
    /// <summary>A pure function of the set of events: order and repetition change nothing.</summary>
    /// <param name="key">The facet. Events of others are passed over.</param>
    /// <param name="events">All events of the facet, and the source's retractions that name any of them.</param>
    /// <param name="at">What is effective later is scheduled.</param>
    /// <param name="zone">The source's time zone, in which dates are read.</param>
    public static MemberFacet Fold(FacetKey key, IEnumerable<MembershipEvent> events, DateTimeOffset at, TimeZoneInfo zone)
    {
        var outcomes = new List<EventOutcome>();
        var standing = Standing.Of<MemberEvent>(key, events, zone, outcomes);
        var steps = MemberSchedule.Of(standing, zone, outcomes);

        var state = new MemberState();
        var due = Due.Apply(steps, at, outcomes, (step, index) => state.Apply(step, index, zone));
        if (state.AbsenceEnds(after: at) is { } end && (due is null || end < due)) due = end;

        outcomes.Sort((x, y) => Ordinal.Compare(x.EventId, y.EventId));
        return state.ToFacet(key, at, steps, due, outcomes);
    }
}
