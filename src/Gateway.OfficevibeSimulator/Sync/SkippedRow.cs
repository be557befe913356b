namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>A row, or one value of it, that a sync left out while it applied the rest.</summary>
/// <param name="Section"><c>users</c>, <c>groups</c> or <c>mappings</c>.</param>
/// <param name="Row">Position in the section, from 0.</param>
/// <param name="ExternalId">The id that the vendor's report shows: the person, or the team that was not found.</param>
/// <param name="Message">One of <see cref="SkipTexts"/>.</param>
/// <param name="Detail">What else helps, for instance the property.</param>
public sealed record SkippedRow(string Section, int Row, string ExternalId, string Message, string Detail = "")
{
    /// <summary>One line for <c>errors</c>.</summary>
    public override string ToString() => Detail.Length == 0 ? $"{Message} (ExternalId: {ExternalId})" : $"{Message} (ExternalId: {ExternalId}, {Detail})";
}

/// <summary>The vendor's row texts, and ours (marked assumed) where none is known.</summary>
internal static class SkipTexts
{
    public const string AttributeNotFound = "Attribute not found";
    public const string OptionNotFound = "Skipped User Attribute Option Not Found";
    public const string GroupNotFound = "Skipped user-to-group relation – group not found";
    public const string SubGroupNotFound = "Skipped sub-group-to-group relation – sub-group not found";

    // Assumed: no text is documented for these.
    public const string AttributeInvalid = "Skipped User Attribute Invalid Value";
    public const string ParentNotFound = "Skipped sub-group-to-group relation – group not found";
    public const string UserNotFound = "Skipped user-to-group relation – user not found";
    public const string RuleBased = "Skipped relation – the group is rule-based";
    public const string AmbiguousRelation = "Skipped relation – exactly one of userId and subGroupId is needed";
    public const string NoRole = "Skipped user-to-group relation – neither member nor manager";
    public const string SecondParent = "Skipped sub-group-to-group relation – sub-group already has a parent";
    public const string Cycle = "Skipped sub-group-to-group relation – the group would be its own ancestor";
    public const string UserIncomplete = "Skipped user – id or email is missing";
    public const string UserDuplicateId = "Skipped user – duplicate id";
    public const string UserDuplicateEmail = "Skipped user – duplicate email";
    public const string EmailTaken = "Skipped user email – used by another member";
    public const string EmailKept = "Skipped user email – the first sync changes none";
    public const string GroupIncomplete = "Skipped group – id or name is missing";
    public const string GroupDuplicateId = "Skipped group – duplicate id";
    public const string NotAnObject = "Skipped row – not an object";
}
