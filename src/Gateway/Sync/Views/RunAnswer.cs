using Gateway.Membership;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;

namespace Gateway.Sync.Views;

/// <summary>What Officevibe answered to a run. A storage format.</summary>
/// <param name="Status">The HTTP status; null: no answer.</param>
/// <param name="ContentType">Of the answer.</param>
/// <param name="Raw">The body as text, cut, without the key.</param>
/// <param name="BytesSent">How much of the body went out.</param>
/// <param name="Reported">Each reported text with its meaning and the records that it is about.</param>
public sealed record RunAnswer(int? Status, string? ContentType, string Raw, long BytesSent, IReadOnlyList<ReportedText> Reported)
{
    /// <param name="known">Names of properties that Officevibe is known to have, for one that it did not find.</param>
    public static RunAnswer Of(SendOutcome outcome, Snapshot sent, IReadOnlyCollection<string>? known = null)
    {
        IReadOnlyList<string> texts = outcome switch
        {
            SendOutcome.AcceptedWithIssues issues => issues.Texts,
            SendOutcome.Failed failed => failed.Texts,
            SendOutcome.Refused refused => refused.Texts,
            _ => [],
        };
        var reader = texts.Count == 0 ? null : new ReportReader(sent, known);
        var kept = outcome.Answer;
        return new RunAnswer(kept.Status, kept.ContentType, kept.Raw, kept.BytesSent, [.. texts.Select(t => reader!.Read(t))]);
    }
}

/// <summary>What the account holds when a first sync, or the first one after a restore, is held: who and what is not in it would be deactivated or removed. A storage format.</summary>
/// <param name="Members">People in the account; null: it could not be read.</param>
/// <param name="Teams">Teams in the account.</param>
/// <param name="MembersNotInIt">People of the account whose e-mail the sync does not have.</param>
/// <param name="TeamsNotInIt">Teams of the account whose name the sync does not have.</param>
/// <param name="MembersNotInAccount">People of the sync whose e-mail the account does not have.</param>
/// <param name="TeamsNotInAccount">Teams of the sync whose name the account does not have.</param>
/// <param name="Problem">Why the account could not be read.</param>
public sealed record AccountSeen(int? Members, int? Teams, int? MembersNotInIt, int? TeamsNotInIt, int? MembersNotInAccount, int? TeamsNotInAccount, string? Problem)
{
    public static AccountSeen Of(AccountReading reading, Snapshot snapshot)
    {
        if (reading is not AccountReading.Read read)
        {
            return new(null, null, null, null, null, null, reading switch
            {
                AccountReading.Failed failed => failed.Reason,
                AccountReading.Refused refused => refused.Reason,
                _ => "The account could not be read.",
            });
        }

        var emails = snapshot.Users.Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var names = snapshot.Groups.Select(g => g.Name.Trim()).ToHashSet(StringComparer.Ordinal);
        var emailsThere = read.Users.Select(u => u.Email).ToHashSet(AsciiCaseInsensitive.Comparer);
        var namesThere = read.Groups.Select(g => ReadingBack.LastOfPath(g.Name)).ToHashSet(StringComparer.Ordinal);
        return new(
            read.Users.Count, read.Groups.Count,
            read.Users.Count(u => !emails.Contains(u.Email)),
            read.Groups.Count(g => !names.Contains(ReadingBack.LastOfPath(g.Name))),
            emails.Count(e => !emailsThere.Contains(e)),
            names.Count(n => !namesThere.Contains(n)),
            null);
    }
}

/// <summary>Sentences for decisions; they name rules and numbers, never people.</summary>
internal static class Words
{
    public static string Of(Decision decision) => decision switch
    {
        Decision.Send => "The guard lets it pass.",
        Decision.Unchanged => "Officevibe has this content already.",
        Decision.Hold hold => string.Join(" ", hold.Verdict.Reasons.Select(Of)),
        Decision.Refuse { Verdict.EmptySections: { Count: > 0 } empty } =>
            $"Officevibe fails a sync without {string.Join(", ", empty)}: there has to be at least one of each.",
        Decision.Refuse refuse =>
            $"{refuse.Verdict.TeamsOfOneName.Count} teams share their name with another one. At the first sync Officevibe matches teams by name and would take one for the other: rename them.",
        Decision.Rejected rejected => $"Run {rejected.ByRunId} was rejected, and {rejected.Changes.Count} of its changes are still in the content.",
        _ => "",
    };

    private static string Of(HoldReason reason) => reason.Rule switch
    {
        GuardRules.Adoption => reason.Number == 0
            ? "Adoption: the account could not be read, so nobody knows what the first sync would lose there."
            : $"Adoption: the account has {reason.Number} teams or people that the first sync would lose, and nobody has decided about them (GET /v1/adoption).",
        GuardRules.FirstSync => "FirstSync: nothing was ever sent before; a person looks at the first one.",
        GuardRules.Restore => "Restore: an earlier company is to be sent again; a person looks at what that changes today.",
        GuardRules.Restored => "Restored: the gateway was put back from a backup, and what Officevibe was sent since is not known. A person looks at what the account has (see account).",
        GuardRules.DialectChanged => $"DialectChanged: what was accepted last went out in the other dialect; {(reason.Number == 0 ? "nobody" : $"{reason.Number} people")} whom it had once would be deleted.",
        GuardRules.AwaitingUpstream => "AwaitingUpstream: a run waits for approval in Workleap. Reject it there before this one is sent: approved later, it would bring the older company back.",
        GuardRules.Deletions => $"Deletions: {reason.Number} people would be deleted in Workleap for good, being absent and not active; {reason.Limit} pass.",
        GuardRules.UsersThreshold or GuardRules.TeamsThreshold => $"{reason.Rule}: {reason.Number} changes, and the account's risk threshold pauses more than {reason.Limit + 1}.",
        GuardRules.AccountDiffers => $"AccountDiffers: the account has {reason.Subjects.Count()} {(reason.Changes[0].Part == "team" ? "teams" : "people")} that no sync ever sent and this one does not have either (see subjects); with what it removes itself {reason.Number}, and {reason.Limit} pass. Take them over here, remove them there, or approve that they go.",
        GuardRules.Mode => "Mode: every run needs approval.",
        GuardRules.IdChange => IdChange(reason),
        GuardRules.RulesChanged => $"RulesChanged: other settings, and no event, change {reason.Number} members or teams.",
        GuardRules.BaselineMissing => $"BaselineMissing: source {reason.Source} has not sent its baseline, or not since the gateway was put back from a backup.",
        GuardRules.SourceSilent => $"SourceSilent: source {reason.Source} has been silent for longer than it may.",
        _ => $"{reason.Rule}: {reason.Number}{(reason.Earlier > 0 ? $" ({reason.Earlier} of them accepted before, within the window)" : "")}, {reason.Limit} pass"
            + $"{(reason.Source is null ? "" : $" for source {reason.Source}")}.",
    };

    private static string IdChange(HoldReason reason)
    {
        var taking = reason.Changes.Count(c => c is { Kind: ChangeKind.MemberField, Part: UserFields.Email });
        var coming = reason.Number - taking;
        string[] told =
        [
            .. coming > 0 || taking == 0 ? [$"{reason.Number - taking} come back under a new id, which loses their history; an alias is probably missing (an alias event for a person, POST /v1/teams/{{id}}/alias for a team)."] : Array.Empty<string>(),
            .. taking > 0 ? [$"{taking} are to get the address of somebody who goes or is gone. If it is the same person, an alias is missing; else the account may keep the address for whoever had it: free it there first (docs/operating.md)."] : Array.Empty<string>(),
        ];
        return $"IdChange: {string.Join(' ', told)}";
    }
}
