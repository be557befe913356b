using Gateway.EventLog;
using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Rules;
using Gateway.Sync;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Operations.Reading;

/// <summary>What the guard would say of a company if it were to be sent now. The one thing it leaves to the run itself is <c>RulesChanged</c>, which takes reading the past.</summary>
public sealed class Verdicts(
    IDbContextFactory<GatewayDb> contexts, SourceWatch sources, IOptions<SyncOptions> options, IOptions<OfficevibeOptions> wire, TimeProvider time)
{
    public async Task<StoredVerdict> OfAsync(CompanyIndex company, CancellationToken cancellationToken)
    {
        var (guard, now) = (options.Value.Guard.ToSettings(), time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var history = await SyncHistory.LoadAsync(db, guard, now, cancellationToken);
        var composed = company.Composed;
        return StoredVerdict.Of(Guard.Check(new GuardInput
        {
            Accepted = history.Accepted,
            Next = composed.Snapshot,
            ContentHash = StoredContent.Body(composed.Snapshot, wire.Value).Hash,
            Difference = SnapshotDiff.Between(history.Accepted ?? Snapshot.Empty, composed.Snapshot),
            Window = history.Window,
            Issues = composed.Issues,
            Invitations = wire.Value.InviteNewUsers,
            HoldAll = options.Value.Mode == SyncMode.Hold,
            Sources = await sources.ReadAsync(db, now, cancellationToken),
            SourceOf = guard.Sources.Count == 0 ? new Dictionary<(SubjectKind, string), string>() : CompanyComposer.SourcesOf(composed.Company),
        }, guard));
    }
}
