using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync.Approvals;
using Gateway.Sync.Storing;

namespace Gateway.Sync.Views;

/// <summary>How many rows of each section there are.</summary>
public sealed record SectionCounts(int Users, int Groups, int Mappings);

/// <summary>One rule that a run failed.</summary>
/// <param name="Rule">As in the settings, <c>Gateway:Sync:Guard:{rule}</c>.</param>
/// <param name="Source">The source whose own limit it is; null: the company's.</param>
/// <param name="Number">What was counted, this run and the window together.</param>
/// <param name="Earlier">How many of them were accepted within the window before.</param>
/// <param name="Limit">The greatest number that passes.</param>
/// <param name="Subjects">The people, teams or sources, at most 1,000.</param>
/// <param name="SubjectCount">How many there are.</param>
public sealed record ReasonView(string Rule, string? Source, int Number, int Earlier, int Limit, IReadOnlyList<string> Subjects, int SubjectCount)
{
    /// <summary>The planned change whose limit it is, counted over its window; null: the usual limit and window.</summary>
    public string? Plan { get; init; }
}

/// <summary>The guard's verdict: <c>pass</c>, <c>hold</c> or <c>refuse</c>.</summary>
public sealed record GuardView(string Verdict, IReadOnlyList<ReasonView> Reasons, IReadOnlyList<string> EmptySections, IReadOnlyList<string> TeamsOfOneName)
{
    public static GuardView Of(StoredVerdict v) => new(
        v.Verdict,
        [.. v.Reasons.Select(r =>
        {
            var subjects = r.Subjects.ToList();
            return new ReasonView(r.Rule, r.Source, r.Number, r.Earlier, r.Limit, [.. subjects.Take(DiffView.Most)], subjects.Count) { Plan = r.Plan };
        })],
        v.EmptySections, v.TeamsOfOneName);
}

/// <summary>Whom a run deletes in Workleap for good: who is absent and not active. There is no way back.</summary>
/// <param name="Count">How many.</param>
/// <param name="Members">At most 1,000, by id.</param>
public sealed record DeletionView(int Count, IReadOnlyList<DeletedView> Members)
{
    public static DeletionView? Of(IReadOnlyList<Deletion>? deletions) => deletions is not { Count: > 0 } ? null
        : new(deletions.Count, [.. deletions.Take(DiffView.Most).Select(d => new DeletedView(d.MemberId, RunView.NameOf(d.Cause)))]);
}

/// <param name="Id">Of the member.</param>
/// <param name="Cause"><c>absent_before</c> (a run before deactivated them), <c>not_active</c>, or <c>unseen</c> (Workleap did not tell).</param>
public sealed record DeletedView(string Id, string Cause);

/// <summary>What has changed since a run was held.</summary>
/// <param name="Difference">From the held content to the company as it is now.</param>
/// <param name="At">The instant it was read at.</param>
/// <param name="LastAcceptedAt">When Officevibe accepted a run last; null: never.</param>
public sealed record SinceHeld(DiffView Difference, DateTimeOffset At, DateTimeOffset? LastAcceptedAt);

/// <summary>A run as it is listed.</summary>
public record RunView
{
    public required string Id { get; init; }
    public required string State { get; init; }
    public required string Trigger { get; init; }
    public bool DryRun { get; init; }
    public required string RequestedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What the state is due to.</summary>
    public string? Reason { get; init; }

    /// <summary>What a person can do about it.</summary>
    public string? WhatToDo { get; init; }

    public string? ContentHash { get; init; }

    /// <summary>The accepted content it was compared with.</summary>
    public string? BaseHash { get; init; }

    /// <summary>The instant of the cut.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The position of the log that the cut goes up to.</summary>
    public long? Head { get; init; }

    /// <summary>A fingerprint of the settings that shape membership.</summary>
    public string? Rules { get; init; }

    /// <summary>The version of the gateway that made it.</summary>
    public string? Version { get; init; }

    public required SectionCounts Counts { get; init; }

    public DiffCounts? DiffCounts { get; init; }

    public DateTimeOffset? RetryAt { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    public DateTimeOffset? RejectedAt { get; init; }

    public string? DecidedBy { get; init; }

    public string? DecisionReason { get; init; }

    /// <summary>Who approved it; with two keys needed, the first is here while the second is waited for. Null: nobody.</summary>
    public IReadOnlyList<ApprovalView>? Approvals { get; init; }

    /// <summary>The planned change that let it through. Null: none was needed.</summary>
    public string? Plan { get; init; }

    /// <summary>The run whose held people and teams it leaves as they were accepted last.</summary>
    public string? RestOf { get; init; }

    /// <summary>When its bytes were taken away, since they are old; its difference, verdict and answer stay.</summary>
    public DateTimeOffset? ContentGoneAt { get; init; }

    /// <summary>The run whose rejection ended this one.</summary>
    public string? RejectedByRun { get; init; }

    /// <summary>The run that took its place, or that settled it.</summary>
    public string? SupersededBy { get; init; }

    public static string IdOf(long id) => id.ToString(CultureInfo.InvariantCulture);

    public static long? ParseId(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    /// <summary>As in <c>accepted_with_issues</c>.</summary>
    public static string NameOf(RunState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    public static string NameOf(RunTrigger trigger) => JsonNamingPolicy.SnakeCaseLower.ConvertName(trigger.ToString());

    public static string NameOf(DeletionCause cause) => JsonNamingPolicy.SnakeCaseLower.ConvertName(cause.ToString());

    public static RunState? ParseState(string name) => Enum.GetValues<RunState>().Where(s => NameOf(s) == name).Select(s => (RunState?)s).FirstOrDefault();

    public static RunView Of(RunRow run) => Fill(run, new RunView
    {
        Id = "", State = "", Trigger = "", RequestedBy = "", CreatedAt = default, Counts = new(0, 0, 0),
    });

    protected static T Fill<T>(RunRow run, T view) where T : RunView => (T)(view with
    {
        Id = IdOf(run.Id),
        State = NameOf(run.State),
        Trigger = NameOf(run.Trigger),
        DryRun = run.DryRun,
        RequestedBy = run.RequestedBy,
        CreatedAt = run.CreatedAt,
        FinishedAt = run.FinishedAt,
        Reason = run.Reason,
        WhatToDo = run.WhatToDo,
        ContentHash = run.ContentHash,
        BaseHash = run.BaseHash,
        At = run.At,
        Head = run.Head,
        Rules = run.Rules,
        Version = run.Version,
        Counts = new(run.Users, run.Groups, run.Mappings),
        DiffCounts = StoredContent.Parse<DiffCounts>(run.DifferenceCounts),
        RetryAt = run.RetryAt,
        AcceptedAt = run.AcceptedAt,
        ApprovedAt = run.ApprovedAt,
        RejectedAt = run.RejectedAt,
        DecidedBy = run.DecidedBy,
        DecisionReason = run.DecisionReason,
        Approvals = ApprovalView.Of(run),
        Plan = run.PlanId is { } plan ? PlannedChangeBook.IdOf(plan) : null,
        RestOf = run.RestOfRunId is { } rest ? IdOf(rest) : null,
        ContentGoneAt = run.ContentGoneAt,
        RejectedByRun = run.RejectedByRunId is { } by ? IdOf(by) : null,
        SupersededBy = run.SupersededByRunId is { } other and > 0 ? IdOf(other) : null,
    });
}

/// <summary>An event that came after the company that is sent again.</summary>
public sealed record SaidSince(string Source, string Id, string Type, string? Subject, DateTimeOffset ReceivedAt);

/// <summary>A change that is left for the next run.</summary>
/// <param name="Kind"><c>team</c>: its name; <c>member</c>: the e-mail.</param>
public sealed record LaterView(string Kind, string Id, string? Sent, string? Next);

/// <summary>A run with everything that is known of it.</summary>
public sealed record RunDetail : RunView
{
    /// <summary>For a run that sends everybody else: who stays as accepted last, and who waits.</summary>
    [JsonPropertyOrder(1)]
    public RestView? Rest { get; init; }

    /// <summary>For a held run: how many different keys have to approve it.</summary>
    [JsonPropertyOrder(1)]
    public int? ApprovalsNeeded { get; init; }

    [JsonPropertyOrder(1)]
    public DiffView? Diff { get; init; }

    [JsonPropertyOrder(1)]
    public GuardView? Guard { get; init; }

    [JsonPropertyOrder(1)]
    public RunAnswer? Answer { get; init; }

    /// <summary>For a first sync, and the first one after a restore: what the account has that is not in it, and the reverse.</summary>
    [JsonPropertyOrder(1)]
    public AccountSeen? Account { get; init; }

    /// <summary>What the next run changes by itself: names and addresses that this one sends as the account has them, so that it finds them.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<LaterView>? Later { get; init; }

    /// <summary>For a run that sends an earlier company again: what the sources said since that is about what it changes, and has to be taken back or corrected there.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<SaidSince>? SaidSince { get; init; }

    /// <summary>Null: nobody.</summary>
    [JsonPropertyOrder(1)]
    public DeletionView? Deletions { get; init; }

    /// <summary>For a held run.</summary>
    [JsonPropertyOrder(1)]
    public SinceHeld? Since { get; init; }

    public static RunDetail Of(RunRow run, SnapshotDiff? diff, StoredVerdict? verdict, IReadOnlyList<Change>? later, IReadOnlyList<SaidSince>? said, SinceHeld? since, IReadOnlyList<Deletion>? deletions) => Fill(run, new RunDetail
    {
        Id = "", State = "", Trigger = "", RequestedBy = "", CreatedAt = default, Counts = new(0, 0, 0),
        Diff = diff is null ? null : DiffView.Of(diff),
        Guard = verdict is null ? null : GuardView.Of(verdict),
        Answer = StoredContent.Parse<RunAnswer>(run.Answer),
        Account = StoredContent.Parse<AccountSeen>(run.Account),
        Later = later is null ? null : [.. later.Take(DiffView.Most).Select(c => new LaterView(c.Kind == ChangeKind.TeamName ? "team" : "member", c.Subject, c.Before, c.After))],
        SaidSince = said,
        Since = since,
        Deletions = DeletionView.Of(deletions),
    });
}
