using Gateway.OfficevibeSimulator.Account;
using Gateway.OfficevibeSimulator.Sync;

namespace Gateway.OfficevibeSimulator.Control;

/// <summary>The whole account, ids and status included: what the API itself never shows.</summary>
internal sealed record StateView(
    IntegrationView Integration, CountsView Counts, IReadOnlyList<MemberView> Members, IReadOnlyList<TeamView> Teams,
    IReadOnlyList<RemovedTeamView> RemovedTeams, IReadOnlyList<DeletedMember> DeletedMembers, IReadOnlyList<PropertyDefinition> Properties, IReadOnlyList<SyncView> Syncs);

/// <summary>The switches. Keys are never shown.</summary>
internal sealed record IntegrationView(bool Active, bool PlanIncludesApi, int Keys, AuthenticationFailure AuthenticationFailure, int FailureStatus, WorkleapView Workleap);

/// <summary>The switches of the successor's side. Keys are never shown.</summary>
internal sealed record WorkleapView(int Keys, int ReadOnlyKeys, bool AutomaticInvite, int? UsersThreshold, int? TeamsThreshold, bool WorkOnRequest, bool AnswerSaysPaused);

/// <summary>Members are those who are not deactivated. Relations are sub-team, manager and member relations of ordinary teams.</summary>
internal sealed record CountsView(
    int Members, int Created, int Invited, int Active, int Deactivated, int Administrators, int Executives, int Invitations,
    int DeletedMembers, int Teams, int RuleBasedTeams, int RemovedTeams, int Relations, int SubTeamRelations, int ManagerRelations, int MemberRelations,
    int SyncsApplied, int SyncsRefused, long Requests);

internal sealed record TeamReference(string InternalId, string Name);

internal sealed record MemberView(
    string InternalId, string? ExternalId, string Email, string FirstName, string LastName, string JobTitle, string ImageUrl, string Language, IReadOnlyList<string> Products,
    MemberStatus Status, MemberRole Role, int Invitations, IReadOnlyDictionary<string, string> Properties,
    IReadOnlyList<TeamReference> MemberOf, IReadOnlyList<TeamReference> Manages);

/// <summary>A team; the parent is an internal id, people are e-mail addresses in ordinal order.</summary>
internal sealed record TeamView(
    string InternalId, string? ExternalId, string Name, string? Parent, int History, TeamRule? Rule,
    IReadOnlyList<string> Members, IReadOnlyList<string> Managers);

internal sealed record RemovedTeamView(string InternalId, string? ExternalId, string Name, int History, int RemovedBySync);

internal sealed record SyncView(
    int Number, DateTimeOffset At, string Api, SyncStatus Status, bool Applied, IReadOnlyList<string> Errors, int Skipped, SyncEffect Effect);

/// <summary>Copies the account out, under its lock.</summary>
internal static class CopyState
{
    public static StateView Of(SimulatedAccount account, long requests) => account.Read((state, settings, reports) => Of(state, settings, reports, requests));

    /// <summary>As sync <paramref name="number"/> left it; null: not kept.</summary>
    public static StateView? After(SimulatedAccount account, int number) => account.ReadAfter(number, (state, settings, reports) => Of(state, settings, reports, requests: 0));

    private static StateView Of(AccountState state, AccountSettings settings, IReadOnlyList<SyncReport> reports, long requests)
    {
        var memberOf = Index(state, t => t.Members);
        var manages = Index(state, t => t.Managers);
        return new StateView(
            new IntegrationView(
                settings.IntegrationActive, settings.PlanIncludesApi, settings.Keys.Count, settings.AuthenticationFailure, settings.FailureStatus,
                Show(settings.Workleap)),
            Count(state, reports, requests),
            state.Members.ConvertAll(m => new MemberView(
                m.InternalId, m.ExternalId, m.Email, m.FirstName, m.LastName, m.JobTitle, m.ImageUrl, m.Language, m.Products, m.Status, m.Role, m.Invitations,
                new SortedDictionary<string, string>(m.Properties, StringComparer.Ordinal), [.. memberOf[m]], [.. manages[m]])),
            state.Teams.ConvertAll(t => new TeamView(
                t.InternalId, t.ExternalId, t.Name, t.Parent?.InternalId, t.History, t.Rule, Emails(t.Members), Emails(t.Managers))),
            state.RemovedTeams.ConvertAll(r =>
                new RemovedTeamView(r.Team.InternalId, r.Team.ExternalId, r.Team.Name, r.Team.History, r.RemovedBySync)),
            [.. state.DeletedMembers],
            [.. state.Properties.Values],
            [.. reports.Select(r => new SyncView(r.Number, r.At, r.Workleap ? "workleap" : "officevibe", r.Status, r.Applied, r.Errors, r.Skipped.Count, r.Effect))]);
    }

    private static WorkleapView Show(WorkleapSettings w) =>
        new(w.Keys.Count, w.ReadOnlyKeys.Count, w.AutomaticInvite, w.UsersThreshold, w.TeamsThreshold, w.WorkOnRequest, w.AnswerSaysPaused);

    private static CountsView Count(AccountState state, IReadOnlyList<SyncReport> reports, long requests)
    {
        var status = state.Members.CountBy(m => m.Status).ToDictionary();
        var ordinary = state.Teams.FindAll(t => t.Rule is null);
        var (subTeams, managers, members) =
            (ordinary.Count(t => t.Parent is not null), ordinary.Sum(t => t.Managers.Count), ordinary.Sum(t => t.Members.Count));
        return new CountsView(
            Members: state.Members.Count - status.GetValueOrDefault(MemberStatus.Deactivated),
            Created: status.GetValueOrDefault(MemberStatus.Created),
            Invited: status.GetValueOrDefault(MemberStatus.Invited),
            Active: status.GetValueOrDefault(MemberStatus.Active),
            Deactivated: status.GetValueOrDefault(MemberStatus.Deactivated),
            Administrators: state.Members.Count(m => m.Role == MemberRole.Administrator),
            Executives: state.Members.Count(m => m.Role == MemberRole.Executive),
            Invitations: state.Members.Sum(m => m.Invitations),
            DeletedMembers: state.DeletedMembers.Count,
            Teams: state.Teams.Count,
            RuleBasedTeams: state.Teams.Count - ordinary.Count,
            RemovedTeams: state.RemovedTeams.Count,
            Relations: subTeams + managers + members,
            SubTeamRelations: subTeams,
            ManagerRelations: managers,
            MemberRelations: members,
            SyncsApplied: reports.Count(r => r.Applied),
            SyncsRefused: reports.Count(r => r.Status == SyncStatus.Refused),
            Requests: requests);
    }

    private static ILookup<Member, TeamReference> Index(AccountState state, Func<Team, IEnumerable<Member>> people) =>
        state.Teams.SelectMany(t => people(t).Select(m => (Member: m, Team: new TeamReference(t.InternalId, t.Name))))
            .ToLookup(x => x.Member, x => x.Team);

    private static List<string> Emails(IEnumerable<Member> people) => [.. people.Select(m => m.Email).Order(StringComparer.Ordinal)];
}
