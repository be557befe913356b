namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>What a body turned out to be: a <see cref="SyncPayload"/> or an <see cref="UnreadablePayload"/>.</summary>
internal abstract record SyncBody;

/// <summary>A body as read, by either API: "", null and absent are one and the same in ids; a field that is absent is null.</summary>
internal sealed record SyncPayload(
    bool InviteNewUsers, List<UserRow> Users, List<GroupRow> Groups, List<MappingRow> Mappings, List<SkippedRow> Malformed) : SyncBody;

/// <summary>
/// A row of <c>users</c>. <c>Row</c> is its position in the section, from 0; <c>Properties</c> are the keys that are no standard ones, verbatim,
/// null being a blank value.
/// </summary>
internal sealed record UserRow(
    int Row, string Id, string Email, string? FirstName, string? LastName, string? JobTitle, string? ImageUrl, string? Language,
    IReadOnlyList<string>? Products, List<KeyValuePair<string, string?>> Properties);

/// <summary>A row of <c>groups</c>.</summary>
internal sealed record GroupRow(int Row, string Id, string Name);

/// <summary>A row of <c>mappings</c>: a team and exactly one of a sub-team or a person.</summary>
internal sealed record MappingRow(int Row, string GroupId, string UserId, string SubGroupId, bool IsMember, bool IsManager);

/// <summary>A body that is refused as a whole.</summary>
/// <param name="Error">The text that the caller sees.</param>
internal sealed record UnreadablePayload(string Error) : SyncBody;
