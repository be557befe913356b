using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Adoption;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Sync.Storing;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Adoption;

/// <summary>What the ledger holds of the adoption of an account.</summary>
internal static class AdoptionBook
{
    public static async Task<IReadOnlyList<AdoptionDecision>> AdoptionDecisionsAsync(this GatewayDb db, CancellationToken cancellationToken) =>
        [.. (await db.Set<AdoptionDecisionRow>().AsNoTracking().ToListAsync(cancellationToken))
            .Select(d => new AdoptionDecision(d.Kind, d.There, d.Action, d.Here)).OrderBy(d => d.Kind).ThenBy(d => d.There, Membership.Ordinal.Comparer)];

    /// <summary>An account as it was read, by e-mails and by names of teams without their paths.</summary>
    public static AccountContent Content(AccountReading.Read account) => new(
        [.. account.Users.Select(u => new AccountPerson(
            u.Email, u.FirstName, u.LastName, u.JobTitle, u.IsAdmin || u.IsCompanyManager,
            WithoutPaths(u.MemberGroups), WithoutPaths(u.ManagedGroups))
        {
            AdminTold = u.AdminTold, TeamsTold = u.TeamsTold, IsGroupManager = u.IsGroupManager, IsActive = u.IsActive,
        })],
        [.. account.Groups.Select(g => new AccountTeam(ReadingBack.LastOfPath(g.Name), g.RuleBased, g.UserCount))]);

    /// <summary>The same list where nothing of it is a path, as it is for most.</summary>
    private static IReadOnlyList<string> WithoutPaths(IReadOnlyList<string> names) => names.All(n => ReadingBack.LastOfPath(n) == n) ? names : [.. names.Select(ReadingBack.LastOfPath)];

    /// <summary>What stands in the way of a first sync. Null: nothing does.</summary>
    public static async Task<AdoptionState?> StateAsync(GatewayDb db, Snapshot company, AccountReading reading, CancellationToken cancellationToken)
    {
        if (await db.Set<SyncState>().AnyAsync(s => s.AdoptionWaivedAt != null, cancellationToken)) return null;
        if (reading is not AccountReading.Read account) return new AdoptionState(0, Problem(reading));
        var report = AdoptionReport.Of(company, Content(account), await db.AdoptionDecisionsAsync(cancellationToken));
        return report.Open.Count == 0 ? null : new AdoptionState(report.Open.Count, null);
    }

    /// <summary>As <see cref="StateAsync"/>, of the account as it was read last. Null: nothing stands in the way, or nobody has read it.</summary>
    public static async Task<AdoptionState?> AsReadAsync(GatewayDb db, Snapshot company, CancellationToken cancellationToken)
    {
        if (await db.Set<SyncState>().AnyAsync(s => s.AdoptionWaivedAt != null, cancellationToken)) return null;
        var content = await db.Set<AccountReadingRow>().Where(r => r.Content != null).OrderByDescending(r => r.Id).Select(r => r.Content).FirstOrDefaultAsync(cancellationToken);
        if (content is null) return null;
        var report = AdoptionReport.Of(company, StoredContent.Unpack<AccountContent>(content), await db.AdoptionDecisionsAsync(cancellationToken));
        return report.Open.Count == 0 ? null : new AdoptionState(report.Open.Count, null);
    }

    public static string Problem(AccountReading reading) => reading switch
    {
        AccountReading.Failed failed => failed.Reason,
        AccountReading.Refused refused => refused.Reason,
        _ => "The account could not be read.",
    };
}
