using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync.Storing;

namespace Gateway.Sync.Views;

/// <summary>Why a run failed, as those are told who listen to changes. Part of the contract: never rename one.</summary>
internal static class FailureCodes
{
    /// <summary>The company cannot be worked out, or the gateway broke.</summary>
    public const string Internal = "internal";

    /// <summary>The gateway stopped while the run was being made.</summary>
    public const string Stopped = "stopped";

    /// <summary>Syncs were paused before it was sent.</summary>
    public const string Paused = "paused";

    /// <summary>There was no answer after the body was sent; for notifications only.</summary>
    public const string NoAnswer = "no_answer";

    /// <summary>Officevibe did not take it.</summary>
    public const string NotTaken = "not_taken";

    /// <summary>There was no answer; read back, the account has nothing of it.</summary>
    public const string NotApplied = "not_applied";

    /// <summary>A section is empty, or the first sync has two teams of one name: the guard refuses it.</summary>
    public const string GuardRefused = "guard_refused";

    /// <summary>Officevibe refuses it until a person has acted (key, activation, address).</summary>
    public const string OfficevibeRefused = "officevibe_refused";
}

/// <summary>
/// What came of a run, for those who listen to changes; in the transaction of the outcome. Ids, numbers and codes: who may read
/// people's data looks at the run itself. A dry run is nobody's news.
/// </summary>
internal static class RunNews
{
    /// <summary>The most ids in a list; the counts are always complete.</summary>
    internal const int Most = 1000;

    /// <summary>Officevibe has this content now, and the company gained and lost this.</summary>
    public static void TellAccepted(this GatewayDb db, RunRow run, SnapshotDiff difference, DateTimeOffset now)
    {
        db.Notify(NoticeTypes.SyncAccepted, "{}", now);
        db.Tell(run, "sync.accepted", now, DataOf(run, difference));
    }

    private static object DataOf(RunRow run, SnapshotDiff difference) => new
    {
        runId = RunView.IdOf(run.Id),
        state = RunView.NameOf(run.State),
        trigger = RunView.NameOf(run.Trigger),
        run.ContentHash,
        run.BaseHash,
        run.At,
        counts = new SectionCounts(run.Users, run.Groups, run.Mappings),
        difference = DiffCounts.Of(difference),
        membersAdded = Ids(difference.UsersAdded.Select(u => u.Id)),
        membersRemoved = Ids(difference.UsersRemoved.Select(u => u.Id)),
        teamsAdded = Ids(difference.GroupsAdded.Select(g => g.Id)),
        teamsRemoved = Ids(difference.GroupsRemoved.Select(g => g.Id)),
        truncated = Math.Max(Math.Max(difference.UsersAdded.Count, difference.UsersRemoved.Count), Math.Max(difference.GroupsAdded.Count, difference.GroupsRemoved.Count)) > Most,
    };

    /// <summary>A person has to decide.</summary>
    public static void TellHeld(this GatewayDb db, RunRow run, GuardVerdict.Hold verdict, DateTimeOffset now)
    {
        var data = new
        {
            runId = RunView.IdOf(run.Id),
            state = RunView.NameOf(run.State),
            trigger = RunView.NameOf(run.Trigger),
            run.ContentHash,
            run.BaseHash,
            counts = new SectionCounts(run.Users, run.Groups, run.Mappings),
            reasons = verdict.Reasons.Select(r => new { r.Rule, r.Source, r.Number, r.Earlier, r.Limit, subjectCount = r.Subjects.Count() }),
            path = PathOf(run),
        };
        db.Notify(NoticeTypes.SyncHeld, StoredContent.Text(data), now);
        db.Tell(run, "sync.held", now, data);
    }

    /// <summary>It failed or was refused: see <see cref="RunRow.State"/>.</summary>
    /// <param name="db">The transaction of the outcome.</param>
    /// <param name="run">As it stands now.</param>
    /// <param name="code">One of <see cref="FailureCodes"/>.</param>
    /// <param name="httpStatus">What Officevibe answered; null: nothing.</param>
    /// <param name="now">The instant of the outcome.</param>
    public static void TellFailed(this GatewayDb db, RunRow run, string code, int? httpStatus, DateTimeOffset now)
    {
        var data = FailureOf(run, code, httpStatus);
        // Whoever paused knows.
        if (!run.DryRun && code != FailureCodes.Paused) db.Notify(NoticeTypes.SyncFailed, StoredContent.Text(data), now, $"{RunView.NameOf(run.State)}|{code}", FailuresEvery);
        db.Tell(run, "sync.failed", now, data);
    }

    /// <summary>Nobody knows whether it arrived. No change of the company yet: a notification alone.</summary>
    public static void NotifyUnknown(this GatewayDb db, RunRow run, DateTimeOffset now) =>
        db.Notify(NoticeTypes.SyncFailed, StoredContent.Text(FailureOf(run, FailureCodes.NoAnswer, null)), now, $"{RunView.NameOf(run.State)}|{FailureCodes.NoAnswer}", FailuresEvery);

    /// <summary>A person has to decide, in Workleap.</summary>
    public static void NotifyAwaiting(this GatewayDb db, RunRow run, DateTimeOffset now) =>
        db.Notify(NoticeTypes.SyncHeld, StoredContent.Text(new
        {
            runId = RunView.IdOf(run.Id), state = RunView.NameOf(run.State), trigger = RunView.NameOf(run.Trigger), run.ContentHash, run.BaseHash,
            counts = new SectionCounts(run.Users, run.Groups, run.Mappings), reasons = Array.Empty<object>(), path = PathOf(run),
        }), now);

    /// <summary>It ended as rejected, because another one was: nothing is sent until somebody acts, and somebody is told so once a day.</summary>
    public static void NotifyRejected(this GatewayDb db, RunRow run, DateTimeOffset now)
    {
        var by = run.RejectedByRunId is { } id ? RunView.IdOf(id) : null;
        db.Notify(NoticeTypes.SyncRejected, StoredContent.Text(new { runId = RunView.IdOf(run.Id), state = RunView.NameOf(run.State), rejectedByRunId = by, path = PathOf(run) }), now, $"{by}", TimeSpan.FromDays(1));
    }

    private static readonly TimeSpan FailuresEvery = TimeSpan.FromHours(1);

    private static object FailureOf(RunRow run, string code, int? httpStatus) => new
    {
        runId = RunView.IdOf(run.Id),
        state = RunView.NameOf(run.State),
        trigger = RunView.NameOf(run.Trigger),
        code,
        httpStatus,
        run.ContentHash,
        run.Attempt,
        run.RetryAt,
        path = PathOf(run),
    };

    private static string PathOf(RunRow run) => $"/v1/syncs/{RunView.IdOf(run.Id)}";

    private static void Tell(this GatewayDb db, RunRow run, string type, DateTimeOffset now, object data)
    {
        if (run.DryRun) return;
        db.Add(new Announcement { Type = type, Subject = RunView.IdOf(run.Id), At = now, Data = StoredContent.Text(data) });
    }

    private static List<string> Ids(IEnumerable<string> ids) => [.. ids.Take(Most)];
}
