using System.Security.Cryptography;
using System.Text;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Adoption;
using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;
using Gateway.Sync.Storing;
using Gateway.Sync.Todo;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Readings;

/// <summary>How many of each kind an account differs in. A storage format.</summary>
public sealed record DriftCounts(int PeopleMissing, int PeopleMore, int TeamsMissing, int TeamsMore, int Fields, int RowsMissing, int RowsMore, int RolesLost)
{
    public static DriftCounts Of(AccountDrift d) => new(
        d.PeopleMissing.Count, d.PeopleMore.Count, d.TeamsMissing.Count, d.TeamsMore.Count, d.Fields.Count, d.RowsMissing.Count, d.RowsMore.Count, d.RolesLost.Count);
}

/// <summary>Keeps what an account was read as, and tells of what is new in it.</summary>
internal static class AccountReports
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);
    private static readonly TimeSpan ToldEvery = TimeSpan.FromHours(1);

    /// <summary>In the transaction of the caller: the report, its news, and what it shows to be done or not to be done any more.</summary>
    public static async Task KeepAsync(GatewayDb db, AccountReport report, Snapshot accepted, AccountContent content, AccountDrift drift, CancellationToken cancellationToken)
    {
        var before = await LastGoodAsync(db, cancellationToken);
        (report.People, report.Teams) = (content.People.Count, content.Teams.Count);
        report.DriftKey = KeyOf(drift);
        report.Counts = StoredContent.Text(DriftCounts.Of(drift));
        report.Drift = StoredContent.Pack(drift);
        await db.Set<AccountReport>().Where(r => r.Drift != null).ExecuteUpdateAsync(r => r.SetProperty(x => x.Drift, (byte[]?)null), cancellationToken);
        await PruneAsync(db, report.At, cancellationToken);
        db.Add(report);
        if (report.DriftKey.Length > 0 && report.DriftKey != before?.DriftKey) Tell(db, report, drift);
        await TodoReadings.AfterReadingAsync(db, report, accepted, content, drift, cancellationToken);
    }

    /// <summary>The reading failed; the last one that did not stays.</summary>
    public static async Task KeepFailedAsync(GatewayDb db, AccountReport report, CancellationToken cancellationToken)
    {
        await PruneAsync(db, report.At, cancellationToken);
        db.Add(report);
    }

    /// <summary>Null: the account was never read.</summary>
    public static Task<AccountReport?> LastGoodAsync(GatewayDb db, CancellationToken cancellationToken) =>
        db.Set<AccountReport>().AsNoTracking().Where(r => r.Drift != null).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);

    public static Task<AccountReport?> LastAsync(GatewayDb db, CancellationToken cancellationToken) =>
        db.Set<AccountReport>().AsNoTracking().OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);

    private static Task<int> PruneAsync(GatewayDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = now - KeptFor;
        return db.Set<AccountReport>().Where(r => r.At < until && r.Drift == null).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Ids of runs, and numbers: who it is about is read at the path, by those who may.</summary>
    private static void Tell(GatewayDb db, AccountReport report, AccountDrift drift)
    {
        var run = RunView.IdOf(report.RunId);
        var data = StoredContent.Text(new { runId = run, differences = DriftCounts.Of(drift), path = "/v1/account" });
        db.Notify(NoticeTypes.AccountDrift, data, report.At, "account", ToldEvery);
        db.Add(new Announcement { Type = NoticeTypes.AccountDrift, Subject = run, At = report.At, Data = data });
    }

    private static string KeyOf(AccountDrift drift)
    {
        if (drift.IsNone()) return "";
        var text = StoredContent.Text(drift with { LeftAndListed = 0, Administrators = [], RuleBased = 0, NotComparable = [] });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
