namespace Gateway.OfficevibeSimulator.Account;

/// <summary>Where a member stands in Officevibe.</summary>
public enum MemberStatus
{
    /// <summary>Known, but never invited.</summary>
    Created,

    /// <summary>Has an invitation that was not taken up yet.</summary>
    Invited,

    /// <summary>Has taken up the invitation.</summary>
    Active,

    /// <summary>Absent from the last payload. Kept with history; a legacy sync never deletes, one of the successor does the next time.</summary>
    Deactivated,
}

/// <summary>What a member may do in the app. A sync never changes it.</summary>
public enum MemberRole
{
    /// <summary>An ordinary member.</summary>
    Member,

    /// <summary>Sees the whole company; never deactivated by a sync.</summary>
    Executive,

    /// <summary>Runs the account; never deactivated by a sync.</summary>
    Administrator,
}

/// <summary>A person in the account. Changed only under the lock of <see cref="SimulatedAccount"/>.</summary>
internal sealed class Member(string internalId, string email)
{
    public string InternalId { get; } = internalId;

    public string? ExternalId { get; set; }

    public string Email { get; set; } = email;

    public string FirstName { get; set; } = "";

    public string LastName { get; set; } = "";

    public string JobTitle { get; set; } = "";

    public string ImageUrl { get; set; } = "";

    public string Language { get; set; } = "";

    /// <summary>The successor's <c>productAssignations</c>; empty: its default, Officevibe.</summary>
    public IReadOnlyList<string> Products { get; set; } = [];

    public MemberRole Role { get; set; }

    public MemberStatus Status { get; set; }

    /// <summary>What a reactivation goes back to.</summary>
    public MemberStatus StatusBeforeDeactivation { get; set; }

    public int Invitations { get; set; }

    /// <summary>On its way out of the account.</summary>
    public bool Deleted { get; set; }

    /// <summary>Values by property name, exact case.</summary>
    public Dictionary<string, string> Properties { get; private init; } = new(StringComparer.Ordinal);

    public Member Copy() => new(InternalId, Email)
    {
        ExternalId = ExternalId, FirstName = FirstName, LastName = LastName, JobTitle = JobTitle, ImageUrl = ImageUrl, Language = Language, Products = Products,
        Role = Role, Status = Status, StatusBeforeDeactivation = StatusBeforeDeactivation, Invitations = Invitations,
        Properties = new(Properties, StringComparer.Ordinal),
    };
}

/// <summary>Somebody whom a sync of the successor deleted.</summary>
internal sealed record DeletedMember(string InternalId, string? ExternalId, string Email, MemberStatus Status, int DeletedBySync);
