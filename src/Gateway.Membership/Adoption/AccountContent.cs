namespace Gateway.Membership.Adoption;

/// <summary>A person as the account shows one. No id, no status, no property is known.</summary>
/// <param name="IsAdmin">An administrator, whom no sync deactivates.</param>
/// <param name="Teams">Names of the teams the person is a member of.</param>
/// <param name="Manages">Names of the teams the person manages.</param>
public sealed record AccountPerson(string Email, string? FirstName, string? LastName, string? JobTitle, bool IsAdmin, IReadOnlyList<string> Teams, IReadOnlyList<string> Manages)
{
    /// <summary>Whether the account tells who is an administrator; false: that <see cref="IsAdmin"/> is false says nothing.</summary>
    public bool AdminTold { get; init; } = true;

    /// <summary>Whether it tells the teams; false: that there are none says nothing.</summary>
    public bool TeamsTold { get; init; } = true;

    /// <summary>Manages any team. Null: not told.</summary>
    public bool? IsGroupManager { get; init; }

    /// <summary>Has taken up an invitation and is not deactivated. Null: not told.</summary>
    public bool? IsActive { get; init; }
}

/// <summary>A team as the account shows one.</summary>
/// <param name="RuleBased">Its members follow from properties: no sync removes or fills it.</param>
/// <param name="People">How many it has; null: not told.</param>
public sealed record AccountTeam(string Name, bool RuleBased, int? People);

/// <summary>What an account holds, by e-mail and by name: the two things that it shows of both.</summary>
public sealed record AccountContent(IReadOnlyList<AccountPerson> People, IReadOnlyList<AccountTeam> Teams);
