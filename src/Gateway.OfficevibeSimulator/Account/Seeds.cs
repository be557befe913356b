namespace Gateway.OfficevibeSimulator.Account;

/// <summary>Someone who is put into the account by hand, as an administrator would in the app.</summary>
public sealed class SeedMember
{
    /// <summary>Login name; unique in the account without regard to case.</summary>
    public string Email { get; set; } = "";

    /// <summary>The caller's id; null where no integration has named one yet.</summary>
    public string? ExternalId { get; set; }

    /// <summary>Default empty.</summary>
    public string FirstName { get; set; } = "";

    /// <summary>Default empty.</summary>
    public string LastName { get; set; } = "";

    /// <summary>Default empty.</summary>
    public string JobTitle { get; set; } = "";

    /// <summary>Default <see cref="MemberStatus.Active"/>.</summary>
    public MemberStatus Status { get; set; } = MemberStatus.Active;

    /// <summary>Default <see cref="MemberRole.Member"/>.</summary>
    public MemberRole Role { get; set; } = MemberRole.Member;

    /// <summary>Values by property name.</summary>
    public Dictionary<string, string> Properties { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>What a member wrote to the managers of a team, with what came back.</summary>
public sealed class SeedFeedback
{
    /// <summary>Name of the team.</summary>
    public string Team { get; set; } = "";

    /// <summary>Null: anonymous.</summary>
    public string? UserEmail { get; set; }

    public string Message { get; set; } = "";

    public List<string> Tags { get; set; } = [];

    public DateTimeOffset CreationDate { get; set; }

    /// <summary>Texts of the answers.</summary>
    public List<string> Replies { get; set; } = [];
}

/// <summary>Thanks that a member gave others.</summary>
public sealed class SeedGoodVibe
{
    /// <summary>E-mail address of whoever gave them.</summary>
    public string From { get; set; } = "";

    /// <summary>E-mail addresses of whoever got them.</summary>
    public List<string> To { get; set; } = [];

    public string Message { get; set; } = "";

    /// <summary>What the card said; null: none.</summary>
    public string? Prompt { get; set; }

    /// <summary>Everybody may see them. Default true.</summary>
    public bool IsPublic { get; set; } = true;

    public DateTimeOffset CreationDate { get; set; }
}

/// <summary>A team that is put into the account by hand.</summary>
public sealed class SeedTeam
{
    /// <summary>Displayed name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The caller's id; null where no integration has named one yet.</summary>
    public string? ExternalId { get; set; }

    /// <summary>Name of the parent team, which stands before this one; null at the top.</summary>
    public string? Parent { get; set; }

    /// <summary>History that it comes with. Default 0.</summary>
    public int History { get; set; }

    /// <summary>Makes the team rule-based.</summary>
    public TeamRule? Rule { get; set; }

    /// <summary>E-mail addresses of its members.</summary>
    public List<string> Members { get; set; } = [];

    /// <summary>E-mail addresses of its managers.</summary>
    public List<string> Managers { get; set; } = [];
}
