using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>Takes away what mapped deliveries said once it is older than it is kept for. That they were there, and their events, stay.</summary>
internal sealed class DeliveryPruner(LedgerWriter ledger, IDbContextFactory<GatewayDb> contexts, IOptions<WebhooksOptions> options, TimeProvider time)
{
    private const int Batch = 500;

    /// <summary>Returns how many bodies were taken away.</summary>
    public async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        for (var pruned = 0; ;)
        {
            var before = time.GetUtcNow() - options.Value.Retention;
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var old = await db.Deliveries.Where(d => d.State == DeliveryState.Mapped && d.Body != null && d.ReceivedAt < before && d.DecidedAt < before)
                .OrderBy(d => d.Sequence).Take(Batch).Select(d => d.Sequence).ToListAsync(cancellationToken);
            if (old.Count == 0) return pruned;
            await using var write = await ledger.BeginAsync(cancellationToken);
            pruned += await write.Db.Deliveries.Where(d => old.Contains(d.Sequence) && d.State == DeliveryState.Mapped).ExecuteUpdateAsync(
                d => d.SetProperty(r => r.Body, (byte[]?)null).SetProperty(r => r.Answers, (string?)null).SetProperty(r => r.Headers, "{}").SetProperty(r => r.Revision, r => r.Revision + 1),
                cancellationToken);
            await write.CommitAsync(cancellationToken);
        }
    }
}
