using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Legacy;

/// <summary>A member as the legacy API shows one. <c>fistName</c> is the vendor's spelling. No id, status or property is shown.</summary>
internal sealed record ReadUser(
    string Email, string FistName, string LastName, string UserName, string JobTitle,
    bool IsGroupManager, bool IsCompanyManager, bool IsAdmin, IReadOnlyList<string> ManagedGroups, IReadOnlyList<string> MemberGroups);

/// <summary>A team as the legacy API shows one; the id is Officevibe's own.</summary>
internal record ReadGroup(string Id, string Name, int UserCount, int ManagerCount, string GroupType);

/// <summary>One team with its people.</summary>
internal sealed record ReadGroupWithUsers(string Id, string Name, int UserCount, int ManagerCount, string GroupType, IReadOnlyList<ReadUser> Users)
    : ReadGroup(Id, Name, UserCount, ManagerCount, GroupType);

/// <summary>The read calls, as plain looks at the account. Deactivated members are not shown unless the settings say so (assumed).</summary>
internal static class ReadSide
{
    public static object Users(AccountState account, AccountSettings settings)
    {
        var users = Show(account, settings, account.Members.Where(m => IsListed(m, settings)));
        return new { UserCount = users.Count, Users = users };
    }

    public static object? User(AccountState account, AccountSettings settings, string email) =>
        account.MembersByEmail.TryGetValue(email, out var member) && IsListed(member, settings) ? Show(account, settings, [member])[0] : null;

    public static object Groups(AccountState account, AccountSettings settings) =>
        new
        {
            GroupCount = account.Teams.Count,
            Groups = account.Teams.ConvertAll(t => new ReadGroup(t.InternalId, Name(t, settings), t.Members.Count, t.Managers.Count, Type(t))),
        };

    /// <summary>By Officevibe's id, or by name.</summary>
    public static object? Group(AccountState account, AccountSettings settings, string idOrName)
    {
        var team = account.Teams.Find(t => t.InternalId == idOrName)
            ?? account.Teams.Find(t => t.Name == idOrName || Name(t, settings) == idOrName);
        return team is null ? null : new ReadGroupWithUsers(
            team.InternalId, Name(team, settings), team.Members.Count, team.Managers.Count, Type(team),
            Show(account, settings, team.Members.Union(team.Managers)));
    }

    private static bool IsListed(Member member, AccountSettings settings) =>
        settings.ListDeactivated || member.Status != MemberStatus.Deactivated;

    private static List<ReadUser> Show(AccountState account, AccountSettings settings, IEnumerable<Member> members)
    {
        var managed = Names(account, settings, t => t.Managers);
        var memberOf = Names(account, settings, t => t.Members);
        return [.. members.Select(m => new ReadUser(
            m.Email, m.FirstName, m.LastName, m.Email, m.JobTitle,
            managed.Contains(m), m.Role == MemberRole.Executive, m.Role == MemberRole.Administrator, [.. managed[m]], [.. memberOf[m]]))];
    }

    private static ILookup<Member, string> Names(AccountState account, AccountSettings settings, Func<Team, IEnumerable<Member>> people) =>
        account.Teams.SelectMany(t => people(t).Select(m => (Member: m, Name: Name(t, settings)))).ToLookup(x => x.Member, x => x.Name);

    /// <summary>Assumed: that there is a type is known, its values are not.</summary>
    private static string Type(Team team) => team.Rule is null ? "Standard" : "RuleBased";

    internal static string Name(Team team, AccountSettings settings) =>
        settings.TeamNamesAsPaths && team.Parent is not null ? $"{Name(team.Parent, settings)} > {team.Name}" : team.Name;
}
