using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Sync.Adoption;
using Gateway.Sync.Approvals;
using Gateway.Sync.Composing;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync.Approvals;

/// <summary>What came of deciding on a held run.</summary>
public abstract record HoldOutcome
{
    private HoldOutcome() { }

    public sealed record Decided(RunRow Run) : HoldOutcome;

    /// <summary>The first of two approvals: another key has to say the same.</summary>
    public sealed record OneMore(RunRow Run) : HoldOutcome;

    /// <summary>This key has approved it already, and another one has to.</summary>
    public sealed record SameKey : HoldOutcome;

    public sealed record NotFound : HoldOutcome;

    /// <summary>There is nothing to decide: it is in this state.</summary>
    public sealed record NotHeld(RunState State) : HoldOutcome;

    /// <summary>Put back from a backup: the account or a source has to be heard first.</summary>
    /// <param name="Account">Why the account could not be read; null: it was.</param>
    /// <param name="Sources">Whose baseline is required and has not come since.</param>
    public sealed record NotYet(string? Account, IReadOnlyList<string> Sources) : HoldOutcome;

    /// <summary>A first sync onto an account that is not adopted yet.</summary>
    public sealed record NotAdopted(AdoptionState State) : HoldOutcome;

    /// <summary>What was shown is not what would happen. <c>NewRun</c>: the company is asked about as it is today.</summary>
    public sealed record Moved(ApprovalCheck Check, long? NewRun) : HoldOutcome;
}

/// <summary>A person's word on a held run.</summary>
public sealed class HoldDecisions(
    IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, SenderTurn turn, CompanyComposer company, OfficevibeClient officevibe, SyncSignal signal, IOptions<SyncOptions> options, TimeProvider time)
{
    /// <summary>Approves exactly this content. It is sent next, unless syncs are paused.</summary>
    /// <param name="withoutReading">After a restore: though the account could not be read.</param>
    /// <exception cref="Aggregation.CutFailedException">It takes somebody away, and today's company cannot be read, so that it cannot be compared.</exception>
    public async Task<HoldOutcome> ApproveAsync(
        long runId, ApprovalRequest request, Voice voice, string? reason, bool withoutReading, CancellationToken cancellationToken)
    {
        // Load
        if (await LoadAsync(runId, cancellationToken) is not { } loaded) return new HoldOutcome.NotFound();
        if (!IsOpen(loaded.Run) || await IsOlderThanARestoreAsync(loaded.Run, cancellationToken)) return new HoldOutcome.NotHeld(loaded.Run.State);
        if (await NotYetAsync(loaded.Run, withoutReading, cancellationToken) is { } notYet) return notYet;
        if (await NotAdoptedAsync(loaded, cancellationToken) is { } notAdopted) return notAdopted;
        var today = await TodayAsync(loaded, cancellationToken);
        await LargeCompany.TidyAsync(loaded.Run.Users);

        // Decide, on what holds when it is written
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (db, now) = (write.Db, time.GetUtcNow());
        var run = await db.Set<RunRow>().SingleAsync(r => r.Id == runId, cancellationToken);
        if (!IsOpen(run)) return new HoldOutcome.NotHeld(run.State);
        var last = await SyncHistory.LastAcceptedAsync(db, cancellationToken);
        var check = Check(run, request, loaded, last, today, now);

        // Record
        long? newRun = null;
        var (actor, given) = (voice.Actor, RunApproval.Of(run));
        if (check is ApprovalCheck.Ok)
        {
            if (given.Any(a => a.Voice == voice.Key) && given.Count < options.Value.Guard.Approvals) return new HoldOutcome.SameKey();
            run.Approvals = StoredContent.Text<IReadOnlyList<RunApproval>>([.. given.Where(a => a.Voice != voice.Key), new(now, actor, voice.Key, reason)]);
            if (RunApproval.Of(run).Count < options.Value.Guard.Approvals)
            {
                run.WhatToDo = "One more approval is needed, by another key, of the same content.";
                db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "sync.approve_first", Subject = RunView.IdOf(runId), Reason = reason, Detail = StoredContent.Text(new { run.ContentHash, run.BaseHash }) });
                await write.CommitAsync(cancellationToken);
                return new HoldOutcome.OneMore(run);
            }

            run.End(RunState.Approved, now, "A person approved exactly this content.");
            run.ApprovedAt = now;
            (run.DecidedBy, run.DecisionReason, run.RejectedByRunId, run.RejectedAt) = (actor, reason, null, null);
            foreach (var held in await db.Set<RunRow>().Where(r => r.State == RunState.Held && r.Id != runId).ToListAsync(cancellationToken))
                await held.SupersedeAsync(db, runId, now, cancellationToken);
            db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "sync.approve", Subject = RunView.IdOf(runId), Reason = reason, Detail = StoredContent.Text(new { run.ContentHash, run.BaseHash, withoutReading = withoutReading ? true : (bool?)null }) });
        }
        else if (check is ApprovalCheck.WouldTakeAway or ApprovalCheck.BaseMoved)
        {
            newRun = await AskAnewAsync(db, run, now, cancellationToken);
        }

        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return check is ApprovalCheck.Ok ? new HoldOutcome.Decided(run) : new HoldOutcome.Moved(check, newRun);
    }

    /// <summary>Rejects it, and with it its held changes: nothing that has one of them is sent.</summary>
    public async Task<HoldOutcome> RejectAsync(long runId, string actor, string? reason, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (db, now) = (write.Db, time.GetUtcNow());
        if (await db.Set<RunRow>().SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) is not { } run) return new HoldOutcome.NotFound();
        if (run.State != RunState.Held) return new HoldOutcome.NotHeld(run.State);

        run.End(RunState.Rejected, now, "A person rejected it.");
        run.RejectedAt = now;
        (run.DecidedBy, run.DecisionReason) = (actor, reason);
        db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "sync.reject", Subject = RunView.IdOf(runId), Reason = reason, Detail = StoredContent.Text(new { run.ContentHash }) });
        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return new HoldOutcome.Decided(run);
    }

    /// <summary>An approved run that waited: would its bytes take away somebody who is part of the company today? Then it is asked anew, and the answer is false.</summary>
    /// <param name="moved">The account has more than whoever approved it was shown.</param>
    internal async Task<bool> StillStandsAsync(long runId, CancellationToken cancellationToken, bool moved = false)
    {
        var loaded = await LoadAsync(runId, cancellationToken) ?? throw new InvalidDataException($"Run {runId} is gone.");
        var today = await TodayAsync(loaded, cancellationToken);
        var run = loaded.Run;
        var request = new ApprovalRequest(run.ContentHash!, run.BaseHash, FirstSync: true);
        if (!moved && Check(run, request, loaded, loaded.Last, today, run.ApprovedAt!.Value) is ApprovalCheck.Ok) return true;

        await using var write = await turn.WriteAsync(cancellationToken);
        await AskAnewAsync(write.Db, await write.Db.Set<RunRow>().SingleAsync(r => r.Id == runId, cancellationToken), time.GetUtcNow(), cancellationToken);
        await write.CommitAsync(cancellationToken);
        return false;
    }

    /// <summary>One that ended because another was rejected could still be approved, and was compared with an account as it was before.</summary>
    private async Task<bool> IsOlderThanARestoreAsync(RunRow run, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return run.CreatedAt <= await SyncHistory.RestoredAtAsync(db, cancellationToken);
    }

    /// <summary>
    /// After a restore the base is as old as the backup. What a person approves then was held beside the account, and has what every source
    /// that must send its baseline says now. Null: so it is, or nothing was restored.
    /// </summary>
    private async Task<HoldOutcome.NotYet?> NotYetAsync(RunRow run, bool withoutReading, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var reasons = (await db.RunPartAsync<StoredVerdict>(run.Id, RunPart.Verdict, cancellationToken)).Reasons;
        if (reasons.All(r => r.Rule != GuardRules.Restored)) return null;
        var account = StoredContent.Parse<AccountSeen>(run.Account);
        var unread = withoutReading || account?.Members is not null ? null : account?.Problem ?? "The account was not read.";
        var sources = reasons.Where(r => r is { Rule: GuardRules.BaselineMissing, Source: not null }).Select(r => r.Source!).ToList();
        return unread is null && sources.Count == 0 ? null : new(unread, sources);
    }

    /// <summary>A first sync waits for the adoption, as it stands now. Null: it may go.</summary>
    private async Task<HoldOutcome.NotAdopted?> NotAdoptedAsync(Loaded loaded, CancellationToken cancellationToken)
    {
        if (loaded.Last is not null) return null;
        var account = await officevibe.ReadAccountAsync(cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var held = await db.RunPartAsync<Snapshot>(loaded.Run.Id, RunPart.Sections, cancellationToken);
        return await AdoptionBook.StateAsync(db, held, account, cancellationToken) is { } state ? new(state) : null;
    }

    private sealed record Loaded(RunRow Run, Removed Removes, RunRow? Last);

    private async Task<Loaded?> LoadAsync(long runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<RunRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) is not { } run) return null;
        // A first sync takes nobody away, and its difference is the whole company.
        var removes = run.BaseHash is null ? Removed.Nothing : Removed.By(await db.RunPartAsync<SnapshotDiff>(runId, RunPart.Difference, cancellationToken));
        return new(run, removes, await SyncHistory.LastAcceptedAsync(db, cancellationToken));
    }

    /// <summary>The company now, to be asked for those whom the run takes away. An earlier company is meant to take away what the log has: its page says so.</summary>
    private async Task<Snapshot> TodayAsync(Loaded loaded, CancellationToken cancellationToken)
    {
        if (loaded.Removes.IsNothing() || loaded.Run.RestoreOfRunId is not null) return Snapshot.Empty;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var accepted = loaded.Last is null ? null : await db.RunPartAsync<Snapshot>(loaded.Last.Id, RunPart.Sections, cancellationToken);
        return (await company.ComposeAsync(new(null, null, accepted) { ForARun = true }, cancellationToken)).Snapshot;
    }

    /// <summary>Held; or ended as rejected because another run was, and nobody has looked at this one.</summary>
    private static bool IsOpen(RunRow run) => run.State == RunState.Held || run is { State: RunState.Rejected, RejectedAt: null, ContentGoneAt: null };

    private ApprovalCheck Check(RunRow run, ApprovalRequest request, Loaded loaded, RunRow? last, Snapshot today, DateTimeOffset now) => ApprovalCheck.Of(
        new HeldRun { ContentHash = run.ContentHash!, BaseHash = run.BaseHash, HeldAt = run.HeldAt ?? run.CreatedAt, Removes = loaded.Removes },
        request with { BaseHash = request.BaseHash ?? run.BaseHash }, last?.ContentHash, today, now, options.Value.Guard.HoldFor);

    private static async Task<long> AskAnewAsync(GatewayDb db, RunRow run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var fresh = new RunRow { State = RunState.Queued, Trigger = RunTrigger.Approval, RequestedBy = "system", CreatedAt = now };
        db.Add(fresh);
        await db.SaveChangesAsync(cancellationToken);
        await run.SupersedeAsync(db, fresh.Id, now, cancellationToken);
        return fresh.Id;
    }
}
