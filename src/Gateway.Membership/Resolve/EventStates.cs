using Gateway.Membership.Fold;

namespace Gateway.Membership.Resolve;

/// <summary>What an accepted and folded event came to, told with the person it is about.</summary>
public static class EventStates
{
    /// <summary>Of an event about a person.</summary>
    /// <param name="outcome">What the fold says of it; null: simply applied.</param>
    /// <param name="member">The person; null: nobody has said anything that has taken effect.</param>
    public static EventState OfMember(EventOutcome? outcome, Member? member) => outcome switch
    {
        { State: not EventState.Applied } => outcome.State,
        _ => member is { EverHired: true } ? EventState.Applied : EventState.Waiting,
    };

    /// <summary>Of an event about a team.</summary>
    public static EventState OfTeam(EventOutcome? outcome) => outcome?.State ?? EventState.Applied;
}
