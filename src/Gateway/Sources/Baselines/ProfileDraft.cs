using Gateway.Membership.Events;

namespace Gateway.Sources.Baselines;

/// <summary>A person's profile while it is read. Null as a value: there is none.</summary>
internal sealed class ProfileDraft
{
    private readonly Dictionary<string, Patch> fields = [];
    private readonly Dictionary<string, string?> attributes = [];

    /// <param name="field">A standard field; null: an attribute.</param>
    /// <param name="name">The attribute's name, exact.</param>
    /// <param name="value">Null: none.</param>
    /// <returns>False: it was given before.</returns>
    public bool Give(string? field, string name, string? value) => field is null ? attributes.TryAdd(name, value) : fields.TryAdd(field, Patch.To(value));

    public ProfilePatch ToPatch() => new()
    {
        Email = fields.GetValueOrDefault("email"),
        FirstName = fields.GetValueOrDefault("firstName"),
        LastName = fields.GetValueOrDefault("lastName"),
        JobTitle = fields.GetValueOrDefault("jobTitle"),
        ImageUrl = fields.GetValueOrDefault("imageUrl"),
        Language = fields.GetValueOrDefault("language"),
        Attributes = attributes,
    };
}
