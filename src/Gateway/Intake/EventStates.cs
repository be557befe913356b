using Gateway.EventLog;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Rules;

namespace Gateway.Intake;

/// <summary>What an event that is there already comes to, from its own facet in the log.</summary>
internal static class EventStates
{
    public static EventState Of(MembershipEvent @event, LogFile file, RulesInForce rules, DateTimeOffset at)
    {
        using var log = EventReader.Open(file);
        return Of(@event, log, rules, at);
    }

    public static EventState Of(MembershipEvent @event, EventReader log, RulesInForce rules, DateTimeOffset at)
    {
        if (@event.Facet is not { } key) return EventState.Applied;
        var events = log.Facet(key).Where(e => e.Event is not null).Select(e => e.Event!);
        var facet = FacetFold.Fold(key, events, at, rules.ZoneOf(key.Source));
        var outcome = facet.Outcomes.FirstOrDefault(o => o.EventId == @event.Id);
        if (outcome is not null) return outcome.State;
        // Alone in the house, this facet tells whether anybody ever hired the person; with more sources another one may have.
        return facet is MemberFacet { EverHired: false } && rules.Sources.Count == 1 ? EventState.Waiting : EventState.Applied;
    }
}
