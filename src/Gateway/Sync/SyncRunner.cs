using System.Diagnostics;
using System.Reflection;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Adoption;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Rules;
using Gateway.Sync.Adoption;
using Gateway.Sync.Approvals;
using Gateway.Sync.Composing;
using Gateway.Sync.Readings;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync;

/// <summary>Makes runs: load, decide, record. What may be sent is sent by <see cref="SyncSender"/>.</summary>
public sealed partial class SyncRunner(
    IDbContextFactory<GatewayDb> contexts, SenderTurn turn, CompanyComposer company, CompanyJudge judge, OfficevibeClient officevibe, RulesInForce rules,
    GuardSettings guard, IOptions<SyncOptions> options, IOptions<OfficevibeOptions> wire, TimeProvider time, ILogger<SyncRunner> logger)
{
    private static readonly string Version =
        typeof(SyncRunner).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Takes a queued run to its state. True: it may be sent.</summary>
    public async Task<bool> MakeAsync(long runId, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Source.StartActivity("sync.make");
        var texts = TextPool.Current;
        var run = await BeginAsync(runId, cancellationToken);

        // Load
        Made made;
        try
        {
            made = await LoadAsync(run, cancellationToken);
        }
        catch (CutFailedException e)
        {
            Log.CutFailed(logger, runId, e);
            await FailAsync(runId, "A record cannot be worked out, so there is no whole company to send. The log of the gateway says which source.", cancellationToken);
            return false;
        }

        // Decide
        var decision = Decision.Of(made.Input);
        // Whoever decides has to know what is there: before the first sync, and after a restore, where the base is as old as the backup.
        var unknown = made.History.Restored ? decision is Decision.Hold or Decision.Rejected : decision is Decision.Hold && made.History.LastAccepted is null;
        var account = unknown ? AccountSeen.Of(made.Account ?? made.Sight.Reading ?? await officevibe.ReadAccountAsync(cancellationToken), made.Company.Snapshot) : null;

        // Record. What is kept of every run is packed before: while it is written, whoever else writes waits.
        var packed = Pack(made);
        await LargeCompany.TidyAsync(made.Company.Snapshot.Users.Count);
        run = await RecordAsync(run, made, packed, decision, account, cancellationToken);
        Telemetry.SyncRuns.Add(1, new KeyValuePair<string, object?>("state", RunView.NameOf(run.State)));
        GC.KeepAlive(texts);
        return run.State == RunState.Assembling;
    }

    /// <summary>Ends a run that broke, and says when it is tried again.</summary>
    public async Task FailAsync(long runId, string reason, CancellationToken cancellationToken)
    {
        await using var write = await turn.WriteAsync(cancellationToken);
        var run = await write.Db.Set<RunRow>().SingleAsync(r => r.Id == runId, cancellationToken);
        run.End(RunState.Failed, time.GetUtcNow(), reason);
        await run.RetryLaterAsync(write.Db, null, time.GetUtcNow(), cancellationToken);
        write.Db.TellFailed(run, FailureCodes.Internal, httpStatus: null, time.GetUtcNow());
        await write.CommitAsync(cancellationToken);
    }

    /// <summary>Ends a run that was to be sent: the account cannot be read, and it would take somebody away there.</summary>
    public async Task FailUnreadAsync(long runId, AccountReading unread, CancellationToken cancellationToken)
    {
        await using var write = await turn.WriteAsync(cancellationToken);
        await EndUnreadAsync(write.Db, await write.Db.Set<RunRow>().SingleAsync(r => r.Id == runId, cancellationToken), unread, time.GetUtcNow(), cancellationToken);
        await write.CommitAsync(cancellationToken);
    }

    private async Task<RunRow> BeginAsync(long runId, CancellationToken cancellationToken)
    {
        await using var write = await turn.WriteAsync(cancellationToken);
        var run = await write.Db.Set<RunRow>().SingleAsync(r => r.Id == runId, cancellationToken);
        run.State = RunState.Assembling;
        await write.CommitAsync(cancellationToken);
        return run;
    }

    private sealed record Made(ComposedCompany Company, SyncHistory History, StoredBody Body, IReadOnlyList<Deletion> Deletions, DecisionInput Input, AccountReading? Account, AccountSight Sight)
    {
        public PlannedUse? Planned { get; init; }

        public Rest? Rest { get; init; }
    }

    private async Task<Made> LoadAsync(RunRow run, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var history = await SyncHistory.LoadAsync(db, guard, time.GetUtcNow(), cancellationToken);
        await LargeCompany.TidyAsync(history.Accepted?.Users.Count ?? 0);
        var today = await company.ComposeAsync(new(null, null, history.Accepted) { ForARun = true }, cancellationToken);
        // What the sources say of each person is the greatest part of it, and done with.
        if (guard.Sources.Count == 0) today = today with { Company = Company.Nobody };
        if (run.RestoreOfRunId is { } earlier)
        {
            var snapshot = await db.RunPartAsync<Snapshot>(earlier, RunPart.Sections, cancellationToken);
            today = today with { Snapshot = run.StructureOnly ? RestoredCompany.Structure(snapshot, today.Snapshot) : snapshot, Later = [] };
        }

        var rest = run.RestOfRunId is { } held ? await SendRest.OfAsync(db, held, history, today.Snapshot, cancellationToken) : null;
        if (rest is not null) today = today with { Snapshot = rest.Snapshot, Later = SendRest.Later(rest, today.Later) };

        // No first sync takes an account over that nobody has looked at.
        if (history.LastAccepted is null) await LargeCompany.TidyAsync(today.Snapshot.Users.Count);
        var account = history.LastAccepted is null ? await officevibe.ReadAccountAsync(cancellationToken) : null;
        var adoption = account is null ? null : await AdoptionBook.StateAsync(db, today.Snapshot, account, cancellationToken);
        await LargeCompany.TidyAsync(today.Snapshot.Users.Count);
        var judged = await judge.JudgeAsync(db, history, today, adoption, cancellationToken, restore: run.RestoreOfRunId is not null, look: true);
        var (body, difference, verdict, deletions) = judged;
        return new Made(today, history, body, deletions, new DecisionInput
        {
            Verdict = verdict,
            Difference = difference,
            ContentHash = body.Hash,
            Accepted = history is { LastAccepted: { } last, Unsettled: false, Restored: false }
                ? new(last.ContentHash!, last.AcceptedAt!.Value, last.State == RunState.AcceptedWithIssues)
                : null,
            Now = time.GetUtcNow(),
            Scheduled = run.Trigger == RunTrigger.Schedule,
            ResendAfter = options.Value.ResendAfter,
            HoldFor = guard.HoldFor,
            Approvals = [.. await history.ApprovalsAsync(db, verdict, difference, body.Hash, cancellationToken), await ForeseenAsync(db, difference, cancellationToken)],
            Rejections = history.Rejections,
            OnlyThere = (judged.Account as AccountSight.Seen)?.There,
            Planned = judged.Planned?.Changes ?? new HashSet<Change>(),
        }, account, judged.Account) { Planned = judged.Planned, Rest = rest };
    }

    /// <summary>Whoever said that this team is that one has agreed to its new name.</summary>
    private async Task<Approval> ForeseenAsync(GatewayDb db, SnapshotDiff difference, CancellationToken cancellationToken) =>
        new("adoption", time.GetUtcNow(), FirstStep.Foreseen(difference, await db.AdoptionDecisionsAsync(cancellationToken)));

    private async Task<RunRow> RecordAsync(RunRow made, Made m, Packed packed, Decision decision, AccountSeen? account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var write = await turn.WriteAsync(cancellationToken);
        var db = write.Db;
        var run = await db.Set<RunRow>().SingleAsync(r => r.Id == made.Id, cancellationToken);
        Describe(run, m);
        run.Account = account is null ? null : StoredContent.Text(account);

        if (run.DryRun) run.End(RunState.DryRun, now, Words.Of(decision));
        else if (options.Value.Mode == SyncMode.Observe) run.End(RunState.Observed, now, Words.Of(decision));
        else if (Unread(decision, m) is { } unread) await EndUnreadAsync(db, run, unread, now, cancellationToken);
        else Decide(run, decision, now);
        if (decision is Decision.Send && m.Planned is { } use) UsePlan(db, run, use, now);

        if (!run.DryRun)
        {
            // Whatever comes of it: a run that somebody asked for is about the company as it is now, and the held one no longer is.
            foreach (var held in await db.Set<RunRow>().Where(r => r.State == RunState.Held && r.Id != run.Id).ToListAsync(cancellationToken))
                await held.SupersedeAsync(db, run.Id, now, cancellationToken);
            if (decision is Decision.Hold hold && run.State == RunState.Held && !await ToldAsync(db, run, cancellationToken))
            {
                Log.Held(logger, run.Id, run.ReasonsKey!, run.Reason!);
                db.TellHeld(run, hold.Verdict, now);
            }

            if (run.State == RunState.Refused) db.TellFailed(run, FailureCodes.GuardRefused, httpStatus: null, now);
            if (run.State == RunState.Rejected)
            {
                Log.Rejected(logger, run.Id, run.RejectedByRunId ?? 0);
                db.NotifyRejected(run, now);
            }
        }

        Keep(db, run, m, packed, decision);
        await write.CommitAsync(cancellationToken);
        return run;
    }

    /// <summary>
    /// The account cannot be read, and nobody waits for a person to look at a first sync, or the run would take somebody away: it ends as its sending would. Null: not so.
    /// </summary>
    private static AccountReading? Unread(Decision decision, Made m) =>
        decision is Decision.Send && m.Sight is AccountSight.Unread sight ? sight.Reading! : m.Account is { } account
            and not AccountReading.Read && decision is Decision.Hold { Verdict.Reasons: [{ Rule: GuardRules.Adoption }] } ? account : null;

    internal static async Task EndUnreadAsync(GatewayDb db, RunRow run, AccountReading unread, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (unread is AccountReading.Refused refused)
        {
            run.End(RunState.Refused, now, refused.Reason);
            run.WhatToDo = refused.WhatToDo;
            db.TellFailed(run, FailureCodes.OfficevibeRefused, httpStatus: null, now);
            return;
        }

        var failed = unread as AccountReading.Failed;
        run.End(RunState.Failed, now, failed?.Reason ?? AdoptionBook.Problem(unread));
        await run.RetryLaterAsync(db, failed?.RetryAfter, now, cancellationToken);
        db.TellFailed(run, FailureCodes.NotTaken, httpStatus: null, now);
    }

    private static void Decide(RunRow run, Decision decision, DateTimeOffset now)
    {
        switch (decision)
        {
            case Decision.Unchanged:
                run.End(RunState.Unchanged, now, Words.Of(decision));
                break;
            case Decision.Hold hold:
                run.End(RunState.Held, now, Words.Of(decision));
                run.HeldAt = now;
                run.ReasonsKey = KeyOf(hold.Verdict);
                break;
            case Decision.Refuse:
                run.End(RunState.Refused, now, Words.Of(decision));
                break;
            case Decision.Rejected rejected:
                run.End(RunState.Rejected, now, Words.Of(decision));
                run.RejectedByRunId = RunView.ParseId(rejected.ByRunId);
                break;
            case Decision.Send:
                // Its bytes are stored with this; the sender takes it from here.
                run.Reason = Words.Of(decision);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Warning, "Run {Run} is held ({Key}): {Reason}")]
        public static partial void Held(ILogger logger, long run, string key, string reason);

        [LoggerMessage(4002, LogLevel.Warning, "Run {Run} ended as rejected, because run {By} was: nothing is sent while its changes are in the content")]
        public static partial void Rejected(ILogger logger, long run, long by);

        [LoggerMessage(4003, LogLevel.Error, "Run {Run} has no company to send")]
        public static partial void CutFailed(ILogger logger, long run, Exception exception);
    }
}
