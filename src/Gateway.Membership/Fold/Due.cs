using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

internal static class Due
{
    /// <summary>
    /// Step 4: applies what is effective at or before the instant. What is effective later, or took effect on a date not its own, is
    /// added to <paramref name="outcomes"/>.
    /// </summary>
    /// <returns>When the first of the later ones is effective; null: there is none.</returns>
    public static DateTimeOffset? Apply<T>(List<Step<T>> steps, DateTimeOffset at, List<EventOutcome> outcomes, Action<Step<T>, int> apply)
        where T : MembershipEvent
    {
        DateTimeOffset? due = null;
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            var isDue = step.At <= at;
            if (isDue) apply(step, i);
            else due ??= step.At;
            if (!isDue || step.DateFrom is not null)
                outcomes.Add(new EventOutcome(step.Event.Id, isDue ? EventState.Applied : EventState.Scheduled, step.At, step.DateFrom));
        }

        return due;
    }
}
