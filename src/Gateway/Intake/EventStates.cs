using Gateway.EventLog;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Rules;

namespace Gateway.Intake;

/// <summary>What events that are there already come to, from their own facets in one cut of the log. Each facet is folded once.</summary>
internal sealed class EventStates(ILogStore store, RulesInForce rules, DateTimeOffset at) : IDisposable
{
    private readonly Dictionary<FacetKey, (Facet Facet, Dictionary<string, EventState> States)> _folded = [];
    private EventReader? _log;

    public EventState Of(MembershipEvent @event)
    {
        if (@event.Facet is not { } key) return EventState.Applied;
        if (!_folded.TryGetValue(key, out var folded)) _folded[key] = folded = Fold(key);
        if (folded.States.TryGetValue(@event.Id, out var state)) return state;
        // Alone in the house, this facet tells whether anybody ever hired the person; with more sources another one may have.
        return folded.Facet is MemberFacet { EverHired: false } && rules.Sources.Count == 1 ? EventState.Waiting : EventState.Applied;
    }

    private (Facet, Dictionary<string, EventState>) Fold(FacetKey key)
    {
        var events = (_log ??= store.OpenReader()).Facet(key).Where(e => e.Event is not null).Select(e => e.Event!);
        var facet = FacetFold.Fold(key, events, at, rules.ZoneOf(key.Source));
        return (facet, facet.Outcomes.ToDictionary(o => o.EventId, o => o.State, StringComparer.Ordinal));
    }

    public void Dispose() => _log?.Dispose();
}
