using Gateway.Membership.Events;

namespace Gateway.Membership.Snapshots;

/// <summary>
/// Something that keeps a person, a team or a mapping out of the snapshot, or that a human should look at.
/// </summary>
/// <param name="Code">One of <see cref="IssueCodes"/>.</param>
/// <param name="Kind">What the subject is.</param>
/// <param name="Subject">The id of the person or team as on the wire, or the source's own where there is none.</param>
/// <param name="LeftOut">True: the issue keeps the subject (or, with <see cref="TeamId"/>, that row) out of the snapshot.</param>
/// <param name="Message">What is the matter and what to do; holds ids, never a personal value.</param>
public sealed record Issue(string Code, SubjectKind Kind, string Subject, bool LeftOut, string Message)
{
    /// <summary>The source whose word caused it, where one did.</summary>
    public string? Source { get; init; }

    /// <summary>The event behind it, in <see cref="Source"/>.</summary>
    public string? EventId { get; init; }

    /// <summary>The other team, for an assignment or a parent.</summary>
    public string? TeamId { get; init; }

    /// <summary>The name of the attribute, for an attribute.</summary>
    public string? Attribute { get; init; }
}

/// <summary>The codes of semantics.md, section 5, and those of what Officevibe has answered (docs/adr/0023).</summary>
public static class IssueCodes
{
    public const string IdentityAmbiguous = "identity.ambiguous";
    public const string IdentityUnmatched = "identity.unmatched";
    public const string MemberNeverHired = "member.never_hired";
    public const string MemberOutOfScope = "member.out_of_scope";
    public const string MemberAbsent = "member.absent";
    public const string MemberEmploymentDisputed = "member.employment_disputed";
    public const string MemberEmailMissing = "member.email_missing";
    public const string MemberEmailInvalid = "member.email_invalid";
    public const string MemberEmailDuplicate = "member.email_duplicate";
    public const string MemberEmailKnownByOtherId = "member.email_known_by_other_id";
    public const string MemberEmailChanged = "member.email_changed";
    public const string TeamNameMissing = "team.name_missing";
    public const string TeamParentUnknown = "team.parent_unknown";
    public const string TeamCycle = "team.cycle";
    public const string AssignmentTeamUnknown = "assignment.team_unknown";
    public const string AssignmentTeamClosed = "assignment.team_closed";
    public const string MemberNoTeam = "member.no_team";
    public const string TeamNoManager = "team.no_manager";
    public const string TeamEmpty = "team.empty";
    public const string TeamManagerIsMember = "team.manager_is_member";
    public const string TeamNameDuplicate = "team.name_duplicate";
    public const string TeamNameIsId = "team.name_is_id";
    public const string SourceClockAhead = "source.clock_ahead";
    public const string EventReplacesOther = "event.replaces_other";
    public const string AttributeUndeclared = "attribute.undeclared";
    public const string AttributeNearMiss = "attribute.near_miss";
    public const string AttributeOptionUnknown = "attribute.option_unknown";
    public const string AttributeReserved = "attribute.reserved";
    public const string AttributeNotFound = "attribute.not_found";
    public const string AttributeOptionNotFound = "attribute.option_not_found";
    public const string MemberLanguageUnmapped = "member.language_unmapped";

    /// <summary>In the order of the table, in which they are found and listed.</summary>
    public static IReadOnlyList<string> InOrder { get; } =
    [
        IdentityAmbiguous, IdentityUnmatched, MemberNeverHired, MemberOutOfScope,
        MemberAbsent, MemberEmploymentDisputed, MemberEmailMissing, MemberEmailInvalid,
        MemberEmailDuplicate, MemberEmailKnownByOtherId, MemberEmailChanged, TeamNameMissing,
        TeamParentUnknown, TeamCycle, AssignmentTeamUnknown, AssignmentTeamClosed,
        MemberNoTeam, TeamNoManager, TeamEmpty, TeamManagerIsMember,
        TeamNameDuplicate, TeamNameIsId, SourceClockAhead, EventReplacesOther,
        AttributeUndeclared, AttributeNearMiss, AttributeOptionUnknown, AttributeReserved,
        AttributeNotFound, AttributeOptionNotFound, MemberLanguageUnmapped,
    ];
}
