using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>
/// Step 1: takes away what never happened. Retractions, the events they name, and the events that others stand in for; of a chain of
/// replacements the end stands, of a loop the one recorded last. It has no effective date: it holds for every instant.
/// </summary>
internal static class Standing
{
    /// <summary>The events that stand, each once and in no order. What was taken away is added to <paramref name="outcomes"/>.</summary>
    public static List<T> Of<T>(FacetKey key, IEnumerable<MembershipEvent> events, TimeZoneInfo zone, List<EventOutcome> outcomes)
        where T : MembershipEvent
    {
        var facts = new Dictionary<string, T>();
        var replacing = false;
        Dictionary<string, Retract>? retractions = null;
        foreach (var e in events)
        {
            if (e.Source != key.Source) continue;
            if (e is Retract retract)
            {
                retractions ??= [];
                retractions[retract.EventId] = retractions.TryGetValue(retract.EventId, out var other) && retract.IsAfter(other) ? other : retract;
            }
            else if (e is T fact && fact.Facet == key && facts.TryAdd(e.Id, fact))
            {
                replacing |= e.Replaces is not null;
            }
        }

        if (retractions is not null)
        {
            foreach (var (id, by) in retractions)
            {
                if (!facts.Remove(id, out var fact)) continue;
                outcomes.Add(new EventOutcome(id, EventState.Retracted, fact.EffectiveIn(zone), by.Id));
            }
        }

        if (replacing) Replace(facts, zone, outcomes);
        return [.. facts.Values];
    }

    /// <summary>What an event is replaced by; a replacement of itself, or of an event that is not of this facet, has no effect.</summary>
    private static void Replace<T>(Dictionary<string, T> facts, TimeZoneInfo zone, List<EventOutcome> outcomes) where T : MembershipEvent
    {
        // Of several that stand in for one, the one recorded last is named as its replacement; none of them is replaced by that.
        var replacedBy = new Dictionary<string, T>();
        var pending = new Dictionary<string, int>();
        foreach (var fact in facts.Values)
        {
            if (Target(facts, fact) is not { } target) continue;
            replacedBy[target.Id] = Recorded.Last(replacedBy.GetValueOrDefault(target.Id), fact);
            pending[target.Id] = pending.GetValueOrDefault(target.Id) + 1;
        }

        if (replacedBy.Count == 0) return;

        // Walk every chain from its end. What is never reached goes round in a loop.
        var entered = new HashSet<string>();
        var ends = new Stack<T>();
        foreach (var fact in facts.Values)
            if (!pending.ContainsKey(fact.Id)) ends.Push(fact);
        while (ends.TryPop(out var end))
        {
            if (Target(facts, end) is not { } target) continue;
            entered.Add(target.Id);
            if (--pending[target.Id] == 0) ends.Push(target);
        }

        var seen = new HashSet<string>();
        foreach (var (id, left) in pending)
        {
            if (left == 0 || !seen.Add(id)) continue;
            var (last, isEntered) = (facts[id], entered.Contains(id));
            for (var member = Target(facts, facts[id])!; member.Id != id; member = Target(facts, member)!)
            {
                seen.Add(member.Id);
                isEntered |= entered.Contains(member.Id);
                last = Recorded.Last(last, member);
            }

            // A loop that something else stands in for has its end there.
            if (!isEntered) replacedBy.Remove(last.Id);
        }

        foreach (var (id, by) in replacedBy)
        {
            outcomes.Add(new EventOutcome(id, EventState.Replaced, facts[id].EffectiveIn(zone), by.Id));
            facts.Remove(id);
        }
    }

    private static T? Target<T>(Dictionary<string, T> facts, T fact) where T : MembershipEvent =>
        fact.Replaces is { } id && id != fact.Id && facts.TryGetValue(id, out var target) ? target : null;
}
