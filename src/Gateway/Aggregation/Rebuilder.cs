using Gateway.EventLog;

namespace Gateway.Aggregation;

/// <summary>Folds everything again from the log.</summary>
public sealed class Rebuilder(SourceEpochs epochs, LedgerWriter ledger, Sweeper sweeper)
{
    /// <summary>Returns how many facets were folded. Reading and accepting go on meanwhile.</summary>
    public async Task<int> RebuildAsync(CancellationToken cancellationToken)
    {
        await epochs.IncreaseAllAsync(ledger, above: 0, cancellationToken);
        var swept = await sweeper.SweepAsync(everything: true, cancellationToken);
        return swept.Missed + swept.Due + swept.Again;
    }
}
