using System.Text.Json;

namespace Gateway.Officevibe;

/// <summary>The keys of a body in one dialect.</summary>
internal sealed record WireNames
{
    public static WireNames Officevibe { get; } = new()
    {
        Users = Name("users"), Groups = Name("groups"), Mappings = Name("mappings"), UserId = Name("id"), Language = Name("language"), GroupId = Name("id"),
        GroupName = Name("name"), RowGroup = Name("groupId"), RowUser = Name("userId"), RowSubGroup = Name("subGroupId"),
    };

    public static WireNames Workleap { get; } = new()
    {
        Users = Name("members"), Groups = Name("teams"), Mappings = Name("teamMappings"), UserId = Name("externalMemberId"), Language = Name("languagePreferences"),
        GroupId = Name("externalTeamId"), GroupName = Name("teamName"), RowGroup = Name("externalTeamId"), RowUser = Name("externalMemberId"),
        RowSubGroup = Name("externalSubteamId"),
    };

    public required JsonEncodedText Users { get; init; }
    public required JsonEncodedText Groups { get; init; }
    public required JsonEncodedText Mappings { get; init; }
    public required JsonEncodedText UserId { get; init; }
    public required JsonEncodedText Language { get; init; }
    public required JsonEncodedText GroupId { get; init; }
    public required JsonEncodedText GroupName { get; init; }
    public required JsonEncodedText RowGroup { get; init; }
    public required JsonEncodedText RowUser { get; init; }
    public required JsonEncodedText RowSubGroup { get; init; }

    private static JsonEncodedText Name(string name) => JsonEncodedText.Encode(name);
}
