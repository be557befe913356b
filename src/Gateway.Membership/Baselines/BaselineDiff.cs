using Gateway.Membership.Events;
using Gateway.Membership.Fold;

namespace Gateway.Membership.Baselines;

/// <summary>Takes the difference between what a source said and its baseline.</summary>
public static class BaselineDiff
{
    /// <summary>
    /// The events that make the difference: folded on top of the source's events, as of the baseline's instant, they give exactly what
    /// the baseline says, and leave what it does not speak of. Later facts stand. No difference: no events.
    /// </summary>
    /// <param name="unit">Whose baseline, and when.</param>
    /// <param name="members">The source's facets, folded at <see cref="BaselineUnit.AsOf"/>.</param>
    /// <param name="teams">Likewise.</param>
    /// <param name="baseline">What it says.</param>
    /// <param name="eventsOf">The events of a facet with their retractions. Asked for only of who leaves.</param>
    /// <param name="zone">The source's.</param>
    public static BaselineDifference Between(
        BaselineUnit unit, IEnumerable<MemberFacet> members, IEnumerable<TeamFacet> teams, Baseline baseline,
        Func<FacetKey, IReadOnlyList<MembershipEvent>> eventsOf, TimeZoneInfo zone)
    {
        var people = members.ToDictionary(m => m.EmployeeId);
        var groups = teams.ToDictionary(t => t.TeamId);
        var events = new BaselineEvents(unit);
        var byTeam = new TeamDiff(events, groups, baseline);
        byTeam.Run();
        var byMember = new MemberDiff(events, people, baseline, (key, added) => MemberFold.Fold(key, eventsOf(key).Concat(added), unit.AsOf, zone));
        byMember.Run();
        return new BaselineDifference
        {
            Events = events.All,
            Employed = people.Values.Where(m => m.Employed).Select(m => m.EmployeeId).ToHashSet(),
            Teams = groups.Values.Count(t => t.Exists),
            Hired = byMember.Hired,
            Left = byMember.Left,
            Updated = byMember.Updated,
            EmailsChanged = byMember.EmailsChanged,
            NamesChanged = byMember.NamesChanged,
            Moved = byMember.Moved,
            TeamsOpened = byTeam.Opened,
            TeamsClosed = byTeam.Closed,
            TeamsRenamed = byTeam.Renamed,
            TeamsReparented = byTeam.Reparented,
        };
    }
}

/// <summary>Collects the events of a unit and numbers them.</summary>
internal sealed class BaselineEvents(BaselineUnit unit)
{
    private readonly List<MembershipEvent> all = [];

    public IReadOnlyList<MembershipEvent> All => all;

    public DateTimeOffset AsOf => unit.AsOf;

    public string Source => unit.Source;

    /// <param name="make">Gives the event what is its own; source, id and dates are given here.</param>
    public void Add(Func<Common, MembershipEvent> make) =>
        all.Add(make(new Common(unit.Source, unit.EventId(all.Count + 1), unit.RecordedAt.AddMicroseconds(all.Count), new EffectiveDate.Instant(unit.AsOf))));

    internal readonly record struct Common(string Source, string Id, DateTimeOffset OccurredAt, EffectiveDate EffectiveAt);
}
