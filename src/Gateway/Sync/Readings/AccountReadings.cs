using System.Security.Cryptography;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Gateway.Sync.Adoption;
using Gateway.Sync.Composing;
using Gateway.Sync.Storing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync.Readings;

/// <summary>What came of a reading that somebody asked for.</summary>
public abstract record ReadingAnswer
{
    private ReadingAnswer() { }

    public sealed record Shown(AccountReport Report) : ReadingAnswer;

    /// <summary>Nothing was ever accepted: there is nothing to compare with.</summary>
    public sealed record NothingAccepted : ReadingAnswer;

    /// <summary>A run is on its way, or became accepted meanwhile: what was read is of no one company.</summary>
    public sealed record Moving : ReadingAnswer;

    public sealed record Unreadable(AccountReading Reading) : ReadingAnswer;
}

/// <summary>Reads the account on request, and a while after each accepted run, and compares it with what it accepted.</summary>
public sealed partial class AccountReadings(
    IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, OfficevibeClient officevibe, IOptions<SyncOptions> options, IOptions<OfficevibeOptions> wire, TimeProvider time, ILogger<AccountReadings> logger)
{
    /// <summary>The run that was read after, so that each look of the worker does not ask for it again.</summary>
    private long _done;

    public async Task<ReadingAnswer> ReadNowAsync(string actor, CancellationToken cancellationToken)
    {
        var answer = await ReadAsync(actor, cancellationToken);
        if (answer is ReadingAnswer.Shown shown) await LargeCompany.TidyAsync(shown.Report.People);
        return answer;
    }

    private async Task<ReadingAnswer> ReadAsync(string actor, CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken) is not { } loaded) return new ReadingAnswer.NothingAccepted();
        if (loaded.Moving) return new ReadingAnswer.Moving();
        var reading = await officevibe.ReadAccountAsync(cancellationToken);
        if (reading is not AccountReading.Read account) return new ReadingAnswer.Unreadable(reading);
        return await KeepAsync(loaded, account, ReadingOccasion.Request, actor, cancellationToken) is { } report ? new ReadingAnswer.Shown(report) : new ReadingAnswer.Moving();
    }

    /// <summary>Reads the account where that is due. True: it was.</summary>
    public async Task<bool> ReadAfterAsync(CancellationToken cancellationToken)
    {
        // Load
        if (!wire.Value.ReadsAccount || await IsDueAsync(cancellationToken) is not { } attempt || await LoadAsync(cancellationToken) is not { Moving: false } loaded) return false;

        // Act
        var reading = await officevibe.ReadAccountAsync(cancellationToken);
        if (reading is AccountReading.Read account)
        {
            if (await KeepAsync(loaded, account, ReadingOccasion.AfterRun, "system", cancellationToken) is not { } report) return true;
            Log.ReadBack(logger, loaded.Last.Id, report.People, report.Teams, report.DriftKey!.Length > 0);
            return true;
        }

        // A reading that failed says nothing of the account; it is tried again.
        var (problem, retryAfter) = reading is AccountReading.Failed failed ? (failed.Reason, failed.RetryAfter) : (AdoptionBook.Problem(reading), null);
        var now = time.GetUtcNow();
        await using var write = await ledger.BeginAsync(cancellationToken);
        await AccountReports.KeepFailedAsync(write.Db, new AccountReport
        {
            At = now, Occasion = ReadingOccasion.AfterRun, Actor = "system", RunId = loaded.Last.Id, Problem = problem, Attempt = attempt,
            RetryAt = now + Backoff.Wait(attempt, retryAfter, RandomNumberGenerator.GetInt32(1001) / 1000.0),
        }, cancellationToken);
        await write.CommitAsync(cancellationToken);
        Log.NotRead(logger, loaded.Last.Id, problem);
        return true;
    }

    /// <param name="Last">The last accepted run.</param>
    /// <param name="Accepted">What it sent.</param>
    /// <param name="Texts">Its texts, most of which the account has too.</param>
    /// <param name="Moving">The account is between two companies.</param>
    private sealed record Loaded(RunRow Last, Snapshot Accepted, TextPool Texts, bool Moving);

    private async Task<Loaded?> LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await SyncHistory.LastAcceptedAsync(db, cancellationToken) is not { } last) return null;
        var texts = TextPool.Current;
        var accepted = await db.RunPartAsync<Snapshot>(last.Id, RunPart.Sections, cancellationToken);
        await LargeCompany.TidyAsync(last.Users);
        return new(last, accepted, texts, await IsMovingAsync(db, cancellationToken));
    }

    /// <summary>Bytes are on their way, or were taken and are not worked off: the account is between two companies.</summary>
    private Task<bool> IsMovingAsync(GatewayDb db, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return db.Set<RunRow>().AnyAsync(r => r.State == RunState.Sending || r.State == RunState.Processing || (r.State == RunState.Unknown && r.SupersededByRunId == null && r.SendUntil > now), cancellationToken);
    }

    /// <summary>How many times it will have been tried then. Null: it is not due.</summary>
    private async Task<int?> IsDueAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var last = await db.Set<RunRow>().Where(r => r.AcceptedAt != null).OrderByDescending(r => r.AcceptedAt).ThenByDescending(r => r.Id)
            .Select(r => new { r.Id, r.AcceptedAt }).FirstOrDefaultAsync(cancellationToken);
        if (last is null || last.Id == _done) return null;
        var (now, due) = (time.GetUtcNow(), last.AcceptedAt!.Value + options.Value.ReadAfter);
        if (now < due) return null;
        var read = await db.Set<AccountReport>().AsNoTracking().Where(r => r.RunId == last.Id && r.At >= due).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
        if (read is null) return 1;
        if (read.Problem is not null) return read.RetryAt > now ? null : read.Attempt + 1;
        _done = last.Id;
        return null;
    }

    /// <summary>Null: another run came between.</summary>
    private async Task<AccountReport?> KeepAsync(Loaded loaded, AccountReading.Read account, ReadingOccasion occasion, string actor, CancellationToken cancellationToken)
    {
        var content = AdoptionBook.Content(account);
        await LargeCompany.TidyAsync(content.People.Count);
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (db, now) = (write.Db, time.GetUtcNow());
        if ((await SyncHistory.LastAcceptedAsync(db, cancellationToken))?.Id != loaded.Last.Id || await IsMovingAsync(db, cancellationToken)) return null;
        var drift = AccountDrift.Between(loaded.Accepted, content, await GoneEmails.AmongAsync(db, OnlyThere.Strangers(loaded.Accepted, loaded.Accepted, content), cancellationToken));
        var report = new AccountReport { At = now, Occasion = occasion, Actor = actor, RunId = loaded.Last.Id };
        await AccountReports.KeepAsync(db, report, loaded.Accepted, content, drift, cancellationToken);
        if (occasion == ReadingOccasion.Request)
            db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "account.read", Detail = StoredContent.Text(new { people = report.People, teams = report.Teams, differs = report.DriftKey!.Length > 0 }) });
        await write.CommitAsync(cancellationToken);
        return report;
    }

    private static partial class Log
    {
        [LoggerMessage(4060, LogLevel.Information, "The account was read after run {Run}: {People} people, {Teams} teams; differs: {Differs}")]
        public static partial void ReadBack(ILogger logger, long run, int people, int teams, bool differs);

        [LoggerMessage(4061, LogLevel.Warning, "The account could not be read after run {Run}, and is read again later: {Problem}")]
        public static partial void NotRead(ILogger logger, long run, string problem);
    }
}
