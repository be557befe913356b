namespace Gateway.Sources.Baselines;

/// <summary>The shape of a baseline in JSON, as the contract has it.</summary>
public sealed record BaselineDocument
{
    /// <summary>Everybody who is employed. Left out: nothing is said of people.</summary>
    public IReadOnlyList<BaselineDocumentUser>? Users { get; init; }

    /// <summary>Every team that exists. Left out: nothing is said of teams.</summary>
    public IReadOnlyList<BaselineDocumentGroup>? Groups { get; init; }

    /// <summary>Every place of a person and every parent of a team. Left out: nothing is said of places.</summary>
    public IReadOnlyList<BaselineDocumentMapping>? Mappings { get; init; }
}

/// <summary>A person. A field that is left out says nothing, null or an empty text that there is no value. Any further key is an attribute.</summary>
public sealed record BaselineDocumentUser
{
    /// <summary>The source's employee number.</summary>
    public required string Id { get; init; }

    public string? Email { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? JobTitle { get; init; }
    public string? ImageUrl { get; init; }
    public string? Language { get; init; }

    /// <summary>Attributes may also stand here, by exact name.</summary>
    public IReadOnlyDictionary<string, string?>? Attributes { get; init; }
}

/// <summary>A team.</summary>
public sealed record BaselineDocumentGroup
{
    public required string Id { get; init; }
    public required string Name { get; init; }
}

/// <summary>A row: a team with a user or with a sub-group, never both.</summary>
public sealed record BaselineDocumentMapping
{
    public required string GroupId { get; init; }
    public string? UserId { get; init; }
    public string? SubGroupId { get; init; }
    public bool IsMember { get; init; }
    public bool IsManager { get; init; }
}
