namespace Gateway.Membership.Resolve;

/// <summary>The fields of a profile.</summary>
public enum ProfileField
{
    Email = 0,
    FirstName = 1,
    LastName = 2,
    JobTitle = 3,
    ImageUrl = 4,
    Language = 5,
}

/// <summary>The rules, arranged for looking up: which source goes before which, and who owns what.</summary>
internal sealed class Precedence
{
    private static readonly string[] FieldNames = ["email", "firstName", "lastName", "jobTitle", "imageUrl", "language"];

    private readonly Dictionary<string, int> ranks = [];
    private readonly string?[] owners = new string?[FieldNames.Length];
    private readonly Dictionary<string, string> attributeOwners = [];
    private readonly string? attributesOwner;

    public Precedence(MembershipRules rules)
    {
        Rules = rules;
        var order = new List<SourceRules>(rules.Sources.Values);
        order.Sort((x, y) => x.Priority != y.Priority ? x.Priority.CompareTo(y.Priority) : Ordinal.Compare(x.Name, y.Name));
        foreach (var source in order)
        {
            ranks.Add(source.Name, ranks.Count);
            if (source.Retired) continue;
            foreach (var field in source.Owns)
            {
                if (Array.IndexOf(FieldNames, field) is >= 0 and var index) owners[index] ??= source.Name;
                else if (field == "teams") TeamsOwner ??= source.Name;
                else if (field == "attributes") attributesOwner ??= source.Name;
                else if (field.StartsWith("attributes.", StringComparison.Ordinal)) attributeOwners.TryAdd(field["attributes.".Length..], source.Name);
            }
        }
    }

    public MembershipRules Rules { get; }

    public string? TeamsOwner { get; }

    /// <summary>0 is the highest priority.</summary>
    /// <exception cref="InvalidOperationException">The source has no settings: the start should have stopped.</exception>
    public int RankOf(string source) => ranks.TryGetValue(source, out var rank) ? rank
        : throw new InvalidOperationException($"The source '{source}' has events but no settings. Configure Gateway:Sources:{source}, with Retired: true to take it out.");

    public string? OwnerOf(ProfileField field) => owners[(int)field];

    public string? OwnerOfAttribute(string name) => attributeOwners.GetValueOrDefault(name) ?? attributesOwner;

    /// <summary>Its employee numbers are the company's.</summary>
    public bool IsCompanyNumber(string source) => SettingsOf(source)?.MatchBy == MatchBy.Id;

    public MatchBy? MatchOf(string source) => SettingsOf(source)?.MatchBy;

    private SourceRules? SettingsOf(string source) => Rules.Sources.GetValueOrDefault(source);
}
