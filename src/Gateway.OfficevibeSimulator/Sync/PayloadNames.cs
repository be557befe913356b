namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>What a body calls its sections and keys.</summary>
internal sealed record PayloadNames
{
    public static PayloadNames Legacy { get; } = new()
    {
        Settings = true, Users = "users", Groups = "groups", Mappings = "mappings", UserId = "id", Language = "language", GroupId = "id", GroupName = "name",
        MappingGroupId = "groupId", MappingUserId = "userId", SubGroupId = "subGroupId",
    };

    public static PayloadNames Workleap { get; } = new()
    {
        Users = "members", Groups = "teams", Mappings = "teamMappings", UserId = "externalMemberId", Language = "languagePreferences", Products = "productAssignations",
        GroupId = "externalTeamId", GroupName = "teamName", MappingGroupId = "externalTeamId", MappingUserId = "externalMemberId", SubGroupId = "externalSubteamId",
    };

    /// <summary>What a legacy producer sends, less its settings.</summary>
    public static PayloadNames LegacyWithoutSettings { get; } = Legacy with { Settings = false };

    /// <summary>A section <c>settings</c> may be there.</summary>
    public bool Settings { get; init; }

    public required string Users { get; init; }
    public required string Groups { get; init; }
    public required string Mappings { get; init; }
    public required string UserId { get; init; }
    public required string Language { get; init; }
    public string? Products { get; init; }
    public required string GroupId { get; init; }
    public required string GroupName { get; init; }
    public required string MappingGroupId { get; init; }
    public required string MappingUserId { get; init; }
    public required string SubGroupId { get; init; }

    public IReadOnlyList<string> Sections => [Users, Groups, Mappings];
}
