using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Rules;
using Gateway.Sync.Approvals;
using Gateway.Sync.Readings;
using Gateway.Sync.Storing;
using Gateway.Sync.Upstream;
using Microsoft.Extensions.Options;

namespace Gateway.Sync.Composing;

/// <summary>A company as it would go out, and what the guard says of it.</summary>
public sealed record Judged(StoredBody Body, SnapshotDiff Difference, GuardVerdict Verdict, IReadOnlyList<Deletion> Deletions)
{
    /// <summary>What a plan lets through of it, which the verdict does not ask about; null: nothing.</summary>
    public PlannedUse? Planned { get; init; }

    /// <summary>What looking at the account came to.</summary>
    public required AccountSight Account { get; init; }
}

/// <summary>Puts a company before the guard: the same for a run and for whoever asks what the next one would be.</summary>
public sealed class CompanyJudge(
    CompanyComposer company, SourceWatch sources, UpstreamWatch upstream, AccountWatch accounts, RulesInForce rules, GuardSettings guard, IOptions<SyncOptions> options, IOptions<OfficevibeOptions> wire, TimeProvider time)
{
    /// <param name="adoption">For a first sync: what stands in its way.</param>
    /// <param name="look">Read the account where the company takes somebody away.</param>
    public async Task<Judged> JudgeAsync(GatewayDb db, SyncHistory history, ComposedCompany today, AdoptionState? adoption, CancellationToken cancellationToken, bool restore = false, bool look = false)
    {
        var body = StoredContent.Body(today.Snapshot, wire.Value);
        var difference = SnapshotDiff.Between(history.Accepted ?? Snapshot.Empty, today.Snapshot);
        var there = await upstream.LookAsync(db, history, today.Snapshot, difference, cancellationToken);
        var account = look ? await accounts.LookAsync(history, today.Snapshot, difference, cancellationToken) : new AccountSight.NotNeeded();
        var (verdict, planned) = PlannedChanges.Check(new GuardInput
        {
            Accepted = history.Accepted,
            Next = today.Snapshot,
            ContentHash = body.Hash,
            Difference = difference,
            Window = history.Window,
            Issues = today.Issues,
            Invitations = wire.Value.InviteNewUsers,
            HoldAll = options.Value.Mode == SyncMode.Hold,
            Restored = history.Restored,
            Restore = restore,
            OnlyThere = (account as AccountSight.Seen)?.There,
            Adoption = history.LastAccepted is null ? adoption : null,
            Sources = await sources.ReadAsync(db, time.GetUtcNow(), cancellationToken),
            Upstream = there,
            RulesDifference = await DueToTheRulesAsync(db, history, cancellationToken),
            SourceOf = guard.Sources.Count == 0 ? new Dictionary<(SubjectKind, string), string>() : CompanyComposer.SourcesOf(today.Company),
        }, guard, await PlannedChangeBook.InForceAsync(db, today.At, history.Accepted, cancellationToken));
        return new Judged(body, difference, verdict, there.Deletions) { Planned = planned, Account = account };
    }

    /// <summary>What today's rules make of the very events and instant that the accepted content was made of. Null: the rules are the same.</summary>
    private async Task<SnapshotDiff?> DueToTheRulesAsync(GatewayDb db, SyncHistory history, CancellationToken cancellationToken)
    {
        if (history is not { LastAccepted: { At: { } at, Head: { } head } last, Accepted: { } accepted } || last.Rules == rules.Fingerprint) return null;

        var before = last.BaseRunId is { } id ? await db.RunPartOrNullAsync<Snapshot>(id, RunPart.Sections, cancellationToken) : null;
        var again = await company.ComposeAsync(new(at, head, before) { ForARun = true }, cancellationToken);
        return SnapshotDiff.Between(accepted, again.Snapshot);
    }
}
