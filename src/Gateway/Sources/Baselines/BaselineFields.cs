using Gateway.Membership;

namespace Gateway.Sources.Baselines;

/// <summary>
/// The names that a section's fields have, in the legacy files and in the newer ones. Known names are matched whatever the case (A to Z);
/// any other name on a user is an attribute, exact.
/// </summary>
internal sealed class BaselineFields
{
    public const string Id = "id";
    public const string Ignored = "ignored";

    private readonly Dictionary<string, string> known = new(AsciiCaseInsensitive.Comparer);

    private BaselineFields(string section, string[] required, bool takesAttributes, params ReadOnlySpan<(string Name, string Field)> names)
    {
        (Section, Required, TakesAttributes) = (section, required, takesAttributes);
        foreach (var (name, field) in names) known[name] = field;
    }

    public static BaselineFields Users { get; } = new("users", [Id], takesAttributes: true,
        ("id", Id), ("externalMemberId", Id), ("email", "email"), ("firstName", "firstName"), ("lastName", "lastName"), ("jobTitle", "jobTitle"),
        ("imageUrl", "imageUrl"), ("language", "language"), ("languagePreferences", "language"),
        // Says which products a member has, which is not membership.
        ("productAssignations", Ignored));

    public static BaselineFields Groups { get; } = new("groups", [Id, "name"], takesAttributes: false,
        ("id", Id), ("externalTeamId", Id), ("name", "name"), ("teamName", "name"));

    public static BaselineFields Mappings { get; } = new("mappings", ["groupId", "userId", "subGroupId", "isMember", "isManager"], takesAttributes: false,
        ("groupId", "groupId"), ("externalTeamId", "groupId"), ("userId", "userId"), ("externalMemberId", "userId"),
        ("subGroupId", "subGroupId"), ("externalSubteamId", "subGroupId"), ("isMember", "isMember"), ("isManager", "isManager"));

    public string Section { get; }

    /// <summary>Columns that a file must have.</summary>
    public IReadOnlyList<string> Required { get; }

    public bool TakesAttributes { get; }

    /// <summary>The field of a name; <see cref="Ignored"/>: of no interest; null: not a known one.</summary>
    public string? FieldOf(string name) => known.GetValueOrDefault(name);

    /// <summary>What a required column may be called.</summary>
    public string NamesOf(string field) => string.Join(" or ", known.Where(k => k.Value == field).Select(k => k.Key));
}
