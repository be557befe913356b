using Gateway.Membership.Events;

namespace Gateway.Membership.Snapshots;

/// <summary>A source's clock, compared with the store's.</summary>
public static class ClockAhead
{
    /// <summary>How far ahead of its receipt an event may have occurred.</summary>
    public static TimeSpan Tolerance { get; } = TimeSpan.FromMinutes(10);

    /// <summary>More than 10 minutes ahead.</summary>
    public static bool Of(DateTimeOffset occurredAt, DateTimeOffset receivedAt) => occurredAt - receivedAt > Tolerance;
}

/// <summary>The issues that take more than facets to find: the receipt of an event, or the event that another one names.</summary>
public static class LogIssues
{
    /// <summary>Null: the clock is right enough.</summary>
    public static Issue? OfClock(MembershipEvent e, DateTimeOffset receivedAt) => !ClockAhead.Of(e.OccurredAt, receivedAt) ? null
        : About(e, IssueCodes.SourceClockAhead, "occurredAt is more than 10 minutes after the event came in: the source's clock is ahead, and its order cannot be trusted. Set it right.");

    /// <summary>Null: the replacement is of the same facet, of a retraction or of itself (which have no effect, and are no issue), or of nothing known.</summary>
    /// <param name="e">An event.</param>
    /// <param name="named">The source's event that it names in <c>replaces</c>; null: it has not come.</param>
    public static Issue? OfReplacement(MembershipEvent e, MembershipEvent? named) =>
        e.Replaces is null || named is null or Retract || named.Source != e.Source || named.Id != e.Replaces || named.Id == e.Id || named.Facet == e.Facet ? null
        : About(e, IssueCodes.EventReplacesOther, "replaces names an event about somebody or something else, and has no effect. Retract that one, and send a new event.");

    private static Issue About(MembershipEvent e, string code, string message) =>
        new(code, e.Facet?.Kind ?? SubjectKind.Member, e.Facet?.Subject ?? e.Id, LeftOut: false, message) { Source = e.Source, EventId = e.Id };
}
