namespace Gateway.Membership.Adoption;

/// <summary>What is adopted. Stored by name.</summary>
public enum AdoptionKind
{
    Team = 0,
    Person = 1,
}

/// <summary>What a person decided about something that is in the account. Stored by name.</summary>
public enum AdoptionAction
{
    /// <summary>It is this one here, under another name or address.</summary>
    Same = 0,

    /// <summary>The first sync may remove it: a team for good, with its history; a person by deactivation.</summary>
    LetGo = 1,
}

/// <summary>A person's word on one team or one person of the account.</summary>
/// <param name="There">The team's name there, or the person's e-mail.</param>
/// <param name="Here">The team's id or the member's id here, for <see cref="AdoptionAction.Same"/>.</param>
public sealed record AdoptionDecision(AdoptionKind Kind, string There, AdoptionAction Action, string? Here);
