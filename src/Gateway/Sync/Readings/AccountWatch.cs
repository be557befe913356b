using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Sync.Adoption;
using Gateway.Sync.Storing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync.Readings;

/// <summary>Looks at the account before a run: what it has and no company ever had would go without anybody having seen it.</summary>
public sealed class AccountWatch(IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, OfficevibeClient officevibe, IOptions<OfficevibeOptions> wire, TimeProvider time)
{
    /// <summary>Reads the account where the run removes anybody, or where the last reading showed more there than was sent. What is read is kept as a report.</summary>
    public async Task<AccountSight> LookAsync(SyncHistory history, Snapshot next, SnapshotDiff difference, CancellationToken cancellationToken)
    {
        if (history is not { LastAccepted: { } last, Accepted: { } accepted } || !wire.Value.ReadsAccount) return new AccountSight.NotNeeded();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (difference.UsersRemoved.Count + difference.GroupsRemoved.Count == 0 && !await HadMoreAsync(db, cancellationToken)) return new AccountSight.NotNeeded();

        var reading = await officevibe.ReadAccountAsync(cancellationToken);
        if (reading is not AccountReading.Read account) return new AccountSight.Unread(reading);
        var content = AdoptionBook.Content(account);
        var gone = await GoneEmails.AmongAsync(db, OnlyThere.Strangers(accepted, accepted, content), cancellationToken);
        var drift = AccountDrift.Between(accepted, content, gone);
        var there = OnlyThere.Of(accepted, next, content, gone);
        there = Without(there, await PerhapsSentAsync(db, last, cancellationToken));

        var now = time.GetUtcNow();
        await using var write = await ledger.BeginAsync(cancellationToken);
        await AccountReports.KeepAsync(write.Db, new AccountReport { At = now, Occasion = ReadingOccasion.BeforeRun, Actor = "system", RunId = last.Id }, accepted, content, drift, cancellationToken);
        await write.CommitAsync(cancellationToken);
        return new AccountSight.Seen(account, there);
    }

    /// <summary>Has the account more, by now, than whoever approved this run was shown? Unread: nobody can tell.</summary>
    public async Task<(AccountSight Sight, bool Moved)> LookAgainAsync(long runId, CancellationToken cancellationToken)
    {
        SyncHistory history;
        Snapshot sections;
        SnapshotDiff difference;
        SeenAccount shown;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var run = await db.Set<RunRow>().AsNoTracking().SingleAsync(r => r.Id == runId, cancellationToken);
            var last = await SyncHistory.LastAcceptedAsync(db, cancellationToken);
            // What sends an earlier company again is asked for as it is, and a first sync was looked at when it was approved.
            if (last is null || last.Id != run.BaseRunId || run.RestoreOfRunId is not null || !wire.Value.ReadsAccount) return (new AccountSight.NotNeeded(), false);
            sections = await db.RunPartAsync<Snapshot>(runId, RunPart.Sections, cancellationToken);
            difference = await db.RunPartAsync<SnapshotDiff>(runId, RunPart.Difference, cancellationToken);
            shown = await db.RunPartOrNullAsync<SeenAccount>(runId, RunPart.Account, cancellationToken) ?? SeenAccount.Nothing;
            history = new SyncHistory { LastAccepted = last, Accepted = await db.RunPartAsync<Snapshot>(last.Id, RunPart.Sections, cancellationToken), Window = GuardWindow.Nothing, Rejections = [] };
        }

        var sight = await LookAsync(history, sections, difference, cancellationToken);
        return (sight, sight is AccountSight.Seen seen && (seen.There.People.Except(shown.OnlyThere.People).Any() || seen.There.Teams.Except(shown.OnlyThere.Teams).Any()));
    }

    /// <summary>What a run of this company would find there, going by the last reading; nothing is asked. Null: the account was not read since the last accepted run.</summary>
    public static async Task<(DateTimeOffset ReadAt, OnlyThere There)?> LastSeenAsync(GatewayDb db, SyncHistory history, Snapshot next, CancellationToken cancellationToken)
    {
        if (history.LastAccepted is not { } last || await AccountReports.LastGoodAsync(db, cancellationToken) is not { Drift: { } kept } report || report.RunId != last.Id) return null;
        var drift = StoredContent.Unpack<AccountDrift>(kept);
        // Whom it had beside the accepted company, less those that the next one has: as OnlyThere.Of finds them.
        var people = next.Users.Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var teams = next.Groups.Select(g => ReadingBack.LastOfPath(g.Name)).ToHashSet(StringComparer.Ordinal);
        var there = new OnlyThere(
            [.. drift.PeopleMore.Select(p => AsciiCaseInsensitive.Lower(p.Email)).Where(e => !people.Contains(e)).Distinct(StringComparer.Ordinal)],
            [.. drift.TeamsMore.Select(t => ReadingBack.LastOfPath(t.Name)).Where(n => !teams.Contains(n)).Distinct(StringComparer.Ordinal)]);
        return (report.At, Without(there, await PerhapsSentAsync(db, last, cancellationToken)));
    }

    private static async Task<bool> HadMoreAsync(GatewayDb db, CancellationToken cancellationToken)
    {
        var counts = await db.Set<AccountReport>().Where(r => r.Problem == null).OrderByDescending(r => r.Id).Select(r => r.Counts).FirstOrDefaultAsync(cancellationToken);
        return StoredContent.Parse<DriftCounts>(counts) is { } last && last.PeopleMore + last.TeamsMore > 0;
    }

    /// <summary>What runs that got no verdict had beside the accepted company: it may be there, and it was this gateway that sent it.</summary>
    private static async Task<OnlyThere> PerhapsSentAsync(GatewayDb db, RunRow last, CancellationToken cancellationToken)
    {
        var open = await db.Set<RunRow>().AsNoTracking()
            .Where(r => r.SendingAt > last.SendingAt && (r.State == RunState.Unknown || r.State == RunState.Processing || r.State == RunState.AwaitingUpstreamApproval))
            .Select(r => r.Id).ToListAsync(cancellationToken);
        var (people, teams) = (new List<string>(), new List<string>());
        foreach (var id in open)
        {
            var sent = await db.RunPartOrNullAsync<SnapshotDiff>(id, RunPart.Difference, cancellationToken);
            if (sent is null) continue;
            people.AddRange(KnownEmails.Coming(sent).Select(e => AsciiCaseInsensitive.Lower(e.Email)));
            teams.AddRange(sent.GroupsAdded.Select(g => g.Name).Concat(sent.GroupsChanged.Select(g => g.After)).Select(ReadingBack.LastOfPath));
        }

        return new(people, teams);
    }

    private static OnlyThere Without(OnlyThere there, OnlyThere sent) => new([.. there.People.Except(sent.People)], [.. there.Teams.Except(sent.Teams)]);
}
