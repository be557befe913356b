using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>Numbers the events that a facet's values point to, in the order in which they were applied, and leaves out the others.</summary>
internal sealed class References<T>(List<Step<T>> steps) where T : MembershipEvent
{
    private readonly int[] numbers = new int[steps.Count];

    public int this[int step] => numbers[step] - 1;

    public int? this[int? step] => step is { } index ? this[index] : null;

    public Said? this[Said? said] => said is { } value ? value with { By = this[value.By] } : null;

    public void Use(int? step)
    {
        if (step is { } index) numbers[index] = 1;
    }

    public EventRef[] Number()
    {
        var refs = new List<EventRef>();
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] == 0) continue;
            refs.Add(new EventRef(steps[i].Event.Id, steps[i].At, steps[i].Event.OccurredAt));
            numbers[i] = refs.Count;
        }

        return refs.ToArray();
    }
}
