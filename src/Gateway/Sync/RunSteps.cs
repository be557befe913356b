using System.Security.Cryptography;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync.Composing;
using Gateway.Sync.Storing;
using Gateway.Sync.Todo;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync;

/// <summary>Steps in a run's life that more than one part takes.</summary>
internal static class RunSteps
{
    public static void End(this RunRow run, RunState state, DateTimeOffset now, string? reason)
    {
        run.State = state;
        run.FinishedAt = now;
        (run.Reason, run.WhatToDo) = (reason, null);
    }

    /// <summary>Another run takes its place: its difference is kept, its bytes are not.</summary>
    public static async Task SupersedeAsync(this RunRow run, GatewayDb db, long byRunId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        run.End(RunState.Superseded, now, $"Run {RunView.IdOf(byRunId)} took its place.");
        run.SupersededByRunId = byRunId;
        run.RetryAt = null;
        await db.Set<RunContent>().Where(c => c.RunId == run.Id && (c.Part == RunPart.Body || c.Part == RunPart.Sections)).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Sets when it is tried again; each failure in a row waits longer.</summary>
    public static async Task RetryLaterAsync(this RunRow run, GatewayDb db, TimeSpan? retryAfter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (run.ApprovedAt is null || run.Attempt == 0)
        {
            var before = await db.Set<RunRow>().AsNoTracking().Where(r => r.Id < run.Id && !r.DryRun).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
            run.Attempt = before is { State: RunState.Failed or RunState.Unknown } ? before.Attempt + 1 : 1;
        }
        else
        {
            run.Attempt++;
        }

        run.RetryAt = now + Backoff.Wait(run.Attempt, retryAfter, RandomNumberGenerator.GetInt32(1001) / 1000.0);
    }

    /// <summary>Officevibe has this content now: whatever else was waiting is past, and whoever got no answer is settled.</summary>
    public static async Task AcceptAsync(this RunRow run, GatewayDb db, RunState state, string? reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        run.End(state, now, reason);
        run.AcceptedAt = now;
        run.RetryAt = null;
        await run.SettleOlderAsync(db, cancellationToken);
        var others = await db.Set<RunRow>().Where(r => r.Id != run.Id && !r.DryRun && r.SupersededByRunId == null
            && (r.State == RunState.Held || r.State == RunState.Approved || r.State == RunState.Unknown || (r.State == RunState.Failed && r.RetryAt != null)))
            .ToListAsync(cancellationToken);
        foreach (var other in others)
        {
            if (other.State is RunState.Held or RunState.Approved) await other.SupersedeAsync(db, run.Id, now, cancellationToken);
            else (other.SupersededByRunId, other.RetryAt) = (run.Id, null);
        }

        var stored = await db.RunBytesOfAsync(run.Id, RunPart.Difference, cancellationToken);
        var difference = StoredContent.Unpack<SnapshotDiff>(stored);
        await LargeCompany.TidyAsync(difference.UsersAdded.Count);
        // Whoever approved a run approved all that it changed: none of it counts in the guard's window.
        if (run.ApprovedAt is not null) db.Add(new RunContent { RunId = run.Id, Part = RunPart.Approved, Data = stored });
        if (run.RestoreOfRunId is { } earlier)
        {
            var pause = await db.Set<SyncState>().SingleAsync(cancellationToken);
            (pause.PausedAt, pause.PausedUntil, pause.PausedBy) = (now, null, run.RequestedBy);
            pause.PauseReason = $"Run {RunView.IdOf(run.Id)} sent the company of run {RunView.IdOf(earlier)} again. Syncs go on by themselves once the log gives that company.";
            pause.RestoreRunId = run.Id;
            db.Audit.Add(new AuditEntry { At = now, Actor = "system", Action = "sync.pause", Subject = RunView.IdOf(run.Id), Reason = pause.PauseReason });
        }

        await TodoBook.AfterAcceptedAsync(db, run, difference, now, cancellationToken);
        await ManyRows.InsertAsync(
            db, "accepted_emails (email, member_id)", [], KnownEmails.Coming(difference).Select(c => new[] { AcceptedEmail.KeyOf(c.Email), c.Id }),
            "ON CONFLICT (email) DO UPDATE SET member_id = excluded.member_id", cancellationToken);
        db.TellAccepted(run, difference, now);
    }

    /// <summary>Whatever was sent before this one and is open in Workleap: this one has the whole company, and came after it.</summary>
    public static async Task SettleOlderAsync(this RunRow run, GatewayDb db, CancellationToken cancellationToken)
    {
        var older = await db.Set<RunRow>().Where(r => r.Id != run.Id && r.SupersededByRunId == null && r.SendingAt <= run.SendingAt
            && (r.State == RunState.Processing || r.State == RunState.AwaitingUpstreamApproval)).ToListAsync(cancellationToken);
        foreach (var other in older) (other.SupersededByRunId, other.RetryAt) = (run.Id, null);
    }

    public static Task<bool> IsPausedAsync(GatewayDb db, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Set<SyncState>().AnyAsync(s => s.PausedAt != null && (s.PausedUntil == null || s.PausedUntil > now), cancellationToken);
}
