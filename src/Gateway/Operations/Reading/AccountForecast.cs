using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync;
using Gateway.Sync.Composing;
using Gateway.Sync.Storing;

namespace Gateway.Operations.Reading;

/// <summary>What a run would take away beside what the difference shows: the account had it when it was last read, and no company ever had.</summary>
/// <param name="ReadAt">When that was.</param>
/// <param name="PeopleOnlyThere">How many people; administrators are not among them.</param>
/// <param name="TeamsOnlyThere">How many teams; those driven by rules are not among them.</param>
/// <param name="Path">Where they are listed, and read anew with <c>POST /v1/account/readings</c>.</param>
public sealed record AccountForecast(DateTimeOffset ReadAt, int PeopleOnlyThere, int TeamsOnlyThere, string Path)
{
    internal static AccountForecast? Of((DateTimeOffset ReadAt, OnlyThere There)? seen) =>
        seen is { } s ? new(s.ReadAt, s.There.People.Count, s.There.Teams.Count, "/v1/account") : null;

    /// <summary>The verdict, with what the guard would say of these. The same one: nothing.</summary>
    internal static GuardVerdict With(Judged judged, SyncHistory history, Snapshot next, OnlyThere? there, GuardSettings guard)
    {
        if (there is null || there.IsNothing() || judged.Verdict is GuardVerdict.Refuse) return judged.Verdict;
        var seen = Guard.Check(new GuardInput { Accepted = history.Accepted, Next = next, ContentHash = judged.Body.Hash, Difference = judged.Difference, OnlyThere = there }, guard);
        var more = seen is GuardVerdict.Hold hold ? hold.Reasons.Where(r => r.Rule == GuardRules.AccountDiffers).ToList() : [];
        return more.Count == 0 ? judged.Verdict : new GuardVerdict.Hold([.. judged.Verdict is GuardVerdict.Hold held ? held.Reasons : [], .. more]);
    }
}
