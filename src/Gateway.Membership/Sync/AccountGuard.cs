using Gateway.Membership.Drift;

namespace Gateway.Membership.Sync;

/// <summary>What an account has alone counts as removed, as if it had been accepted once: a run is without it.</summary>
internal static class AccountGuard
{
    public static IEnumerable<HoldReason> Check(GuardInput input, GuardSettings settings)
    {
        if (input is not { OnlyThere: { } there, Accepted: { } accepted }) yield break;

        var people = there.People.Count + input.Difference.UsersRemoved.Count(u => !settings.Exempt.Contains(u.Id));
        var most = settings.AccountDiffers.Of(accepted.Users.Count, accepted.Users.Count);
        if (there.People.Count > 0 && people > most)
            yield return new HoldReason(GuardRules.AccountDiffers, people, most, [.. there.People.Select(OnlyThere.Person)]);

        // A team has no limit of its own here: it is lost for good wherever it came from.
        var teams = there.Teams.Count + input.Difference.GroupsRemoved.Count;
        var mostTeams = settings.TeamsRemoved.Of(accepted.Groups.Count, accepted.Groups.Count);
        if (there.Teams.Count > 0 && teams > mostTeams)
            yield return new HoldReason(GuardRules.AccountDiffers, teams, mostTeams, [.. there.Teams.Select(OnlyThere.Team)]);
    }
}
