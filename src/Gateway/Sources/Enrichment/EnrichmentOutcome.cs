using Gateway.Sources.Mapping;

namespace Gateway.Sources.Enrichment;

/// <summary>What came of asking a vendor's API for what a delivery left out.</summary>
public abstract record EnrichmentOutcome
{
    private EnrichmentOutcome() { }

    /// <summary>One answer a lookup, in order.</summary>
    public sealed record Fetched(IReadOnlyList<LookupAnswer> Answers) : EnrichmentOutcome;

    /// <summary>Busy, rate-limited, slow or away: worth trying again.</summary>
    /// <param name="Reason">In a few words, without data.</param>
    /// <param name="After">What the vendor asked for; null: as the caller thinks fit.</param>
    public sealed record Later(string Reason, TimeSpan? After) : EnrichmentOutcome;

    /// <summary>No later try would help: no call is configured, a value that may not stand in an address, a refused key, an address that is not allowed.</summary>
    /// <param name="Code">One of <c>enrichment-missing</c>, <c>enrichment-value</c>, <c>enrichment-refused</c>, <c>enrichment-address</c>, <c>enrichment-answer</c>.</param>
    public sealed record Failed(string Code, string Message) : EnrichmentOutcome;
}
