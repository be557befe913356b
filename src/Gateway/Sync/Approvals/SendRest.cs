using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Approvals;

/// <summary>Whom a run left as accepted last, and who waits. A storage format; the lists are whole there, and at most 1,000 on a page.</summary>
/// <param name="KeptMembers">Ids of people who stay as they were, with their places in teams.</param>
/// <param name="KeptTeams">Ids of teams that stay, under their name and parent.</param>
/// <param name="WaitingMembers">Ids of people who are new, and not sent yet.</param>
/// <param name="WaitingTeams">Likewise of teams.</param>
public sealed record RestView(IReadOnlyList<string> KeptMembers, IReadOnlyList<string> KeptTeams, IReadOnlyList<string> WaitingMembers, IReadOnlyList<string> WaitingTeams)
{
    /// <summary>A list is longer than what is shown.</summary>
    public bool Truncated { get; init; }

    public static RestView Of(Rest rest) => new(rest.KeptMembers, rest.KeptTeams, rest.WaitingMembers, rest.WaitingTeams);

    public RestView Shown() => new(
        [.. KeptMembers.Take(DiffView.Most)], [.. KeptTeams.Take(DiffView.Most)], [.. WaitingMembers.Take(DiffView.Most)], [.. WaitingTeams.Take(DiffView.Most)])
    {
        Truncated = new[] { KeptMembers.Count, KeptTeams.Count, WaitingMembers.Count, WaitingTeams.Count }.Max() > DiffView.Most,
    };
}

/// <summary>Whom a hold, or a rejection that stands, is about.</summary>
/// <param name="Subjects">The people and teams.</param>
/// <param name="NotAboutAnybody">Reasons that are about the run as a whole: there is no rest of it.</param>
internal sealed record HeldBack(HeldSubjects Subjects, IReadOnlyList<string> NotAboutAnybody);

/// <summary>Everybody else's company.</summary>
internal static class SendRest
{
    /// <summary>What the run is held for, and what was rejected and still stands.</summary>
    public static async Task<HeldBack> HeldAsync(GatewayDb db, long runId, SyncHistory history, CancellationToken cancellationToken)
    {
        var reasons = (await db.RunPartAsync<StoredVerdict>(runId, RunPart.Verdict, cancellationToken)).Reasons;
        var people = (history.Accepted ?? Snapshot.Empty).Users.Select(u => u.Id).ToHashSet(StringComparer.Ordinal);
        var changes = reasons.SelectMany(r => r.Changes).Concat(history.Rejections.SelectMany(r => r.Changes)).ToList();
        // Whoever is absent already would be deleted by any run that is without them, the rest included.
        var lost = changes.Any(c => c.Kind == ChangeKind.Deletion && !people.Contains(c.Subject));
        var whole = HeldSubjects.NotAboutAnybody(reasons);
        return new HeldBack(HeldSubjects.Of(changes), lost && !whole.Contains(GuardRules.Deletions) ? [.. whole, GuardRules.Deletions] : whole);
    }

    public static async Task<Rest> OfAsync(GatewayDb db, long runId, SyncHistory history, Snapshot today, CancellationToken cancellationToken) =>
        Rest.Of(history.Accepted ?? Snapshot.Empty, today, (await HeldAsync(db, runId, history, cancellationToken)).Subjects);

    /// <summary>What the next run changes by itself, of those who are sent.</summary>
    public static IReadOnlyList<Change> Later(Rest rest, IReadOnlyList<Change> later)
    {
        var members = rest.KeptMembers.Concat(rest.WaitingMembers).ToHashSet(StringComparer.Ordinal);
        var teams = rest.KeptTeams.Concat(rest.WaitingTeams).ToHashSet(StringComparer.Ordinal);
        return [.. later.Where(c => !(c.Kind == ChangeKind.TeamName ? teams : members).Contains(c.Subject))];
    }

    /// <summary>A run that has held changes which nobody has let go: held itself, or rejected while that stands.</summary>
    public static bool IsOpen(RunRow run, SyncHistory history) => run.State == RunState.Held || (run.State == RunState.Rejected && history.Rejections.Count > 0);
}
