namespace Gateway.Officevibe;

/// <summary>What Officevibe says its account holds. A reading that failed is said as such, and is never an empty account.</summary>
public abstract record AccountReading
{
    private AccountReading() { }

    /// <summary>Officevibe gives no external id, no status and no properties: members are joined by e-mail (lower case), teams by name.</summary>
    public sealed record Read(IReadOnlyList<AccountUser> Users, IReadOnlyList<AccountGroup> Groups) : AccountReading;

    /// <summary>Worth another try later.</summary>
    public sealed record Failed(string Reason, TimeSpan? RetryAfter) : AccountReading;

    /// <summary>A person must act.</summary>
    public sealed record Refused(string Reason, string WhatToDo) : AccountReading;

    /// <summary>Why there is nothing to parse; null: there is.</summary>
    internal static AccountReading? Problem(SendOutcome outcome, string what) => outcome switch
    {
        SendOutcome.Accepted => null,
        SendOutcome.AcceptedWithIssues => new Failed($"Reading {what}: Officevibe reported a problem with it.", null),
        SendOutcome.Refused refused => new Refused($"Reading {what}: {refused.Reason}", refused.WhatToDo),
        SendOutcome.Failed failed => new Failed($"Reading {what}: {failed.Reason}", failed.RetryAfter),
        var other => new Failed($"Reading {what}: {other.GetType().Name}.", null),
    };
}

/// <summary>A member as Officevibe shows them. Groups are names; a sub-team can appear as a path with <c>&gt;</c>.</summary>
public sealed record AccountUser
{
    public required string Email { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? UserName { get; init; }
    public string? JobTitle { get; init; }

    /// <summary>Null: not told.</summary>
    public bool? IsGroupManager { get; init; }
    public bool IsCompanyManager { get; init; }
    public bool IsAdmin { get; init; }

    /// <summary>Not deactivated. Null: Officevibe does not tell; Workleap does.</summary>
    public bool? IsActive { get; init; }

    /// <summary>Whether the two lists and the flags are what it says, or only what it does not say.</summary>
    public bool TeamsTold { get; init; }
    public bool AdminTold { get; init; }
    public IReadOnlyList<string> ManagedGroups { get; init; } = [];
    public IReadOnlyList<string> MemberGroups { get; init; } = [];

    /// <summary>Nothing personal.</summary>
    public override string ToString() => nameof(AccountUser);
}

/// <summary>A team as Officevibe shows it; <c>Id</c> is its own, not the one we sent.</summary>
/// <param name="RuleBased">Its members follow from properties; no sync touches it.</param>
public sealed record AccountGroup(string? Id, string Name, int? UserCount, int? ManagerCount, bool RuleBased = false);
