using System.Diagnostics;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Gateway.Sync.Composing;
using Gateway.Sync.Storing;
using Gateway.Sync.Upstream;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync;

/// <summary>Sends a run's stored bytes, once, and records what came of it.</summary>
public sealed partial class SyncSender(
    IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, SenderTurn turn, OfficevibeClient officevibe, IOptions<OfficevibeOptions> wire, TimeProvider time, ILogger<SyncSender> logger)
{
    /// <summary>A sender gives up at its client's deadline; its fence stands this much longer.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    /// <summary>How long a sender that is asked to stop still waits for its answer.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    /// <summary>For tests: awaited when the bytes are about to go out, and when an answer came that is not recorded yet.</summary>
    internal Func<bool, Task>? Answered { get; set; }

    /// <summary>Returns the run as it stands then.</summary>
    public async Task<RunRow> SendAsync(long runId, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Source.StartActivity("sync.send");
        var started = Stopwatch.GetTimestamp();

        // Load
        var (run, body) = await LoadAsync(runId, cancellationToken);

        // Decide: is anybody there, and may these bytes go out now?
        if (Unreachable(await officevibe.PingAsync(cancellationToken)) is { } no) return await RecordAsync(runId, no);
        if (await FenceAsync(runId, cancellationToken) is not { } until) return await RunAsync(runId, cancellationToken);

        // Act: the bytes as they were stored
        if (Answered is { } before) await before(false);
        var outcome = await SendUntilAsync(body, run.BodyLength!.Value, until, cancellationToken);
        if (Answered is { } after) await after(true);

        // Record, even if the process is asked to stop meanwhile: the answer is not lost.
        run = await RecordAsync(runId, outcome);
        Telemetry.SendDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("outcome", RunView.NameOf(run.State)));
        return run;
    }

    /// <summary>Gives up when its time is over or its turn is lost; somewhat later when the process is asked to stop.</summary>
    private async Task<SendOutcome> SendUntilAsync(byte[] body, long length, DateTimeOffset until, CancellationToken stop)
    {
        var left = until - time.GetUtcNow();
        if (left <= TimeSpan.Zero) return new SendOutcome.Failed("Its time was over before it was sent: the gateway was held up.", null, []) { Answer = KeptAnswer.None(0) };
        using var deadline = new CancellationTokenSource(left, time);
        await using var stopping = stop.Register(() => deadline.CancelAfter(StopPatience));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, turn.Lost);
        return await officevibe.SendAsync(() => new FencedBody(StoredContent.Open(body), until, time), length, either.Token);
    }

    private async Task<RunRow> RunAsync(long runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<RunRow>().AsNoTracking().SingleAsync(r => r.Id == runId, cancellationToken);
    }

    private async Task<(RunRow Run, byte[] Body)> LoadAsync(long runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (
            await db.Set<RunRow>().AsNoTracking().SingleAsync(r => r.Id == runId, cancellationToken),
            await db.RunBytesOfAsync(runId, RunPart.Body, cancellationToken));
    }

    /// <summary>What was sent as it is, where the answer says something of it; null: it does not. In memory only from here on: an answer may take minutes.</summary>
    private async Task<Snapshot?> SentAsync(long runId, SendOutcome outcome)
    {
        if (outcome is not (SendOutcome.Accepted or SendOutcome.AcceptedWithIssues or SendOutcome.Failed { Texts.Count: > 0 } or SendOutcome.Refused { Texts.Count: > 0 })) return null;
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        return await db.RunPartAsync<Snapshot>(runId, RunPart.Sections, CancellationToken.None);
    }

    private static SendOutcome? Unreachable(PingOutcome ping) => ping switch
    {
        PingOutcome.Refused refused => new SendOutcome.Refused(refused.Reason, refused.WhatToDo, []) { Answer = refused.Answer },
        PingOutcome.Failed failed => new SendOutcome.Failed(failed.Reason, failed.RetryAfter, []) { Answer = failed.Answer },
        _ => null,
    };

    /// <summary>Stores that these bytes go out, and until when at the latest. Null: they may not.</summary>
    private async Task<DateTimeOffset?> FenceAsync(long runId, CancellationToken cancellationToken)
    {
        await using var write = await turn.WriteAsync(cancellationToken);
        var (db, now) = (write.Db, time.GetUtcNow());
        var run = await db.Set<RunRow>().SingleAsync(r => r.Id == runId, cancellationToken);
        if (await db.Set<RunRow>().AnyAsync(r => r.Id != runId && r.SendUntil > now && (r.State == RunState.Sending || r.State == RunState.Unknown), cancellationToken))
            throw new InvalidOperationException("Two senders at once: the worker should have waited for the other one's fence.");

        var last = await SyncHistory.LastAcceptedAsync(db, cancellationToken);
        if (await RunSteps.IsPausedAsync(db, now, cancellationToken))
        {
            // An approved run waits as it is. Any other is made anew when somebody resumes.
            if (run.ApprovedAt is not null) return null;
            run.End(RunState.Failed, now, "Syncs were paused before it was sent.");
            run.RetryAt = now;
            db.TellFailed(run, FailureCodes.Paused, httpStatus: null, now);
        }
        else if (last?.Id != run.BaseRunId)
        {
            await run.SupersedeAsync(db, last?.Id ?? 0, now, cancellationToken);
        }
        else if (await db.Set<RunRow>().Where(r => r.Id > runId && r.SendingAt != null && r.State != RunState.Failed).MaxAsync(r => (long?)r.Id, cancellationToken) is { } newer)
        {
            // An approved run that is tried again, and a newer company went out meanwhile: whatever became of it, these bytes are older.
            await run.SupersedeAsync(db, newer, now, cancellationToken);
        }
        else
        {
            run.State = RunState.Sending;
            run.SendingAt = now;
            run.SendUntil = now + wire.Value.Timeout + Margin;
            run.FinishedAt = null;
        }

        await write.CommitAsync(cancellationToken);
        return run.State == RunState.Sending ? run.SendUntil : null;
    }

    /// <exception cref="TurnLostException">The answer came too late to count; the run is as whoever has the turn left it.</exception>
    private async Task<RunRow> RecordAsync(long runId, SendOutcome outcome)
    {
        var never = CancellationToken.None;
        var texts = TextPool.Current;
        var sections = await SentAsync(runId, outcome) ?? Snapshot.Empty;
        await using var write = await ledger.BeginAsync(never);
        var (db, now) = (write.Db, time.GetUtcNow());
        var run = await db.Set<RunRow>().SingleAsync(r => r.Id == runId, never);
        if (!await turn.IsMineAsync(db, never) && !await StillCountsAsync(db, run)) throw new TurnLostException();
        var known = outcome is SendOutcome.AcceptedWithIssues ? await PropertyBook.KnownNamesAsync(db, wire.Value.Properties.Select(p => p.Name.Trim()), never) : null;
        var answer = RunAnswer.Of(outcome, sections, known);
        run.Answer = StoredContent.Text(answer);
        if (outcome is SendOutcome.Accepted or SendOutcome.AcceptedWithIssues) await PropertyBook.LearnAsync(db, run.Id, PropertyLessons.Of(sections, answer.Reported), now, never);
        // The whole company; what a first sync changed, which is read next, is as much again.
        sections = Snapshot.Empty;
        await LargeCompany.TidyAsync(run.Users);
        run.WhatToDo = null;
        // The fence falls with an answer. Without one it stands a little longer: the other side may still be at work.
        run.SendUntil = outcome is SendOutcome.Unknown ? now + Margin : null;
        switch (outcome)
        {
            case SendOutcome.Accepted:
                await run.AcceptAsync(db, RunState.Accepted, null, now, never);
                break;
            case SendOutcome.AcceptedWithIssues issues:
                await run.AcceptAsync(db, RunState.AcceptedWithIssues, $"Officevibe took it and reported {issues.Texts.Count} rows that it skipped.", now, never);
                break;
            case SendOutcome.Processing:
                run.End(RunState.Processing, now, "Workleap took it and works it off; what became of it is read back.");
                run.RetryAt = now + UpstreamSettler.FirstLook;
                await run.SettleOlderAsync(db, never);
                break;
            case SendOutcome.AwaitingApproval:
                run.AwaitUpstream(db, "Workleap paused it: it is over a risk threshold of the account.", now);
                await run.SettleOlderAsync(db, never);
                break;
            case SendOutcome.Unknown unknown:
                run.End(RunState.Unknown, now, unknown.Reason);
                db.NotifyUnknown(run, now);
                break;
            case SendOutcome.Failed failed:
                run.End(RunState.Failed, now, failed.Reason);
                await run.RetryLaterAsync(db, failed.RetryAfter, now, never);
                db.TellFailed(run, FailureCodes.NotTaken, outcome.Answer.Status, now);
                break;
            case SendOutcome.Refused refused:
                run.End(RunState.Refused, now, refused.Reason);
                run.WhatToDo = refused.WhatToDo;
                db.TellFailed(run, FailureCodes.OfficevibeRefused, outcome.Answer.Status, now);
                break;
            default:
                throw new UnreachableException();
        }

        await write.CommitAsync(never);
        Telemetry.SyncRuns.Add(1, new KeyValuePair<string, object?>("state", RunView.NameOf(run.State)));
        Log.Ended(logger, runId, run.State);
        GC.KeepAlive(texts);
        return run;
    }

    /// <summary>Another gateway has the turn by now and knows of no answer: this one settles it, unless that gateway has looked itself or sent since.</summary>
    private static async Task<bool> StillCountsAsync(GatewayDb db, RunRow run) =>
        run is { State: RunState.Unknown, ReadBackAt: null, SupersededByRunId: null }
        && !await db.Set<RunRow>().AnyAsync(r => r.Id != run.Id && r.SendingAt >= run.SendingAt, CancellationToken.None);

    private static partial class Log
    {
        [LoggerMessage(4010, LogLevel.Information, "Run {Run} ended as {State}")]
        public static partial void Ended(ILogger logger, long run, RunState state);
    }
}
